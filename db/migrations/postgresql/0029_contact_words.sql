-- What contacts are found by is made anew, of every spelling of their words, and what registrations
-- are found by is packed: in pieces while the program serves (contacts_words.c,
-- registrations_words.c).
INSERT INTO task (kind, last, total, begun_at, turn_at, due_at)
    SELECT 'contacts.words', MAX(id), MAX(id), 0, 0, 0 FROM contact HAVING MAX(id) > 0;
INSERT INTO task (kind, total, begun_at, turn_at, due_at)
    SELECT 'registrations.words', MAX(id) / 100 + 1, 0, 0, 0 FROM registration HAVING MAX(id) > 0;
