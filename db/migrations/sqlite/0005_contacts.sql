CREATE TABLE organisation (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL UNIQUE,         -- fold_search
    sort_key TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN
        ('member', 'supplier', 'customer', 'research', 'partner', 'cluster', 'public', 'funder')),
    trade TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,              -- normalised
    name TEXT NOT NULL,
    organisation_id INTEGER REFERENCES organisation (id) ON DELETE SET NULL,
    organisation TEXT NOT NULL DEFAULT '',   -- as written
    lang TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',         -- where the address came from: 'pasted', 'registered', 'api', 'example'
    search_key TEXT NOT NULL,                -- name, organisation and address, folded
    sort_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_sort ON contact (sort_key);
CREATE INDEX contact_organisation ON contact (organisation_id);
