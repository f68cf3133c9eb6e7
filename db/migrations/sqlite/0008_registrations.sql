CREATE TABLE registration (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,          -- 'r' + random; in personal links
    epoch INTEGER NOT NULL DEFAULT 1,        -- a new one revokes the links before
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    contact_id INTEGER,
    status TEXT NOT NULL CHECK (status IN ('confirmed', 'waiting', 'cancelled')),
    name TEXT NOT NULL,
    email TEXT NOT NULL,                     -- normalised; '' for a walk-in without one
    organisation TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    wish TEXT NOT NULL DEFAULT '',
    requirements TEXT NOT NULL DEFAULT '',   -- health data: erased seven days after
    language TEXT NOT NULL DEFAULT 'nb',
    name_key TEXT NOT NULL,                  -- fold_search(name)
    search_key TEXT NOT NULL,                -- name, organisation, address folded
    sort_key TEXT NOT NULL,
    organisation_key TEXT NOT NULL DEFAULT '', -- fold_sort(organisation)
    source TEXT NOT NULL CHECK (source IN ('public', 'invitation', 'organiser', 'api', 'door', 'example')),
    made_by INTEGER NOT NULL DEFAULT 0,
    waiting_since INTEGER,                   -- place in the line: (waiting_since, id)
    calendar_uid TEXT NOT NULL,              -- one a gathering and person, kept from the first mail on
    calendar_seq INTEGER NOT NULL DEFAULT 0,
    keep_requirements INTEGER NOT NULL DEFAULT 0,
    show_name INTEGER NOT NULL DEFAULT 0,
    photo_ok INTEGER NOT NULL DEFAULT 0,
    invite_later INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    cancelled_at INTEGER,
    cancel_reason TEXT NOT NULL DEFAULT '',
    replaced_by INTEGER                      -- the colleague's registration that came instead
) STRICT;
-- Several people may share an address, one live person a gathering registers once. Walk-ins without
-- an address may have the same name.
CREATE UNIQUE INDEX registration_person ON registration (gathering_id, email, name_key)
    WHERE status <> 'cancelled' AND email <> '';
CREATE INDEX registration_gathering ON registration (gathering_id, id);
CREATE INDEX registration_line ON registration (gathering_id, waiting_since, id) WHERE status = 'waiting';
CREATE INDEX registration_email ON registration (email);
-- Allergies that people asked to be remembered for next time. Health data: withdrawn with a tick,
-- gone two years after they were last used.
CREATE TABLE requirement_kept (
    email TEXT NOT NULL,
    name_key TEXT NOT NULL,
    requirements TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (email, name_key)
) STRICT;
