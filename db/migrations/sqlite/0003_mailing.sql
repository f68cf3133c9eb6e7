-- The outbox is the queue: one row a recipient. Life-cycle:
-- queued -> sending -> sent | deferred -> ... | failed | uncertain | suppressed
CREATE TABLE mail (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',         -- 'registration', 'invitation', 'account', '' ...
    parent_id INTEGER NOT NULL DEFAULT 0,
    occasion TEXT NOT NULL,                  -- what lets the same kind go again on purpose
    gathering_id INTEGER NOT NULL DEFAULT 0,
    to_name TEXT NOT NULL,
    to_email TEXT NOT NULL,
    lang TEXT NOT NULL,
    note TEXT,                               -- organiser's words, or the key of a text
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'suppressed')),
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
    subject TEXT NOT NULL DEFAULT '',        -- as sent
    data TEXT,                               -- JSON the message was made from, kept when it left
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (kind, parent, parent_id, occasion)
) STRICT;
CREATE INDEX mail_due ON mail (priority, due_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX mail_state ON mail (state, id);
CREATE INDEX mail_sending ON mail (lease_until) WHERE state = 'sending';
CREATE INDEX mail_gathering ON mail (gathering_id, id);
CREATE INDEX mail_parent ON mail (parent, parent_id);
CREATE INDEX mail_email ON mail (to_email);

-- Addresses that get no more of some mail.
CREATE TABLE mail_suppression (
    email TEXT PRIMARY KEY,                  -- normalised
    reason TEXT NOT NULL CHECK (reason IN ('bounce', 'asked')),
    reply TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;

-- One row: is the sender paused, and why.
CREATE TABLE mail_sender (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    paused_at INTEGER,                       -- NULL: it sends
    retry_at INTEGER,                        -- when it tries again by itself
    reason TEXT NOT NULL DEFAULT '',         -- auth, sender, quota, connect
    reply TEXT NOT NULL DEFAULT '',
    pauses INTEGER NOT NULL DEFAULT 0,       -- in a row: the back-off grows
    held INTEGER NOT NULL DEFAULT 0,         -- restored from a backup: an organiser releases it
    held_at INTEGER,                         -- what was queued before it is the old queue
    message_host TEXT NOT NULL DEFAULT 'localhost' -- right side of new Message-IDs, from --from
) STRICT;
INSERT INTO mail_sender (id) VALUES (1);

-- Which automatic message went for which moment: a rule is evaluated once a moment.
CREATE TABLE reminder_run (
    rule TEXT NOT NULL,
    gathering_id INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'missed', 'overtaken', 'skipped')),
    mails INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (rule, gathering_id, moment)
) STRICT;
