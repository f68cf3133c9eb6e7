-- How many are invited to a gathering, by answer ('' for none), counted as invitations come and are
-- answered: no page counts them. Those whose person is erased (1) are figures, and in no list.
CREATE TABLE invitation_count (
    gathering_id INTEGER NOT NULL,
    answer TEXT NOT NULL,
    erased INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (gathering_id, answer, erased)
) STRICT;
INSERT INTO invitation_count (gathering_id, answer, erased, n)
    SELECT gathering_id, COALESCE(answer, '') AS said,
        CASE WHEN contact_id IS NULL THEN 1 ELSE 0 END AS gone, COUNT(*)
    FROM invitation GROUP BY gathering_id, said, gone;
CREATE TRIGGER invitation_count_new AFTER INSERT ON invitation BEGIN
    INSERT INTO invitation_count (gathering_id, answer, erased, n)
        VALUES (NEW.gathering_id, COALESCE(NEW.answer, ''), NEW.contact_id IS NULL, 1)
        ON CONFLICT (gathering_id, answer, erased) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER invitation_count_gone AFTER DELETE ON invitation BEGIN
    UPDATE invitation_count SET n = n - 1 WHERE gathering_id = OLD.gathering_id
        AND answer = COALESCE(OLD.answer, '') AND erased = (OLD.contact_id IS NULL);
END;
CREATE TRIGGER invitation_count_changed AFTER UPDATE OF answer, contact_id ON invitation
    WHEN OLD.answer IS NOT NEW.answer OR (OLD.contact_id IS NULL) <> (NEW.contact_id IS NULL) BEGIN
    UPDATE invitation_count SET n = n - 1 WHERE gathering_id = OLD.gathering_id
        AND answer = COALESCE(OLD.answer, '') AND erased = (OLD.contact_id IS NULL);
    INSERT INTO invitation_count (gathering_id, answer, erased, n)
        VALUES (NEW.gathering_id, COALESCE(NEW.answer, ''), NEW.contact_id IS NULL, 1)
        ON CONFLICT (gathering_id, answer, erased) DO UPDATE SET n = n + 1;
END;
