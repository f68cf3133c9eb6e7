-- What the clock was when it was last looked at: nothing is thrown away by a clock that has leapt.
CREATE TABLE steady_clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    believed_at INTEGER NOT NULL,            -- last time that was believed, 0: never
    seen_at INTEGER NOT NULL,                -- last time since a leap, not believed yet; 0: no leap
    steady_ms INTEGER NOT NULL               -- so long has it gone steadily since that leap
) STRICT;
INSERT INTO steady_clock (id, believed_at, seen_at, steady_ms) VALUES (1, 0, 0, 0);
