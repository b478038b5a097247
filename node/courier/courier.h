/*
 * The courier: one process, one thread, one loop.  A turn of the loop moves
 * HTTP, applies what the feed brought, sends what the outbox holds, and
 * settles what was answered; then it sleeps until a socket or a time.
 *
 * The database is the only memory that counts: when its connection is lost
 * everything here is dropped and read again.
 */
#ifndef COURIER_H
#define COURIER_H

#include "common/auth.h"
#include "http.h"
#include "store.h"

#define TRANSFERS_MAX 32
/* Transfers kept free for withdrawals, so that they wait for nobody. */
#define TRANSFERS_WITHDRAWAL 2
#define ITEMS_MAX            (TRANSFERS_MAX + TRANSFERS_WITHDRAWAL)
#define FAR_MS               3600000

/* A wait after failures; 0 failures: none. */
struct pause {
	unsigned failures;
	long long until; /* now_ms() */
};

struct token {
	struct transfer transfer;
	struct pause pause;
	char text[AUTH_TOKEN_MAX + 1];
	long long expires;   /* now_ms(); 0: none */
	unsigned generation; /* changes with every token and loss */
	int refused;         /* hub_link says why there is none; -1: perhaps */
};

struct item {
	struct transfer transfer;
	struct courier *courier;
	long long id; /* 0: free */
	enum lane lane;
	unsigned generation; /* of the token that it went with */
	int attempts;
	int parked;
	int answered; /* waits to be settled */
};

struct lane_state {
	struct pause pause;
	int probing;       /* one item goes first after a pause */
	unsigned rejected; /* 401 with a fresh token, and 408, in a row */
};

struct outbox {
	struct item item[ITEMS_MAX];
	struct lane_state lane[LANES];
	struct strikes strikes;
	json_t *results;   /* to settle, or NULL */
	int look;          /* the table may hold something to send */
	long long look_at; /* look then, whatever was noticed */
};

struct feed {
	struct transfer transfer;
	struct pause pause;
	unsigned generation;
	int arrived; /* the transfer holds a page to apply */
	int current; /* the last answer was taken: the next may wait */
};

enum enrol_step {
	ENROL_IDLE,
	ENROL_METADATA,
	ENROL_REDEEM
};

struct enrol {
	struct transfer transfer;
	struct pause pause;
	enum enrol_step step;
	char issuer[256];
};

/* The hub's heads, and the keys that they are checked by. */
struct heads {
	struct transfer transfer;
	long long keys_at; /* now_ms() from which they may be asked for */
	int wants_keys;
	int keys_fresh; /* a key that is not among them is nobody's */
	int look;       /* some may be new */
};

struct courier {
	const char *conninfo;
	long transfers;
	long request_timeout_ms;
	long warning_s;
	struct auth_key *assertion_key;
	struct auth_key *receipt_key;

	struct store store;
	struct pause store_pause;
	int lock_tries; /* another courier's lock was met */
	struct link link;
	long long link_at; /* when to look at it again */
	struct http http;
	struct token token;
	struct outbox outbox;
	struct feed feed;
	struct enrol enrol;
	struct heads heads;

	long long down_at; /* now_ms() when the hub was lost, 0: it is there */
	int warned;
};

/* Begins a pause, at least as long as the hub asked for. */
void pause_begin(struct pause *, long retry_after);
void pause_end(struct pause *);
int pause_holds(const struct pause *);
/* Milliseconds until it ends, at most FAR_MS. */
long pause_left(const struct pause *);

/* Every answer, or its absence, tells whether the hub is there. */
void hub_seen(struct courier *, const struct transfer *);

/* The access token, or NULL while there is none. */
const char *token_get(const struct courier *);
/* The hub did not take the token of this generation. */
void token_reject(struct courier *, unsigned generation);
void token_forget(struct courier *);
void token_turn(struct courier *);
long token_due(const struct courier *);

/* Parts of the outbox: one item's answer, and its lane. */
enum lane lane_of(const char *name);
void lane_pause(struct courier *, enum lane, long retry_after);
/* The transfer of an item (arg) has ended. */
void item_answered(struct transfer *, void *arg);
/* Nothing was answered, or only that it is not the time. */
void item_paused(struct courier *, struct item *);
/* A body that asks for a signature that we do not know: set aside. */
void item_unsignable(struct item *);
/* Notes a verdict, to be written with others by outbox_settle(). */
void item_result(struct item *, const char *verdict, long delay);
void outbox_look_within(struct outbox *, long ms);

void outbox_turn(struct courier *);
void outbox_settle(struct courier *);
/* Drops all that is in flight. */
void outbox_reset(struct courier *);
/* Every lane tries again: the hub came back. */
void outbox_resume(struct courier *);
int outbox_busy(const struct courier *);
long outbox_due(const struct courier *);

void feed_turn(struct courier *);
void feed_reset(struct courier *);
long feed_due(const struct courier *);

void enrol_turn(struct courier *);
void enrol_reset(struct courier *);
long enrol_due(const struct courier *);

void heads_turn(struct courier *);
void heads_reset(struct courier *);

/*
 * A queued body as it is sent: {"sign":"purge-receipt",…} becomes
 * {"receipt": <JWS>}, everything else stays.  malloc'ed; NULL when it cannot
 * be signed.
 */
char *item_body(const struct courier *, const char *queued);

/*
 * The order that everything rests on: commit, then acknowledge.  The fault
 * suite builds a courier that has it the other way round, and must catch it.
 */
static inline int
acknowledges_first(void)
{
#ifdef BROKEN_ACK_BEFORE_COMMIT
	return (1);
#else
	return (0);
#endif
}

#endif
