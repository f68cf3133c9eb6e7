-- What a gathering is about: as typed, and each by itself for those who look for one.
ALTER TABLE gathering ADD COLUMN topics TEXT NOT NULL DEFAULT '';
CREATE TABLE gathering_topic (
    gathering_id INTEGER NOT NULL REFERENCES gathering (id) ON DELETE CASCADE,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (gathering_id, slug)
) STRICT;
CREATE INDEX gathering_topic_slug ON gathering_topic (slug, gathering_id);
