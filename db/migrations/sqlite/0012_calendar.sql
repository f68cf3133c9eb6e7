-- A gathering has one UID in all calendar files; registrations from before keep their own.
ALTER TABLE invitation DROP COLUMN calendar_uid;
