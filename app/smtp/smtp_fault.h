/*
 * What the library's error codes mean for whoever has to mend it. Pure; private to smtp/.
 */
#ifndef SAMLING_SMTP_SMTP_FAULT_H
#define SAMLING_SMTP_SMTP_FAULT_H

#include <curl/curl.h>

#include "smtp/smtp.h"

/* verify: CURLINFO_SSL_VERIFYRESULT; os_errno: CURLINFO_OS_ERRNO. */
enum smtp_fault smtp_fault_of(CURLcode rc, long verify, long os_errno);

#endif
