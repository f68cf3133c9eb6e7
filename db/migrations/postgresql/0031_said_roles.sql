-- What an organisation is to the cluster is said by somebody: '' until then, not a member.
ALTER TABLE organisation ADD COLUMN said TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (said IN
    ('', 'member', 'supplier', 'customer', 'research', 'partner', 'cluster', 'public', 'funder'));
UPDATE organisation SET said = role;
ALTER TABLE organisation DROP COLUMN role;
ALTER TABLE organisation RENAME COLUMN said TO role;
