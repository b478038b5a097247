/*
 * Checking an exported audit without its service (PROTOCOL.md, "The audit"):
 * each leaf is made again from its row, the chain from the leaves, and both
 * are held against what was signed.  Nothing here knows files or networks.
 *
 *	verify_row.c	one leaf
 *	verify_head.c	keys, heads, countersignatures
 *	verify.c	the chain, and what is said of it in the end
 *	main.c		zaedno-verify
 */
#ifndef COMMON_VERIFY_H
#define COMMON_VERIFY_H

#include <stddef.h>
#include <time.h>

#include <jansson.h>

#include "common/crypt.h"

#define VERIFY_HASH CRYPT_SHA256_BYTES
#define VERIFY_UUID 36

enum verify_fault {
	VERIFY_GOOD,
	/* What cannot be checked. */
	VERIFY_FORM,  /* not a page of an export, or a list of heads */
	VERIFY_KEY,   /* signed by a key that was not given */
	VERIFY_BEGIN, /* does not begin at 0, nor where a head vouches */
	VERIFY_BARE,  /* no head vouches for anything */
	/* What is not as it was. */
	VERIFY_SIGNATURE, /* of a head or a countersignature */
	VERIFY_SAID,      /* a countersignature of something else */
	VERIFY_LOG,       /* of another log */
	VERIFY_INDEX,     /* left out, twice, or in another order */
	VERIFY_DETAILS,   /* who acted is not what was committed to */
	VERIFY_ERASED,    /* who acted was erased before its time */
	VERIFY_LEAF,      /* the row is not what the leaf is the hash of */
	VERIFY_READS,     /* the reads are not those that the leaf is over */
	VERIFY_GONE,      /* the row is missing before its time */
	VERIFY_CHAIN,     /* the leaf does not follow the one before it */
	VERIFY_FORK,      /* other leaves were signed than these */
	VERIFY_SHORT,     /* more leaves were signed than there are */
	VERIFY_FAULTS
};

/* 2 when it could not be checked, 1 when it is not as it was, 0: good. */
int verify_exit(enum verify_fault);
/* One sentence, lower case. */
const char *verify_fault_text(enum verify_fault);

struct verify_options {
	time_t now;       /* 0: when the newest head was signed */
	int details_days; /* who acted is kept at least so long */
	int row_days;     /* and the row */
};

/* The least that retention may be set to. */
#define VERIFY_DETAILS_DAYS 365
#define VERIFY_ROW_DAYS     1826

struct verify;

/* Never NULL. */
struct verify *verify_new(const struct verify_options *);
void verify_free(struct verify *);

/* A JWK, {"keys": […]} or a list of heads with keys; 1 when one was there. */
int verify_keys(struct verify *, const json_t *);

/* One head as it was signed, and its countersignature or NULL. */
enum verify_fault verify_head(
    struct verify *, const char *head, const char *countersignature);
/* A page of listAuditHeads. */
enum verify_fault verify_heads(struct verify *, const json_t *page);

/* A page of exportAudit, in the order of the log; after the heads. */
enum verify_fault verify_page(struct verify *, const json_t *page);

/* When all pages were given. */
enum verify_fault verify_end(struct verify *);

/* What was seen: after a fault, where it is. */
struct verify_result {
	char log_id[VERIFY_UUID + 1];
	long long index;  /* the first bad one; -1: of no single leaf */
	long long from;   /* with VERIFY_FORK: the first that may differ */
	long long leaves; /* that are good */
	long long signed_leaves;
	time_t signed_at; /* of the newest head */
	long long rows, reads, erased, gone;
	size_t heads, countersigned;
};
struct verify_result verify_result(const struct verify *);

/* Shared by the verify_*.c files and their tests only. */

/* What was signed: the chain after so many leaves. */
struct verify_anchor {
	long long count;
	unsigned char chain[VERIFY_HASH];
	time_t at; /* 0: not known */
};

struct verify {
	struct verify_options options;
	struct auth_key **keys;
	size_t nkeys;
	struct verify_anchor *anchors;
	size_t nanchors, next_anchor;
	int sorted;
	int begun;
	unsigned char chain[VERIFY_HASH];
	long long agreed; /* leaves up to the last anchor that agreed */
	struct verify_result result;
};

struct verify_leaf {
	unsigned char leaf[VERIFY_HASH];
	unsigned char chain[VERIFY_HASH];
};

/* One item of a page by itself: row, details, reads, time. */
enum verify_fault verify_item(
    struct verify *, const json_t *item, struct verify_leaf *);
/* Whether something of this time has had so many days. */
int verify_had_its_time(const struct verify *, time_t at, int days);
/* RFC 3339 in UTC; -1 when it is none. */
time_t verify_time(const char *text);
/* 64 lower-case digits; 1 or 0. */
int verify_hash_read(const json_t *, unsigned char out[VERIFY_HASH]);
void *verify_grow(void *, size_t count, size_t size);

#endif
