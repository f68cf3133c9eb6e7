-- The dead tickets of a registration, for who is erased; the live one has an index already.
CREATE INDEX ticket_dead ON ticket (registration_id) WHERE cancelled_at IS NOT NULL;
-- What the invited answered is counted along an index alone.
CREATE INDEX invitation_answer ON invitation (gathering_id, answer);
