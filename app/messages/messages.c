#include "messages/messages.h"

#include "messages/messages_pages.h"

static const struct panel panels[] = {
    { "gathering.tabs", "messages", NULL, messages_fill_tab },
    { "mail.log", "mail_pick", "messages/pick", messages_fill_pick },
    { 0 },
};

static const struct mail_kind *const kinds[] = { &messages_test_kind, NULL };

const struct feature messages_feature = {
    .name = "messages",
    .routes = { messages_routes },
    .mail_kinds = kinds,
    .panels = panels,
};
