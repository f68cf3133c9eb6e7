-- Who may speak for an organisation: signs in by a mailed link, which lives until link_until and dies
-- by its use (a new epoch).
CREATE TABLE representative (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,          -- 'm' + random; in personal links
    epoch INTEGER NOT NULL DEFAULT 1,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    link_at INTEGER NOT NULL DEFAULT 0,      -- when the last one was mailed
    link_until INTEGER NOT NULL DEFAULT 0,
    last_seen_at INTEGER NOT NULL DEFAULT 0, -- signed in
    UNIQUE (organisation_id, contact_id)
) STRICT;
CREATE INDEX representative_contact ON representative (contact_id);

-- What an organisation expects of the network and brings to it, and who said so.
CREATE TABLE expectation (
    id INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL UNIQUE REFERENCES organisation (id),
    expects TEXT NOT NULL DEFAULT '',
    brings TEXT NOT NULL DEFAULT '',
    openness TEXT NOT NULL DEFAULT 'closed' CHECK (openness IN ('closed', 'members', 'public')),
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    source TEXT NOT NULL CHECK (source IN ('member', 'organiser', 'api', 'example')), -- who wrote it down
    said_at INTEGER NOT NULL
) STRICT;
CREATE INDEX expectation_contact ON expectation (contact_id) WHERE contact_id IS NOT NULL;
