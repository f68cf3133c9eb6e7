#include "cmd/demo_data.h"

#include "accounts/accounts.h"
#include "cluster/cluster.h"
#include "cmd/demo_cluster.h"
#include "cmd/demo_needs.h"
#include "cmd/demo_goals.h"
#include "cmd/demo_rooms.h"
#include "cmd/demo_services.h"

static const struct cluster techhub = {
    .name = "TechHub Nordfjord",
    .language = "nb",
    .address = "Kaigata 14, Nordfjordeid",
    .email = "post@techhub.example",
    .phone = "",
    .privacy_email = "personvern@techhub.example",
    .sender_name = "Åse",
};

enum status
demo_load(struct db_conn *c, struct arena *a, const char *password_hash, int64_t now)
{
    int64_t id = 0;
    enum status rc = cluster_set(c, &techhub);

    (void)a;
    if (rc == ST_OK)
        rc = account_add(c, DEMO_EMAIL, DEMO_NAME, "admin", password_hash, now, &id);
    if (rc == ST_OK)
        rc = demo_cluster_load(c, now);
    if (rc == ST_OK)
        rc = demo_needs_load(c, now);
    if (rc == ST_OK)
        rc = demo_rooms_load(c, now);
    if (rc == ST_OK)
        rc = demo_services_load(c, now);
    if (rc == ST_OK)
        rc = demo_goals_load(c, now);
    return rc;
}
