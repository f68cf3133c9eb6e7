-- When it was to begin as it was published first: programs that read its page are told that it has
-- moved, and from when. 0: not published.
ALTER TABLE gathering ADD COLUMN first_start BIGINT NOT NULL DEFAULT 0;
UPDATE gathering SET first_start = CASE WHEN told_start <> 0 THEN told_start ELSE starts_at END
 WHERE published_at IS NOT NULL;
