-- Sessions and what makes a repeated request harmless. Times are Unix milliseconds, UTC.
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,               -- BLAKE2b-256 of the cookie's 256 random bits
    csrf TEXT NOT NULL,
    role INTEGER NOT NULL,
    account_id INTEGER NOT NULL DEFAULT 0,
    gathering_id INTEGER NOT NULL DEFAULT 0,
    door_id INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    lang TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_door ON session (door_id);

CREATE TABLE form_key (
    key TEXT PRIMARY KEY,
    location TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX form_key_created ON form_key (created_at);

CREATE TABLE idempotency_key (
    token_id INTEGER NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (token_id, route, key)
) STRICT;
CREATE INDEX idempotency_key_created ON idempotency_key (created_at);
