-- A person is an address and a name: several may share a mailbox. name_key '': a contact whose name
-- nobody has said yet (it shows the first part of its address), who is whoever is met at the address.
-- Contacts of before get their keys from the program (upgrade.persons below).
PRAGMA defer_foreign_keys = ON;
CREATE TABLE contact_before AS SELECT * FROM contact;
DROP TABLE contact;
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,                     -- normalised
    name TEXT NOT NULL,
    organisation_id INTEGER REFERENCES organisation (id) ON DELETE SET NULL,
    organisation TEXT NOT NULL DEFAULT '',   -- as written
    lang TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',         -- where the address came from: 'pasted', 'registered', 'api', 'example'
    search_key TEXT NOT NULL,                -- name, organisation and address, folded
    sort_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',       -- fold_name(name)
    UNIQUE (email, name_key)
) STRICT;
INSERT INTO contact (id, email, name, organisation_id, organisation, lang, source, search_key, sort_key, created_at)
    SELECT id, email, name, organisation_id, organisation, lang, source, search_key, sort_key, created_at
    FROM contact_before ORDER BY id;
DROP TABLE contact_before;
CREATE INDEX contact_sort ON contact (sort_key);
CREATE INDEX contact_organisation ON contact (organisation_id);
CREATE INDEX registration_contact ON registration (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX invitation_contact ON invitation (contact_id);

-- What a migration leaves to the program, because it takes more than SQL: done once, at the start.
CREATE TABLE upgrade (
    step TEXT PRIMARY KEY
) STRICT;
INSERT INTO upgrade (step) VALUES ('persons');

-- Somebody asked for what is kept about their mailbox: a link was mailed there. For a while only.
CREATE TABLE person_request (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,          -- 'p' + random; in personal links
    email TEXT NOT NULL,                     -- normalised
    lang TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX person_request_email ON person_request (email, created_at);
CREATE INDEX person_request_created ON person_request (created_at);
