/* Matches as they are kept, and what becomes of them. */
#include "needs/needs_matches.h"

#include <string.h>

#include "base/clock.h"
#include "mailing/mailing.h"
#include "needs/needs_pages.h"

const char *const match_states[] = { "asked",     "agreed", "introduced", "declined",
                                     "dismissed", "ended",  NULL };

static const struct db_column columns[] = {
    COL(struct match, id, DB_ID),
    COL(struct match, need_id, DB_ONCE),
    COL(struct match, offer_id, DB_ONCE),
    COL(struct match, state, 0),
    COL(struct match, reason, 0),
    COL(struct match, made_at, 0),
    COL_OR(struct match, introduced_at, 0, 0),
    COL(struct match, changed_at, 0),
    COL_AS(struct match, need_organisation_id, "n.organisation_id", DB_READ_ONLY),
    COL_AS(struct match, offer_organisation_id, "f.organisation_id", DB_READ_ONLY),
    COL_AS(struct match, need_text, "n.text", DB_READ_ONLY),
    COL_AS(struct match, need_organisation, "o.name", DB_READ_ONLY),
    COL_AS(struct match, need_state, "n.state", DB_READ_ONLY),
    COL_AS(struct match, offer_text, "f.text", DB_READ_ONLY),
    COL_AS(struct match, offer_organisation, "p.name", DB_READ_ONLY),
    COL_AS(struct match, offer_state, "f.state", DB_READ_ONLY),
    COL_AS(struct match, offer_role, "p.role", DB_READ_ONLY),
};
static const struct db_record record = DB_RECORD(struct match, columns);

static const struct db_column side_columns[] = {
    COL(struct match_side, id, DB_ID),
    COL(struct match_side, match_id, DB_ONCE),
    COL(struct match_side, side, DB_ONCE),
    COL(struct match_side, public_id, DB_ONCE),
    COL(struct match_side, epoch, 0),
    COL_OR(struct match_side, contact_id, 0, 0),
    COL(struct match_side, answer, 0),
    COL_OR(struct match_side, answered_at, 0, 0),
    COL_AS(struct match_side, name, "COALESCE(k.name, '')", DB_READ_ONLY),
    COL_AS(struct match_side, email, "COALESCE(k.email, '')", DB_READ_ONLY),
    COL_AS(struct match_side, lang, "COALESCE(k.lang, '')", DB_READ_ONLY),
};
static const struct db_record side_record = DB_RECORD(struct match_side, side_columns);

#define JOINED                                                                                     \
    " JOIN need n ON n.id = m.need_id JOIN need f ON f.id = m.offer_id"                            \
    " JOIN organisation o ON o.id = n.organisation_id"                                             \
    " JOIN organisation p ON p.id = f.organisation_id "
#define FROM "SELECT {columns m} FROM need_match m" JOINED "WHERE "
DB_SQL_OF(sql_by_id, record, FROM "m.id = $1");
DB_SQL_OF(sql_list, record, FROM "m.id > $1 ORDER BY m.id LIMIT $2");
DB_SQL_OF(sql_list_back, record, FROM "m.id < $1 ORDER BY m.id DESC LIMIT $2");
DB_SQL_OF(sql_of_state, record, FROM "m.state = $3 AND m.id > $1 ORDER BY m.id LIMIT $2");
DB_SQL_OF(sql_of_state_back, record, FROM "m.state = $3 AND m.id < $1 ORDER BY m.id DESC LIMIT $2");
DB_SQL_OF(sql_of_need, record,
          "/* all: of one need */ " FROM "(m.need_id = $1 OR m.offer_id = $1)"
          " AND m.state <> 'dismissed' ORDER BY m.id DESC LIMIT $2");
#define SHOWN                                                                                      \
    " AND (m.state IN ('asked', 'agreed', 'declined') OR m.introduced_at > $2) ORDER BY m.id "     \
    "DESC LIMIT $3"
DB_SQL_OF(sql_of_needing, record,
          "/* all: of one organisation */ " FROM "n.organisation_id = $1" SHOWN);
DB_SQL_OF(sql_of_offering, record,
          "/* all: of one organisation */ " FROM "f.organisation_id = $1" SHOWN);
DB_SQL(sql_add, "INSERT INTO need_match (need_id, offer_id, state, reason, made_at, changed_at)"
                " VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (need_id, offer_id) DO NOTHING"
                " RETURNING id");
DB_SQL(sql_ask_again, "UPDATE need_match SET state = 'asked', reason = $3, made_at = $4,"
                      " changed_at = $4 WHERE need_id = $1 AND offer_id = $2"
                      " AND state = 'dismissed'");
DB_SQL(sql_id_of, "SELECT id FROM need_match WHERE need_id = $1 AND offer_id = $2");
DB_SQL(sql_state, "UPDATE need_match SET state = $2, changed_at = $3,"
                  " introduced_at = CASE WHEN $2 = 'introduced' THEN CAST($3 AS BIGINT) END"
                  " WHERE id = $1");
DB_SQL(sql_end_need, "UPDATE need_match SET state = 'ended', changed_at = $2 WHERE need_id = $1"
                     " AND state IN ('asked', 'agreed', 'declined')");
DB_SQL(sql_end_offer, "UPDATE need_match SET state = 'ended', changed_at = $2 WHERE offer_id = $1"
                      " AND state IN ('asked', 'agreed', 'declined')");
DB_SQL(sql_end_contact,
       "UPDATE need_match SET state = 'ended', changed_at = $2 WHERE id IN (SELECT match_id"
       " FROM need_match_side WHERE contact_id = $1) AND state IN ('asked', 'agreed', 'declined')");

/* Who is asked speaks for the organisation, as long as they do: whoever has only registered in its
 * name, and whoever has left it, is nobody here. */
#define SIDE                                                                                       \
    "SELECT {columns s} FROM need_match_side s JOIN need_match m ON m.id = s.match_id"             \
    " JOIN need n ON n.id = CASE WHEN s.side = 'need' THEN m.need_id ELSE m.offer_id END"          \
    " LEFT JOIN contact k ON k.id = s.contact_id AND EXISTS (SELECT 1 FROM representative q"       \
    " WHERE q.contact_id = s.contact_id AND q.organisation_id = n.organisation_id) WHERE "
DB_SQL_OF(sql_sides, side_record,
          "/* all: two */ " SIDE "s.match_id = $1 ORDER BY s.side, s.id LIMIT 2");
DB_SQL_OF(sql_side, side_record, SIDE "s.id = $1");
DB_SQL_OF(sql_side_public, side_record, SIDE "s.public_id = $1");
/* Who said it, or else the first of those who speak for it. */
#define WHO                                                                                        \
    "COALESCE((SELECT MIN(r.contact_id) FROM representative r WHERE r.contact_id = n.contact_id"   \
    " AND r.organisation_id = n.organisation_id), (SELECT r.contact_id FROM representative r"      \
    " WHERE r.id = (SELECT MIN(q.id) FROM representative q"                                        \
    " WHERE q.organisation_id = n.organisation_id)))"
DB_SQL(sql_side_add, "INSERT INTO need_match_side (match_id, side, public_id, contact_id)"
                     " SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), " WHO
                     " FROM need n WHERE n.id = $4");
/* Where nobody was, or they have left; their link goes with them. */
DB_SQL(sql_side_who, "UPDATE need_match_side SET contact_id = (SELECT " WHO " FROM need n"
                     " WHERE n.id = $2), epoch = epoch + 1 WHERE id = $1");
DB_SQL(sql_side_say, "UPDATE need_match_side SET answer = $3, answered_at = $4"
                     " WHERE match_id = $1 AND side = $2");
DB_SQL(sql_rows, "/* all: one person's */ "
                 "SELECT id FROM need_match_side WHERE contact_id = $1 ORDER BY id");
DB_SQL(sql_forget, "UPDATE need_match_side SET contact_id = NULL, epoch = epoch + 1"
                   " WHERE contact_id = $1");

bool
match_other_seen(const struct match *m)
{
    return match_is_open(m) || strcmp(m->state, "introduced") == 0 ||
           strcmp(m->state, "declined") == 0;
}

bool
match_is_open(const struct match *m)
{
    return strcmp(m->state, "asked") == 0 || strcmp(m->state, "agreed") == 0;
}

enum status
match_by_id(struct db_conn *c, struct arena *a, int64_t id, struct match *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
match_sides(struct db_conn *c, struct arena *a, int64_t match_id, struct match_side out[2])
{
    struct match_side *s = NULL;
    size_t n = 0;
    enum status rc = db_all(c, a, &sql_sides, &s, &n, V(match_id));

    if (rc != ST_OK || n != 2)
        return rc == ST_OK ? ST_NOT_FOUND : rc;
    out[0] = s[0];
    out[1] = s[1];
    return ST_OK;
}

enum status
match_side_by_id(struct db_conn *c, struct arena *a, int64_t id, struct match_side *out)
{
    return db_one(c, a, &sql_side, out, V(id));
}

enum status
match_side_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                        struct match_side *out)
{
    return db_one(c, a, &sql_side_public, out, V(public_id));
}

enum status
match_list(struct db_conn *c, struct arena *a, const char *state, int64_t after, int64_t before,
           int limit, struct match **out, size_t *count)
{
    bool back = before != 0;
    int64_t from = back ? before : after;

    if (state[0] != '\0')
        return db_all(c, a, back ? &sql_of_state_back : &sql_of_state, out, count, V(from),
                      V(limit), V(state));
    return db_all(c, a, back ? &sql_list_back : &sql_list, out, count, V(from), V(limit));
}

enum status
matches_of_need(struct db_conn *c, struct arena *a, int64_t need_id, struct match **out,
                size_t *count)
{
    return db_all(c, a, &sql_of_need, out, count, V(need_id), V(MATCHES_OF));
}

enum status
matches_of_organisation(struct db_conn *c, struct arena *a, int64_t organisation_id,
                        const char *side, int64_t since, struct match **out, size_t *count)
{
    return db_all(c, a, strcmp(side, "need") == 0 ? &sql_of_needing : &sql_of_offering, out, count,
                  V(organisation_id), V(since), V(MATCHES_OF));
}

/* ── Asked ── */

static enum status
queue(struct db_conn *c, struct arena *a, const struct mail_kind *kind, const struct match_side *s,
      int64_t now)
{
    struct cluster k;
    enum status rc = s->contact_id != 0 && s->email[0] != '\0' ? cluster_get(c, a, &k) : ST_GONE;

    if (rc != ST_OK)
        return rc == ST_GONE ? ST_OK : rc;
    const struct mail_new m = { .kind = kind,
                                .parent = "need_match_side",
                                .parent_id = s->id,
                                .occasion = "",
                                .to_name = s->name,
                                .to_email = s->email,
                                .lang = s->lang[0] != '\0' ? s->lang : k.language,
                                .now = now };
    return mail_queue(c, &m, NULL);
}

static enum status
queue_both(struct db_conn *c, struct arena *a, const struct mail_kind *kind, int64_t match_id,
           int64_t now)
{
    struct match_side side[2];
    enum status rc = match_sides(c, a, match_id, side);

    for (int i = 0; rc == ST_OK && i < 2; i++)
        rc = queue(c, a, kind, &side[i], now);
    return rc;
}

/* Both are there and live, of two organisations, and what they should be. */
static enum status
fits(struct db_conn *c, struct arena *a, int64_t need_id, int64_t offer_id)
{
    struct need need, offer;
    enum status rc = need_by_id(c, a, need_id, &need);

    if (rc == ST_OK)
        rc = need_by_id(c, a, offer_id, &offer);
    if (rc == ST_NOT_FOUND)
        return ST_INVALID;
    if (rc != ST_OK)
        return rc;
    return need_is_offer(&need) || !need_is_offer(&offer) || !need_is_live(&need) ||
                   !need_is_live(&offer) || need.organisation_id == offer.organisation_id
               ? ST_INVALID
               : ST_OK;
}

static enum status
add_side(struct db_conn *c, struct arena *a, int64_t match_id, const char *side, int64_t need_id)
{
    return db_exec(c, &sql_side_add, NULL, V(match_id), V(side),
                   V(link_public_id(a, &match_personal)), V(need_id));
}

enum status
match_ask(struct db_conn *c, struct arena *a, int64_t need_id, int64_t offer_id, const char *reason,
          bool tell, int64_t now, int64_t *id)
{
    enum status rc = fits(c, a, need_id, offer_id);

    if (rc != ST_OK)
        return rc;
    rc = db_get(c, NULL, &sql_add, R(id), V(need_id), V(offer_id), V("asked"), V(reason), V(now));
    if (rc == ST_NOT_FOUND) { /* there already: one that was dismissed can be asked now */
        rc = db_change(c, &sql_ask_again, V(need_id), V(offer_id), V(reason), V(now));
        if (rc == ST_NOT_FOUND)
            return ST_CONFLICT;
        if (rc == ST_OK)
            rc = db_get(c, NULL, &sql_id_of, R(id), V(need_id), V(offer_id));
    }
    if (rc == ST_OK)
        rc = add_side(c, a, *id, "need", need_id);
    if (rc == ST_OK)
        rc = add_side(c, a, *id, "offer", offer_id);
    if (rc == ST_OK)
        db_notify(c, &needs_topic, need_id);
    return rc == ST_OK && tell ? queue_both(c, a, &match_mail_ask, *id, now) : rc;
}

enum status
match_dismiss(struct db_conn *c, int64_t need_id, int64_t offer_id, int64_t now)
{
    struct arena *a = arena_new(0);
    int64_t id;
    enum status rc = fits(c, a, need_id, offer_id);

    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_add, R(&id), V(need_id), V(offer_id), V("dismissed"), V(""),
                    V(now));
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

static enum status
set_state(struct db_conn *c, int64_t id, const char *state, int64_t now)
{
    return db_change(c, &sql_state, V(id), V(state), V(now));
}

enum status
match_answer(struct db_conn *c, struct arena *a, int64_t match_id, const char *side,
             const char *answer, int64_t now)
{
    struct match m;
    struct match_side s[2];
    bool yes = true, no = false;
    enum status rc = match_by_id(c, a, match_id, &m);

    if (rc == ST_OK && !match_is_open(&m) && strcmp(m.state, "declined") != 0)
        return ST_GONE;
    if (rc == ST_OK && (rc = fits(c, a, m.need_id, m.offer_id)) == ST_INVALID)
        return ST_GONE;
    if (rc == ST_OK)
        rc = db_change(c, &sql_side_say, V(match_id), V(side), V(answer), V(now));
    if (rc == ST_OK)
        rc = match_sides(c, a, match_id, s);
    for (int i = 0; rc == ST_OK && i < 2; i++) {
        yes = yes && strcmp(s[i].answer, "yes") == 0;
        no = no || strcmp(s[i].answer, "no") == 0;
    }
    return rc == ST_OK ? set_state(c, match_id,
                                   yes  ? "agreed"
                                   : no ? "declined"
                                        : "asked",
                                   now)
                       : rc;
}

enum status
match_introduce(struct db_conn *c, struct arena *a, int64_t id, bool tell, int64_t now)
{
    struct match m;
    struct match_side s[2];
    enum status rc = match_by_id(c, a, id, &m);

    if (rc == ST_OK && strcmp(m.state, "agreed") != 0)
        return ST_GONE;
    if (rc == ST_OK && (rc = fits(c, a, m.need_id, m.offer_id)) == ST_INVALID)
        return ST_GONE;
    if (rc == ST_OK)
        rc = match_sides(c, a, id, s);
    for (int i = 0; rc == ST_OK && i < 2; i++)
        if (s[i].email[0] == '\0')
            rc = db_exec(c, &sql_side_who, NULL, V(s[i].id), V(i == 0 ? m.need_id : m.offer_id));
    if (rc == ST_OK)
        rc = match_sides(c, a, id, s);
    if (rc == ST_OK && (s[0].email[0] == '\0' || s[1].email[0] == '\0'))
        return ST_INVALID;
    if (rc == ST_OK)
        rc = set_state(c, id, "introduced", now);
    return rc == ST_OK && tell ? queue_both(c, a, &match_mail_made, id, now) : rc;
}

/* ── Over ── */

enum status
match_end(struct db_conn *c, int64_t id, int64_t now)
{
    struct arena *a = arena_new(0);
    struct match m;
    enum status rc = match_by_id(c, a, id, &m);

    if (rc == ST_OK && !match_is_open(&m) && strcmp(m.state, "declined") != 0)
        rc = ST_GONE;
    arena_free(&a);
    return rc == ST_OK ? set_state(c, id, "ended", now) : rc;
}

enum status
match_need_over(struct db_conn *c, int64_t need_id, int64_t now)
{
    enum status rc = db_exec(c, &sql_end_need, NULL, V(need_id), V(now));

    return rc == ST_OK ? db_exec(c, &sql_end_offer, NULL, V(need_id), V(now)) : rc;
}

/* ── A person's ── */

enum status
match_forget(struct db_conn *c, int64_t contact_id, int64_t now)
{
    enum status rc = db_exec(c, &sql_end_contact, NULL, V(contact_id), V(now));

    return rc == ST_OK ? db_exec(c, &sql_forget, NULL, V(contact_id)) : rc;
}

enum status
match_person_find(struct db_conn *c, struct person *p)
{
    return person_add_of_contact(c, p, "need_match_side", &sql_rows);
}

/* What they were asked, and said; the other side's text, and not whose it is. */
enum status
match_export(struct db_conn *c, struct arena *a, int64_t contact_id, json_t *list)
{
    struct db_rows rows;
    int64_t id, ids[MATCHES_OF * 10];
    size_t n = 0;
    enum status rc;

    db_each(&rows, c, a, &sql_rows, V(contact_id));
    while (n < ARRAY_LEN(ids) && db_take(&rows, R(&id)))
        ids[n++] = id;
    rc = db_done(&rows, ST_OK);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct match_side s;
        struct match m;
        bool need;

        rc = match_side_by_id(c, a, ids[i], &s);
        if (rc == ST_OK)
            rc = match_by_id(c, a, s.match_id, &m);
        if (rc != ST_OK)
            break;
        need = strcmp(s.side, "need") == 0;
        (void)json_array_append_new(list, json_pack("{ss ss ss ss}", "own",
                                                    need ? m.need_text : m.offer_text, "other",
                                                    need ? m.offer_text : m.need_text, "answer",
                                                    s.answer, "state", m.state));
    }
    return rc;
}

/* ── For the example data ── */

enum status
needs_matched(struct db_conn *c, int64_t need_id, int64_t offer_id, const char *reason,
              bool introduced, int64_t now)
{
    struct arena *a = arena_new(0);
    int64_t id = 0;
    enum status rc = match_ask(c, a, need_id, offer_id, reason, false, now, &id);

    if (rc == ST_OK && introduced)
        rc = match_answer(c, a, id, "need", "yes", now + MS_DAY);
    if (rc == ST_OK && introduced)
        rc = match_answer(c, a, id, "offer", "yes", now + 2 * MS_DAY);
    if (rc == ST_OK && introduced)
        rc = set_state(c, id, "introduced", now + 3 * MS_DAY);
    arena_free(&a);
    return rc;
}
