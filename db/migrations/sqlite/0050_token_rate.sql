-- How many requests a token may make in a minute; 0: as many as it likes, as those of before may.
ALTER TABLE api_token ADD COLUMN per_minute INTEGER NOT NULL DEFAULT 0;
