-- How many are invited to a gathering, by answer ('' for none), counted as invitations come and are
-- answered: no page counts them. Those whose person is erased (1) are figures, and in no list.
CREATE TABLE invitation_count (
    gathering_id BIGINT NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    erased BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (gathering_id, answer, erased)
);
INSERT INTO invitation_count (gathering_id, answer, erased, n)
    SELECT gathering_id, COALESCE(answer, '') AS said,
        CASE WHEN contact_id IS NULL THEN 1 ELSE 0 END AS gone, COUNT(*)
    FROM invitation GROUP BY gathering_id, said, gone;
CREATE FUNCTION invitation_count_change(gathering BIGINT, said TEXT, contact BIGINT, by BIGINT)
    RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO invitation_count AS k (gathering_id, answer, erased, n)
        VALUES (gathering, COALESCE(said, ''), CASE WHEN contact IS NULL THEN 1 ELSE 0 END, by)
        ON CONFLICT (gathering_id, answer, erased) DO UPDATE SET n = k.n + by;
$$;
CREATE FUNCTION invitation_count_keep() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM invitation_count_change(OLD.gathering_id, OLD.answer, OLD.contact_id, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM invitation_count_change(NEW.gathering_id, NEW.answer, NEW.contact_id, 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invitation_count_some AFTER INSERT OR DELETE ON invitation FOR EACH ROW
    EXECUTE FUNCTION invitation_count_keep();
CREATE TRIGGER invitation_count_changed AFTER UPDATE OF answer, contact_id ON invitation FOR EACH ROW
    WHEN (OLD.answer IS DISTINCT FROM NEW.answer
        OR (OLD.contact_id IS NULL) <> (NEW.contact_id IS NULL))
    EXECUTE FUNCTION invitation_count_keep();
