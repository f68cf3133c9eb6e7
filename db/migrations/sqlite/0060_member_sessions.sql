-- Who speaks for an organisation signs in, too.
ALTER TABLE session ADD COLUMN organisation_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN representative_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX session_representative ON session (representative_id) WHERE representative_id > 0;
