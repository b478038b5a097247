/*
 * Time-based one-time passwords (RFC 6238): SHA-1, 30 s, six digits, as
 * every authenticator understands them.
 */
#ifndef COMMON_TOTP_H
#define COMMON_TOTP_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define TOTP_SECRET_SIZE 33 /* 20 bytes in base32, with its NUL */
#define TOTP_STEP_S      30
#define TOTP_DIGITS      6

/* A new random secret in base32; 1 or 0. */
int totp_secret(char out[TOTP_SECRET_SIZE]);

/* otpauth://totp/…; the length, or 0 when it does not fit. */
size_t totp_uri(const char *issuer, const char *account, const char *secret,
    char *out, size_t outlen);

/*
 * 1 when code is right for the step of now, the one before or the one
 * after, and that step is later than last_step (RFC 6238 5.2: each code
 * once).  The caller stores *step and passes it as last_step the next time;
 * 0 when none was used yet.
 */
int totp_verify(const char *secret, const char *code, time_t now,
    uint64_t last_step, uint64_t *step);

/* The code of a moment: for tests and tools. */
int totp_code(const char *secret, time_t at, char out[TOTP_DIGITS + 1]);

#endif
