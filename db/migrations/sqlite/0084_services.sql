-- What the hub does for companies, and what they have asked it for.
CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,           -- fold_name
    sort_key TEXT NOT NULL,                  -- fold_sort
    kind TEXT NOT NULL CHECK (kind IN ('process', 'training', 'network', 'advice', 'sourcing', 'market', 'strategy', 'other')),
    about TEXT NOT NULL DEFAULT '',
    rate INTEGER CHECK (rate > 0),           -- kroner an hour it is worth; NULL: nobody has said
    offered INTEGER NOT NULL DEFAULT 1 CHECK (offered IN (0, 1))
) STRICT;
CREATE TABLE service_request (
    id INTEGER PRIMARY KEY,
    service_id INTEGER NOT NULL REFERENCES service (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL, -- who asked; NULL: nobody that is known
    text TEXT NOT NULL,                      -- what they would like help with
    state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'agreed', 'going_on', 'done', 'declined', 'withdrawn')),
    answer TEXT NOT NULL DEFAULT '',         -- the hub's, read by who asked
    note TEXT NOT NULL DEFAULT '',           -- the hub's own
    follow_up TEXT NOT NULL DEFAULT '',      -- YYYY-MM-DD, when the hub looks at it again; '' once it is over
    minutes INTEGER NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    value INTEGER CHECK (value >= 0),        -- kroner; NULL: nobody has said
    free INTEGER NOT NULL DEFAULT 0 CHECK (free IN (0, 1)),  -- nothing was paid for it
    source TEXT NOT NULL,                    -- who wrote it down: member, organiser, api, example
    asked_at INTEGER NOT NULL,
    answered_at INTEGER,
    done_at INTEGER,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'done') = (done_at IS NOT NULL))
) STRICT;
CREATE INDEX service_request_state ON service_request (state, id);
CREATE INDEX service_request_organisation ON service_request (organisation_id, id);
CREATE INDEX service_request_contact ON service_request (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX service_request_service ON service_request (service_id);
CREATE INDEX service_request_asked ON service_request (asked_at);
CREATE INDEX service_request_done ON service_request (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX service_request_follow_up ON service_request (follow_up, id) WHERE follow_up <> '';
-- What a company may get for nothing in three years before it must be told to somebody.
CREATE TABLE service_limit (
    name TEXT NOT NULL PRIMARY KEY CHECK (name = 'free'),
    kroner INTEGER NOT NULL CHECK (kroner > 0)
) STRICT;
INSERT INTO service_limit (name, kroner) VALUES ('free', 3500000);
-- The report counts needs and themes by when they came and were solved.
CREATE INDEX need_created ON need (created_at);
CREATE INDEX theme_created ON theme (created_at);
CREATE INDEX need_solved ON need (changed_at) WHERE state = 'solved';
