-- What lists and figures of a gathering read is counted by the transactions that change it, or found
-- by an index: no page counts people.
ALTER TABLE gathering ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0);
UPDATE gathering SET cancelled = (SELECT COUNT(*) FROM registration r
    WHERE r.gathering_id = gathering.id AND r.status = 'cancelled');
DROP INDEX registration_gathering;
CREATE INDEX registration_gathering ON registration (gathering_id, id, status);
CREATE INDEX registration_cancelled ON registration (gathering_id, cancelled_at, id) WHERE status = 'cancelled';
CREATE INDEX registration_requirements ON registration (gathering_id, requirements)
    WHERE status = 'confirmed' AND requirements <> '';
CREATE INDEX survey_answer_mark ON survey_answer (gathering_id, mark);
