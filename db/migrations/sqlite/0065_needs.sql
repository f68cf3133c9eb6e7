-- What companies need and can help with, and what several of them have in common.
CREATE TABLE theme (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    openness TEXT NOT NULL DEFAULT 'closed' CHECK (openness IN ('closed', 'members', 'public')),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'merged', 'dissolved')),
    merged_into INTEGER REFERENCES theme (id),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX theme_state ON theme (state, id);
CREATE INDEX theme_merged ON theme (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE need (
    id INTEGER PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL, -- who said it
    kind TEXT NOT NULL CHECK (kind IN ('challenge', 'need', 'opportunity', 'offer')),
    text TEXT NOT NULL,                      -- one sentence
    more TEXT NOT NULL DEFAULT '',
    field TEXT NOT NULL DEFAULT '',          -- need_fields
    urgency TEXT NOT NULL DEFAULT '' CHECK (urgency IN ('', 'now', 'this_year', 'later')),
    openness TEXT NOT NULL DEFAULT 'closed' CHECK (openness IN ('closed', 'members', 'public')),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'going_on', 'solved', 'withdrawn')),
    lang TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL CHECK (source IN
        ('registration', 'member', 'organiser', 'api', 'pasted', 'example')),
    gathering_id INTEGER REFERENCES gathering (id) ON DELETE SET NULL, -- where it was said
    registration_id INTEGER REFERENCES registration (id) ON DELETE SET NULL,
    theme_id INTEGER REFERENCES theme (id),  -- NULL: it stands alone
    moved_by INTEGER REFERENCES account (id) ON DELETE SET NULL,
    search_key TEXT NOT NULL,                -- fold_words of text and more
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX need_organisation ON need (organisation_id, id);
CREATE INDEX need_theme ON need (theme_id, id);
CREATE INDEX need_openness ON need (openness, id);
CREATE INDEX need_contact ON need (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX need_gathering ON need (gathering_id) WHERE gathering_id IS NOT NULL;
CREATE INDEX need_registration ON need (registration_id) WHERE registration_id IS NOT NULL;
CREATE INDEX need_moved_by ON need (moved_by) WHERE moved_by IS NOT NULL;
-- What an organiser has said is not the same thing.
CREATE TABLE need_apart (
    one INTEGER NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES need (id) ON DELETE CASCADE,
    PRIMARY KEY (one, other),
    CHECK (one < other)
) STRICT;
CREATE INDEX need_apart_other ON need_apart (other);
-- What has happened to a theme.
CREATE TABLE theme_step (
    id INTEGER PRIMARY KEY,
    theme_id INTEGER NOT NULL REFERENCES theme (id),
    what TEXT NOT NULL CHECK (what IN
        ('made', 'split', 'added', 'left', 'merged', 'named', 'opened', 'state', 'meeting')),
    need_id INTEGER REFERENCES need (id) ON DELETE SET NULL,
    said TEXT NOT NULL DEFAULT '',           -- the need, the other theme, the name before, the state
    account_id INTEGER REFERENCES account (id) ON DELETE SET NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX theme_step_theme ON theme_step (theme_id, id);
CREATE INDEX theme_step_need ON theme_step (need_id) WHERE need_id IS NOT NULL;
CREATE INDEX theme_step_account ON theme_step (account_id) WHERE account_id IS NOT NULL;
