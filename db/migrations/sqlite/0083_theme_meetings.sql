-- Which theme a gathering came out of, and whose needs it is about; what became of each afterwards.
CREATE TABLE theme_gathering (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL UNIQUE REFERENCES gathering (id) ON DELETE CASCADE,
    theme_id INTEGER NOT NULL REFERENCES theme (id),
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX theme_gathering_theme ON theme_gathering (theme_id, gathering_id);
CREATE TABLE gathering_need (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,          -- of the link by which its owner is asked
    epoch INTEGER NOT NULL DEFAULT 1,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id) ON DELETE CASCADE,
    need_id INTEGER NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL, -- who is asked; NULL: nobody yet
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'solved', 'going_on', 'open')),
    note TEXT NOT NULL DEFAULT '',           -- in the owner's words
    answered_at INTEGER,
    added_at INTEGER NOT NULL,
    UNIQUE (gathering_id, need_id)
) STRICT;
CREATE INDEX gathering_need_gathering ON gathering_need (gathering_id, id);
CREATE INDEX gathering_need_need ON gathering_need (need_id, gathering_id);
CREATE INDEX gathering_need_contact ON gathering_need (contact_id, gathering_id) WHERE contact_id IS NOT NULL;
-- Those whom nobody is known for to ask: looked for once a day.
CREATE INDEX gathering_need_nobody ON gathering_need (id) WHERE contact_id IS NULL AND outcome = '';
