/* The file of --config: any bytes are read, or refused with a word on why. */
#include "cmd/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *values[SETTING_COUNT] = { NULL };
    char error[CONFIG_ERROR_MAX] = "";
    struct arena *a = arena_new(0);
    enum status rc = config_parse(a, (const char *)data, size, values, error);

    if (rc != ST_OK && (rc != ST_INVALID || error[0] == '\0'))
        abort();
    for (int i = 0; rc == ST_OK && i < SETTING_COUNT; i++)
        if (values[i] != NULL)
            (void)config_has_password(values[i]);
    arena_free(&a);
    return 0;
}
