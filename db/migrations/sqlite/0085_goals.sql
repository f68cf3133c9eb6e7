-- What the cluster wants to reach, and where it stands. Values are hundredths.
CREATE TABLE goal (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    unit TEXT NOT NULL DEFAULT '',           -- in words: 'nye bedrifter'
    start_value INTEGER NOT NULL DEFAULT 0 CHECK (start_value >= 0),
    target INTEGER NOT NULL CHECK (target >= 0),
    from_day TEXT NOT NULL,                  -- YYYY-MM-DD
    by_day TEXT NOT NULL,                    -- the last day
    yearly INTEGER NOT NULL DEFAULT 0 CHECK (yearly IN (0, 1)), -- each calendar year anew, from 0
    figure TEXT NOT NULL DEFAULT '',         -- a report's figure that measures it; '' by hand
    account_id INTEGER REFERENCES account (id) ON DELETE SET NULL, -- who sees to it
    openness TEXT NOT NULL DEFAULT 'closed' CHECK (openness IN ('closed', 'members', 'public')),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (target <> start_value),
    CHECK (by_day > from_day)
) STRICT;
CREATE INDEX goal_openness ON goal (openness, id);
CREATE INDEX goal_by ON goal (by_day, id);
CREATE INDEX goal_account ON goal (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE goal_measurement (
    id INTEGER PRIMARY KEY,
    goal_id INTEGER NOT NULL REFERENCES goal (id) ON DELETE CASCADE,
    day TEXT NOT NULL,                       -- YYYY-MM-DD
    value INTEGER NOT NULL CHECK (value >= 0),
    note TEXT NOT NULL DEFAULT '',
    made_at INTEGER NOT NULL,
    UNIQUE (goal_id, day)
) STRICT;
