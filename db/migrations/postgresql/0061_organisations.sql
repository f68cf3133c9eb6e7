-- What is said of an organisation beside its role and trade; the directory shows those that chose it.
ALTER TABLE organisation ADD COLUMN size BIGINT CHECK (size >= 0); -- employees; NULL: nobody has said
ALTER TABLE organisation ADD COLUMN number TEXT COLLATE "C" NOT NULL DEFAULT ''; -- nine digits
ALTER TABLE organisation ADD COLUMN website TEXT COLLATE "C" NOT NULL DEFAULT ''; -- with its http(s)://
ALTER TABLE organisation ADD COLUMN description TEXT COLLATE "C" NOT NULL DEFAULT ''; -- its own words
ALTER TABLE organisation ADD COLUMN member_from TEXT COLLATE "C" NOT NULL DEFAULT ''; -- YYYY-MM-DD, so is until: the last day
ALTER TABLE organisation ADD COLUMN member_until TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE organisation ADD COLUMN in_directory BIGINT NOT NULL DEFAULT 0 CHECK (in_directory IN (0, 1));
ALTER TABLE organisation ADD COLUMN words TEXT COLLATE "C" NOT NULL DEFAULT ''; -- fold_words of name, trade, number and tags
ALTER TABLE organisation ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
UPDATE organisation SET changed_at = created_at;
CREATE UNIQUE INDEX organisation_number ON organisation (number) WHERE number <> '';
CREATE INDEX organisation_sort ON organisation (sort_key);
CREATE INDEX organisation_directory ON organisation (sort_key) WHERE in_directory = 1;

CREATE TABLE organisation_tag (
    organisation_id BIGINT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    tag_key TEXT COLLATE "C" NOT NULL,       -- fold_name
    tag TEXT COLLATE "C" NOT NULL,           -- as written
    PRIMARY KEY (organisation_id, tag_key)
);
CREATE INDEX organisation_tag_key ON organisation_tag (tag_key, tag, organisation_id);

-- What one was called before, or what was merged into it: whoever writes that means it.
CREATE TABLE organisation_alias (
    search_key TEXT COLLATE "C" PRIMARY KEY, -- as in organisation
    sort_key TEXT COLLATE "C" NOT NULL,      -- fold_sort: what registrations of that name are kept under
    organisation_id BIGINT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE
);
CREATE INDEX organisation_alias_of ON organisation_alias (organisation_id);

-- What they are found by is made by the program, in pieces while it serves (organisations_words.c).
INSERT INTO task (kind, last, total, begun_at, turn_at, due_at)
    SELECT 'organisations.words', MAX(id), MAX(id), 0, 0, 0 FROM organisation HAVING MAX(id) > 0;
