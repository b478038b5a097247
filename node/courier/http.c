/*
 * Requests to the hub: see http.h.
 */
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_EXCHANGE_MS 2000
/*
 * An idle connection is not used again after this.  A server may end one with
 * an unasked 408 (Kore after 10 s), which would be taken for our answer.
 */
#define IDLE_S 8L

static long long
clock_ms(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return ((long long)t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

long long
now_ms(void)
{
	return (clock_ms(CLOCK_MONOTONIC));
}

long long
wall_ms(void)
{
	return (clock_ms(CLOCK_REALTIME));
}

time_t
http_hub_time(const struct http *h)
{
	return ((time_t)((wall_ms() + h->offset_ms) / 1000));
}

int
http_init(struct http *h)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (h->multi = curl_multi_init()) == NULL)
		return (0);
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 40L);
	return (1);
}

void
http_end(struct http *h)
{
	(void)curl_multi_cleanup(h->multi);
	curl_global_cleanup();
}

int
http_url_allowed(const struct http *h, const char *url)
{
	static const char *const loopback[] = { "http://127.",
		"http://localhost:", "http://localhost/", "http://[::1]" };
	size_t i;

	if (strncmp(url, "https://", 8) == 0)
		return (1);
	if (h->plain && strncmp(url, "http://", 7) == 0)
		return (1);
	for (i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++) {
		if (strncmp(url, loopback[i], strlen(loopback[i])) == 0)
			return (1);
	}
	return (0);
}

static size_t
take_body(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t;
	char *text;
	size_t size;

	t = arg;
	(void)one;
	if (t->len + n > HTTP_ANSWER_MAX) {
		t->oversize = 1;
		return (0);
	}
	if (t->len + n + 1 > t->size) {
		size = 2 * (t->len + n + 1);
		if ((text = realloc(t->text, size)) == NULL)
			return (0);
		t->text = text;
		t->size = size;
	}
	memcpy(t->text + t->len, data, n);
	t->len += n;
	t->text[t->len] = '\0';
	return (n);
}

/* Adds "name: value"; nothing for NULL.  0 when out of memory. */
static int
header_add(struct transfer *t, const char *name, const char *value)
{
	struct curl_slist *list;
	char *line;
	int ok;

	if (value == NULL)
		return (1);
	if (asprintf(&line, "%s: %s", name, value) == -1)
		return (0);
	ok = 0;
	if ((list = curl_slist_append(t->headers, line)) != NULL) {
		t->headers = list;
		ok = 1;
	}
	free(line);
	return (ok);
}

static int
headers_make(struct transfer *t, const struct request *r)
{
	char *bearer;
	int ok;
	const char *type;

	bearer = NULL;
	if (r->token != NULL && asprintf(&bearer, "Bearer %s", r->token) == -1)
		return (0);
	type = r->type == NULL ? "application/json" : r->type;
	ok = header_add(t, "Accept", "application/json") &&
	     header_add(t, "Accept-Language", "bg") &&
	     header_add(t, "Authorization", bearer) &&
	     header_add(t, "Content-Type", r->body == NULL ? NULL : type) &&
	     header_add(t, "Idempotency-Key", r->key) &&
	     header_add(t, "If-Match", r->if_match) &&
	     header_add(t, "Zaedno-Actor", r->actor);
	/* No waiting for 100 Continue. */
	ok = ok && header_add(t, "Expect", "");
	free(bearer);
	return (ok);
}

static int
options_set(struct http *h, struct transfer *t, const struct request *r)
{
	CURL *e;
	char *url;

	e = t->easy;
	if (asprintf(&url, "%s%s", r->base, r->path) == -1)
		return (0);
	curl_easy_reset(e);
	(void)curl_easy_setopt(e, CURLOPT_URL, url);
	free(url);
	(void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(e, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(e, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	(void)curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, IDLE_S);
	(void)curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	(void)curl_easy_setopt(
	    e, CURLOPT_CONNECTTIMEOUT_MS, h->connect_timeout_ms);
	(void)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, r->timeout_ms);
	if (h->ca_file != NULL)
		(void)curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	(void)curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	(void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	if (r->body != NULL) {
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)strlen(r->body));
		(void)curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, r->body);
	}
	(void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
	return (1);
}

void
http_forget(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	json_decref(t->body);
	free(t->text);
	t->headers = NULL;
	t->body = NULL;
	t->text = NULL;
	t->len = t->size = 0;
	t->status = t->json = t->oversize = 0;
	t->etag[0] = '\0';
	t->retry_after = 0;
}

int
http_send(struct http *h, struct transfer *t, const struct request *r,
    transfer_done done, void *arg)
{
	int still;

	http_forget(t);
	if (!http_url_allowed(h, r->base))
		return (0);
	if (t->easy == NULL && (t->easy = curl_easy_init()) == NULL)
		return (0);
	if (!headers_make(t, r) || !options_set(h, t, r) ||
	    curl_multi_add_handle(h->multi, t->easy) != CURLM_OK)
		return (0);
	t->busy = 1;
	h->running++;
	t->done = done;
	t->arg = arg;
	t->began = wall_ms();
	/* On a kept connection this writes the request at once. */
	(void)curl_multi_perform(h->multi, &still);
	/* Of one that ended by this, curl_multi_poll() says nothing. */
	if (still < h->running)
		h->ended = 1;
	return (1);
}

static const char *
header_get(struct transfer *t, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) !=
	    CURLHE_OK)
		return (NULL);
	return (h->value);
}

static void
clock_learn(struct http *h, const struct transfer *t, const char *value)
{
	time_t date;
	long long before, after;

	if (!http_date_parse(value, &date))
		return;
	after = wall_ms();
	/* A long poll is answered at its end. */
	before = after - t->began > LONG_EXCHANGE_MS ? after : t->began;
	h->offset_ms = clock_offset_ms(date, before, after);
}

static int
type_is_json(const char *type)
{
	return (type != NULL &&
		(strncmp(type, "application/json", 16) == 0 ||
		    strncmp(type, "application/problem+json", 24) == 0));
}

static void
answer_take(struct http *h, struct transfer *t, CURLcode result)
{
	const char *value;
	long status;

	if (result != CURLE_OK)
		return;
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->status = (int)status;
	clock_learn(h, t, header_get(t, "Date"));
	if ((value = header_get(t, "ETag")) != NULL)
		(void)snprintf(t->etag, sizeof(t->etag), "%s", value);
	t->retry_after =
	    retry_after_ms(header_get(t, "Retry-After"), http_hub_time(h));
	if (t->len == 0) {
		t->json = 1;
	} else if (type_is_json(header_get(t, "Content-Type"))) {
		t->body =
		    json_loadb(t->text, t->len, JSON_REJECT_DUPLICATES, NULL);
		t->json = t->body != NULL;
	}
	/* An answer may be large, and is not needed twice. */
	free(t->text);
	t->text = NULL;
	t->len = t->size = 0;
}

static void
transfer_remove(struct http *h, struct transfer *t)
{
	(void)curl_multi_remove_handle(h->multi, t->easy);
	t->busy = 0;
	h->running--;
}

void
http_turn(struct http *h)
{
	CURLMsg *m;
	struct transfer *t;
	int running, left;

	(void)curl_multi_perform(h->multi, &running);
	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		answer_take(h, t, m->data.result);
		transfer_remove(h, t);
		t->done(t, t->arg);
	}
	h->ended = 0;
}

void
http_abort(struct http *h, struct transfer *t)
{
	if (!t->busy)
		return;
	transfer_remove(h, t);
}

void
http_free(struct http *h, struct transfer *t)
{
	http_abort(h, t);
	http_forget(t);
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
}

struct answer
http_answer(const struct transfer *t)
{
	return ((struct answer){
	    .status = t->status,
	    .code = json_string_value(json_object_get(t->body, "code")),
	    .json = t->json,
	});
}
