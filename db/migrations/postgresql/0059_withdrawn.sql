-- An invitation that nobody has answered can be withdrawn: then it is in no list and no figure, and
-- its person can be invited again. The row stays, so that the mailed link can say so, and still
-- stop further invitations to withdrawn_from, whose it was (NULL once the person is erased).
ALTER TABLE invitation ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE invitation ADD COLUMN withdrawn_from BIGINT REFERENCES contact (id);
CREATE INDEX invitation_withdrawn ON invitation (withdrawn_from) WHERE withdrawn_from IS NOT NULL;
CREATE OR REPLACE FUNCTION invitation_count_keep() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.withdrawn_at IS NULL THEN
        PERFORM invitation_count_change(OLD.gathering_id, OLD.answer, OLD.contact_id, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.withdrawn_at IS NULL THEN
        PERFORM invitation_count_change(NEW.gathering_id, NEW.answer, NEW.contact_id, 1);
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER invitation_count_changed ON invitation;
CREATE TRIGGER invitation_count_changed AFTER UPDATE OF answer, contact_id, withdrawn_at ON invitation
    FOR EACH ROW
    WHEN (OLD.answer IS DISTINCT FROM NEW.answer
        OR (OLD.contact_id IS NULL) <> (NEW.contact_id IS NULL)
        OR (OLD.withdrawn_at IS NULL) <> (NEW.withdrawn_at IS NULL))
    EXECUTE FUNCTION invitation_count_keep();
