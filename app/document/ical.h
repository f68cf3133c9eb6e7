/*
 * iCalendar objects: RFC 5545 (syntax), RFC 5546 (METHOD, SEQUENCE), RFC 7986 (names of feeds).
 * Pure: any thread.
 *
 * Written with CRLF, folded at 75 octets between UTF-8 characters (RFC 5545 section 3.1), TEXT
 * escaped (3.3.11), local times with TZID and the VTIMEZONE they need (3.6.5). An event that starts
 * or ends in the hour that comes twice when the clock is put back has its times in UTC: of a local
 * time there readers take the first (3.3.5), or what they please. Events never recur.
 */
#ifndef SAMLING_DOCUMENT_ICAL_H
#define SAMLING_DOCUMENT_ICAL_H

#include "base/buf.h"

enum ical_method {
    ICAL_NONE,    /* no METHOD: a plain file or feed */
    ICAL_PUBLISH, /* RFC 5546 3.2.1 */
    ICAL_REQUEST, /* 3.2.2: asks for Accept or Decline; needs organizer and attendee */
    ICAL_CANCEL   /* 3.2.5: STATUS:CANCELLED, same UID, higher SEQUENCE; needs organizer */
};

struct ical_event {
    const char *uid;                          /* required; the same from the first mail on */
    int sequence;                             /* grows with each change of time, place or state */
    const char *summary;                      /* required */
    const char *description, *location, *url; /* NULL or "": left out */
    int64_t start_ms, end_ms;                 /* UTC; end <= start: no DTEND */
    const char *zone;                         /* tz name; NULL: Europe/Oslo */
    int64_t stamp_ms;                         /* DTSTAMP: when this object was made */
    int64_t created_ms, modified_ms;          /* 0: left out */
    const char *organizer_name, *organizer_email; /* email NULL: no ORGANIZER */
    const char *attendee_name, *attendee_email;   /* email NULL: no ATTENDEE; only with REQUEST
                                                     and CANCEL */
    bool accepted;                                /* PARTSTAT=ACCEPTED instead of NEEDS-ACTION */
    bool cancelled;                               /* STATUS:CANCELLED instead of CONFIRMED, and
                                                     TRANSP:TRANSPARENT: nobody is busy then */
    bool tentative;                               /* STATUS:TENTATIVE */
    int alarm_min; /* > 0: DISPLAY alarm so many minutes before the start */
};

/*
 * Appends one VCALENDAR with n events (n may be 0).
 * name  name of the calendar for subscribers (NAME, X-WR-CALNAME), or NULL.
 *
 * ST_OK; ST_INVALID an event lacks uid or summary, REQUEST organizer or attendee, or CANCEL
 * organizer; ST_LIMIT out is over its limit.
 */
MUST_USE enum status ical_write(struct buf *out, enum ical_method method, const char *name,
                                const struct ical_event *events, size_t n);

/* What a participant's calendar answers (RFC 5546 3.2.3), read from a text/calendar part. */
enum ical_answer { ICAL_ANSWER_ACCEPTED, ICAL_ANSWER_DECLINED, ICAL_ANSWER_TENTATIVE };
struct ical_reply {
    char uid[256];
    char attendee[256]; /* address without mailto:, as written */
    enum ical_answer answer;
    int sequence;
    int64_t stamp_ms; /* DTSTAMP, 0 when absent */
};
/* ST_OK; ST_NOT_FOUND not a METHOD:REPLY with uid, attendee and a PARTSTAT that answers;
 * ST_LIMIT over 256 KiB. Never allocates; bytes need not be valid UTF-8. */
MUST_USE enum status ical_read_reply(const void *bytes, size_t n, struct ical_reply *out);

#endif
