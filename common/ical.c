/*
 * An iCalendar feed, written in one place.
 */
#include "ical.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIRST_SIZE  1024
#define LINE_OCTETS 75

static void
append(struct ical *c, const char *text, size_t len)
{
	char *grown;
	size_t size;

	if (c->failed)
		return;
	if (c->len + len + 1 > c->size) {
		size = c->size == 0 ? FIRST_SIZE : c->size;
		while (size < c->len + len + 1)
			size *= 2;
		if ((grown = realloc(c->text, size)) == NULL) {
			c->failed = 1;
			return;
		}
		c->text = grown;
		c->size = size;
	}
	memcpy(c->text + c->len, text, len);
	c->len += len;
	c->text[c->len] = '\0';
}

/* Octets of the character that begins here; never past the end. */
static size_t
character(const char *text)
{
	size_t n = 1;

	while (((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return (n);
}

/* What stands for a character of a text value; "" for none. */
static const char *
escaped(char c)
{
	switch (c) {
	case '\\':
		return ("\\\\");
	case ';':
		return ("\\;");
	case ',':
		return ("\\,");
	case '\n':
		return ("\\n");
	default:
		return ((unsigned char)c < 0x20 || c == 0x7f ? "" : NULL);
	}
}

/* A value after its name, folded; as text, or as it is. */
static void
value(struct ical *c, const char *name, const char *text, int as_text)
{
	const char *piece;
	size_t n, column;

	append(c, name, strlen(name));
	append(c, ":", 1);
	column = strlen(name) + 1;
	for (; *text != '\0'; text += character(text)) {
		piece = as_text ? escaped(*text) : NULL;
		n = piece != NULL ? strlen(piece) : character(text);
		if (column + n > LINE_OCTETS) {
			append(c, "\r\n ", 3);
			column = 1;
		}
		append(c, piece != NULL ? piece : text, n);
		column += n;
	}
	append(c, "\r\n", 2);
}

static void
moment(struct ical *c, const char *name, int64_t at)
{
	char text[32];
	struct tm tm;
	time_t t = (time_t)at;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm) != 16) {
		c->failed = 1;
		return;
	}
	value(c, name, text, 0);
}

void
ical_begin(struct ical *c, const char *name)
{
	value(c, "BEGIN", "VCALENDAR", 0);
	value(c, "VERSION", "2.0", 0);
	value(c, "PRODID", "-//Zaedno//Zaedno//BG", 1);
	value(c, "METHOD", "PUBLISH", 0);
	value(c, "NAME", name, 1);
	value(c, "X-WR-CALNAME", name, 1);
	value(c, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H", 0);
}

/* An address is not escaped, so it may not have what ends a line. */
static int
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text <= 0x20 || *text == 0x7f)
			return (0);
	return (1);
}

void
ical_add(struct ical *c, const struct ical_event *e)
{
	char sequence[24];

	if (e->uid == NULL) {
		c->failed = 1;
		return;
	}
	(void)snprintf(sequence, sizeof(sequence), "%" PRId64, e->sequence);
	value(c, "BEGIN", "VEVENT", 0);
	value(c, "UID", e->uid, 1);
	moment(c, "DTSTAMP", e->changed);
	moment(c, "LAST-MODIFIED", e->changed);
	moment(c, "DTSTART", e->starts);
	moment(c, "DTEND", e->starts + e->minutes * 60);
	value(c, "SEQUENCE", sequence, 0);
	value(c, "STATUS", e->cancelled ? "CANCELLED" : "CONFIRMED", 0);
	if (e->summary != NULL)
		value(c, "SUMMARY", e->summary, 1);
	if (e->location != NULL)
		value(c, "LOCATION", e->location, 1);
	if (e->url != NULL && is_plain(e->url))
		value(c, "URL", e->url, 0);
	value(c, "CLASS", "PRIVATE", 0);
	value(c, "END", "VEVENT", 0);
}

void
ical_end(struct ical *c)
{
	value(c, "END", "VCALENDAR", 0);
}

void
ical_free(struct ical *c)
{
	free(c->text);
	memset(c, 0, sizeof(*c));
}
