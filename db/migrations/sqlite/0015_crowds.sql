-- Who registers on the open form is confirmed by nobody yet. 'client' is a keyed code of the network
-- that such a registration came from; it is dropped when the person uses the mailed link, and when
-- the gathering is over.
ALTER TABLE registration ADD COLUMN client TEXT NOT NULL DEFAULT '';
-- The colleague's name as it was typed by who sent them.
ALTER TABLE registration ADD COLUMN replaced_name TEXT NOT NULL DEFAULT '';
CREATE INDEX registration_client ON registration (gathering_id, client) WHERE client <> '';
CREATE INDEX registration_replaced ON registration (replaced_by) WHERE replaced_by IS NOT NULL;

-- Each try at the open form that was let through, also by who was registered already: so that what
-- is refused says nothing of who is. Codes only, kept for a day.
CREATE TABLE registration_try (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL,
    client TEXT NOT NULL,
    address TEXT NOT NULL,                   -- keyed code of the address typed
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX registration_try_client ON registration_try (gathering_id, client, at);
CREATE INDEX registration_try_address ON registration_try (gathering_id, client, address, at);
CREATE INDEX registration_try_at ON registration_try (at);
