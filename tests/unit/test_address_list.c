#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "document/address_list.h"

/* One entry as text: "name|email|organisation", or "!why:words". */
static void
describe(struct buf *b, const struct address_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct address_entry *e = &l->entries[i];

        if (i > 0)
            buf_addc(b, '\n');
        if (e->ok)
            buf_addf(b, "%s|%s|%s", e->name, e->email, e->organisation);
        else
            buf_addf(b, "!%s:%s", address_why_key(e->why), e->email);
        if (e->duplicate_of >= 0)
            buf_addf(b, "=%d", e->duplicate_of);
    }
}

static const struct {
    const char *pasted, *read;
} row[] = {
    /* Outlook's To field */
    { "Nes, Kåre <kare@firma.example>; \"Berg, Ågot\" <agot@x.example>",
      "Kåre Nes|kare@firma.example|\nÅgot Berg|agot@x.example|" },
    { "'Nes, Kåre' <kare@firma.example>;Ågot Berg <agot@x.example>;",
      "Kåre Nes|kare@firma.example|\nÅgot Berg|agot@x.example|" },
    { "Nes, Kåre (Firma AS) <kare@firma.example>", "Kåre Nes|kare@firma.example|Firma AS" },
    { "Nes, Kåre <kare@firma.example>, Berg, Ågot <agot@x.example>, c@d.example",
      "Kåre Nes|kare@firma.example|\nÅgot Berg|agot@x.example|\n|c@d.example|" },
    { "kare@firma.example <mailto:kare@firma.example>", "|kare@firma.example|" },
    { "'kare@firma.example' <kare@firma.example>", "|kare@firma.example|" },
    { "Kåre Nes <kare@firma.example> Ågot Berg <agot@x.example>",
      "Kåre Nes|kare@firma.example|\nÅgot Berg|agot@x.example|" },
    { "Kåre Nes <kare@firma.example>; Ågot Berg",
      "Kåre Nes|kare@firma.example|\n!no_at:Ågot Berg" },
    { "Kåre Nes <kare@firma.example>, Firma AS", "Kåre Nes|kare@firma.example|Firma AS" },
    { "Berg, Per Ole, jr. <per@x.example>", "Per Ole Berg|per@x.example|jr." },
    { "Berg, jr. <per@x.example>", "Berg, jr.|per@x.example|" },
    { "Nes Mekaniske AS, Kåre Nes <kare@x.example>", "Kåre Nes|kare@x.example|Nes Mekaniske AS" },
    { "\"Kåre \\\"Kalle\\\" Nes\" <kare@x.example>", "Kåre \"Kalle\" Nes|kare@x.example|" },
    { "Pat O'Brien <pat@x.example>, Ola D'Arc <ola@x.example>",
      "Pat O'Brien|pat@x.example|\nOla D'Arc|ola@x.example|" },
    /* one a line, with and without names */
    { "a@x.example\nb@x.example\r\nc@x.example\rd@x.example",
      "|a@x.example|\n|b@x.example|\n|c@x.example|\n|d@x.example|" },
    { "  a@x.example  \n\n\n\tb@x.example", "|a@x.example|\n|b@x.example|" },
    { "kare@firma.example Kåre Nes", "Kåre Nes|kare@firma.example|" },
    { "Kåre Nes kare@firma.example", "Kåre Nes|kare@firma.example|" },
    { "Kåre Nes (kare@firma.example)", "Kåre Nes|kare@firma.example|" },
    { "kare@firma.example (Kåre Nes)", "Kåre Nes|kare@firma.example|" },
    { "Kåre Nes - kare@firma.example", "Kåre Nes|kare@firma.example|" },
    { "Kåre Nes: kare@firma.example.", "Kåre Nes|kare@firma.example|" },
    { "Nes, Kåre kare@firma.example", "Kåre Nes|kare@firma.example|" },
    { "1. kare@firma.example\n- agot@x.example\n* c@d.example\n> e@f.example",
      "|kare@firma.example|\n|agot@x.example|\n|c@d.example|\n|e@f.example|" },
    { "<kare@firma.example>", "|kare@firma.example|" },
    { "<kare@firma.example> Kåre Nes", "Kåre Nes|kare@firma.example|" },
    { "Kåre Nes <kare@firma.example", "Kåre Nes|kare@firma.example|" },
    { "[kare@firma.example]", "|kare@firma.example|" },
    { "mailto:kare@firma.example", "|kare@firma.example|" },
    { "MAILTO:kare@firma.example?subject=Hei", "|kare@firma.example|" },
    { "Kåre Nes [mailto:kare@firma.example]", "Kåre Nes|kare@firma.example|" },
    { "\"kare@firma.example\"", "|kare@firma.example|" },
    { "\xe2\x80\x9dK\xc3\xa5re Nes\xe2\x80\x9d <kare@firma.example>",
      "Kåre Nes|kare@firma.example|" },
    { "K\xc3\xa5re\xc2\xa0Nes\xc2\xa0<kare@firma.example>\xc2\xa0",
      "Kåre Nes|kare@firma.example|" },
    { "\xef\xbb\xbfkare@firma.example\xe2\x80\x8b", "|kare@firma.example|" },
    /* between commas, spaces, semicolons */
    { "a@x.example, b@x.example,c@x.example", "|a@x.example|\n|b@x.example|\n|c@x.example|" },
    { "a@x.example b@x.example  c@x.example", "|a@x.example|\n|b@x.example|\n|c@x.example|" },
    { "a@x.example; b@x.example;;c@x.example;", "|a@x.example|\n|b@x.example|\n|c@x.example|" },
    { "Kåre Nes, kare@x.example, Ågot Berg, agot@y.example",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@y.example|" },
    /* columns of a spreadsheet */
    { "Kåre Nes\tkare@firma.example\tFirma AS\nÅgot Berg\tagot@x.example\tX Rådgivning",
      "Kåre Nes|kare@firma.example|Firma AS\nÅgot Berg|agot@x.example|X Rådgivning" },
    { "Firma AS\tKåre Nes\tkare@firma.example", "Kåre Nes|kare@firma.example|Firma AS" },
    { "kare@firma.example\tKåre Nes\tFirma AS\t99 88 77 66",
      "Kåre Nes|kare@firma.example|Firma AS" },
    { "Kåre\tNes\tkare@firma.example\tEid kommune", "Kåre Nes|kare@firma.example|Eid kommune" },
    { "Nes, Kåre\tkare@firma.example\tFjordtech", "Kåre Nes|kare@firma.example|" },
    { "Fjordtech\tKåre Nes\tkare@fjordtech.example", "Kåre Nes|kare@fjordtech.example|Fjordtech" },
    { "Kåre\tFjordtech\tkare@fjordtech.example", "Kåre|kare@fjordtech.example|Fjordtech" },
    { "Navn\tE-post\tBedrift\nKåre Nes\tkare@x.example\tNes", "Kåre Nes|kare@x.example|Nes" },
    { "Firma\tEtternavn\tFornavn\tE-postadresse\nNes\tNes\tKåre\tkare@x.example",
      "Kåre Nes|kare@x.example|Nes" },
    { "Navn\tE-post\nKåre Nes\t\nÅgot Berg\tagot@x.example",
      "!no_at:Kåre Nes\nÅgot Berg|agot@x.example|" },
    { "E-post\na@x.example\nb@x.example", "|a@x.example|\n|b@x.example|" },
    { "Navn\nKåre Nes, kare@x.example", "Kåre Nes|kare@x.example|" },
    { "Kåre Nes\ta@x.example; b@x.example", "Kåre Nes|a@x.example|\n|b@x.example|" },
    { "\"Nes, Kåre\"\t\"kare@x.example\"", "Kåre Nes|kare@x.example|" },
    /* CSV */
    { "Navn;E-post;Organisasjon\nKåre Nes;kare@x.example;Nes & Sønn\n\"Berg; Ågot\";a@x.example;",
      "Kåre Nes|kare@x.example|Nes & Sønn\nBerg; Ågot|a@x.example|" },
    { "Kåre Nes;kare@x.example;Firma AS", "Kåre Nes|kare@x.example|Firma AS" },
    { "Kåre Nes,kare@x.example,Firma AS", "Kåre Nes|kare@x.example|Firma AS" },
    { "Nes, Kåre, kare@x.example", "Kåre Nes|kare@x.example|" },
    { "name,email\n\"Nes, Kåre\",kare@x.example", "Kåre Nes|kare@x.example|" },
    { "\"Kåre \"\"Kalle\"\" Nes\";kare@x.example", "Kåre \"Kalle\" Nes|kare@x.example|" },
    /* labels before a name */
    { "From: Kåre Nes <kare@x.example>\nTo: Ågot Berg <agot@x.example>; Ola <ola@x.example>",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@x.example|\nOla|ola@x.example|" },
    { "Fra:\tNes, Kåre <kare@x.example>\nSendt:\tmandag 5. januar 2026 10:00\n"
      "Til:\tBerg, Ågot <agot@x.example>\nKopi:\tola@x.example\nEmne:\tRe: Møte",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@x.example|\n|ola@x.example|" },
    { "Til: Kåre Nes <kare@x.example>, Kopi: Berg, Ågot <agot@x.example>",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@x.example|" },
    { "Fra: Kåre Nes <kare@x.example> Til: Ågot Berg <agot@x.example>",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@x.example|" },
    { "Frå: kare@x.example\nBlindkopi: agot@x.example\nCc:", "|kare@x.example|\n|agot@x.example|" },
    { "> *Fra:* Kåre Nes <kare@x.example>\n> *Dato:* 5. mai 2026\n> *Til:* Ågot Berg",
      "Kåre "
      "Nes|kare@x.example|\n!no_at:Ågot Berg" },
    { "Von: Jürgen Groß <j@x.example>\nGesendet: Montag\nAn: Uwe <u@x.example>\nBetreff: Hallo",
      "Jürgen Groß|j@x.example|\nUwe|u@x.example|" },
    { "Från: Åsa Ek <asa@x.example>\nSkickat: den 5 maj\nTill: Bo <bo@x.example>\nÄmne: Hej",
      "Åsa Ek|asa@x.example|\nBo|bo@x.example|" },
    { "E-post: kare@x.example", "|kare@x.example|" },
    { "E-post:kare@x.example", "|kare@x.example|" },
    { "Navn: Kåre Nes\tE-post: kare@x.example", "Kåre Nes|kare@x.example|" },
    { "Emne: Møte", "!no_at:Emne: Møte" }, /* no head of a mail */
    { "Tiltak: Kåre Nes <kare@x.example>", "Tiltak: Kåre Nes|kare@x.example|" },
    /* cells in quotes, over several lines */
    { "\"Kåre\nNes\"\tkare@x.example\tFirma AS\nÅgot Berg\tagot@x.example\tFirma AS",
      "Kåre Nes|kare@x.example|Firma AS\nÅgot Berg|agot@x.example|Firma AS" },
    { "Navn;Adresse;E-post\r\nKåre;\"Storgata 1\r\n6783 Stryn\";kare@x.example\r\n"
      "Ola;\"Gata \"\"Ny\"\" 2\n6783\";ola@x.example",
      "Kåre|kare@x.example|\nOla|ola@x.example|" },
    { "\"a@x.example\nb@x.example\"\tKåre", "Kåre|a@x.example|\n|b@x.example|" },
    { "\"Kåre <kare@x.example>\n\"Ågot\" <agot@x.example>",
      "Kåre|kare@x.example|\nÅgot|agot@x.example|" },
    /* what programs write */
    { "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,"
      "Organization Title,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
      "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\n"
      "Kåre,Olai,Nes,,,,Blåfjell,Leder,\"kjenner ola@x.example, Per\",* myContacts,* Work,"
      "kare@x.example,Home,kare@y.example,Mobile,99 88 77 66\n"
      "Ågot,,Berg,,,,,,,* myContacts,,,,,Mobile,99 88 77 67",
      "Kåre Olai Nes|kare@x.example|Blåfjell\n!no_at:Ågot Berg" },
    { "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,"
      "E-mail 1 - Value,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title\n"
      "Kåre Nes,Kåre,,Nes,* myContacts,* ,kare@x.example,,Blåfjell,Leder",
      "Kåre Nes|kare@x.example|Blåfjell" },
    { "\"Title\",\"First Name\",\"Middle Name\",\"Last "
      "Name\",\"Suffix\",\"Company\",\"Department\","
      "\"Job Title\",\"Business Street\",\"E-mail Address\",\"E-mail Type\",\"E-mail Display "
      "Name\","
      "\"E-mail 2 Address\"\n\"\",\"Kåre\",\"\",\"Nes\",\"\",\"Blåfjell\",\"Salg\",\"Leder\","
      "\"Storgata 1\n6783 Stryn\",\"kare@x.example\",\"SMTP\",\"Kåre Nes (kare@x.example)\",\"\"\n"
      "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"b@x.example\",\"SMTP\",\"Bo Ek "
      "(b@x.example)\",\"\"",
      "Kåre Nes|kare@x.example|Blåfjell\nBo Ek|b@x.example|" },
    { "\"Tittel\";\"Fornavn\";\"Mellomnavn\";\"Etternavn\";\"Firma\";\"Avdeling\";\"Stilling\";"
      "\"E-postadresse\";\"E-posttype\";\"Visningsnavn for e-post\";\"E-postadresse 2\"\n"
      "\"\";\"Kåre\";\"\";\"Nes\";\"Blåfjell\";\"Salg\";\"Leder\";\"kare@x.example\";\"SMTP\";"
      "\"Kåre Nes (kare@x.example)\";\"\"",
      "Kåre Nes|kare@x.example|Blåfjell" },
    { "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Work Phone,Job "
      "Title,Department,Organization,Notes\nKåre,Nes,\"Nes, Kåre\",,kare@x.example,k@y.example,1,"
      "Leder,Salg,Blåfjell,\n,,Bo Ek,,b@x.example,,,,,,",
      "Kåre Nes|kare@x.example|Blåfjell\nBo Ek|b@x.example|" },
    { "Fornavn,Etternavn,Visningsnavn,Kallenavn,Primær e-postadresse,Sekundær e-postadresse,"
      "Organisasjon\nKåre,Nes,Kåre,,,kare@y.example,Blåfjell",
      "Kåre Nes|kare@y.example|Blåfjell" },
    { "Vorname,Nachname,Primäre E-Mail-Adresse,Firma\nJürgen,Groß,j@x.example,Blau",
      "Jürgen Groß|j@x.example|Blau" },
    { "sep=;\nNavn;E-post\nKåre Nes;kare@x.example", "Kåre Nes|kare@x.example|" },
    { "\xef\xbb\xbfsep=,\r\n\"Nes, Kåre\",kare@x.example,Firma AS",
      "Kåre Nes|kare@x.example|Firma AS" },
    { "sep=|\nNavn|Firma|E-post\nKåre Nes|Blåfjell|kare@x.example",
      "Kåre Nes|kare@x.example|Blåfjell" },
    { "Navn\tE-post\tFirma\n\tkare@x.example\tBlåfjell", "|kare@x.example|Blåfjell" },
    { "Navn;E-post\nKåre Nes;\nÅgot Berg;agot.x.example",
      "!no_at:Kåre Nes\n!no_at:agot.x.example" },
    { "Navn;E-post\nKåre Nes;kare@x.example\nb@x.example;c@x.example",
      "Kåre Nes|kare@x.example|\n|b@x.example|\n|c@x.example|" },
    /* what a cell without a heading is */
    { "Kåre Nes\tkare@x.example\t7Sense Products AS",
      "Kåre Nes|kare@x.example|7Sense Products AS" },
    { "4Service\tKåre Nes\tkare@4service.example", "Kåre Nes|kare@4service.example|4Service" },
    { "Kåre Nes\tBlåfjell Bygg\tkare@blafjellbygg.example",
      "Kåre Nes|kare@blafjellbygg.example|Blåfjell Bygg" },
    { "Kåre Nes\tkare@x.example\tDaglig leder", "Kåre Nes|kare@x.example|" },
    { "Kåre Nes\tkare@x.example\tBord 7\t6783 Stryn\tvegetar", "Kåre Nes|kare@x.example|" },
    { "Kåre Nes;Leder;kare@x.example;ja\nÅgot Berg;Selger;agot@x.example;nei",
      "Kåre Nes|kare@x.example|\nÅgot Berg|agot@x.example|" },
    { "Stryn\tKåre Nes\tkare@x.example", "Kåre Nes|kare@x.example|" },
    { "Kåre Nes\tkare@x.example\tDaglig leder\tBlåfjell\nÅgot Berg\tagot@x.example\tSelger\tHav AS",
      "Kåre Nes|kare@x.example|Blåfjell\nÅgot Berg|agot@x.example|Hav AS" },
    { "Kåre Nes <kare@x.example>, Ågot Berg", "Kåre Nes|kare@x.example|\n!no_at:Ågot Berg" },
    /* @ in a name */
    { "Kåre Nes @ Blåfjell <kare@x.example>; Ola @Hav <ola@x.example>",
      "Kåre Nes|kare@x.example|Blåfjell\nOla|ola@x.example|Hav" },
    { "\"Nes @ Blåfjell, Kåre\" <kare@x.example>", "Nes|kare@x.example|Blåfjell, Kåre" },
    { "Kåre Nes (kare@x.example) <kare@x.example>", "Kåre Nes|kare@x.example|" },
    { "Kåre Nes @ Blåfjell\tkare@x.example", "Kåre Nes|kare@x.example|Blåfjell" },
    { "Kåre Nes @ Blåfjell, kare@x.example", "Kåre Nes|kare@x.example|Blåfjell" },
    { "Kåre Nes @ Blåfjell kare@x.example", "Kåre Nes|kare@x.example|Blåfjell" },
    { "Team@Work <team@x.example>", "Team@Work|team@x.example|" },
    /* what is wrong with it */
    { "Kåre Nes", "!no_at:Kåre Nes" },
    { "Nes, Kåre", "!no_at:Nes, Kåre" },
    { "@firma.example", "!no_local:@firma.example" },
    { "kare@", "!no_domain_end:kare@" },
    { "kare@firma", "!no_domain_end:kare@firma" },
    { "kare@firma.", "!no_domain_end:kare@firma" },
    { "kare@@firma.example", "!bad_characters:kare@@firma.example" },
    { "kare@firma..example", "!bad_characters:kare@firma..example" },
    { "ka\"re@firma.example", "!bad_characters:ka\"re@firma.example" },
    { "kare@firma.ex@mple", "!bad_characters:kare@firma.ex@mple" },
    { "Kåre <kare@firma>; agot@x.example", "!no_domain_end:kare@firma\n|agot@x.example|" },
    /* twice */
    { "Kåre <kare@x.example>\nKARE@X.EXAMPLE\nb@x.example",
      "Kåre|kare@x.example|\n|KARE@X.EXAMPLE|=0\n|b@x.example|" },
    /* nothing */
    { "", "" },
    { " \n\t\n;;,,\n--\n", "" },
};

static void
reads_what_people_paste(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct arena *a = arena_new(0);
        struct address_list l;
        struct buf b;

        buf_init(&b, 0);
        assert_int_equal(address_list_read(a, row[i].pasted, &l), ST_OK);
        describe(&b, &l);
        if (strcmp(buf_str(&b), row[i].read) != 0) {
            print_message("pasted:\n%s\nread:\n%s\nshould be:\n%s\n\n", row[i].pasted, buf_str(&b),
                          row[i].read);
            failed++;
        }
        buf_release(&b);
        arena_free(&a);
    }
    assert_int_equal(failed, 0);
}

static void
counts_and_lines(void **state)
{
    struct arena *a = arena_new(0);
    struct address_list l;

    (void)state;
    assert_int_equal(address_list_read(a, "a@x.example\n\nKåre\nA@x.example\nb@x.example", &l),
                     ST_OK);
    assert_int_equal(l.n, 4);
    assert_int_equal(l.n_ok, 2);
    assert_int_equal(l.n_duplicate, 1);
    assert_int_equal(l.n_bad, 1);
    assert_int_equal(l.entries[0].line, 1);
    assert_int_equal(l.entries[1].line, 3);
    assert_int_equal(l.entries[2].line, 4);
    assert_string_equal(l.entries[2].email_normal, "a@x.example");
    arena_free(&a);
}

static enum status
read_repeated(const char *piece, size_t times, size_t *n)
{
    struct arena *a = arena_new(0);
    struct address_list l;
    struct buf b;
    enum status rc;

    buf_init(&b, 0);
    for (size_t i = 0; i < times; i++)
        buf_addf(&b, piece, (int)i);
    rc = address_list_read(a, buf_str(&b), &l);
    *n = rc == ST_OK ? l.n_ok : 0;
    buf_release(&b);
    arena_free(&a);
    return rc;
}

#pragma GCC diagnostic ignored "-Wformat-security"
static void
has_limits(void **state)
{
    /* each about as much as may come; slow or greedy code would show here */
    static const char *const heavy[] = { "<",
                                         "\"",
                                         "'",
                                         "a,",
                                         ";",
                                         "-\n",
                                         "Navn\n",
                                         "\t",
                                         "@",
                                         "a ",
                                         ", -",
                                         "a@b <",
                                         "Navn\tE-post\n",
                                         "(",
                                         "\"\"" };
    size_t n;

    (void)state;
    assert_int_equal(read_repeated("a%d@x.example\n", 5000, &n), ST_OK);
    assert_int_equal(n, 5000);
    assert_int_equal(read_repeated("a%d@x.example\n", 5001, &n), ST_LIMIT);
    assert_int_equal(read_repeated("a%d@x.example;", 5000, &n), ST_OK);
    assert_int_equal(n, 5000);
    for (size_t i = 0; i < ARRAY_LEN(heavy); i++) {
        size_t times = ADDRESS_LIST_MAX_BYTES / strlen(heavy[i]);
        enum status rc = read_repeated(heavy[i], times, &n);

        assert_true(rc == ST_OK || rc == ST_LIMIT);
        assert_int_equal(read_repeated(heavy[i], times + 2, &n), ST_LIMIT);
    }
}

/* A star stands for so many letters. */
static void
names_have_a_length(void **state)
{
    static const struct {
        const char *text;
        int line, column; /* of what is too long with one letter more than a name may have */
    } long_one[] = {
        { "Kåre\tkare@x.example\t*", 1, 3 },
        { "*\tkare@x.example", 1, 1 },
        { "Navn;E-post;Firma\nKåre;kare@x.example;Nes\nKåre;kare@x.example;*", 3, 3 },
        { "Kåre <kare@x.example>\n\n* <eva@x.example>", 3, 1 },
        { "Kåre <kare@x.example>, * <eva@x.example>", 1, 2 },
        { "Kåre <kare@x.example>; \"*\" <eva@x.example>", 1, 2 },
        { "Kåre <kare@x.example>, *", 1, 2 },
        { "* kare@x.example", 1, 1 },
        { "Navn\tE-post\tMerknad\nKåre\tkare@x.example\t*", 0, 0 }, /* nobody's name */
        { "Kåre <kare@x.example>\n*", 0, 0 },                       /* no address at all */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(long_one); i++)
        for (size_t letters = ADDRESS_CELL_MAX - 2; letters < ADDRESS_CELL_MAX + 3; letters += 4) {
            struct arena *a = arena_new(0);
            struct address_list l;
            struct buf b;
            enum status rc;

            buf_init(&b, 0);
            for (const char *s = long_one[i].text; *s != '\0'; s++)
                for (size_t k = 0; k < (*s == '*' ? letters : 1); k++)
                    buf_adds(&b, *s == '*' ? "å" : (const char[]){ *s, '\0' });
            rc = address_list_read(a, buf_str(&b), &l);
            if (letters <= ADDRESS_CELL_MAX || long_one[i].line == 0) {
                assert_int_equal(rc, ST_OK);
            } else {
                assert_int_equal(rc, ST_INVALID);
                assert_int_equal(l.long_line, long_one[i].line);
                assert_int_equal(l.long_column, long_one[i].column);
            }
            buf_release(&b);
            arena_free(&a);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_people_paste),
        cmocka_unit_test(counts_and_lines),
        cmocka_unit_test(has_limits),
        cmocka_unit_test(names_have_a_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
