-- What is past its time is found by an index and thrown away in pieces: the words of old mails, kept
-- needs that nobody used.
CREATE INDEX mail_words ON mail (created_at)
    WHERE state IN ('sent', 'folder', 'failed', 'uncertain', 'suppressed')
        AND (data IS NOT NULL OR note IS NOT NULL);
CREATE INDEX requirement_kept_at ON requirement_kept (kept_at);
