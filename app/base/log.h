/*
 * One line an event on standard error: time, level, room, text, then key=value pairs. No personal
 * data but the network address of who was refused, no secrets: ids, counts, statuses. Safe from any
 * thread.
 */
#ifndef SAMLING_BASE_LOG_H
#define SAMLING_BASE_LOG_H

#include "base/status.h"

enum log_level { LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

void log_line(enum log_level level, const char *room, const char *fmt, ...) PRINTF_LIKE(3, 4);

#define log_info(room, ...) log_line(LOG_INFO_, room, __VA_ARGS__)
#define log_warn(room, ...) log_line(LOG_WARN_, room, __VA_ARGS__)
#define log_error(room, ...) log_line(LOG_ERROR_, room, __VA_ARGS__)

#endif
