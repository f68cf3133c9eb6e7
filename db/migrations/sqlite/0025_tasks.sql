-- Work on many rows, done in pieces between other changes (app/tasks/tasks.h): what, for which
-- gathering, how far. Gone some weeks after its end.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                      -- 'registrations.moved' ...
    gathering_id INTEGER NOT NULL DEFAULT 0, -- 0: about none
    occasion TEXT NOT NULL DEFAULT '',       -- the kind's own: of its mails
    words TEXT NOT NULL DEFAULT '',          -- the organiser's
    reached INTEGER NOT NULL DEFAULT 0,      -- the kind's own: the last row that is done
    last INTEGER NOT NULL DEFAULT 0,         -- the kind's own: no row behind this one
    done INTEGER NOT NULL DEFAULT 0,         -- rows
    total INTEGER NOT NULL DEFAULT 0,
    begun_at INTEGER NOT NULL,
    turn_at INTEGER NOT NULL,                -- who waits longest is next
    due_at INTEGER NOT NULL,                 -- later than now: it failed, and is tried again then
    ended_at INTEGER,
    outcome TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'overtaken'))
) STRICT;
CREATE INDEX task_open ON task (turn_at, id) WHERE ended_at IS NULL;
CREATE INDEX task_gathering ON task (gathering_id, kind, id);
