#include "openapi_schemas.h"

#include <string.h>

/* clang-format off */
static const char components[] =
    "{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"parame"
    "ters\":{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"requi"
    "red\":false,\"description\":\"The same key with the same body within 24 ho"
    "urs gets the first answer again; with another body 422.\",\"schema\":{\"ty"
    "pe\":\"string\"}}},\"responses\":{\"Problem\":{\"description\":\"What went wrong"
    " (RFC 9457)\",\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\""
    "#/components/schemas/Problem\"}}}}},\"schemas\":{\"Gathering\":{\"type\":\"obj"
    "ect\",\"required\":[\"id\",\"slug\",\"status\",\"kind\",\"title\",\"summary\""
    ",\"place\",\"address\",\"timezone\",\"language\",\"starts_at\""
    ",\"ends_at\",\"deadline\",\"capacity\",\"seats_taken\",\"waiting\",\"ask_wish\",\"a"
    "sk_requirements\",\"created_at\",\"changed_at\",\"published_at\",\"cancelled_a"
    "t\",\"url\"],\"properties\":{\"id\":{\"type\":\"string\"},\"slug\":{\"ty"
    "pe\":\"string\"},\"status\":{\"type\":\"string\",\"enum\":[\"draft\",\"published\",\"c"
    "ancelled\"]},\"kind\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"summar"
    "y\":{\"type\":\"string\"},\"description\":{\"type\":\"string\",\"description\":\"Mar"
    "kdown\"},\"place\":{\"type\":\"string\"},\"address\":{\"type\":\"string\"},\"practic"
    "al\":{\"type\":\"string\"},\"timezone\":{\"type\":\"string\"},\"language\":{\"type\":"
    "\"string\",\"enum\":[\"nb\",\"nn\",\"en\"]},\"starts_at\":{\"type\":\"string\",\"format"
    "\":\"date-time\"},\"ends_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time"
    "\"},\"deadline\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"capacit"
    "y\":{\"type\":[\"integer\",\"null\"],\"description\":\"null: no limit\"},\"seats_t"
    "aken\":{\"type\":\"integer\"},\"waiting\":{\"type\":\"integer\"},\"ask_wish\":{\"typ"
    "e\":\"boolean\"},\"ask_requirements\":{\"type\":\"boolean\"},\"created_at\":{\"typ"
    "e\":[\"string\",\"null\"],\"format\":\"date-time\"},\"changed_at\":{\"type\":[\"stri"
    "ng\",\"null\"],\"format\":\"date-time\"},\"published_at\":{\"type\":[\"string\",\"nu"
    "ll\"],\"format\":\"date-time\"},\"cancelled_at\":{\"type\":[\"string\",\"null\"],\"f"
    "ormat\":\"date-time\"},\"url\":{\"type\":\"string\",\"format\":\"uri\"},\"programme\""
    ":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"title\"],\"proper"
    "ties\":{\"starts\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"speaker\":"
    "{\"type\":\"string\"}}}}}},\"Registration\":{\"type\":\"object\",\"required\":[\"id"
    "\",\"gathering_id\",\"status\",\"name\",\"email\",\"organisation\",\"phone\",\"wish\""
    ",\"language\",\"source\",\"ticket\",\"place\",\"created_at\",\"confirmed_at\",\"can"
    "celled_at\"],\"properties\":{\"id\":{\"type\":\"string\"},\"gathering_id\":{\"type"
    "\":\"string\"},\"status\":{\"type\":\"string\",\"enum\":[\"confirmed\",\"waiting\",\"c"
    "ancelled\"]},\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"},\"organi"
    "sation\":{\"type\":\"string\"},\"phone\":{\"type\":\"string\"},\"wish\":{\"type\":\"st"
    "ring\"},\"language\":{\"type\":\"string\"},\"source\":{\"type\":\"string\"},\"ticket"
    "\":{\"type\":[\"string\",\"null\"],\"description\":\"its code; null while waitin"
    "g\"},\"place\":{\"type\":[\"integer\",\"null\"],\"description\":\"in the waiting l"
    "ist\"},\"created_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"co"
    "nfirmed_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"cancelled"
    "_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"requirements\":{\""
    "type\":\"string\",\"description\":\"health data: only for who arranges\"}}},\""
    "Invitation\":{\"type\":\"object\",\"required\":[\"id\",\"gathering_id\",\"status\","
    "\"name\",\"email\",\"organisation\",\"source\",\"registration\",\"answered_at\",\"c"
    "reated_at\"],\"properties\":{\"id\":{\"type\":\"string\"},\"gathering_id\":{\"type"
    "\":\"string\"},\"status\":{\"type\":\"string\",\"enum\":[\"open\",\"yes\",\"no\",\"colle"
    "ague\"]},\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"},\"organisati"
    "on\":{\"type\":\"string\"},\"source\":{\"type\":[\"string\",\"null\"]},\"registratio"
    "n\":{\"type\":[\"string\",\"null\"],\"description\":\"id of the registration tha"
    "t came of it\"},\"answered_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-"
    "time\"},\"created_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}}},"
    "\"Invited\":{\"type\":\"object\",\"required\":[\"invited\",\"skipped\"],\"propertie"
    "s\":{\"invited\":{\"type\":\"integer\"},\"skipped\":{\"type\":\"array\",\"items\":{\"t"
    "ype\":\"object\",\"required\":[\"email\",\"why\"],\"properties\":{\"email\":{\"type\""
    ":\"string\"},\"why\":{\"type\":\"string\"}}}}}},\"Checkin\":{\"type\":\"object\",\"re"
    "quired\":[\"result\",\"registration\",\"first_at\"],\"properties\":{\"result\":{\""
    "type\":\"string\",\"enum\":[\"admitted\",\"already\",\"unknown\",\"cancelled\",\"wro"
    "ng_gathering\"]},\"registration\":{\"type\":[\"object\",\"null\"],\"required\":[\""
    "id\",\"name\",\"organisation\"],\"properties\":{\"id\":{\"type\":\"string\"},\"name\""
    ":{\"type\":\"string\"},\"organisation\":{\"type\":\"string\"}}},\"first_at\":{\"typ"
    "e\":[\"string\",\"null\"],\"format\":\"date-time\"}}},\"Mail\":{\"type\":\"object\",\""
    "required\":[\"id\",\"kind\",\"to\",\"to_name\",\"state\",\"status\",\"attempts\",\"las"
    "t_code\",\"last_reply\",\"subject\",\"gathering_id\",\"queued_at\",\"changed_at\""
    ",\"sent_at\"],\"properties\":{\"id\":{\"type\":\"string\"},\"kind\":{\"type\":\"strin"
    "g\"},\"to\":{\"type\":\"string\"},\"to_name\":{\"type\":\"string\"},\"state\":{\"type\""
    ":\"string\",\"enum\":[\"queued\",\"sending\",\"sent\",\"deferred\",\"failed\",\"uncer"
    "tain\",\"suppressed\"]},\"status\":{\"type\":\"string\",\"enum\":[\"queued\",\"sendi"
    "ng\",\"sent\",\"deferred\",\"failed\",\"uncertain\",\"suppressed\"]},\"attempts\":{"
    "\"type\":\"integer\"},\"last_code\":{\"type\":\"integer\"},\"last_reply\":{\"type\":"
    "\"string\",\"description\":\"the server's last words\"},\"subject\":{\"type\":\"s"
    "tring\"},\"gathering_id\":{\"type\":[\"string\",\"null\"]},\"queued_at\":{\"type\":"
    "[\"string\",\"null\"],\"format\":\"date-time\"},\"changed_at\":{\"type\":[\"string\""
    ",\"null\"],\"format\":\"date-time\"},\"sent_at\":{\"type\":[\"string\",\"null\"],\"fo"
    "rmat\":\"date-time\"}}},\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"ti"
    "tle\",\"status\"],\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":"
    "\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"erro"
    "rs\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"mess"
    "age\"],\"properties\":{\"field\":{\"type\":\"string\"},\"message\":{\"type\":\"strin"
    "g\"}}}}}}}}";

static const char programme[] =
    "{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"required\":[\"title\"]"
    ",\"properties\":{\"starts\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"s"
    "peaker\":{\"type\":\"string\"}}}}";

static const char contacts[] =
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"email\"],\"propert"
    "ies\":{\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"},\"organisation"
    "\":{\"type\":\"string\"}}}}";

static const char answers[] =
    "{\"type\":\"string\",\"enum\":[\"yes\",\"no\",\"colleague\"]}";
/* clang-format on */

static const struct {
    const char *path, *field, *schema;
} shapes[] = {
    { "/api/v1/gatherings", "programme", programme },
    { "/api/v1/gatherings/{id}", "programme", programme },
    { "/api/v1/gatherings/{id}/invitations", "contacts", contacts },
    { "/api/v1/invitations/{id}/answer", "answer", answers },
};

json_t *
openapi_components(void)
{
    return json_loads(components, 0, NULL);
}

json_t *
schema_of_field(const char *path, const char *field)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (strcmp(shapes[i].path, path) == 0 && strcmp(shapes[i].field, field) == 0)
            return json_loads(shapes[i].schema, 0, NULL);
    return NULL;
}
