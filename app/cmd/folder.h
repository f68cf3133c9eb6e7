/*
 * The data folder: made with mode 0700, locked by the one who serves it or replaces its database.
 */
#ifndef SAMLING_CMD_FOLDER_H
#define SAMLING_CMD_FOLDER_H

#include <stdbool.h>

#include "cmd/config.h"

/* Makes the folder and those above it where they are missing. false: it has said why. */
bool data_folder_make(const char *dir);

/* Takes the folder's lock, held until the process ends or data_folder_unlock. -1: it has said why,
 * naming the process that holds it. */
int data_folder_lock(const char *dir);
void data_folder_unlock(int lock);

/* Notes in the lock where the one who serves is reached: what other commands print links for. */
void data_folder_serves(int lock, const char *address);
/* What links of a command begin with: what its settings say, else the address that is or was last
 * served from the folder, else what serve would say by itself. */
const char *data_folder_address(struct arena *a, const struct config *config);

#endif
