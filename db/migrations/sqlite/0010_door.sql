CREATE TABLE door_link (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    label TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX door_link_gathering ON door_link (gathering_id);
-- Every scan that was answered; scan_id is the phone's own, so that a repeat is harmless.
CREATE TABLE admission (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL,
    ticket_id INTEGER,
    result TEXT NOT NULL CHECK (result IN ('admitted', 'already', 'unknown', 'cancelled', 'wrong_gathering', 'undone')),
    at INTEGER NOT NULL,
    door_id INTEGER NOT NULL DEFAULT 0,
    account_id INTEGER NOT NULL DEFAULT 0,
    token_id INTEGER NOT NULL DEFAULT 0,
    scan_id TEXT UNIQUE
) STRICT;
CREATE INDEX admission_gathering ON admission (gathering_id, at);
