ALTER TABLE invitation DROP COLUMN calendar_uid;
