-- A need beside an offer that fits it: what the organiser has done with it, and what both sides say.
CREATE TABLE need_match (
    id INTEGER PRIMARY KEY,
    need_id INTEGER NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    offer_id INTEGER NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'introduced', 'declined', 'dismissed', 'ended')),
    reason TEXT NOT NULL DEFAULT '',         -- the words they share
    made_at INTEGER NOT NULL,
    introduced_at INTEGER,
    changed_at INTEGER NOT NULL,
    UNIQUE (need_id, offer_id),
    CHECK (need_id <> offer_id),
    CHECK ((state = 'introduced') = (introduced_at IS NOT NULL))
) STRICT;
CREATE INDEX need_match_offer ON need_match (offer_id);
CREATE INDEX need_match_state ON need_match (state, id);
CREATE INDEX need_match_introduced ON need_match (introduced_at) WHERE introduced_at IS NOT NULL;
CREATE TABLE need_match_side (
    id INTEGER PRIMARY KEY,
    match_id INTEGER NOT NULL REFERENCES need_match (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('need', 'offer')),
    public_id TEXT NOT NULL UNIQUE,          -- of the link by which it is asked
    epoch INTEGER NOT NULL DEFAULT 1,
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL, -- who is asked; NULL: nobody is known
    answer TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'yes', 'no')),
    answered_at INTEGER,
    UNIQUE (match_id, side)
) STRICT;
CREATE INDEX need_match_side_contact ON need_match_side (contact_id) WHERE contact_id IS NOT NULL;
