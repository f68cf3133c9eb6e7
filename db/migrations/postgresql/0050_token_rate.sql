-- How many requests a token may make in a minute; 0: as many as it likes, as those of before may.
ALTER TABLE api_token ADD COLUMN per_minute BIGINT NOT NULL DEFAULT 0;
