#include "smtp/smtp_fault.h"

#include <errno.h>

/* OpenSSL's X509_V_ERR_...: which it was. The library leaves UNSPECIFIED where it found the name
 * wrong itself. */
enum {
    VERIFY_OK = 0,
    VERIFY_UNSPECIFIED = 1,
    VERIFY_NOT_YET_VALID = 9,
    VERIFY_HAS_EXPIRED = 10,
    VERIFY_HOSTNAME_MISMATCH = 62,
    VERIFY_IP_MISMATCH = 64
};

static enum smtp_fault
certificate_fault(long verify)
{
    switch (verify) {
    case VERIFY_NOT_YET_VALID:
    case VERIFY_HAS_EXPIRED:
        return SMTP_FAULT_CERT_TIME;
    case VERIFY_OK:
    case VERIFY_UNSPECIFIED:
    case VERIFY_HOSTNAME_MISMATCH:
    case VERIFY_IP_MISMATCH:
        return SMTP_FAULT_CERT_NAME;
    default:
        return SMTP_FAULT_CERT_UNKNOWN;
    }
}

enum smtp_fault
smtp_fault_of(CURLcode rc, long verify, long os_errno)
{
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return SMTP_FAULT_NAME;
    case CURLE_COULDNT_CONNECT:
        return os_errno == ECONNREFUSED ? SMTP_FAULT_NOBODY : SMTP_FAULT_UNREACHABLE;
    case CURLE_USE_SSL_FAILED:
        return SMTP_FAULT_NO_TLS;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
        return SMTP_FAULT_TLS;
    case CURLE_PEER_FAILED_VERIFICATION:
        return certificate_fault(verify);
    case CURLE_SSL_CACERT_BADFILE:
        return SMTP_FAULT_CA_FILE;
    case CURLE_LOGIN_DENIED:
        return SMTP_FAULT_NO_AUTH;
    case CURLE_OPERATION_TIMEDOUT:
        return SMTP_FAULT_SILENT;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_WEIRD_SERVER_REPLY:
        return SMTP_FAULT_LOST;
    default:
        return SMTP_FAULT_OTHER;
    }
}
