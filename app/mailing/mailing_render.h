/*
 * From a row of the outbox to a message: the kind's data, the common data, the templates, MIME.
 * Any thread, on a connection of its own. Private to mailing.
 */
#ifndef SAMLING_MAILING_RENDER_H
#define SAMLING_MAILING_RENDER_H

#include "cluster/cluster.h"
#include "html/template.h"
#include "mailing/mailing.h"
#include "mailing/mailing_style.h"

struct mail_env {
    struct app *app; /* handed to build() */
    const struct templates *templates;
    const struct app_settings *settings;
};
struct mail_env mail_env_of(struct app *app);

#define MAIL_INLINES_MAX 5

struct mail_message {
    const char *subject, *text, *html;
    const char *text_unwrapped; /* for the screen */
    const char *own_data;       /* JSON of the kind's own data: what is kept with the row */
    struct mail_extra extra;
    struct cluster cluster;
    struct mail_inline inlines[MAIL_INLINES_MAX]; /* the mark, and extra's inline parts */
    size_t n_inlines;
};

/*
 * stored  JSON that the message was made from when it left, or NULL: then the kind builds it now.
 * With it the kind is only asked for its pictures and attachments, and may have none to give. out
 * lives in the arena.
 *
 * Returns ST_OK; ST_GONE the kind says that it is no longer right to send; ST_NOT_FOUND no
 * template; ST_INVALID the template has no subject, or stored is not JSON; what build returns.
 */
MUST_USE enum status mail_compose(const struct mail_env *env, struct db_conn *c, struct arena *a,
                                  const struct mail_kind *kind, const struct mail *m,
                                  const char *stored, struct mail_message *out);

/* Appends the MIME message. Statuses of mime_build. */
MUST_USE enum status mail_mime(const struct mail_env *env, struct arena *a, const struct mail *m,
                               const struct mail_message *msg, int64_t now, struct buf *out);

/* With its pictures inside, for the log and previews. */
const char *mail_self_contained(struct arena *a, const struct mail_message *msg);

/* "TechHub <hub@x.no>" or "hub@x.no" apart; both "" when from is neither. */
struct mail_from {
    char name[128], email[256], host[256];
};
void mail_from_parse(const char *from, struct mail_from *out);
/* Where delivery reports go: the bounce pattern with its "*" replaced by the left part of
 * the mail's Message-ID, else from.
 */
const char *mail_envelope_from(const struct mail_env *env, struct arena *a, const struct mail *m);

#endif
