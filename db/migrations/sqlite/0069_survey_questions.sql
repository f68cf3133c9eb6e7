-- What is asked after a gathering are questions that an organiser words; who answers is named, or
-- not: then nothing says whose an answer is, only that somebody has answered.
CREATE TABLE survey_new (
    gathering_id INTEGER NOT NULL UNIQUE REFERENCES gathering (id) ON DELETE CASCADE,
    asked INTEGER NOT NULL CHECK (asked IN (0, 1)),         -- 0: only worded, nobody is to be asked
    anonymous INTEGER NOT NULL CHECK (anonymous IN (0, 1)),
    version INTEGER NOT NULL,                -- another one whenever the questions mean something else
    answers INTEGER NOT NULL,                -- how many answers there are ...
    marks INTEGER NOT NULL,                  -- ... how many of them have a mark, in the first such question
    mark_sum INTEGER NOT NULL                -- ... and what these come to
) STRICT;
INSERT INTO survey_new (gathering_id, asked, anonymous, version, answers, marks, mark_sum)
    SELECT s.gathering_id, 1, 0, 1, COUNT(a.id), COUNT(a.id), COALESCE(SUM(a.mark), 0)
    FROM survey s LEFT JOIN survey_answer a ON a.gathering_id = s.gathering_id
    GROUP BY s.gathering_id ORDER BY s.gathering_id;
-- Whom nobody was to ask after all, but some answers had come.
INSERT INTO survey_new (gathering_id, asked, anonymous, version, answers, marks, mark_sum)
    SELECT a.gathering_id, 0, 0, 1, COUNT(*), COUNT(*), SUM(a.mark) FROM survey_answer a
    WHERE NOT EXISTS (SELECT 1 FROM survey s WHERE s.gathering_id = a.gathering_id)
    GROUP BY a.gathering_id ORDER BY a.gathering_id;
DROP TABLE survey;
ALTER TABLE survey_new RENAME TO survey;
CREATE TABLE survey_question (
    id INTEGER PRIMARY KEY,
    gathering_id INTEGER NOT NULL REFERENCES survey (gathering_id) ON DELETE CASCADE,
    turn INTEGER NOT NULL,                   -- in the order they are asked
    kind TEXT NOT NULL CHECK (kind IN ('mark', 'yes_no', 'choice', 'text')),
    text TEXT NOT NULL CHECK (text <> ''),
    help TEXT NOT NULL,
    options TEXT NOT NULL,                   -- of a choice: one a line
    required INTEGER NOT NULL CHECK (required IN (0, 1)),
    for_needs INTEGER NOT NULL CHECK (for_needs IN (0, 1)), -- what is answered may become a need
    CHECK ((kind = 'choice') = (options <> '')),
    CHECK (for_needs = 0 OR kind = 'text')
) STRICT;
CREATE INDEX survey_question_turn ON survey_question (gathering_id, turn, id);
INSERT INTO survey_question (gathering_id, turn, kind, text, help, options, required, for_needs)
    SELECT s.gathering_id, 1, 'mark',
        CASE g.language WHEN 'nn' THEN 'Kva synest du?' WHEN 'en' THEN 'What do you think?'
            ELSE 'Hva synes du?' END, '', '', 1, 0
    FROM survey s JOIN gathering g ON g.id = s.gathering_id ORDER BY s.gathering_id;
INSERT INTO survey_question (gathering_id, turn, kind, text, help, options, required, for_needs)
    SELECT s.gathering_id, 2, 'text',
        CASE g.language WHEN 'nn' THEN 'Kva tok du med deg, og kva kan bli betre?'
            WHEN 'en' THEN 'What did you take away, and what could be better?'
            ELSE 'Hva tok du med deg, og hva kan bli bedre?' END, '', '', 0, 0
    FROM survey s JOIN gathering g ON g.id = s.gathering_id ORDER BY s.gathering_id;
CREATE TABLE survey_answer_new (
    id INTEGER PRIMARY KEY,                  -- of an anonymous one by chance, so it tells no order
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    registration_id INTEGER UNIQUE REFERENCES registration (id), -- NULL: anonymous
    answered_at INTEGER NOT NULL             -- of an anonymous one when that day began
) STRICT;
CREATE TABLE survey_reply (
    answer_id INTEGER NOT NULL REFERENCES survey_answer_new (id) ON DELETE CASCADE,
    question_id INTEGER NOT NULL REFERENCES survey_question (id),
    number INTEGER NOT NULL,                 -- the mark, 1 yes and 2 no, the option's line; 0: text
    text TEXT NOT NULL,
    CHECK ((number = 0) = (text <> '')),
    PRIMARY KEY (answer_id, question_id)
) STRICT, WITHOUT ROWID;
INSERT INTO survey_answer_new (id, gathering_id, registration_id, answered_at)
    SELECT id, gathering_id, registration_id, answered_at FROM survey_answer ORDER BY id;
INSERT INTO survey_reply (answer_id, question_id, number, text)
    SELECT a.id, q.id, a.mark, '' FROM survey_answer a
    JOIN survey_question q ON q.gathering_id = a.gathering_id AND q.kind = 'mark' ORDER BY a.id;
INSERT INTO survey_reply (answer_id, question_id, number, text)
    SELECT a.id, q.id, 0, a.text FROM survey_answer a
    JOIN survey_question q ON q.gathering_id = a.gathering_id AND q.kind = 'text'
    WHERE a.text <> '' ORDER BY a.id;
DROP TABLE survey_answer;
ALTER TABLE survey_answer_new RENAME TO survey_answer;
CREATE INDEX survey_answer_gathering ON survey_answer (gathering_id, id);
CREATE INDEX survey_reply_question ON survey_reply (question_id, number, answer_id);
-- Who has given an anonymous answer. No more is known of it: neither which nor when.
CREATE TABLE survey_answered (
    registration_id INTEGER NOT NULL REFERENCES registration (id),
    gathering_id INTEGER NOT NULL REFERENCES gathering (id),
    PRIMARY KEY (registration_id, gathering_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_answered_gathering ON survey_answered (gathering_id);
