-- What really became of a mail: two more states, why it was refused, and refusals that may be about
-- us. held: an organiser holds this one. folder: there was no mail server, nobody got it.
CREATE TABLE mail_0011 (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',         -- 'registration', 'invitation', 'account', '' ...
    parent_id INTEGER NOT NULL DEFAULT 0,
    occasion TEXT NOT NULL,                  -- what lets the same kind go again on purpose
    again INTEGER NOT NULL DEFAULT 0,        -- sent once more by an organiser: 1, 2 ...
    gathering_id INTEGER NOT NULL DEFAULT 0,
    to_name TEXT NOT NULL,
    to_email TEXT NOT NULL,
    lang TEXT NOT NULL,
    note TEXT,                               -- organiser's words, or the key of a text
    secret INTEGER NOT NULL DEFAULT 0,       -- holds a one-time link: never sent once more
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'held', 'sending', 'sent', 'folder', 'deferred', 'failed',
                         'uncertain', 'suppressed')),
    message_id TEXT NOT NULL UNIQUE,
    attempts INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 2,     -- 0 goes first
    due_at INTEGER NOT NULL,                 -- not before
    first_try_at INTEGER,                    -- five days after it, deferred becomes failed
    lease_until INTEGER NOT NULL DEFAULT 0,
    data_at INTEGER,                         -- committed before the first byte of the message leaves
    sent_at INTEGER,
    last_code INTEGER NOT NULL DEFAULT 0,    -- SMTP reply code
    last_reply TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',            -- what the reply was about: 'full', 'no_such_user' ...
    doubt_at INTEGER,                        -- refused then, perhaps because of us; nobody taken since
    doubts INTEGER NOT NULL DEFAULT 0,       -- how often
    alone INTEGER NOT NULL DEFAULT 0,        -- another was taken since: the next refusal is its own
    subject TEXT NOT NULL DEFAULT '',        -- as sent
    data TEXT,                               -- JSON the message was made from, kept when it left
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (kind, parent, parent_id, occasion, again)
) STRICT;
INSERT INTO mail_0011 (id, kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,
        note, secret, state, message_id, attempts, priority, due_at, first_try_at, lease_until,
        data_at, sent_at, last_code, last_reply, subject, data, created_at, changed_at)
    SELECT id, kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang, note,
        CASE WHEN parent = 'account' THEN 1 ELSE 0 END,
        CASE WHEN state = 'sent' AND last_reply LIKE 'mailbox/%' THEN 'folder' ELSE state END,
        message_id, attempts, priority, due_at, first_try_at, lease_until, data_at,
        CASE WHEN last_reply LIKE 'mailbox/%' THEN NULL ELSE sent_at END,
        last_code, last_reply, subject, data, created_at, changed_at FROM mail;
DROP TABLE mail;
ALTER TABLE mail_0011 RENAME TO mail;
CREATE INDEX mail_due ON mail (priority, due_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX mail_state ON mail (state, id);
CREATE INDEX mail_sending ON mail (lease_until) WHERE state = 'sending';
CREATE INDEX mail_doubt ON mail (doubt_at) WHERE doubt_at IS NOT NULL;
CREATE INDEX mail_failed ON mail (gathering_id, id) WHERE state = 'failed';
CREATE INDEX mail_folder ON mail (kind, gathering_id, secret) WHERE state = 'folder';
CREATE INDEX mail_gathering ON mail (gathering_id, id);
CREATE INDEX mail_parent ON mail (parent, parent_id);
CREATE INDEX mail_email ON mail (to_email);

-- The message whose refusal paused the sender: what finds out whether it may go on is another.
ALTER TABLE mail_sender ADD COLUMN refused_id INTEGER NOT NULL DEFAULT 0;
UPDATE mail_sender SET reason = CASE reason WHEN 'quota' THEN 'limit' WHEN 'connect' THEN 'network'
    ELSE reason END;
