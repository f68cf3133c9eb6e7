-- A form key is bound to what was sent with it and where to.
ALTER TABLE form_key ADD COLUMN body_hash BLOB NOT NULL DEFAULT x'';  -- of path and body; 32 bytes
