/*
 * The rules of delivery: see rules.h.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

static int
code_begins(const struct answer *a, const char *prefix)
{
	return (
	    a->code != NULL && strncmp(a->code, prefix, strlen(prefix)) == 0);
}

static int
code_is(const struct answer *a, const char *code)
{
	return (a->code != NULL && strcmp(a->code, code) == 0);
}

static int
is_pause(const struct answer *a)
{
	return (a->status == 408 || a->status == 425 || a->status == 429 ||
		(a->status == 403 && code_begins(a, "organisation-")));
}

enum verdict
item_verdict(const struct answer *a)
{
	if (a->status >= 200 && a->status < 300)
		return (a->json ? VERDICT_DELIVERED : VERDICT_STRIKE);
	if (a->status < 400)
		return (VERDICT_PAUSE); /* none, or a redirect */
	if (a->status == 401)
		return (VERDICT_UNAUTHORISED);
	if (is_pause(a))
		return (VERDICT_PAUSE);
	if (a->status >= 500 || a->code == NULL)
		return (VERDICT_STRIKE);
	return (VERDICT_REFUSED);
}

enum verdict
feed_verdict(const struct answer *a)
{
	enum verdict v;

	if (code_is(a, "feed-forked") || code_is(a, "node-restored") ||
	    code_is(a, "feed-compacted"))
		return (VERDICT_RESYNC);
	v = item_verdict(a);
	return (v == VERDICT_STRIKE ? VERDICT_PAUSE : v);
}

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = { "delivered", "unauthorised",
		"pause", "strike", "refused", "resync" };

	return (names[v]);
}

long
backoff_ms(unsigned failures, uint32_t random)
{
	unsigned doublings;
	long whole;

	doublings = failures == 0 ? 0 : failures - 1;
	whole = doublings > 8 ? BACKOFF_MAX_MS : BACKOFF_MIN_MS << doublings;
	if (whole > BACKOFF_MAX_MS)
		whole = BACKOFF_MAX_MS;
	return (whole / 2 + (long)(random % (uint32_t)(whole / 2 + 1)));
}

long
retry_after_ms(const char *value, time_t now)
{
	long seconds;
	time_t date;

	if (value == NULL || *value == '\0')
		return (0);
	if (strspn(value, "0123456789") == strlen(value))
		seconds = strlen(value) > 5 ? 99999 : strtol(value, NULL, 10);
	else if (http_date_parse(value, &date))
		seconds = date > now ? (long)(date - now) : 0;
	else
		return (0);
	return (seconds > RETRY_AFTER_MAX_MS / 1000 ? RETRY_AFTER_MAX_MS
						    : seconds * 1000);
}

/* A number of exactly n digits, or -1. */
static int
digits(const char *text, size_t n)
{
	size_t i;
	int value;

	value = 0;
	for (i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return (-1);
		value = value * 10 + (text[i] - '0');
	}
	return (value);
}

int
http_date_parse(const char *value, time_t *out)
{
	/* "Sun, 06 Nov 1994 08:49:37 GMT" */
	static const char form[] = "Www, dd Mmm yyyy hh:mm:ss GMT";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;
	size_t i;
	int month;

	if (value == NULL || strlen(value) != sizeof(form) - 1)
		return (0);
	for (i = 0; i < sizeof(form) - 1; i++) {
		if (strchr(", :GMT", form[i]) != NULL && value[i] != form[i] &&
		    i != 8)
			return (0);
	}
	for (month = 0; month < 12; month++) {
		if (strncmp(value + 8, &months[3 * (size_t)month], 3) == 0)
			break;
	}
	memset(&tm, 0, sizeof(tm));
	tm.tm_mday = digits(value + 5, 2);
	tm.tm_mon = month;
	tm.tm_year = digits(value + 12, 4) - 1900;
	tm.tm_hour = digits(value + 17, 2);
	tm.tm_min = digits(value + 20, 2);
	tm.tm_sec = digits(value + 23, 2);
	if (month == 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    tm.tm_year < 70 || tm.tm_hour < 0 || tm.tm_hour > 23 ||
	    tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
		return (0);
	*out = timegm(&tm);
	return (1);
}

long long
clock_offset_ms(time_t date, long long before, long long after)
{
	return ((long long)date * 1000 + 500 - (before + (after - before) / 2));
}

static struct strike *
strike_find(struct strikes *s, long long id)
{
	size_t i;

	for (i = 0; i < STRIKES_ITEMS; i++) {
		if (s->item[i].id == id)
			return (&s->item[i]);
	}
	return (NULL);
}

unsigned
strikes_add(struct strikes *s, long long id)
{
	struct strike *k;

	if ((k = strike_find(s, id)) != NULL) {
		if (s->passed > k->passed)
			k->count++;
		return (k->count);
	}
	if ((k = strike_find(s, 0)) == NULL)
		k = &s->item[s->next++ % STRIKES_ITEMS];
	k->id = id;
	k->count = 1;
	k->passed = s->passed;
	return (1);
}

void
strikes_settle(struct strikes *s, long long id, int delivered)
{
	struct strike *k;

	if (delivered)
		s->passed++;
	if ((k = strike_find(s, id)) != NULL)
		memset(k, 0, sizeof(*k));
}
