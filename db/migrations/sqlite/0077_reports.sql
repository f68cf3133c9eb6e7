-- Reports that were handed in: as they were, whatever changes or is erased afterwards.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                      -- whom it was for: 'Fylkeskommunen, halvår'
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,                  -- the first moment after it
    data TEXT NOT NULL,                      -- JSON: its figures and gatherings, no person
    account_id INTEGER NOT NULL DEFAULT 0,
    made_at INTEGER NOT NULL,
    CHECK (to_at > from_at)
) STRICT;
