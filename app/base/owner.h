/*
 * Whose a file is: what root makes in somebody's folder, and errors that come from permissions.
 */
#ifndef SAMLING_BASE_OWNER_H
#define SAMLING_BASE_OWNER_H

#include <stdbool.h>

#include "base/status.h"

/* A new file that root has made goes to the owner of its folder: made by `sudo`, it would shut out
 * the service whose folder it is. fd: the open file, which nobody else can have put there. Does
 * nothing for others than root; a failure is logged. */
void owner_follow_folder(int fd, const char *path);

enum { OWNER_WHY_MAX = 1024 };
/* Words for an errno that using path came to. A refused permission names the file or folder that
 * refuses, its owner and mode, and who we are. Returns out. */
const char *owner_why(int error, const char *path, char out[OWNER_WHY_MAX]);
/* Is path kept from us, or the folder that it would be made in? Then out says so as above. */
bool owner_refuses(const char *path, char out[OWNER_WHY_MAX]);

/* Name of a user, "uid 1234" when it has none. Returns out. */
const char *owner_name(unsigned uid, char out[64]);

#endif
