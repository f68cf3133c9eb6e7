-- What registrations of a gathering are found and sorted by, a hundred in a row: a search among
-- 50,000 reads 500 rows, and who registers writes none of it. Those behind the last row are looked
-- at one by one. The program packs them (registrations_words.c).
CREATE TABLE registration_words (
    gathering_id BIGINT NOT NULL REFERENCES gathering (id),
    last_id BIGINT NOT NULL,                -- of the last registration in it
    entries TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (gathering_id, last_id)
);
