-- Who is invited, in the order of their names: all of a gathering, and those of one answer (a
-- colleague's is a yes). A page of the list is read along an index, wherever it begins. sort_key is
-- the contact's; '' once the person is erased.
ALTER TABLE invitation ADD COLUMN sort_key TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE invitation SET sort_key = (SELECT k.sort_key FROM contact k WHERE k.id = invitation.contact_id)
    WHERE contact_id IS NOT NULL;
CREATE INDEX invitation_listed ON invitation (gathering_id, sort_key, id) WHERE contact_id IS NOT NULL;
DROP INDEX invitation_answer;
CREATE INDEX invitation_answer ON invitation (gathering_id,
    (CASE answer WHEN 'colleague' THEN 'yes' ELSE COALESCE(answer, 'none') END), sort_key, id)
    WHERE contact_id IS NOT NULL;
CREATE FUNCTION invitation_sort() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invitation SET sort_key = NEW.sort_key WHERE contact_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER invitation_sorted AFTER UPDATE OF sort_key ON contact FOR EACH ROW
    WHEN (OLD.sort_key <> NEW.sort_key) EXECUTE FUNCTION invitation_sort();
