CREATE TABLE reminder_run_0018 (
    rule TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT NOT NULL,
    moment BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL
        CHECK (outcome IN ('sending', 'sent', 'missed', 'overtaken', 'skipped')),
    reached BIGINT NOT NULL DEFAULT 0,
    mails BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (rule, subject, subject_id, moment)
);
INSERT INTO reminder_run_0018 (rule, subject, subject_id, moment, begun_at, outcome, mails)
    SELECT rule, 'gathering', gathering_id, moment, done_at, outcome, mails FROM reminder_run;
DROP TABLE reminder_run;
ALTER TABLE reminder_run_0018 RENAME TO reminder_run;
