#include "openapi_schemas.h"

#include <string.h>

/* clang-format off */
static const char components[] =
    "{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"parame"
    "ters\":{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"requi"
    "red\":false,\"description\":\"The same key with the same body within 24 ho"
    "urs gets the first answer again; with another body 422.\",\"schema\":{\"ty"
    "pe\":\"string\",\"maxLength\":200}}},\"responses\":{\"Problem\":{\"description\":"
    "\"What went wrong (RFC 9457)\",\"content\":{\"application/problem+json\":{\"s"
    "chema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},\"schemas\":{\"Gatheri"
    "ng\":{\"type\":\"object\",\"required\":[\"id\",\"slug\",\"status\",\"title\",\"summary"
    "\",\"description\",\"place\",\"address\",\"practical\",\"timezone\",\"language\",\"s"
    "tarts_at\",\"ends_at\",\"deadline\",\"capacity\",\"seats_taken\",\"waiting\"],\"pr"
    "operties\":{\"id\":{\"type\":\"string\"},\"slug\":{\"type\":\"string\"},\"status\":{\""
    "type\":\"string\",\"enum\":[\"draft\",\"published\",\"cancelled\"]},\"title\":{\"typ"
    "e\":\"string\"},\"summary\":{\"type\":\"string\"},\"description\":{\"type\":\"string"
    "\",\"description\":\"Markdown\"},\"place\":{\"type\":\"string\"},\"address\":{\"type"
    "\":\"string\"},\"practical\":{\"type\":\"string\"},\"timezone\":{\"type\":\"string\"}"
    ",\"language\":{\"type\":\"string\",\"enum\":[\"nb\",\"nn\",\"en\"]},\"starts_at\":{\"ty"
    "pe\":\"string\",\"format\":\"date-time\"},\"ends_at\":{\"type\":[\"string\",\"null\"]"
    ",\"format\":\"date-time\"},\"deadline\":{\"type\":[\"string\",\"null\"],\"format\":\""
    "date-time\"},\"capacity\":{\"type\":[\"integer\",\"null\"],\"description\":\"null:"
    " no limit\"},\"seats_taken\":{\"type\":\"integer\"},\"waiting\":{\"type\":\"intege"
    "r\"}}},\"Registration\":{\"type\":\"object\",\"required\":[\"id\",\"gathering_id\","
    "\"status\",\"name\",\"email\",\"ticket\"],\"properties\":{\"id\":{\"type\":\"string\"}"
    ",\"gathering_id\":{\"type\":\"string\"},\"status\":{\"type\":\"string\",\"enum\":[\"c"
    "onfirmed\",\"waiting\",\"cancelled\"]},\"name\":{\"type\":\"string\"},\"email\":{\"t"
    "ype\":\"string\"},\"organisation\":{\"type\":\"string\"},\"phone\":{\"type\":\"strin"
    "g\"},\"wish\":{\"type\":\"string\"},\"language\":{\"type\":\"string\"},\"source\":{\"t"
    "ype\":\"string\"},\"ticket\":{\"type\":[\"string\",\"null\"],\"description\":\"the t"
    "icket's code; null while waiting\"},\"place\":{\"type\":[\"integer\",\"null\"],"
    "\"description\":\"in the waiting list\"},\"created_at\":{\"type\":\"string\",\"fo"
    "rmat\":\"date-time\"},\"confirmed_at\":{\"type\":[\"string\",\"null\"],\"format\":\""
    "date-time\"},\"cancelled_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-ti"
    "me\"},\"requirements\":{\"type\":\"string\",\"description\":\"health data: only "
    "for who arranges\"}}},\"Invitation\":{\"type\":\"object\",\"required\":[\"id\",\"s"
    "tatus\"],\"properties\":{\"id\":{\"type\":\"string\"},\"status\":{\"type\":\"string\""
    "},\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"}}},\"Invited\":{\"typ"
    "e\":\"object\",\"required\":[\"invited\",\"skipped\"],\"properties\":{\"invited\":{"
    "\"type\":\"integer\"},\"skipped\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\""
    "required\":[\"email\",\"why\"],\"properties\":{\"email\":{\"type\":\"string\"},\"why"
    "\":{\"type\":\"string\"}}}}}},\"Checkin\":{\"type\":\"object\",\"required\":[\"resul"
    "t\",\"registration\",\"first_at\"],\"properties\":{\"result\":{\"type\":\"string\","
    "\"enum\":[\"admitted\",\"already\",\"unknown\",\"cancelled\",\"wrong_gathering\"]}"
    ",\"registration\":{\"type\":[\"object\",\"null\"],\"required\":[\"id\",\"name\",\"org"
    "anisation\"],\"properties\":{\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"strin"
    "g\"},\"organisation\":{\"type\":\"string\"}}},\"first_at\":{\"type\":[\"string\",\"n"
    "ull\"],\"format\":\"date-time\"}}},\"Mail\":{\"type\":\"object\",\"required\":[\"id\""
    ",\"kind\",\"to\",\"state\",\"attempts\",\"last_reply\"],\"properties\":{\"id\":{\"typ"
    "e\":\"string\"},\"kind\":{\"type\":\"string\"},\"to\":{\"type\":\"string\"},\"state\":{"
    "\"type\":\"string\",\"enum\":[\"queued\",\"sending\",\"sent\",\"deferred\",\"failed\","
    "\"uncertain\",\"suppressed\"]},\"attempts\":{\"type\":\"integer\"},\"last_reply\":"
    "{\"type\":\"string\"}}},\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"tit"
    "le\",\"status\"],\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\""
    "string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"error"
    "s\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"messa"
    "ge\"],\"properties\":{\"field\":{\"type\":\"string\"},\"message\":{\"type\":\"string"
    "\"}}}}}}}}";

static const char programme[] =
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"title\"],\"propert"
    "ies\":{\"starts\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"speaker\":{\"t"
    "ype\":\"string\"}}}}";

static const char contacts[] =
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"email\"],\"propert"
    "ies\":{\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"},\"organisation"
    "\":{\"type\":\"string\"}}}}";
/* clang-format on */

json_t *
openapi_components(void)
{
    return json_loads(components, 0, NULL);
}

json_t *
schema_of_field(const char *path, const char *field)
{
    if (strncmp(path, "/api/v1/gatherings", 18) != 0)
        return NULL;
    if (strcmp(field, "programme") == 0)
        return json_loads(programme, 0, NULL);
    if (strcmp(field, "contacts") == 0)
        return json_loads(contacts, 0, NULL);
    return NULL;
}
