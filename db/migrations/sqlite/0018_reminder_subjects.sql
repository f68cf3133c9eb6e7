-- Automatic messages about other things than gatherings, and of so many people that they go in
-- pieces: one that was stopped in the middle goes on behind the last whom it reached.
CREATE TABLE reminder_run_0018 (
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,                   -- 'gathering' ...
    subject_id INTEGER NOT NULL,
    moment INTEGER NOT NULL,                 -- the start or deadline it speaks of
    begun_at INTEGER NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('sending', 'sent', 'missed', 'overtaken', 'skipped')),
    reached INTEGER NOT NULL DEFAULT 0,      -- id of the last of the audience
    mails INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (rule, subject, subject_id, moment)
) STRICT;
INSERT INTO reminder_run_0018 (rule, subject, subject_id, moment, begun_at, outcome, mails)
    SELECT rule, 'gathering', gathering_id, moment, done_at, outcome, mails FROM reminder_run;
DROP TABLE reminder_run;
ALTER TABLE reminder_run_0018 RENAME TO reminder_run;
