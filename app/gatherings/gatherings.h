/*
 * Theme meetings and cluster gatherings: drafts, publishing, moving, cancelling; the public
 * calendar, feeds and page; seats.
 */
#ifndef SAMLING_GATHERINGS_H
#define SAMLING_GATHERINGS_H

#include "database/sql.h"
#include "feature.h"

extern const struct feature gatherings_feature;

enum gathering_status { GATHERING_DRAFT, GATHERING_PUBLISHED, GATHERING_CANCELLED };

/*
 * The plain texts of a gathering, each said once: name, kind of field, characters at most, whether
 * one must be given, flags of its column. Stored, read from form and API, shown again in the form
 * and given by the API as they stand here; a new one needs its column in a migration, its words,
 * and its place: a {{> html/field}} in form.html, what shows it elsewhere. What is DB_LONG is "" in
 * lists.
 */
/* clang-format off */
#define GATHERING_TEXTS(X)                                                                         \
    X(title,       FIELD_LINE, 200,   true,  0)                                                    \
    X(place,       FIELD_LINE, 200,   true,  0)                                                    \
    X(address,     FIELD_LINE, 200,   false, 0)                                                    \
    X(summary,     FIELD_TEXT, 600,   false, 0)                                                    \
    X(topics,      FIELD_LINE, 250,   false, 0)                                                    \
    X(project,     FIELD_LINE, 60,    false, 0)                                                    \
    X(description, FIELD_TEXT, 20000, false, DB_LONG)                                              \
    X(practical,   FIELD_TEXT, 20000, false, DB_LONG)
/* clang-format on */
#define GATHERING_TEXT_MEMBER(name, ...) const char *name;

struct gathering {
    int64_t id;
    GATHERING_TEXTS(GATHERING_TEXT_MEMBER)
    const char *slug, *kind, *timezone, *language, *calendar_uid;
    enum gathering_status status;
    int64_t starts_at;
    int64_t ends_at; /* when it counts as over, always; told to people only when not open_end */
    bool open_end;   /* nobody said when it ends: ends_at is GATHERING_DEFAULT_LENGTH after start */
    int64_t deadline; /* 0: none, then the start counts */
    int64_t capacity; /* -1: unlimited */
    int64_t seats_taken, waiting, calendar_seq, changed_at, published_at;
    bool ask_wish, ask_requirements;
    /* What those registered were last told; differs from the above after a move until an organiser
     * has answered whether to tell them. 0 and "" in drafts; told_end 0 too where no end was told.
     */
    int64_t told_start, told_end;
    const char *told_place;
    int64_t first_start;              /* as it was first published; 0: it never was */
    int64_t created_at, cancelled_at; /* 0: not cancelled */
    int64_t attended;                 /* let in at the door; 0 also where no door was kept */
    int64_t cancelled;  /* registrations that were: with seats_taken and waiting, all */
    int64_t created_by; /* account; 0: none */
};
/* Copies in the arena. ST_NOT_FOUND. */
MUST_USE enum status gathering_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                     struct gathering *out);
MUST_USE enum status gathering_by_slug(struct db_conn *c, struct arena *a, const char *slug,
                                       struct gathering *out);
/* Those that there is mail about, the latest first, the first hundred; without the long texts. */
MUST_USE enum status gatherings_with_mail(struct db_conn *c, struct arena *a,
                                          struct gathering **out, size_t *count);
/* For /metrics: rows of (status, how many), to be taken with db_take. */
void gathering_tally(struct db_rows *rows, struct db_conn *c, struct arena *a);
/* As a file that another hub reads, and when it is copied: others add a part (struct file_part). */
#define GATHERING_FILE "gathering"
/* How long it counts as, and is in calendar files, when nobody said when it ends. */
#define GATHERING_DEFAULT_LENGTH (2 * MS_HOUR)
/* The end as people are told it: 0 when nobody said one. */
int64_t gathering_said_end(const struct gathering *g);
/* Until when people may register themselves: the deadline, else the start. */
int64_t gathering_closes_at(const struct gathering *g);
/* When personal links to it end: 30 days after the gathering. */
int64_t gathering_links_end(const struct gathering *g);

enum gathering_sign { SIGN_OPEN, SIGN_FEW, SIGN_WAITING, SIGN_CLOSED, SIGN_PAST, SIGN_CANCELLED };
/* few: at most 10 and at most a fifth left. */
enum gathering_sign gathering_sign_of(const struct gathering *g, int64_t now);
/* When the sign, or what the page says beside it, next changes by itself; INT64_MAX: never. */
int64_t gathering_sign_until(const struct gathering *g, int64_t now);

/*
 * Seats. One guarded statement decides; its row count tells. In the caller's transaction; notifies
 * gathering_topic. seat_take: ST_OK taken; ST_LIMIT full (or somebody waits already: seats go to
 * the line first). seat_give_back: one seat less taken. seat_wait: delta +1/-1 on the waiting
 * counter.
 *
 * With them, in the same statement, goes what else is counted of those who register: seat_leave and
 * seat_leave_line are seat_give_back and seat_wait -1 for a registration that was cancelled,
 * seat_pass_on is for one that was cancelled while its place went to another.
 */
MUST_USE enum status seat_take(struct db_conn *c, int64_t gathering_id);
/* For promotion and the organiser's own additions: ignores who waits; ST_LIMIT when full. */
MUST_USE enum status seat_take_next(struct db_conn *c, int64_t gathering_id);
/* Organiser's word at the door or by phone: beyond capacity too. */
MUST_USE enum status seat_take_over(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status seat_give_back(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status seat_wait(struct db_conn *c, int64_t gathering_id, int delta);
MUST_USE enum status seat_leave(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status seat_leave_line(struct db_conn *c, int64_t gathering_id);
/* Undo these two; seat_return beyond capacity too, for the seat may be another's by now. */
MUST_USE enum status seat_return(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status seat_return_line(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status seat_pass_on(struct db_conn *c, int64_t gathering_id);
/* +1 for who is let in at the door, -1 when that is taken back: how many came, for those who look
 * back. tickets keeps it in step with its admissions. */
MUST_USE enum status seat_attend(struct db_conn *c, int64_t gathering_id, int delta);

/* Objects for templates and the API. view: the API's (RFC 3339 times with offset, id as string,
 * status, url; in a list without the programme and the texts that are DB_LONG). page: for people in
 * a language: {id, slug, title, kind_label, title, summary, date_long, date_short, weekday, day,
 * month, time_range, when (one line), zone (where its clock is; "" for the cluster's: times have it
 * behind them), moved_from ("" unless the time has changed since people were last told: when it
 * was), place, address, map_url, sign:{state, text, icon}, capacity, taken, left, waiting,
 * deadline_text, url, is_past, is_cancelled, programme:[{starts,title,speaker}], description_html,
 * practical_html, language}. New references. */
json_t *gathering_view(struct db_conn *c, struct arena *a, const struct gathering *g);
/* The API's with its page's address, as an answer of its own. */
json_t *gathering_api_view(struct request *rq, struct db_conn *c, const struct gathering *g);
json_t *gathering_list_view(struct arena *a, const struct gathering *g);
json_t *gathering_page_view(struct app *app, struct db_conn *c, struct arena *a,
                            const struct gathering *g, const char *lang, int64_t now);
/* Adds to the `page` object of its registration form what a link to that shows where it is shared:
 * canonical and share of html/head.html. */
MUST_USE enum status gathering_share_form(struct request *rq, const struct gathering *g,
                                          json_t *page);
/* A title for the subject of a mail, which has more to say and is cut by what shows it: whole
 * words, at most 60 characters and an ellipsis. In the arena, or title itself. */
const char *gathering_subject_title(struct arena *a, const char *title);
/* Data for mails: {title, subject_title, when, date_long, date_short, time_range, place, address,
 * map_url, url, practical_text, weekday, day, month}. A new reference. */
json_t *gathering_mail_view(struct app *app, struct db_conn *c, struct arena *a,
                            const struct gathering *g, const char *lang);
/* A moment by the cluster's clock as people say it, in the reader's language: "i dag 08:41",
 * "9. des." In the arena. */
const char *gathering_when(struct request *rq, int64_t at);
/* A moment by the gathering's own clock: "torsdag 14. januar kl. 17:00", and behind it where that
 * clock is when it is not the cluster's: " (Helsinki)". flags: date_long's; DATE_TIME is taken for
 * granted. In the arena. */
const char *gathering_moment(struct arena *a, const struct gathering *g, const char *lang,
                             int64_t at, unsigned flags);
/* " (Helsinki)", what stands behind a time of day by that zone's clock; "" for the cluster's. */
const char *gathering_zone_note(struct arena *a, const char *zone, const char *lang);
/* The sign as templates show it ({{> gatherings/sign}}): {state, text, icon, open, few, waiting,
 * closed}. state is sm-sign's data-state. A new reference. */
json_t *gathering_sign_view(struct app *app, struct arena *a, const struct gathering *g,
                            const char *lang, int64_t now);

/*
 * Calendar files. A gathering is one event, with one UID in all its files: the public one, the
 * feed, the ticket's and those of the mails. Calendars know an entry again by its UID alone (RFC
 * 5545 3.8.4.7), so that who took the public file and then registered has it once, with their own
 * link in it. Invitations have one UID for all who are invited, too (RFC 5546 2.1.5). A feed is a
 * calendar of its own: programs that fold what stands in two of them into one do it by UID; for the
 * others nothing can be done. (Registrations from before one UID was for all keep theirs.)
 *
 * SEQUENCE is the gathering's own, and for a person it grows with their cancelling and coming back
 * too, so that what they hold is never older than the public file. Two who share an address share
 * an entry: it is cancelled with the last of them.
 *
 * A file has no METHOD: Outlook cannot take a PUBLISH out of a mail and shows it as text
 * ([MS-STANOICAL] 2.2.99), a plain file every calendar opens. Only a cancellation is a message
 * (METHOD:CANCEL, RFC 5546 3.2.5): without it Outlook adds a second appointment. The feed holds
 * both kinds and is no message.
 *
 * Who waits has no file: a place in the line is no appointment, and calendars show STATUS:TENTATIVE
 * as busy, or like any other.
 */
struct calendar_entry {
    const char *uid, *url;
    const char *lang;         /* of the word before the title when it is off */
    int64_t sequence;         /* how often the person's own part has changed */
    int64_t changed_at;       /* ... and when it last did */
    bool withdrawn;           /* no longer coming, though the gathering may be held */
    const char *name, *email; /* of the person, in a cancellation; NULL: not named */
};
#define CALENDAR_TYPE "text/calendar; charset=utf-8"
struct buf;
/* Appends the file. *type: its media type, which names the METHOD where there is one. */
MUST_USE enum status gathering_ics(struct app *app, struct db_conn *c, struct arena *a,
                                   const struct gathering *g, const struct calendar_entry *entry,
                                   struct buf *out, const char **type);

/* Word that one has changed (its id), or what is shown of it: seats, invitations. */
extern const struct db_topic gathering_topic;

/* What is told of a gathering (struct event_kind). */
struct gathering_event {
    int64_t gathering_id;
    bool notify;         /* moved, cancelled: people are told */
    const char *message; /* ... with these words of the organiser; or NULL */
    int64_t old_start;   /* moved: what they knew; cancelled: the start */
    bool *anybody;       /* moved: who hears it sets it where there is somebody to tell; or NULL */
};
extern const struct event_kind gathering_event_published,
    gathering_event_moved,                             /* start, end or place differ */
    gathering_event_cancelled, gathering_event_raised, /* the capacity is */
    gathering_event_rescheduled; /* start or end differ, or it is off; a draft's, too */

/* Occasion of mails about a move: "start.sequence.old start". */
const char *gathering_move_occasion(struct arena *a, const struct gathering *g, int64_t old_start);
/*
 * The same for one of those whom a task tells of it (tasks/tasks.h), its parent (mailing.h) and id:
 * where the word of an earlier move has not left yet, or had not come to them before this one
 * overtook it, the old start is what they know. What has not left is taken back, so that one mail
 * says it all.
 */
struct task;
struct task_kind;
struct mail_kind;
MUST_USE enum status gathering_move_untold(struct db_conn *c, struct arena *a, const struct task *t,
                                           const struct task_kind *kind,
                                           const struct mail_kind *mail, const char *parent,
                                           int64_t id, const char **occasion);

/* For a struct reminder_rule (mailing/mailing.h): published gatherings, by any of the times. */
extern const struct reminder_subject gathering_reminders;

/* For struct mail_kind's good_until: a mail about a gathering is of use until its end; one that
 * wants an answer, or reminds, until its start. ST_NOT_FOUND: there is no such gathering any more.
 */
enum status gathering_mail_until_end(struct db_conn *c, int64_t gathering_id, int64_t *until);
enum status gathering_mail_until_start(struct db_conn *c, int64_t gathering_id, int64_t *until);

/* For demo: makes and publishes without a request; fields as in struct (programme as
 * "HH:MM|title|speaker" lines). */
MUST_USE enum status gathering_create(struct db_conn *c, const struct gathering *g,
                                      const char *programme, int64_t now, int64_t *id);
/* Tells gathering_event_published. ST_OK also when it is published already; ST_GONE when cancelled.
 */
MUST_USE enum status gathering_publish(struct db_conn *c, int64_t id, int64_t now);

/*
 * Tells gathering_event_cancelled; a draft just goes away. ST_GONE when it is cancelled already.
 * message: the organiser's words, or NULL.
 */
MUST_USE enum status gathering_cancel(struct db_conn *c, int64_t id, bool notify,
                                      const char *message, int64_t now);

/*
 * Places for panels of features to the right; id is the gathering's, but 0 for "home..." and the
 * contact's for "contact.page".
 *
 * "gathering.tabs": no template; fill adds {href, label, count, key} under the panel's key.
 *
 * "gathering.stats": a figure, <div><dt>takket nei</dt><dd>21 <small>av 118</small></dd></div>;
 * also on /admin for the next gathering.
 *
 * "gathering.overview", "gathering.side": the wide and the narrow column of the overview, each a
 * <section class="sm-panel">. "home", "home_side": likewise of /admin.
 *
 * "home_top": a banner above all else of /admin, <div class="ds-alert">.
 *
 * "home_next": buttons of the next gathering, <a class="ds-button" data-size="sm" ...>.
 *
 * "gathering.tell": tell them, after a move or before a cancellation? No template. data has
 * tell_kind ("moved", "cancelled"), tell_old_start (ms) and tell_message (text); fill adds "tell":
 * {count, subject, text}: how many would get the mail, and the mail as it would be sent
 * (mail_preview). count 0: nobody to ask about. A move stands in the database already; a
 * cancellation does not yet, so the mail kind's build must not refuse for that.
 *
 * "contact.page": a <section class="sm-panel"> of a contact's page.
 */

/* The organiser's gathering page has tabs; features to the right add theirs as panels of place
 * "gathering.tabs". Every page under /admin/gatherings/{id} calls this, adds its own to data and
 * begins its template with {{> gatherings/admin_head}}; it gives data.gathering (as
 * gathering_page_view, with status_* flags, may_edit, href) and data.tabs with `current` marked.
 * Texts and layout "app" as for all of /admin. ST_NOT_FOUND. */
MUST_USE enum status gathering_admin_head(struct request *rq, int64_t id, const char *current_tab,
                                          struct gathering *g, json_t *data);

#endif
