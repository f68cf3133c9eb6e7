-- Rooms of the hub and when they are taken.
CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,           -- fold_name
    sort_key TEXT NOT NULL,                  -- fold_sort
    kind TEXT NOT NULL CHECK (kind IN ('lab', 'innovation', 'project')),
    capacity INTEGER CHECK (capacity > 0),   -- NULL: nobody has said
    place TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    out_of_use INTEGER NOT NULL DEFAULT 0 CHECK (out_of_use IN (0, 1))
) STRICT;
CREATE TABLE room_booking (
    id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES room (id),
    gathering_id INTEGER REFERENCES gathering (id) ON DELETE CASCADE,  -- NULL: booked by hand
    organisation_id INTEGER REFERENCES organisation (id),  -- whom it is for
    series_id INTEGER,                            -- the first of those that come every week
    what TEXT NOT NULL DEFAULT '',           -- '' where a gathering says it
    who TEXT NOT NULL DEFAULT '',
    who_key TEXT NOT NULL DEFAULT '',         -- fold_name
    email TEXT NOT NULL DEFAULT '',
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    before_min INTEGER NOT NULL DEFAULT 0 CHECK (before_min >= 0),  -- setting up, in from_at already
    after_min INTEGER NOT NULL DEFAULT 0 CHECK (after_min >= 0),
    collides INTEGER NOT NULL DEFAULT 0 CHECK (collides IN (0, 1)),  -- its gathering was moved onto another's time
    changed_at INTEGER NOT NULL,
    CHECK (to_at > from_at),
    CHECK (email = '' OR who <> ''),
    UNIQUE (gathering_id, room_id)
) STRICT;
CREATE INDEX room_booking_room ON room_booking (room_id, from_at);
CREATE INDEX room_booking_from ON room_booking (from_at);
CREATE INDEX room_booking_organisation ON room_booking (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX room_booking_series ON room_booking (series_id, from_at) WHERE series_id IS NOT NULL;
CREATE INDEX room_booking_email ON room_booking (email) WHERE email <> '';
CREATE INDEX room_booking_named ON room_booking (to_at) WHERE who <> '';
CREATE INDEX room_booking_collides ON room_booking (room_id, id) WHERE collides = 1;
