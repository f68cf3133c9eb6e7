/*
 * Mail without a mail server: one file a message in DIR/mailbox, named by its Message-ID, so that
 * writing it again after a crash is the same file. Private to mailing; any thread.
 */
#ifndef SAMLING_MAILING_FOLDER_H
#define SAMLING_MAILING_FOLDER_H

#include "base/status.h"

/* Makes the folder (for the owner alone). ST_IO, logged. */
MUST_USE enum status folder_make(const char *data_dir);

/* On disk when it returns ST_OK: written, fsynced, renamed, the folder fsynced.
 * name (at least 300 bytes) becomes "mailbox/<message-id>.eml".
 * ST_FULL; ST_IO, logged. */
MUST_USE enum status folder_write(const char *data_dir, const char *message_id, const void *bytes,
                                  size_t n, char *name, size_t size);

#endif
