CREATE TABLE gathering (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT 'theme' CHECK (kind IN ('theme', 'cluster')),
    status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'cancelled')),
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',    -- Markdown
    place TEXT NOT NULL,                     -- 'TechHub, Prosjektrommet'
    address TEXT NOT NULL DEFAULT '',
    practical TEXT NOT NULL DEFAULT '',      -- parking, ferry, doors: Markdown
    timezone TEXT NOT NULL DEFAULT 'Europe/Oslo',
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    deadline INTEGER,                        -- last moment to register
    capacity INTEGER CHECK (capacity IS NULL OR capacity >= 0),
    seats_taken INTEGER NOT NULL DEFAULT 0 CHECK (seats_taken >= 0),
    waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    attended INTEGER NOT NULL DEFAULT 0 CHECK (attended >= 0), -- let in at the door
    language TEXT NOT NULL DEFAULT 'nb' CHECK (language IN ('nb', 'nn', 'en')),
    ask_wish INTEGER NOT NULL DEFAULT 1,
    ask_requirements INTEGER NOT NULL DEFAULT 1,
    calendar_uid TEXT NOT NULL UNIQUE,       -- of the public calendar feed
    calendar_seq INTEGER NOT NULL DEFAULT 0, -- grows with each move or cancellation (RFC 5545 SEQUENCE)
    told_start INTEGER NOT NULL DEFAULT 0,   -- what those registered were last told of time and place
    told_end INTEGER NOT NULL DEFAULT 0,
    told_place TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    published_at INTEGER,
    cancelled_at INTEGER,
    created_by INTEGER NOT NULL DEFAULT 0,
    CHECK (ends_at >= starts_at)
) STRICT;
CREATE INDEX gathering_starts ON gathering (starts_at, id);
CREATE TABLE programme_item (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    starts TEXT NOT NULL DEFAULT '',         -- 'HH:MM' local, or ''
    title TEXT NOT NULL,
    speaker TEXT NOT NULL DEFAULT '',
    UNIQUE (gathering_id, position)
) STRICT;
