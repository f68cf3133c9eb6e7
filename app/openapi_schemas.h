/* Shapes of what the API takes and gives, as JSON Schema. For openapi.c. */
#ifndef SAMLING_OPENAPI_SCHEMAS_H
#define SAMLING_OPENAPI_SCHEMAS_H

#include <jansson.h>

/* The whole `components` object: a new reference. */
json_t *openapi_components(void);

/* Shape of a body's field whose kind says too little (FIELD_JSON, a choice of words); NULL
 * for the others. A new reference. */
json_t *schema_of_field(const char *path, const char *field);

#endif
