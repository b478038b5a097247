/*
 * Calendars of meetings at secret addresses, as the hub and the nodes give
 * them: an address is told once, and only its secret's hash is kept.
 */
#ifndef COMMON_CALENDAR_H
#define COMMON_CALENDAR_H

struct db_row;
struct req;

/* The hash, in hex, of a new secret, which calendar_told() tells. */
const char *calendar_new(struct req *);

/* The hash, in hex, of the secret that an address has. */
const char *calendar_hash(struct req *, const char *secret);

/* Answers with a new calendar and its address. */
int calendar_told(struct req *, const struct db_row *);

/* Answers with text/calendar from a JSON list of events; no row is a 404. */
int calendar_reply(struct req *, const struct db_row *);

#endif
