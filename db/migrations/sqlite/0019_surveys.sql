-- Gatherings whose guests are asked afterwards how it was, and what they answered.
CREATE TABLE survey (
    gathering_id INTEGER NOT NULL UNIQUE REFERENCES gathering (id) ON DELETE CASCADE,
    asked_at INTEGER NOT NULL                -- when an organiser said so
) STRICT;
CREATE TABLE survey_answer (
    id INTEGER PRIMARY KEY,
    registration_id INTEGER NOT NULL UNIQUE REFERENCES registration (id),
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    mark INTEGER NOT NULL CHECK (mark IN (1, 2, 3, 4, 5)),
    text TEXT NOT NULL,
    answered_at INTEGER NOT NULL
) STRICT;
CREATE INDEX survey_answer_gathering ON survey_answer (gathering_id, id);
