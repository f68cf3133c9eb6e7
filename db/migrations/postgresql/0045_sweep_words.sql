-- The words of old mails are found along this index alone. The expression keeps the planner from
-- taking mail_state, and looking through all mails where there are none.
DROP INDEX mail_words;
CREATE INDEX mail_words ON mail (created_at)
    WHERE (state || '') IN ('sent', 'folder', 'failed', 'uncertain', 'suppressed')
        AND (data IS NOT NULL OR note IS NOT NULL);
