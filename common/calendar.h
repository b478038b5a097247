/*
 * Calendars of meetings for programs that only read, the same at the hub and
 * at a node: at an address with a secret, which is told once, of which only
 * the hash is kept, and which is revoked at will.  No case is in them.
 *
 * The operations are those of the specifications; a service gives its
 * statements' numbers in `calendar_stmts`.
 */
#ifndef COMMON_CALENDAR_H
#define COMMON_CALENDAR_H

struct req;

struct calendar_stmts {
	int list;   /* -> reply row */
	int create; /* id, secret's sha256 -> reply row */
	int revoke; /* id -> reply row */
	int open;   /* secret's sha256: the owner is the asker from here on */
	int read;   /* the same -> status, JSON list of events; or no row */
};

/* The same names at the hub and at a node, of other numbers. */
#define CALENDAR_STMTS                                                         \
	{                                                                      \
		.list = STMT_CALENDAR_LIST, .create = STMT_CALENDAR_CREATE,    \
		.revoke = STMT_CALENDAR_REVOKE, .open = STMT_CALENDAR_OPEN,    \
		.read = STMT_CALENDAR_READ,                                    \
	}

extern const struct calendar_stmts calendar_stmts;

int list_calendars(struct req *);
int create_calendar(struct req *);
int revoke_calendar(struct req *);
int read_calendar(struct req *);

#endif
