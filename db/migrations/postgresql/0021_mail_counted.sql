-- How many mails there are of a gathering, kind and state, counted as they come and change state: no
-- page counts mails. What goes to many at once is counted by day too (days of UTC+1, the Norwegian
-- winter); of what goes one by one, day is 0. first_at: when the first of them was queued.
CREATE TABLE mail_count (
    gathering_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (gathering_id, kind, day, state)
);
INSERT INTO mail_count (gathering_id, kind, day, state, n, first_at)
    SELECT gathering_id, kind, CASE WHEN priority >= 3 OR kind LIKE '%.moved'
            OR kind LIKE '%.gathering_cancelled' THEN (created_at + 3600000) / 86400000 ELSE 0 END AS d,
        state, COUNT(*), MIN(created_at) FROM mail GROUP BY gathering_id, kind, d, state;
CREATE FUNCTION mail_count_change(gathering BIGINT, of_kind TEXT, priority BIGINT, of_state TEXT,
    at BIGINT, by BIGINT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO mail_count AS m (gathering_id, kind, day, state, n, first_at)
        VALUES (gathering, of_kind, CASE WHEN priority >= 3 OR of_kind LIKE '%.moved'
            OR of_kind LIKE '%.gathering_cancelled' THEN (at + 3600000) / 86400000 ELSE 0 END,
            of_state, by, at)
        ON CONFLICT (gathering_id, kind, day, state) DO UPDATE SET n = m.n + by;
$$;
CREATE FUNCTION mail_count_keep() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM mail_count_change(OLD.gathering_id, OLD.kind, OLD.priority, OLD.state, OLD.created_at, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM mail_count_change(NEW.gathering_id, NEW.kind, NEW.priority, NEW.state, NEW.created_at, 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER mail_count_some AFTER INSERT OR DELETE ON mail FOR EACH ROW
    EXECUTE FUNCTION mail_count_keep();
CREATE TRIGGER mail_count_state AFTER UPDATE OF state ON mail FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION mail_count_keep();
-- What is rare is found among a gathering's many, and what wants a look among all.
CREATE INDEX mail_rare ON mail (gathering_id, state, id)
    WHERE state IN ('held', 'deferred', 'failed', 'uncertain', 'suppressed');
CREATE INDEX mail_attention ON mail (changed_at) WHERE state IN ('failed', 'uncertain');
