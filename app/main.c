/* The program's beginning: everything else is a command (cmd/cmd.c). */
#include <sys/stat.h>

#include "base/crypto.h"
#include "cmd/cmd.h"

int
main(int argc, char **argv)
{
    umask(077);
    if (crypto_start() != ST_OK) {
        cmd_complain("cannot start the cryptographic library");
        return CMD_FAILED;
    }
    return cmd_main(argc, argv);
}
