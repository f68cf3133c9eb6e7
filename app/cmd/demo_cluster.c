#include "cmd/demo_cluster.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "cmd/demo_members.h"
#include "contacts/contacts.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
#include "invitations/invitations.h"
#include "organisations/organisations.h"
#include "registrations/registrations.h"
#include "surveys/surveys.h"
#include "tickets/tickets.h"

#define PEOPLE_EACH 4

static const struct {
    const char *name, *domain, *role, *trade;
} company[] = {
    { "Blåfjell Mekaniske", "blafjell", "member", "Mekanisk industri" },
    { "Havglimt Sjømat", "havglimt", "member", "Sjømat" },
    { "Bakke Energi", "bakkeenergi", "member", "Energi" },
    { "Ærøy Emballasje", "aeroy", "member", "Emballasje" },
    { "Steinvik Betong", "steinvik", "member", "Betong" },
    { "Kvitnes Transport", "kvitnes", "member", "Transport" },
    { "Tallvakt Regnskap", "tallvakt", "supplier", "Regnskap" },
    { "Løvtre Trevare", "lovtre", "member", "Trevare" },
    { "Vik Verft", "vikverft", "member", "Skipsbygging" },
    { "Åmdal Bygg", "amdalbygg", "member", "Bygg" },
    { "Nes Havbruk", "neshavbruk", "member", "Oppdrett" },
    { "Førde Rør", "forderor", "member", "Rørlegger" },
    { "Strømsund Elektro", "stromsund", "member", "Elektro" },
    { "Fjordkraft Automasjon", "fjordautomasjon", "supplier", "Automasjon" },
    { "Lia Gartneri", "liagartneri", "member", "Gartneri" },
    { "Sunde Slakteri", "sundeslakteri", "member", "Kjøtt" },
    { "Myklebust Maskin", "myklebust", "supplier", "Maskiner" },
    { "Hjelle Hotell", "hjelle", "member", "Reiseliv" },
    { "Sandane Plast", "sandaneplast", "member", "Plast" },
    { "Ytre Data", "ytredata", "supplier", "Programvare" },
    { "Nordlys Design", "nordlysdesign", "member", "Design" },
    { "Brekke Meieri", "brekkemeieri", "member", "Meieri" },
    { "Kystlab Analyse", "kystlab", "supplier", "Laboratorium" },
    { "Ørsta Lakkering", "orstalakk", "member", "Overflate" },
    { "Innsikt Vest", "innsiktvest", "research", "Forskning" },
    { "Høgda Fagskule", "hogda", "research", "Utdanning" },
    { "Sildevåg kommune", "sildevag", "public", "Kommune" },
    { "Fjordbanken", "fjordbanken", "partner", "Bank" },
    { "Havklynga", "havklynga", "cluster", "Klynge" },
    { "Kystfondet", "kystfondet", "funder", "Virkemiddelapparat" },
};

static const char *const first_name[] = {
    "Ingrid", "Øystein", "Åshild",   "Tone", "Marius", "Hanne",  "Jørn",    "Solveig",
    "Guro",   "Kari",    "Ragnhild", "Tor",  "Stian",  "Eli",    "Pål",     "Bjørn",
    "Kåre",   "Ågot",    "Nils",     "Bård", "Hege",   "Sigrid", "Arne",    "Liv",
    "Sverre", "Turid",   "Magne",    "Anne", "Håkon",  "Berit",  "Jostein",
};
static const char *const last_name[] = {
    "Sæther",  "Hjelle",  "Bakke", "Ærøy",  "Åsebø",   "Vårdal", "Kleppe",   "Tveit",
    "Lien",    "Løvland", "Vik",   "Åmdal", "Nes",     "Førde",  "Strømmen", "Berg",
    "Ødegård", "Sunde",   "Lunde", "Myhre", "Sandvik", "Hauge",  "Dale",     "Eikenes",
    "Rygg",    "Moen",    "Skår",  "Tjønn", "Bø",
};

static const char *const wish[] = {
    "Erfaring med sveiseroboter", "Sortering med kamera",     "Måle strøm i sanntid",
    "Noen å dele robot med",      "Slippe å taste inn timer", "Treffe bedriftene",
    "Pris på å komme i gang",
};
static const char *const requirement[] = { "Uten gluten", "Vegetar", "Nøtteallergi", "Vegetar" };

#define INVENTED "\n\n*Dette er et eksempel: klyngen, bedriftene og menneskene er oppdiktet.*"

static const char procurement_text[] =
    "Hva kjøper vi, av hvem, og hva kunne vi kjøpt sammen? Tre bedrifter la fram tallene sine, "
    "og vi fant fire ting vi kan forhandle om i fellesskap." INVENTED;
static const char autumn_text[] =
    "Årets store samling: hva vi har fått til, og hva vi vil neste år." INVENTED;
static const char long_ago_text[] = "Slik begynte det." INVENTED;
static const char robots_text[] =
    "## Hvem er invitert?\n\nMedlemmer i klyngen, leverandører og kunder, forskere, kommunen og "
    "banken. Er du nysgjerrig på klyngen, er du også velkommen. Det koster ikke noe." INVENTED;
static const char build_text[] = "Mål og prosjekter for året. Vi avslutter med middag." INVENTED;

static const char procurement_programme[] =
    "17:00|Kaffe og noe å bite i|\n"
    "17:15|Hva vi kjøper i dag|Åse Nordbø, TechHub Nordfjord\n"
    "17:45|Tre bedrifter legger tallene på bordet|\n"
    "18:45|Rundebord|\n"
    "20:00|Takk for i kveld|\n";
static const char autumn_programme[] = "12:00|Lunsj|\n13:00|Året som gikk|\n15:00|Arbeidsgrupper|\n"
                                       "17:00|Middag|\n";
static const char robots_programme[] =
    "17:00|Kaffe og noe å bite i|\n"
    "17:20|Velkommen|Åse Nordbø, TechHub Nordfjord\n"
    "17:30|Roboten vi nesten ikke kjøpte|Ingrid Sæther, Blåfjell Mekaniske\n"
    "18:00|Fra regneark til sensor på en uke|Pål Strømmen, Strømsund Elektro\n"
    "18:30|Omvisning i labben|Se robotcellen i arbeid\n"
    "19:00|Rundebord: Hva løser vi sammen?|\n"
    "20:00|Middag|\n"
    "20:30|Takk for i kveld|\n";

struct demo {
    struct db_conn *c;
    struct arena *a;
    int64_t now;
    int64_t contact[ARRAY_LEN(company) * PEOPLE_EACH];
};

/* The same person each time: names are dealt out so that colleagues never share one. */
static const char *
person_name(struct arena *a, size_t n)
{
    return arena_printf(a, "%s %s", first_name[n % ARRAY_LEN(first_name)],
                        last_name[n % ARRAY_LEN(last_name)]);
}

static const char *
person_email(struct arena *a, size_t n)
{
    const char *word = fold_plain(a, first_name[n % ARRAY_LEN(first_name)]);

    return arena_printf(a, "%s@%s.example", word, company[n / PEOPLE_EACH].domain);
}

static enum status
people(struct demo *d)
{
    int64_t organisation = 0;
    enum status rc = ST_OK;

    for (size_t n = 0; rc == ST_OK && n < ARRAY_LEN(d->contact); n++) {
        size_t k = n / PEOPLE_EACH;
        if (n % PEOPLE_EACH == 0)
            rc = organisation_ensure(d->c, company[k].name, company[k].role, company[k].trade,
                                     d->now, &organisation);
        if (rc == ST_OK)
            rc = contact_ensure(d->c, person_email(d->a, n), person_name(d->a, n), company[k].name,
                                n % 9 == 4 ? "nn" : "nb", "example", d->now, &d->contact[n]);
    }
    return rc;
}

/* Thursday (or another weekday, 0 = Sunday) at least `days` from now, at a local hour. */
static int64_t
day_at(int64_t now, int days, int weekday, int hour, int minute)
{
    struct civil at;
    int64_t t = now + days * MS_DAY;

    zone_local(ZONE_DEFAULT, t, &at, NULL);
    t += ((weekday - at.weekday + 7) % 7) * MS_DAY;
    zone_local(ZONE_DEFAULT, t, &at, NULL);
    at.hour = hour;
    at.minute = minute;
    at.second = 0;
    return zone_utc_near(ZONE_DEFAULT, &at);
}

static enum status
publish(struct demo *d, const struct gathering *plan, const char *programme, int64_t at,
        int64_t *id)
{
    struct gathering g = *plan;

    g.timezone = ZONE_DEFAULT;
    g.language = "nb";
    g.slug = text_slug(d->a, g.title);
    g.place = "TechHub, Prosjektrommet";
    g.address = "Kaigata 14, Nordfjordeid";
    g.practical = "Gratis parkering bak bygget, inngang fra kaia.";
    g.ask_wish = true;
    g.ask_requirements = true;
    enum status rc = gathering_create(d->c, &g, programme, at, id);
    return rc == ST_OK ? gathering_publish(d->c, *id, at) : rc;
}

struct crowd {
    int64_t gathering_id, first_at; /* when the first of them registered */
    size_t first, of;               /* which of the contacts may come; of: 0 is all */
    size_t from, n;                 /* who registers first, and how many do */
    int64_t step;                   /* ms from one to the next */
    bool asks;                      /* wishes and requirements */
    size_t mailed;                  /* this many of the last get their mail */
    size_t come;                    /* this many of the first were there */
    int64_t doors;                  /* when the first of them came */
};

static enum status
registers(struct demo *d, const struct crowd *w, size_t k)
{
    size_t of = w->of > 0 ? w->of : ARRAY_LEN(d->contact) - w->first;
    size_t n = w->first + (w->from + k * 7) % of; /* no `of` is a multiple of 7: each once */
    int64_t at = w->first_at + (int64_t)k * w->step;
    struct registration made = { 0 };
    struct ticket t = { 0 };
    struct admission in = { 0 };
    const struct registration_new who = {
        .gathering_id = w->gathering_id,
        .contact_id = d->contact[n],
        .name = person_name(d->a, n),
        .email = person_email(d->a, n),
        .organisation = company[n / PEOPLE_EACH].name,
        .phone = "",
        .wish = w->asks && k % 3 == 0 ? wish[(k / 3) % ARRAY_LEN(wish)] : "",
        .requirements =
            w->asks && k % 11 == 5 ? requirement[(k / 11) % ARRAY_LEN(requirement)] : "",
        .language = n % 9 == 4 ? "nn" : "nb",
        .source = "example",
        .no_mail = k + w->mailed < w->n,
    };
    enum status rc = registration_make(d->c, d->a, &who, at, &made);

    if (rc != ST_OK || k >= w->come)
        return rc;
    rc = ticket_of(d->c, d->a, made.id, &t);
    if (rc == ST_OK)
        rc = ticket_admit_id(d->c, w->gathering_id, t.id, "Inngang",
                             w->doors + (int64_t)k * 20 * MS_SECOND, &in);
    return rc;
}

static enum status
crowd(struct demo *d, const struct crowd *w)
{
    enum status rc = ST_OK;

    for (size_t k = 0; rc == ST_OK && k < w->n; k++)
        rc = registers(d, w, k);
    return rc;
}

static const char *const took_home[] = {
    "At vi kjøper stål av fire ulike leverandører.",
    "Mye nyttig prat rundt bordene.",
    "Litt kort tid til spørsmål.",
    "Flere konkrete eksempler neste gang.",
};
static const char *const take_up[] = {
    "Robotisering av småserier.",   "Hvordan vi får lærlinger til å bli.",
    "Strøm: måle, styre og spare.", "Felles kurs i kunstig intelligens.",
    "Noen å dele sveiserobot med.",
};

/* One answer, as the k-th of those who came gave it. */
static enum status
answers(struct demo *d, const struct survey *s, const struct survey_question *q, size_t k,
        int64_t registration_id, int64_t at)
{
    static const int mark[] = { 5, 4, 4, 5, 3, 4, 5, 2, 4, 5 };
    struct survey_reply reply[SURVEY_QUESTIONS];
    size_t n = 0;

    reply[n++] = (struct survey_reply){ .question_id = q[0].id,
                                        .number = mark[k % ARRAY_LEN(mark)],
                                        .text = "" };
    reply[n++] =
        (struct survey_reply){ .question_id = q[1].id, .number = k % 4 == 3 ? 2 : 1, .text = "" };
    if (k % 3 == 0)
        reply[n++] = (struct survey_reply){ .question_id = q[2].id,
                                            .text = took_home[k / 3 % ARRAY_LEN(took_home)] };
    if (k % 2 == 0)
        reply[n++] = (struct survey_reply){ .question_id = q[3].id,
                                            .text = take_up[k / 2 % ARRAY_LEN(take_up)] };
    return survey_give(d->c, s, registration_id, ZONE_DEFAULT, reply, n, at);
}

DB_SQL(sql_came, "SELECT t.registration_id FROM ticket t WHERE t.gathering_id = $1"
                 " AND t.admitted_at IS NOT NULL ORDER BY t.id");

/* What those who came to a past gathering thought of it: each third of them said so. */
static enum status
asked(struct demo *d, int64_t gathering_id, bool anonymous, int64_t at)
{
    const struct survey_question plan[] = {
        { .place = 1,
          .kind = SURVEY_MARK,
          .text = "Hva syntes du om arrangementet?",
          .help = "",
          .options = "",
          .required = true },
        { .place = 2,
          .kind = SURVEY_YES_NO,
          .text = "Traff du noen du vil snakke mer med?",
          .help = "",
          .options = "" },
        { .place = 3,
          .kind = SURVEY_TEXT,
          .text = "Hva tok du med deg, og hva kan bli bedre?",
          .help = "",
          .options = "" },
        { .place = 4,
          .kind = SURVEY_TEXT,
          .text = "Hva bør vi ta opp neste gang?",
          .help = "Gjerne noe bedriften din strever med eller har lyst til å prøve.",
          .options = "",
          .for_needs = true },
    };
    struct survey s;
    struct survey_question *q = NULL;
    size_t n = 0, k = 0, seen = 0;
    int64_t came[ARRAY_LEN(d->contact)], id;
    struct db_rows rows;
    enum status rc = survey_make(d->c, gathering_id, true, anonymous, plan, ARRAY_LEN(plan));

    if (rc == ST_OK)
        rc = survey_of(d->c, gathering_id, &s);
    if (rc == ST_OK)
        rc = survey_questions(d->c, d->a, gathering_id, &q, &n);
    if (rc != ST_OK)
        return rc;
    db_each(&rows, d->c, NULL, &sql_came, V(gathering_id));
    while (k < ARRAY_LEN(came) && db_take(&rows, R(&id)))
        if (seen++ % 3 == 0)
            came[k++] = id;
    rc = db_done(&rows, ST_OK);
    for (size_t i = 0; rc == ST_OK && i < k; i++)
        rc = answers(d, &s, q, i, came[i], at + (int64_t)i * MS_HOUR);
    return rc;
}

/* What was held long ago: some who came then have not been seen since, others are new. */
static const struct held {
    int days, weekday, hour, hours;
    const char *kind, *title, *summary, *topics;
    size_t first, of, from, n, come;
} long_ago[] = {
    { -465, 3, 9, 3, "theme", "Havrom og data", "Hva målingene i fjorden kan brukes til.",
      "Digitalisering", 24, 0, 5, 35, 31 },
    { -405, 4, 12, 6, "cluster", "Klyngesamling: Hvem er vi?", "Den første store samlingen.",
      "Nettverk", 24, 0, 40, 44, 38 },
    { -240, 2, 17, 3, "theme", "Reststoff blir råstoff",
      "Det en av oss kaster, kan en annen bruke.", "Reststoff", 0, 104, 30, 41, 37 },
    { -160, 4, 14, 3, "theme", "Åpen lab", "Kom og prøv det vi har.", "Roboter", 0, 92, 20, 30,
      27 },
};

static enum status
held_long_ago(struct demo *d, const struct held *h)
{
    int64_t start = day_at(d->now, h->days, h->weekday, h->hour, 0), id = 0;
    const struct gathering g = {
        .kind = h->kind,
        .title = h->title,
        .summary = h->summary,
        .topics = h->topics,
        .description = long_ago_text,
        .starts_at = start,
        .ends_at = start + h->hours * MS_HOUR,
        .capacity = 60,
    };
    enum status rc = publish(d, &g, "", start - 40 * MS_DAY, &id);

    return rc != ST_OK ? rc
                       : crowd(d, &(struct crowd){ .gathering_id = id,
                                                   .first_at = start - 30 * MS_DAY,
                                                   .first = h->first,
                                                   .of = h->of,
                                                   .from = h->from,
                                                   .n = h->n,
                                                   .step = 6 * MS_HOUR,
                                                   .come = h->come,
                                                   .doors = start - 25 * MS_MINUTE });
}

static enum status
past(struct demo *d)
{
    int64_t start = day_at(d->now, -40, 4, 17, 0), id = 0;
    const struct gathering procurement = {
        .kind = "theme",
        .title = "Strategisk innkjøp",
        .summary = "Hva kan vi kjøpe sammen?",
        .topics = "Innkjøp",
        .description = procurement_text,
        .starts_at = start,
        .ends_at = start + 3 * MS_HOUR,
        .capacity = 60,
    };
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(long_ago); i++)
        rc = held_long_ago(d, &long_ago[i]);
    if (rc == ST_OK)
        rc = publish(d, &procurement, procurement_programme, start - 30 * MS_DAY, &id);
    if (rc == ST_OK)
        rc = crowd(d, &(struct crowd){ .gathering_id = id,
                                       .first_at = start - 20 * MS_DAY,
                                       .of = 92,
                                       .from = 3,
                                       .n = 52,
                                       .step = 6 * MS_HOUR,
                                       .come = 48,
                                       .doors = start - 25 * MS_MINUTE });
    if (rc == ST_OK)
        rc = asked(d, id, true, start + MS_DAY);
    if (rc != ST_OK)
        return rc;
    start = day_at(d->now, -75, 4, 12, 0);
    const struct gathering autumn = {
        .kind = "cluster",
        .title = "Klyngesamling høst",
        .summary = "Årets store samling.",
        .topics = "Nettverk",
        .description = autumn_text,
        .starts_at = start,
        .ends_at = start + 6 * MS_HOUR,
        .capacity = 80,
    };
    rc = publish(d, &autumn, autumn_programme, start - 40 * MS_DAY, &id);
    if (rc == ST_OK)
        rc = crowd(d, &(struct crowd){ .gathering_id = id,
                                       .first_at = start - 30 * MS_DAY,
                                       .of = 92,
                                       .from = 11,
                                       .n = 66,
                                       .step = 6 * MS_HOUR,
                                       .come = 63,
                                       .doors = start - 30 * MS_MINUTE });
    return rc == ST_OK ? asked(d, id, false, start + MS_DAY) : rc;
}

/* Everybody is invited; who is registered has answered yes by that, some say no. */
static enum status
invite_all(struct demo *d, int64_t gathering_id, int64_t at)
{
    const struct invitation_reply no = { .answer = ANSWER_NO, .source = "link" };
    const struct invitation_reply phone = { .answer = ANSWER_NO, .source = "phone" };
    enum status rc = ST_OK;

    for (size_t n = 0; rc == ST_OK && n < ARRAY_LEN(d->contact); n++) {
        int64_t id = 0;
        rc = invitation_make(d->c, gathering_id, d->contact[n], 0, true, at, &id);
        if (rc == ST_OK && n % 6 == 5)
            rc = invitation_reply(d->c, d->a, id, n % 12 == 5 ? &phone : &no,
                                  at + (int64_t)n * MS_HOUR);
    }
    return rc;
}

static enum status
coming(struct demo *d)
{
    int64_t start = day_at(d->now, 44, 4, 17, 0), id = 0;
    const struct gathering robots = {
        .kind = "theme",
        .title = "Digitalisering og robotisering",
        .summary = "Hva lønner det seg å automatisere først? Tre bedrifter viser hva de har gjort, "
                   "hva det kostet og hva de ville gjort annerledes.",
        .topics = "Digitalisering, Roboter",
        .description = robots_text,
        .starts_at = start,
        .ends_at = start + 210 * MS_MINUTE,
        .deadline = day_at(start, -3, 1, 12, 0),
        .capacity = 60,
    };
    enum status rc = publish(d, &robots, robots_programme, d->now - 20 * MS_DAY, &id);
    if (rc == ST_OK)
        rc = invite_all(d, id, d->now - 15 * MS_DAY);
    if (rc == ST_OK)
        rc = crowd(d, &(struct crowd){ .gathering_id = id,
                                       .first_at = d->now - 14 * MS_DAY,
                                       .from = 0,
                                       .n = 52,
                                       .step = 6 * MS_HOUR + 20 * MS_MINUTE,
                                       .asks = true,
                                       .mailed = 3 });
    if (rc != ST_OK)
        return rc;
    start = day_at(d->now, 72, 3, 12, 0);
    const struct gathering build = {
        .kind = "cluster",
        .title = "Klyngesamling: Hva skal vi bygge i år?",
        .summary = "Mål og prosjekter for året.",
        .topics = "Nettverk",
        .description = build_text,
        .starts_at = start,
        .ends_at = start + 6 * MS_HOUR,
        .capacity = 40,
    };
    rc = publish(d, &build, autumn_programme, d->now - 10 * MS_DAY, &id);
    if (rc == ST_OK)
        rc = crowd(d, &(struct crowd){ .gathering_id = id,
                                       .first_at = d->now - 9 * MS_DAY,
                                       .from = 2,
                                       .n = 43,
                                       .step = 4 * MS_HOUR,
                                       .asks = true });
    return rc;
}

enum status
demo_cluster_load(struct db_conn *c, int64_t now)
{
    struct demo d = { .c = c, .a = arena_new(0), .now = now };
    enum status rc = people(&d);

    if (rc == ST_OK)
        rc = demo_members_load(c, now);
    if (rc == ST_OK)
        rc = past(&d);
    if (rc == ST_OK)
        rc = coming(&d);
    arena_free(&d.a);
    return rc;
}
