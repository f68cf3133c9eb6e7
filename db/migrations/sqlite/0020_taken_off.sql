-- An organiser ended the registration, not the person.
ALTER TABLE registration ADD COLUMN taken_off INTEGER NOT NULL DEFAULT 0;
