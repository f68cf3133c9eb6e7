/* Between the HTTP library and the flow of a request: its callbacks, on the event threads. */
#ifndef SAMLING_HTTP_DISPATCH_H
#define SAMLING_HTTP_DISPATCH_H

#include <microhttpd.h>

#include "http/server_private.h"

/* cls is the struct server for all of these. */
enum MHD_Result dispatch(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                         const char *version, const char *upload_data, size_t *upload_data_size,
                         void **con_cls);
void *dispatch_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
size_t dispatch_unescape(void *cls, struct MHD_Connection *mhd, char *s);
void dispatch_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                        enum MHD_RequestTerminationCode toe);
void dispatch_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                         enum MHD_ConnectionNotificationCode toe);

#endif
