-- As in the other engine, whose words these are, so that the same statements find the same indexes
-- and both schemas say the same.
DROP INDEX mail_rare;
CREATE INDEX mail_rare ON mail (gathering_id, state, id)
    WHERE state <> 'queued' AND state <> 'sending' AND state <> 'sent'
        AND state IN ('held', 'deferred', 'failed', 'uncertain', 'suppressed');
DROP INDEX mail_words;
CREATE INDEX mail_words ON mail (created_at)
    WHERE (data IS NOT NULL OR note IS NOT NULL)
        AND (state || '') IN ('sent', 'folder', 'failed', 'uncertain', 'suppressed');
ALTER TABLE mail DROP CONSTRAINT mail_0011_state_check;
ALTER TABLE mail ADD CONSTRAINT mail_0011_state_check
    CHECK (state = 'queued' OR state = 'sending' OR state = 'sent'
        OR state IN ('queued', 'held', 'sending', 'sent', 'folder', 'deferred', 'failed',
                     'uncertain', 'suppressed'));
ALTER TABLE registration DROP CONSTRAINT registration_status_check;
ALTER TABLE registration ADD CONSTRAINT registration_status_check
    CHECK (status = 'confirmed' OR status = 'waiting'
        OR status IN ('confirmed', 'waiting', 'cancelled'));
ALTER TABLE registration DROP CONSTRAINT registration_source_check;
ALTER TABLE registration ADD CONSTRAINT registration_source_check
    CHECK (source = 'public' OR source = 'invitation' OR source = 'api'
        OR source IN ('public', 'invitation', 'organiser', 'api', 'door', 'example'));
