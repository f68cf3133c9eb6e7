-- An end that nobody said is not told to anybody: ends_at is then no more than when it counts as
-- over, and how long it is in calendar files. told_end is 0 where no end was told.
ALTER TABLE gathering ADD COLUMN open_end BIGINT NOT NULL DEFAULT 0;
