-- From where many came unconfirmed: written by whoever makes it many, so that the list of people
-- looks at those few alone. Whether it still is many is counted when it is shown.
CREATE TABLE registration_crowd (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    client TEXT NOT NULL,                    -- the network's code; '' for one of an address
    registration_id INTEGER NOT NULL,        -- one of those of the address; 0 for one of a network
    UNIQUE (gathering_id, client, registration_id)
) STRICT;
INSERT INTO registration_crowd (gathering_id, client, registration_id)
    SELECT gathering_id, client, 0 FROM registration WHERE client <> '' AND status <> 'cancelled'
    GROUP BY gathering_id, client HAVING COUNT(*) >= 10;
INSERT INTO registration_crowd (gathering_id, client, registration_id)
    SELECT gathering_id, '', MIN(id) FROM registration
    WHERE client <> '' AND status <> 'cancelled' AND email <> ''
    GROUP BY gathering_id, email HAVING COUNT(*) >= 6;
