CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    registration_id INTEGER NOT NULL,
    code TEXT NOT NULL UNIQUE,               -- 'S' + 22 base64url characters
    short TEXT NOT NULL,                     -- 8 of Crockford's base 32
    holder TEXT NOT NULL,
    organisation TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    cancelled_at INTEGER,                    -- replaced or cancelled: the code is dead
    admitted_at INTEGER,
    admitted_by TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    UNIQUE (gathering_id, short)
) STRICT;
CREATE UNIQUE INDEX ticket_live ON ticket (registration_id) WHERE cancelled_at IS NULL;
CREATE INDEX ticket_admitted ON ticket (gathering_id) WHERE admitted_at IS NOT NULL;
