#include "cmd/cmd.h"

#include "database/migrate.h"

int
cmd_version(const struct cmd_line *line)
{
    (void)line;
    printf("samling %s (schema %d)\n", SAMLING_VERSION, migrate_known());
    return CMD_OK;
}
