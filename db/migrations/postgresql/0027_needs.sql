-- What sweeping looks for, the needs of those whose gathering is over, is found among the few who
-- have some.
CREATE INDEX registration_needs ON registration (gathering_id) WHERE requirements <> '';
-- The few rows of an address at a gathering are found by both: by the gathering alone an engine
-- would read all of it, at each registration.
DROP INDEX registration_email;
CREATE INDEX registration_email ON registration (email, gathering_id);
