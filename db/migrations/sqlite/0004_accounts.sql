CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,              -- normalised
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'organiser', 'viewer')),
    lang TEXT NOT NULL DEFAULT '',
    password TEXT NOT NULL DEFAULT '',       -- argon2id, '' until one is chosen
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT;
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'organiser', 'viewer', 'door')),
    gathering_id INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
-- One-time links: the first organiser, a new password. The key in the link is an HMAC of the nonce
-- under a secret of the cluster, so that a mail can be written with it; it is found by its hash.
CREATE TABLE account_link (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    nonce BLOB NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('first', 'password')),
    account_id INTEGER REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX account_link_account ON account_link (account_id);
