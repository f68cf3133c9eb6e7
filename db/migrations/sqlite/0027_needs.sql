-- What sweeping looks for, the needs of those whose gathering is over, is found among the few who
-- have some.
CREATE INDEX registration_needs ON registration (gathering_id) WHERE requirements <> '';
