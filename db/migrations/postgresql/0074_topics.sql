-- What a gathering is about: as typed, and each by itself for those who look for one.
ALTER TABLE gathering ADD COLUMN topics TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE TABLE gathering_topic (
    gathering_id BIGINT NOT NULL REFERENCES gathering (id) ON DELETE CASCADE,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    UNIQUE (gathering_id, slug)
);
CREATE INDEX gathering_topic_slug ON gathering_topic (slug, gathering_id);
