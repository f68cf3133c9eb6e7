-- The number of the project that a gathering is paid for by, and reported under.
ALTER TABLE gathering ADD COLUMN project TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX gathering_project ON gathering (project, starts_at) WHERE project <> '';
