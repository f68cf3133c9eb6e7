/*
 * The main paths through the program, each a request and what is right as its answer; and what they
 * are about.
 */
#ifndef SAMLING_TESTS_TORTURE_PATHS_H
#define SAMLING_TESTS_TORTURE_PATHS_H

#include "gatherings/gatherings_rules.h"
#include "opened.h"
#include "registrations/registrations.h"

static struct opened o;
static int64_t now;
static int serial; /* of the tries: no two send the same */

/* What the paths are about. */
static int64_t gathering_id, draft_id, contact_id, mail_id;
static char slug[80], code[64], own_path[200], cookie[128], csrf[64], token[64];

struct path {
    const char *name;
    void (*prepare)(void); /* before each try; nothing fails in it */
    const char *method, *target;
    void (*body)(char *out, size_t size); /* of a POST */
    const char *type;                     /* of the body; NULL: a form */
    bool signed_in, by_token;
    int status;         /* of success */
    const char *marker; /* in the answer of success */
    bool varies;        /* its length is not always the same */
    int tries;          /* instead of FIRST and SPREAD */
};

static void
form(char *out, size_t size)
{
    (void)snprintf(out, size, "csrf=%s", csrf);
}

static void
registration_form(char *out, size_t size)
{
    (void)snprintf(out, size,
                   "name=Kari+Nes&email=kari%d%%40firma.example&organisation=Nes&wish=A&"
                   "requirements=B&invite_later=on&form_key=%032d",
                   serial, serial);
}

static void
sign_in_form(char *out, size_t size)
{
    (void)snprintf(out, size, "email=ase%%40hub.example&password=en+lang+setning+her");
}

static void
invite_form(char *out, size_t size)
{
    (void)snprintf(out, size,
                   "csrf=%s&paste=Ola%d+%%3Cola%d%%40firma.example%%3E%%0AIngen&subject=Kom&"
                   "message=Hei+%%7Bfornavn%%7D&reviewed=1&do=review&form_key=%032d",
                   csrf, serial, serial, serial);
}

static void
tell_form(char *out, size_t size)
{
    (void)snprintf(out, size, "csrf=%s&action=tell&message=Snø", csrf);
}

static void
api_create(char *out, size_t size)
{
    (void)snprintf(out, size,
                   "{\"title\":\"Laget %d\",\"starts_at\":\"2037-01-14T17:00\",\"place\":\"Hub\","
                   "\"description\":\"# A\\n\\n* b\",\"programme\":[{\"starts\":\"17:00\","
                   "\"title\":\"Kaffe\"}]}",
                   serial);
}

static void
api_invite(char *out, size_t size)
{
    (void)snprintf(out, size,
                   "{\"subject\":\"A\",\"message\":\"B\",\"contacts\":[{\"name\":\"Nes, Per\","
                   "\"email\":\"per%d@firma.example\"},{\"email\":\"nobody\"}]}",
                   serial);
}

static void
api_checkin(char *out, size_t size)
{
    (void)snprintf(out, size, "{\"ticket\":\"%s\"}", code);
}

static void
fresh_draft(void)
{
    const struct gathering g = { .kind = "theme",
                                 .title = "Utkast",
                                 .place = "Hub",
                                 .timezone = "Europe/Oslo",
                                 .language = "nb",
                                 .starts_at = now + 20 * MS_DAY,
                                 .ends_at = now + 20 * MS_DAY + MS_HOUR,
                                 .capacity = 10 };

    assert_int_equal(gathering_create(o.c, &g, NULL, now, &draft_id), ST_OK);
}

/* One with people in it, moved and not yet told of. */
static void
fresh_moved(void)
{
    struct gathering g;
    struct registration r;
    struct registration_new n = { .name = "Ola Nes",
                                  .email = "ola@firma.example",
                                  .organisation = "Nes",
                                  .source = "organiser" };

    assert_int_equal(db_begin(o.c), ST_OK);
    fresh_draft();
    assert_int_equal(gathering_publish(o.c, draft_id, now), ST_OK);
    n.gathering_id = draft_id;
    assert_int_equal(registration_make(o.c, o.a, &n, now, &r), ST_OK);
    assert_int_equal(gathering_by_id(o.c, o.a, draft_id, &g), ST_OK);
    g.starts_at += MS_DAY;
    g.ends_at += MS_DAY;
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, NULL, now), ST_OK);
    assert_int_equal(db_commit(o.c), ST_OK);
}

#define ADMIN "/admin/gatherings/{g}"
#define DRAFT "/admin/gatherings/{d}"

/* clang-format off */
static const struct path paths[] = {
    { "calendar", .target = "/?x=1", .status = 200, .marker = "Digitalisering" },
    { "public page", .target = "/g/{slug}?x=1", .status = 200, .marker = "rel=\"nofollow noopener\"" },
    { "gathering picture", .target = "/g/{slug}.png", .status = 200, .marker = "\x89PNG", .varies = true, .tries = 40 },
    { "registration form", .target = "/g/{slug}/register", .status = 200, .marker = "name=\"email\"" },
    { "registration", .method = "POST", .target = "/g/{slug}/register", .body = registration_form,
      .status = 303, .marker = "registered" , .varies = true },
    { "own page", .target = "{own}", .status = 200, .marker = "Kari Nes" },
    { "change page", .target = "{own}/change", .status = 200, .marker = "name=\"organisation\"" },
    { "ticket", .target = "/t/{code}", .status = 200, .marker = "<svg" },
    { "ticket svg", .target = "/t/{code}.svg", .status = 200, .marker = "</svg>" },
    { "ticket png", .target = "/t/{code}.png", .status = 200, .marker = "\x89PNG" },
    { "ticket pdf", .target = "/t/{code}.pdf", .status = 200, .marker = "%PDF", .varies = true, .tries = 40 },
    { "ticket ics", .target = "/t/{code}.ics", .status = 200, .marker = "END:VCALENDAR" },
    { "calendar feed", .target = "/feed.ics", .status = 200, .marker = "END:VCALENDAR" },
    { "news feed", .target = "/feed.atom", .status = 200, .marker = "</feed>" },
    { "no such page", .target = "/g/none", .status = 404, .marker = "</html>" },
    { "sign-in page", .target = "/signin", .status = 200, .marker = "name=\"password\"" },
    { "sign-in", .method = "POST", .target = "/signin", .body = sign_in_form, .status = 303,
      .marker = "Set-Cookie", .varies = true, .tries = 8 },
    { "home", .target = "/admin", .signed_in = true, .status = 200, .marker = "</html>", .varies = true },
    { "list", .target = "/admin/gatherings", .signed_in = true, .status = 200, .marker = "Digitalisering" },
    { "overview", .target = ADMIN, .signed_in = true, .status = 200, .marker = "Digitalisering", .varies = true },
    { "edit page", .target = ADMIN "/edit", .signed_in = true, .status = 200, .marker = "Digitalisering", .varies = true },
    { "people", .target = ADMIN "/people", .signed_in = true, .status = 200, .marker = "Kari Nes", .varies = true },
    { "tick list", .target = ADMIN "/people/print", .signed_in = true, .status = 200, .marker = "Kari Nes", .varies = true },
    { "people csv", .target = ADMIN "/people.csv", .signed_in = true, .status = 200, .marker = "Kari Nes" },
    { "invite page", .target = ADMIN "/invite", .signed_in = true, .status = 200, .marker = "name=\"paste\"" },
    { "invite review", .method = "POST", .target = ADMIN "/invite", .body = invite_form,
      .signed_in = true, .status = 200, .marker = "firma.example", .varies = true },
    { "invite send", .method = "POST", .target = ADMIN "/invite/send", .body = invite_form,
      .signed_in = true, .status = 303, .marker = "sent=1", .varies = true },
    { "messages", .target = ADMIN "/messages", .signed_in = true, .status = 200, .marker = "</html>", .varies = true },
    { "mail", .target = "/admin/mail/{m}/message", .signed_in = true, .status = 200, .marker = "data:image" },
    { "publish", .prepare = fresh_draft, .method = "POST", .target = DRAFT "/publish", .body = form,
      .signed_in = true, .status = 303, .marker = "Location", .varies = true },
    { "move", .prepare = fresh_moved, .method = "POST", .target = DRAFT "/move", .body = tell_form,
      .signed_in = true, .status = 303, .marker = "Location", .varies = true },
    { "cancel page", .target = ADMIN "/cancel", .signed_in = true, .status = 200, .marker = "name=\"message\"", .varies = true },
    { "cancel", .prepare = fresh_moved, .method = "POST", .target = DRAFT "/cancel", .body = tell_form,
      .signed_in = true, .status = 303, .marker = "Location", .varies = true },
    { "export", .target = "/admin/persons/export?email=kari@firma.example", .signed_in = true, .status = 200, .marker = "registrations" },
    { "api list", .target = "/api/v1/gatherings", .by_token = true, .status = 200, .marker = "\"next\"", .varies = true },
    { "api create", .method = "POST", .target = "/api/v1/gatherings", .body = api_create,
      .type = "application/json", .by_token = true, .status = 201, .marker = "Laget", .varies = true },
    { "api registrations", .target = "/api/v1/gatherings/{g}/registrations", .by_token = true,
      .status = 200, .marker = "Kari Nes", .varies = true },
    { "api invite", .method = "POST", .target = "/api/v1/gatherings/{g}/invitations",
      .body = api_invite, .type = "application/json", .by_token = true, .status = 202,
      .marker = "\"invited\":1", .varies = true },
    { "api check-in", .method = "POST", .target = "/api/v1/gatherings/{g}/checkins",
      .body = api_checkin, .type = "application/json", .by_token = true, .status = 200,
      .marker = "\"result\"", .varies = true },
    { "api nonsense", .method = "POST", .target = "/api/v1/gatherings", .body = form,
      .type = "application/json", .by_token = true, .status = 400, .marker = "urn:samling:problem:" },
};
/* clang-format on */

#endif
