-- How many mails there are of a gathering, kind and state, counted as they come and change state: no
-- page counts mails. What goes to many at once is counted by day too (days of UTC+1, the Norwegian
-- winter); of what goes one by one, day is 0. first_at: when the first of them was queued.
CREATE TABLE mail_count (
    gathering_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    state TEXT NOT NULL,
    n INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    PRIMARY KEY (gathering_id, kind, day, state)
) STRICT;
INSERT INTO mail_count (gathering_id, kind, day, state, n, first_at)
    SELECT gathering_id, kind, CASE WHEN priority >= 3 OR kind LIKE '%.moved'
            OR kind LIKE '%.gathering_cancelled' THEN (created_at + 3600000) / 86400000 ELSE 0 END AS d,
        state, COUNT(*), MIN(created_at) FROM mail GROUP BY gathering_id, kind, d, state;
CREATE TRIGGER mail_count_new AFTER INSERT ON mail BEGIN
    INSERT INTO mail_count (gathering_id, kind, day, state, n, first_at)
        VALUES (NEW.gathering_id, NEW.kind, CASE WHEN NEW.priority >= 3 OR NEW.kind LIKE '%.moved'
            OR NEW.kind LIKE '%.gathering_cancelled' THEN (NEW.created_at + 3600000) / 86400000
            ELSE 0 END, NEW.state, 1, NEW.created_at)
        ON CONFLICT (gathering_id, kind, day, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER mail_count_gone AFTER DELETE ON mail BEGIN
    UPDATE mail_count SET n = n - 1 WHERE gathering_id = OLD.gathering_id AND kind = OLD.kind
        AND state = OLD.state AND day = CASE WHEN OLD.priority >= 3 OR OLD.kind LIKE '%.moved'
            OR OLD.kind LIKE '%.gathering_cancelled' THEN (OLD.created_at + 3600000) / 86400000
            ELSE 0 END;
END;
CREATE TRIGGER mail_count_state AFTER UPDATE OF state ON mail WHEN OLD.state <> NEW.state BEGIN
    UPDATE mail_count SET n = n - 1 WHERE gathering_id = OLD.gathering_id AND kind = OLD.kind
        AND state = OLD.state AND day = CASE WHEN OLD.priority >= 3 OR OLD.kind LIKE '%.moved'
            OR OLD.kind LIKE '%.gathering_cancelled' THEN (OLD.created_at + 3600000) / 86400000
            ELSE 0 END;
    INSERT INTO mail_count (gathering_id, kind, day, state, n, first_at)
        VALUES (NEW.gathering_id, NEW.kind, CASE WHEN NEW.priority >= 3 OR NEW.kind LIKE '%.moved'
            OR NEW.kind LIKE '%.gathering_cancelled' THEN (NEW.created_at + 3600000) / 86400000
            ELSE 0 END, NEW.state, 1, NEW.created_at)
        ON CONFLICT (gathering_id, kind, day, state) DO UPDATE SET n = n + 1;
END;
-- What is rare is found among a gathering's many, and what wants a look among all.
CREATE INDEX mail_rare ON mail (gathering_id, state, id)
    WHERE state IN ('held', 'deferred', 'failed', 'uncertain', 'suppressed');
CREATE INDEX mail_attention ON mail (changed_at) WHERE state IN ('failed', 'uncertain');
