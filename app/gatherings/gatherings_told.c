/* What people have been told of where and when a gathering is, while a word of it is on its way. */
#include <string.h>

#include "gatherings/gatherings.h"
#include "mailing/mailing.h"
#include "tasks/tasks.h"

const char *
gathering_move_occasion(struct arena *a, const struct gathering *g, int64_t old_start)
{
    return arena_printf(a, "%lld.%lld.%lld", (long long)g->starts_at, (long long)g->calendar_seq,
                        (long long)old_start);
}

/* As t's, with the old start of an earlier one. */
static const char *
since(struct arena *a, const struct task *t, const char *earlier)
{
    const char *old = strrchr(earlier, '.'), *end = strrchr(t->occasion, '.');

    if (old == NULL || end == NULL)
        return t->occasion;
    return arena_printf(a, "%.*s%s", (int)(end - t->occasion), t->occasion, old);
}

enum status
gathering_move_untold(struct db_conn *c, struct arena *a, const struct task *t,
                      const struct task_kind *kind, const struct mail_kind *mail,
                      const char *parent, int64_t id, const char **occasion)
{
    const char *earlier = t->occasion;
    enum status rc = mail_waiting(c, a, mail->name, parent, id, &earlier);
    bool waits = rc == ST_OK;

    if (rc == ST_NOT_FOUND)
        rc = task_unheard(c, a, kind, t->gathering_id, id, &earlier);
    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;
    *occasion = since(a, t, earlier);
    return waits && strcmp(*occasion, earlier) != 0
               ? mail_take_back(c, mail->name, parent, id, "moved_again")
               : ST_OK;
}
