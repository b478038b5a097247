/*
 * The courier's side of the node's database: one blocking connection, all
 * statements prepared, one session lock.  Functions return 1, or 0 when the
 * connection is lost or the statement failed; the caller then starts over
 * from what the database says.
 */
#ifndef COURIER_STORE_H
#define COURIER_STORE_H

#include <jansson.h>
#include <libpq-fe.h>

#include "chain.h"

/* The session lock by which a node has one courier. */
#define STORE_LOCK "7302"

enum store_result {
	STORE_OK,
	STORE_AWAY,   /* cannot connect now: try again */
	STORE_LOCKED, /* another courier runs */
	STORE_WRONG,  /* the schema does not suit this program */
};

struct store {
	PGconn *db; /* NULL: not connected */
	int wrong;  /* the last statement refused what the hub had said */
};

enum link_state {
	LINK_NONE,
	LINK_JOINING,
	LINK_JOINED,
	LINK_REFUSED
};

/* hub_link, as of the last look. */
struct link {
	enum link_state state;
	char hub_url[256];
	char issuer[256];
	char organisation_id[UUID_TEXT_SIZE];
	char code[128];
	struct feed_position position;
	int resync;
	long long clock_offset_ms;
	long long down_since; /* s since 1970, 0: not down */
};

/* How many items of each lane may be taken. */
enum lane {
	LANE_WITHDRAWAL,
	LANE_RECEIPT,
	LANE_NORMAL,
	LANES
};

/* Connects, prepares, locks, listens.  err gets one line. */
enum store_result store_open(
    struct store *, const char *conninfo, char *err, size_t errlen);
void store_close(struct store *);

/* 1 when something was queued since the last call; takes what has come. */
int store_noticed(struct store *);

int store_link(struct store *, struct link *);

/*
 * Waiting items, withdrawals first, as rows of HEADS (the caller clears the
 * result); NULL on failure.  in_flight is an array literal, "{4,7}".
 */
PGresult *store_heads(
    struct store *, const char *in_flight, const int room[LANES]);
int store_settle(struct store *, const json_t *results);

int store_feed_apply(struct store *, const json_t *answer);
/* Counts; what was refused again raises a task. */
int store_feed_refused(struct store *, int again);
int store_resync_begin(struct store *, int compacted);
int store_resync_end(struct store *);

/*
 * The hub's heads that wait to be judged, as rows of HUB_HEADS_NEW (the caller
 * clears the result); what a head says, NULL when its signature does not hold.
 */
PGresult *store_hub_heads(struct store *);
int store_hub_head_judge(struct store *, const char *id, const json_t *claims);
int store_hub_keys(struct store *, const json_t *keys);

int store_joined(struct store *, const json_t *answer);
int store_join_refused(struct store *, const char *problem);
/* NULL: none any more. */
int store_token_problem(struct store *, const json_t *problem);
int store_hub_down(struct store *, int down);
int store_clock(struct store *, long long offset_ms);

#endif
