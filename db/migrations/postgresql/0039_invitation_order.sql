-- Invitations of a gathering in their order, a piece at a time.
CREATE INDEX invitation_gathering ON invitation (gathering_id, id);
