/*
 * Requests to the hub over one libcurl multi handle: connections are kept,
 * nothing blocks, every answer teaches the hub's clock.
 */
#ifndef COURIER_HTTP_H
#define COURIER_HTTP_H

#include <curl/curl.h>
#include <jansson.h>
#include <time.h>

#include "rules.h"

/* The longest answer taken, bytes. */
#define HTTP_ANSWER_MAX 8388608

struct http {
	CURLM *multi;
	const char *ca_file; /* NULL: the system's */
	long connect_timeout_ms;
	int plain;           /* http beyond loopback is allowed */
	long long offset_ms; /* the hub's clock minus ours */
	int running;         /* transfers begun and not taken back */
	int ended;           /* some have ended that http_turn() has not seen */
};

struct transfer;
typedef void (*transfer_done)(struct transfer *, void *arg);

/* One request at a time; the easy handle is used again. */
struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	int busy;
	transfer_done done;
	void *arg;
	long long began; /* our wall clock, ms */

	/* The answer; valid from done until the next request. */
	int status;   /* 0: none */
	json_t *body; /* parsed, or NULL */
	char etag[64];
	long retry_after; /* ms */
	int json;         /* the body is JSON, or there is none */
	int oversize;     /* given up: longer than HTTP_ANSWER_MAX */

	/* While it arrives. */
	char *text;
	size_t len;
	size_t size;
};

struct request {
	const char *method;
	const char *base; /* the hub's URL */
	const char *path; /* with query */
	const char *body; /* NULL: none */
	const char *type; /* of the body; NULL: application/json */
	const char *token;
	const char *key; /* Idempotency-Key */
	const char *if_match;
	const char *actor;
	long timeout_ms;
};

long long now_ms(void);  /* steady */
long long wall_ms(void); /* since 1970 */

/* The hub's idea of now, in seconds since 1970. */
time_t http_hub_time(const struct http *);

/* Once; 0 when out of memory. */
int http_init(struct http *);
void http_end(struct http *);

/* 1 when a hub may be spoken to at this URL: TLS, or a loopback address. */
int http_url_allowed(const struct http *, const char *url);

/*
 * Starts a request; done is called from http_turn(), never from here.
 * Nothing of the request is kept.  0 when it could not be started.
 */
int http_send(struct http *, struct transfer *, const struct request *,
    transfer_done done, void *arg);

/* Moves bytes, calls done for what has ended. */
void http_turn(struct http *);

/* Gives up a request without an answer; done is not called. */
void http_abort(struct http *, struct transfer *);
/* Drops what was kept of the last answer. */
void http_forget(struct transfer *);
void http_free(struct http *, struct transfer *);

/* The answer as the rules see it; borrows from the transfer. */
struct answer http_answer(const struct transfer *);

#endif
