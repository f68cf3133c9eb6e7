-- One send-out: what the organiser wrote.
CREATE TABLE invitation_batch (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    subject TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    made_by INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,          -- 'i' + random; in personal links
    epoch INTEGER NOT NULL DEFAULT 1,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    contact_id INTEGER REFERENCES contact (id), -- NULL once the person is erased
    batch_id INTEGER REFERENCES invitation_batch (id),
    calendar_uid TEXT NOT NULL,
    answer TEXT CHECK (answer IN ('yes', 'no', 'colleague')),
    answer_source TEXT NOT NULL DEFAULT '',  -- link, phone, public (registered or cancelled there)
    answered_at INTEGER,
    registration_id INTEGER REFERENCES registration (id), -- whose seat stands for the answer
    created_at INTEGER NOT NULL,
    UNIQUE (gathering_id, contact_id)
) STRICT;
CREATE INDEX invitation_registration ON invitation (registration_id);
