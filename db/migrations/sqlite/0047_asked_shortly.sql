-- What is asked of each row that comes or changes is answered by its first words: for a list of more
-- than two, the engine fills a table of its own each time, which took longer than the row. Same rows,
-- same rules, other words: so the schema's text is changed alone, and nothing is built anew
-- (https://sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = 1;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (state IN (',
        'CHECK (state = ''queued'' OR state = ''sending'' OR state = ''sent'' OR state IN (')
    WHERE type = 'table' AND name = 'mail';
UPDATE sqlite_schema SET sql = replace(replace(sql, 'CHECK (status IN (',
        'CHECK (status = ''confirmed'' OR status = ''waiting'' OR status IN ('), 'CHECK (source IN (',
        'CHECK (source = ''public'' OR source = ''invitation'' OR source = ''api'' OR source IN (')
    WHERE type = 'table' AND name = 'registration';
UPDATE sqlite_schema SET sql = 'CREATE INDEX mail_rare ON mail (gathering_id, state, id)'
        || ' WHERE state <> ''queued'' AND state <> ''sending'' AND state <> ''sent'''
        || ' AND state IN (''held'', ''deferred'', ''failed'', ''uncertain'', ''suppressed'')'
    WHERE type = 'index' AND name = 'mail_rare';
UPDATE sqlite_schema SET sql = 'CREATE INDEX mail_words ON mail (created_at)'
        || ' WHERE (data IS NOT NULL OR note IS NOT NULL)'
        || ' AND (state || '''') IN (''sent'', ''folder'', ''failed'', ''uncertain'', ''suppressed'')'
    WHERE type = 'index' AND name = 'mail_words';
PRAGMA writable_schema = RESET;
-- Tells other connections that the schema is another.
CREATE TABLE reworded (id INTEGER PRIMARY KEY) STRICT;
DROP TABLE reworded;
