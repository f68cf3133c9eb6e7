/* What this folder is to the rest of the program. A gathering holds no person's data: whom it is
 * about stands in registrations and invitations. */
#include "gatherings/gatherings_routes.h"

const struct feature gatherings_feature = {
    .name = "gatherings",
    .routes = { gathering_public_routes, gathering_admin_routes, gathering_edit_routes,
                gathering_tell_routes, gathering_api_routes },
};
