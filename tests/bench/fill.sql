-- What a busy hub has after some years, made of nothing but how many registrations (temp.scale):
-- 200 gatherings, 192 of them over. 193 is tomorrow, with 50,000 registered and all those invited;
-- 194 is full, with 20,000 in line; ten of the past had 50,000, eight 20,000. Each row is as the
-- program would have written it, so that `samling check` has nothing to say. What the program keeps
-- counted is counted at the end, by fill.js.
CREATE TEMP TABLE n (k INTEGER PRIMARY KEY);
INSERT INTO n WITH RECURSIVE up (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM up
    WHERE k < (SELECT MAX(registrations / 5, 50000) FROM scale)) SELECT k FROM up;
CREATE TEMP TABLE fact AS SELECT registrations, MAX(registrations / 5, 50) AS people,
    MAX(registrations / 200, 10) AS organisations,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000 AS now, 86400000 AS day FROM scale;

-- Names, each with what it is found and sorted by (app/base/fold.h).
CREATE TEMP TABLE given (k INTEGER PRIMARY KEY, name TEXT, search TEXT, sort TEXT);
INSERT INTO given VALUES (0, 'Kari', 'kari', 'kari'), (1, 'Ola', 'ola', 'ola'),
    (2, 'Bjørn', 'bjorn', 'bj|rn'), (3, 'Åse', 'ase', '}se'), (4, 'Ingrid', 'ingrid', 'ingrid'),
    (5, 'Knut', 'knut', 'knut'), (6, 'Solveig', 'solveig', 'solveig'), (7, 'Per', 'per', 'per'),
    (8, 'Sæbjørg', 'saebjorg', 's{bj|rg'), (9, 'Tone', 'tone', 'tone'),
    (10, 'Håvard', 'havard', 'h}vard'), (11, 'Marit', 'marit', 'marit'),
    (12, 'Jon', 'jon', 'jon'), (13, 'Randi', 'randi', 'randi'), (14, 'Leif', 'leif', 'leif'),
    (15, 'Øystein', 'oystein', '|ystein'), (16, 'Berit', 'berit', 'berit'),
    (17, 'Arne', 'arne', 'arne'), (18, 'Nina', 'nina', 'nina'), (19, 'Svein', 'svein', 'svein');
CREATE TEMP TABLE family (k INTEGER PRIMARY KEY, name TEXT, search TEXT, sort TEXT);
INSERT INTO family VALUES (0, 'Nordmann', 'nordmann', 'nordmann'), (1, 'Hansen', 'hansen', 'hansen'),
    (2, 'Ærøy', 'aeroy', '{r|y'), (3, 'Sunde', 'sunde', 'sunde'), (4, 'Myklebust', 'myklebust', 'myklebust'),
    (5, 'Våge', 'vage', 'v}ge'), (6, 'Hauge', 'hauge', 'hauge'), (7, 'Lothe', 'lothe', 'lothe'),
    (8, 'Brekke', 'brekke', 'brekke'), (9, 'Åsebø', 'asebo', '}seb|'), (10, 'Fjelde', 'fjelde', 'fjelde'),
    (11, 'Rygg', 'rygg', 'rygg'), (12, 'Sætre', 'saetre', 's{tre'), (13, 'Holme', 'holme', 'holme'),
    (14, 'Vik', 'vik', 'vik'), (15, 'Tveit', 'tveit', 'tveit'), (16, 'Eide', 'eide', 'eide'),
    (17, 'Løken', 'loken', 'l|ken'), (18, 'Dale', 'dale', 'dale'), (19, 'Moen', 'moen', 'moen'),
    (20, 'Berge', 'berge', 'berge'), (21, 'Strand', 'strand', 'strand'), (22, 'Nes', 'nes', 'nes');

INSERT INTO account (email, name, role, created_at, disabled_at)
    SELECT 'medarbeider' || k || '@hub.example', 'Medarbeider ' || k, 'organiser', now - 800 * day,
        IIF(k % 3 = 0, now - 90 * day, NULL) FROM n, fact WHERE k BETWEEN 1 AND 20;
INSERT INTO session (hash, csrf, role, account_id, name, created_at, expires_at, idle_ms, used_at)
    SELECT randomblob(32), hex(randomblob(16)), 2, 1 + k % 20, 'Medarbeider', now - day, now + 20 * day,
        7 * day, now FROM n, fact WHERE k BETWEEN 1 AND 200;

INSERT INTO organisation (id, name, search_key, sort_key, role, trade, created_at)
    SELECT k, 'Verft ' || k || ' AS', 'verft ' || k || ' as', 'verft ' || k || ' as',
        CASE k % 10 WHEN 0 THEN 'supplier' WHEN 1 THEN 'customer' WHEN 2 THEN 'partner' ELSE 'member' END,
        CASE k % 4 WHEN 0 THEN 'Mekanisk industri' WHEN 1 THEN 'Havbruk' ELSE '' END, now - 900 * day
    FROM n, fact WHERE k BETWEEN 1 AND organisations;
CREATE TEMP TABLE person (k INTEGER PRIMARY KEY, name TEXT, name_key TEXT, sort_key TEXT,
    organisation INTEGER, email TEXT);
INSERT INTO person SELECT n.k, given.name || ' ' || char(65 + n.k / 460 % 26) || '. ' || family.name,
        given.search || ' ' || char(97 + n.k / 460 % 26) || ' ' || family.search,
        given.sort || ' ' || char(97 + n.k / 460 % 26) || ' ' || family.sort,
        1 + n.k % organisations, 'p' || n.k || '@verft' || (1 + n.k % organisations) || '.example'
    FROM n, fact, given, family
    WHERE n.k BETWEEN 1 AND people AND given.k = n.k % 20 AND family.k = n.k / 20 % 23;
INSERT INTO contact (id, email, name, organisation_id, organisation, lang, source, search_key,
        sort_key, created_at, name_key)
    SELECT k, email, name, organisation, 'Verft ' || organisation || ' AS',
        CASE k % 9 WHEN 0 THEN 'nn' WHEN 1 THEN 'en' ELSE 'nb' END,
        CASE k % 3 WHEN 0 THEN 'pasted' ELSE 'registered' END,
        name_key || ' verft ' || organisation || ' as p' || k || ' verft' || organisation
            || ' example ' || email, sort_key, now - 900 * day + k * 350, name_key
    FROM person, fact;

-- many: of a million. first: the number of its first person.
CREATE TEMP TABLE size (id INTEGER PRIMARY KEY, many INTEGER, invited INTEGER, first INTEGER,
    starts_at INTEGER, past INTEGER);
INSERT INTO size SELECT k, MAX(1, CASE
            WHEN k IN (193, 194) OR (k % 19 = 0 AND k < 193) THEN 50000
            WHEN k % 24 = 1 AND k < 193 THEN 20000
            WHEN k = 200 THEN 1393 ELSE 1333 END * registrations / 1000000),
        MAX(1, CASE WHEN k IN (193, 194) THEN 50000 ELSE 500 END * registrations / 1000000), k * 7919,
        CASE WHEN k < 193 THEN now - CAST((193 - k) * 4.7 * day AS INTEGER)
            ELSE now + day + (k - 193) * 5 * day END - 4 * 3600000, k < 193
    FROM n, fact WHERE k BETWEEN 1 AND 200;
INSERT INTO gathering (id, slug, kind, status, title, summary, description, place, starts_at, ends_at,
        calendar_uid, told_start, told_end, told_place, created_at, changed_at, published_at,
        cancelled_at, capacity)
    SELECT id, 'samling-' || id, IIF(id % 6 = 0, 'cluster', 'theme'),
        IIF(id % 40 = 7, 'cancelled', 'published'), 'Temamøte nummer ' || id, 'Hva kan vi gjøre sammen?',
        'Vi møtes, hører tre innlegg og snakker sammen.', 'TechHub, Prosjektrommet', starts_at,
        starts_at + 3 * 3600000, 'uid-' || id || '@samling', starts_at, starts_at + 3 * 3600000,
        'TechHub, Prosjektrommet', starts_at - 60 * day, starts_at - 60 * day, starts_at - 60 * day,
        IIF(id % 40 = 7, starts_at - 10 * day, NULL), IIF(id = 194, many * 3 / 5, NULL)
    FROM size, fact;
INSERT INTO programme_item (gathering_id, position, starts, title, speaker)
    SELECT id, k, printf('%02d:00', 8 + k), 'Innlegg ' || k, 'Kari Nordmann' FROM size, n
    WHERE k BETWEEN 1 AND 5;
INSERT INTO door_link (gathering_id, label, hash, created_at, used_at)
    SELECT id, 'Inngang ' || k, randomblob(32), starts_at - 2 * day, IIF(past, starts_at, NULL)
    FROM size, n, fact WHERE k BETWEEN 1 AND 3;
INSERT INTO survey SELECT id, 1, 0, 1, 0, 0, 0 FROM size WHERE id % 4 = 2;
INSERT INTO survey_question (gathering_id, turn, kind, text, help, options, required, for_needs)
    SELECT gathering_id, 1, 'mark', 'Hva syntes du?', '', '', 1, 0 FROM survey;
INSERT INTO survey_question (gathering_id, turn, kind, text, help, options, required, for_needs)
    SELECT gathering_id, 2, 'text', 'Hva bør vi ta opp?', '', '', 0, 1 FROM survey;
-- No reminder is due, and what is queued stays: a server on it has nothing to do of its own.
INSERT INTO reminder_run (rule, subject, subject_id, moment, begun_at, outcome, reached, mails)
    SELECT CASE k WHEN 1 THEN 'registration.tomorrow' WHEN 7 THEN 'registration.week'
            ELSE 'invitation.reminder' END, 'gathering', id, starts_at, MIN(starts_at - k * day, now),
        'sent', 0, many FROM size, n, fact WHERE k IN (1, 3, 7);
INSERT INTO reminder_run (rule, subject, subject_id, moment, begun_at, outcome, reached, mails)
    SELECT 'survey.ask', 'survey', id, starts_at + 3 * 3600000, starts_at + day, 'sent', 0, many
    FROM size JOIN survey ON survey.gathering_id = size.id, fact WHERE past;
UPDATE mail_sender SET held = 1, held_at = (SELECT now FROM fact);

-- Rows lie in the order they came: of the past gathering by gathering, of those to come mixed.
CREATE TEMP TABLE place (id INTEGER PRIMARY KEY, gathering INTEGER, k INTEGER, person INTEGER);
INSERT INTO place (gathering, k, person)
    SELECT size.id, n.k, 1 + (size.first + n.k) % people FROM size JOIN n ON n.k < size.many, fact
    ORDER BY CASE WHEN past THEN size.id * 100000 + n.k ELSE 100000000 + n.k * 1000 + size.id END;
INSERT INTO registration (id, public_id, gathering_id, contact_id, status, name, email, organisation,
        phone, wish, requirements, language, name_key, search_key, sort_key, organisation_key, source,
        waiting_since, calendar_uid, show_name, photo_ok, created_at, confirmed_at, cancelled_at, client)
    SELECT p.id, 'r' || substr(hex(randomblob(6)), 1, 12), p.gathering, person.k,
        CASE WHEN p.gathering % 40 = 7 OR (p.gathering <> 194 AND p.k % 20 = 7) THEN 'cancelled'
            WHEN p.gathering = 194 AND p.k >= many * 3 / 5 THEN 'waiting' ELSE 'confirmed' END,
        person.name, person.email, 'Verft ' || person.organisation || ' AS',
        IIF(p.k % 4 = 0, '+47 900 00 ' || (100 + p.k % 900), ''),
        IIF(p.k % 10 = 3, 'Hva koster det å komme i gang?', ''),
        IIF(NOT past AND p.k % 15 = 4, 'Glutenfri', ''), 'nb', person.name_key,
        person.name_key || ' verft ' || person.organisation || ' as p' || person.k || ' verft'
            || person.organisation || ' example',
        person.sort_key, 'verft ' || person.organisation || ' as',
        CASE p.k % 10 WHEN 0 THEN 'organiser' WHEN 1 THEN 'invitation' WHEN 2 THEN 'invitation' ELSE 'public' END,
        NULL, 'uid-' || p.gathering || '@samling', p.k % 2, p.k % 3 = 0,
        MIN(starts_at, now) - 60 * day + p.k * (50 * day / many), MIN(starts_at, now) - 60 * day + p.k * (50 * day / many),
        NULL, IIF(NOT past AND p.k % 10 > 2, hex(randomblob(8)), '')
    FROM place p JOIN size ON size.id = p.gathering JOIN person ON person.k = p.person, fact ORDER BY p.id;
UPDATE registration SET cancelled_at = created_at + 3600000 WHERE status = 'cancelled';
UPDATE registration SET confirmed_at = NULL, waiting_since = created_at WHERE status = 'waiting';
INSERT INTO requirement_kept SELECT email, name_key, 'Glutenfri', now - 30 * day FROM person, fact
    WHERE k % 40 = 0;
INSERT INTO registration_try (gathering_id, client, address, at)
    SELECT 193 + k % 8, hex(randomblob(8)), hex(randomblob(8)), now - k * 4000 FROM n, fact
    WHERE k BETWEEN 1 AND registrations / 50;
INSERT INTO form_key (key, location, created_at, body_hash)
    SELECT hex(randomblob(16)), '/r/' || k, now - k * 4000, randomblob(32) FROM n, fact
    WHERE k BETWEEN 1 AND registrations / 50;
INSERT INTO idempotency_key SELECT 1, '/api/v1', 'key ' || k, randomblob(32), 201, '{}', now - k * 9000
    FROM n, fact WHERE k BETWEEN 1 AND registrations / 100;

-- Of those who cancelled, every other ticket is still there, dead.
INSERT INTO ticket (gathering_id, registration_id, code, short, holder, organisation, search_key,
        sort_key, cancelled_at, admitted_at, admitted_by, created_at)
    SELECT r.gathering_id, r.id, 'S' || substr(hex(randomblob(11)), 1, 22),
        printf('%08X', r.id * 2654435761 % 4294967296), r.name, r.organisation,
        r.name_key || ' ' || r.organisation_key, r.sort_key, r.cancelled_at,
        CASE WHEN r.status = 'confirmed' AND past AND r.id % 5 <> 2 THEN starts_at - 1800000 + p.k * 50
            WHEN r.status = 'confirmed' AND r.gathering_id = 193 AND p.k % 5 = 1 THEN now - p.k * 50 END,
        IIF(r.status = 'confirmed' AND (past AND r.id % 5 <> 2 OR r.gathering_id = 193 AND p.k % 5 = 1),
            'Inngang', ''), r.created_at
    FROM registration r JOIN place p ON p.id = r.id JOIN size ON size.id = r.gathering_id, fact
    WHERE r.status = 'confirmed' OR (r.status = 'cancelled' AND p.k % 2 = 1) ORDER BY r.id;
INSERT INTO admission (gathering_id, ticket_id, result, at, door_id, scan_id)
    SELECT gathering_id, id, 'admitted', admitted_at, gathering_id * 3 - id % 3, hex(randomblob(8))
    FROM ticket WHERE admitted_at IS NOT NULL ORDER BY admitted_at;
INSERT INTO admission (gathering_id, ticket_id, result, at, door_id, scan_id)
    SELECT gathering_id, id, 'already', admitted_at + 2000, gathering_id * 3 - id % 3, hex(randomblob(8))
    FROM ticket WHERE admitted_at IS NOT NULL AND id % 50 = 0 ORDER BY admitted_at;
INSERT INTO survey_answer (registration_id, gathering_id, answered_at)
    SELECT r.id, r.gathering_id, size.starts_at + day
    FROM survey JOIN size ON size.id = survey.gathering_id AND past
    JOIN registration r ON r.gathering_id = survey.gathering_id, fact
    WHERE r.status = 'confirmed' AND r.id % 9 = 1;
INSERT INTO survey_reply SELECT a.id, q.id, 1 + a.registration_id % 5, '' FROM survey_answer a
    JOIN survey_question q ON q.gathering_id = a.gathering_id AND q.kind = 'mark';
INSERT INTO survey_reply SELECT a.id, q.id, 0, 'Takk, nyttig.' FROM survey_answer a
    JOIN survey_question q ON q.gathering_id = a.gathering_id AND q.kind = 'text'
    WHERE a.registration_id % 3 = 0;
UPDATE survey SET answers = x.n, marks = x.n, mark_sum = x.s FROM (SELECT a.gathering_id AS g,
    COUNT(*) AS n, SUM(r.number) AS s FROM survey_answer a JOIN survey_reply r
    ON r.answer_id = a.id AND r.number > 0 GROUP BY a.gathering_id) x WHERE x.g = survey.gathering_id;

INSERT INTO invitation_batch (id, gathering_id, subject, message, created_at)
    SELECT id, id, 'Velkommen', 'Vi håper du kommer.', MIN(starts_at, now) - 59 * day FROM size, fact;
CREATE TEMP TABLE asked (id INTEGER PRIMARY KEY, gathering INTEGER, k INTEGER, person INTEGER);
INSERT INTO asked (gathering, k, person) SELECT size.id, n.k, 1 + (size.first + n.k) % people
    FROM size JOIN n ON n.k < size.invited, fact ORDER BY size.id, n.k;
INSERT INTO invitation (id, public_id, gathering_id, contact_id, batch_id, answer, answer_source,
        answered_at, registration_id, created_at, sort_key)
    SELECT a.id, 'i' || substr(hex(randomblob(6)), 1, 12), a.gathering, a.person, a.gathering,
        CASE WHEN r.status IN ('confirmed', 'waiting') THEN 'yes' WHEN a.k % 3 = 1 THEN 'no' END,
        IIF(r.id IS NOT NULL OR a.k % 3 = 1, 'link', ''),
        IIF(r.id IS NOT NULL OR a.k % 3 = 1, MIN(starts_at, now) - 40 * day + a.k, NULL), r.id,
        MIN(starts_at, now) - 59 * day + a.k, person.sort_key
    FROM asked a JOIN size ON size.id = a.gathering JOIN person ON person.k = a.person
        LEFT JOIN place p ON p.gathering = a.gathering AND p.k = a.k AND a.k % 3 = 0
        LEFT JOIN registration r ON r.id = p.id AND r.status <> 'cancelled', fact ORDER BY a.id;

-- Mails: of three in five registrations, and of all invitations. What is older than 90 days has lost
-- its words; a fifth is past its two years.
CREATE TEMP TABLE letter (id INTEGER PRIMARY KEY, kind TEXT, parent TEXT, parent_id INTEGER,
    gathering INTEGER, person INTEGER, subject TEXT, at INTEGER);
INSERT INTO letter (kind, parent, parent_id, gathering, person, subject, at)
    SELECT 'registration.' || CASE status WHEN 'confirmed' THEN 'confirmed' WHEN 'waiting' THEN 'waiting'
            ELSE 'cancelled' END, 'registration', r.id, r.gathering_id, r.contact_id, 'Billetten din',
        r.created_at FROM registration r WHERE r.id % 5 < 3
    UNION ALL SELECT 'invitation.invite', 'invitation', i.id, i.gathering_id, i.contact_id, 'Velkommen',
        i.created_at FROM invitation i ORDER BY 7;
INSERT INTO mail (id, kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang, state,
        message_id, attempts, priority, due_at, first_try_at, data_at, sent_at, last_code, last_reply,
        why, subject, data, created_at, changed_at)
    SELECT l.id, l.kind, l.parent, l.parent_id, '', l.gathering, person.name, person.email, 'nb',
        CASE WHEN l.id % 331 = 0 THEN 'failed' WHEN l.id % 401 = 0 THEN 'suppressed' ELSE 'sent' END,
        lower(hex(randomblob(11))) || '@hub.example', 1, IIF(l.parent = 'registration', 0, 2), l.at, l.at,
        l.at + 900, IIF(l.id % 331 = 0 OR l.id % 401 = 0, NULL, l.at + 1000),
        IIF(l.id % 331 = 0, 550, 250),
        CASE WHEN l.id % 331 = 0 THEN '550 5.1.1 no such user' WHEN l.id % 401 = 0 THEN 'mail.why.asked'
            ELSE '250 2.0.0 queued as 4F1A2B3C4D' END,
        IIF(l.id % 331 = 0, 'no_such_user', ''), l.subject,
        IIF(l.at > now - 90 * day, json_object('title', 'Temamøte nummer ' || l.gathering, 'name',
            person.name, 'place', 'TechHub, Prosjektrommet', 'when', 'torsdag 26. november kl. 18.00-21.00',
            'words', replace(hex(zeroblob(150)), '0', 'x')), NULL), l.at, l.at + 1000
    FROM letter l JOIN person ON person.k = l.person, fact ORDER BY l.id;
INSERT INTO mail_suppression SELECT email, IIF(k % 2 = 0, 'bounce', 'asked'), '', now - 100 * day
    FROM person, fact WHERE k % 150 = 0;
