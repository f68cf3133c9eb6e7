-- An invitation that nobody has answered can be withdrawn: then it is in no list and no figure, and
-- its person can be invited again. The row stays, so that the mailed link can say so, and still
-- stop further invitations to withdrawn_from, whose it was (NULL once the person is erased).
ALTER TABLE invitation ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE invitation ADD COLUMN withdrawn_from INTEGER REFERENCES contact (id);
CREATE INDEX invitation_withdrawn ON invitation (withdrawn_from) WHERE withdrawn_from IS NOT NULL;
DROP TRIGGER invitation_count_gone;
DROP TRIGGER invitation_count_changed;
CREATE TRIGGER invitation_count_gone AFTER DELETE ON invitation WHEN OLD.withdrawn_at IS NULL BEGIN
    UPDATE invitation_count SET n = n - 1 WHERE gathering_id = OLD.gathering_id
        AND answer = COALESCE(OLD.answer, '') AND erased = (OLD.contact_id IS NULL);
END;
CREATE TRIGGER invitation_count_changed AFTER UPDATE OF answer, contact_id, withdrawn_at ON invitation
    WHEN OLD.answer IS NOT NEW.answer OR (OLD.contact_id IS NULL) <> (NEW.contact_id IS NULL)
        OR (OLD.withdrawn_at IS NULL) <> (NEW.withdrawn_at IS NULL) BEGIN
    UPDATE invitation_count SET n = n - 1 WHERE OLD.withdrawn_at IS NULL
        AND gathering_id = OLD.gathering_id
        AND answer = COALESCE(OLD.answer, '') AND erased = (OLD.contact_id IS NULL);
    INSERT INTO invitation_count (gathering_id, answer, erased, n)
        SELECT NEW.gathering_id, COALESCE(NEW.answer, ''), NEW.contact_id IS NULL, 1
        WHERE NEW.withdrawn_at IS NULL
        ON CONFLICT (gathering_id, answer, erased) DO UPDATE SET n = n + 1;
END;
