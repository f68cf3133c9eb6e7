-- What is due leaves in the order of its index, a few rows read. The expression keeps the planner
-- from taking mail_state, and putting the whole queue in order for each claim.
DROP INDEX mail_due;
CREATE INDEX mail_due ON mail (priority, due_at, id) WHERE (state || '') IN ('queued', 'deferred');
