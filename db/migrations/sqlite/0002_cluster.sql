-- The cluster whose data folder this is, and the program's own keys.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE secret (
    name TEXT PRIMARY KEY,                   -- link_invitation, link_registration, ticket_public, ticket_secret ...
    value BLOB NOT NULL
) STRICT;
