/*
 * Text of an HTML page, escaped in one place.
 */
#include "html.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE  4096
#define REPLACEMENT "\xef\xbf\xbd"

static void
append(struct html *h, const char *text, size_t len)
{
	char *grown;
	size_t size;

	if (h->failed)
		return;
	if (h->len + len + 1 > h->size) {
		size = h->size == 0 ? FIRST_SIZE : h->size;
		while (size < h->len + len + 1)
			size *= 2;
		if ((grown = realloc(h->text, size)) == NULL) {
			h->failed = 1;
			return;
		}
		h->text = grown;
		h->size = size;
	}
	memcpy(h->text + h->len, text, len);
	h->len += len;
	h->text[h->len] = '\0';
}

/* How many bytes follow a first byte of UTF-8; -1: it is none. */
static int
following(unsigned char c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return (1);
	if (c >= 0xe0 && c <= 0xef)
		return (2);
	if (c >= 0xf0 && c <= 0xf4)
		return (3);
	return (-1);
}

/* Length of the character of several bytes at text; 0: it is no UTF-8. */
static size_t
character(const unsigned char *text)
{
	uint32_t code;
	int i, n;

	if ((n = following(text[0])) == -1)
		return (0);
	code = text[0] & (0x3fu >> n);
	for (i = 1; i <= n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return (0);
		code = code << 6 | (text[i] & 0x3f);
	}
	if ((n == 2 && code < 0x800) || (n == 3 && code < 0x10000) ||
	    code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ||
	    (code >= 0x80 && code < 0xa0))
		return (0);
	return ((size_t)n + 1);
}

/* What stands for a byte below 0x80; NULL: itself. */
static const char *
entity(unsigned char c)
{
	switch (c) {
	case '&':
		return ("&amp;");
	case '<':
		return ("&lt;");
	case '>':
		return ("&gt;");
	case '"':
		return ("&quot;");
	case '\'':
		return ("&#39;");
	case '\t':
	case '\n':
		return (NULL);
	default:
		return (c < 0x20 || c == 0x7f ? REPLACEMENT : NULL);
	}
}

static void
append_escaped(struct html *h, const char *value)
{
	const char *instead;
	size_t n;

	for (; *value != '\0'; value += n) {
		n = 1;
		instead = NULL;
		if ((unsigned char)*value < 0x80)
			instead = entity((unsigned char)*value);
		else if ((n = character((const unsigned char *)value)) == 0) {
			n = 1;
			instead = REPLACEMENT;
		}
		if (instead != NULL)
			append(h, instead, strlen(instead));
		else
			append(h, value, n);
	}
}

void
html_add(struct html *h, const char *format, ...)
{
	const char *value;
	va_list args;
	size_t n;

	va_start(args, format);
	while (*format != '\0') {
		n = strcspn(format, "%");
		append(h, format, n);
		format += n;
		if (*format == '\0')
			break;
		if (format[1] == 's') {
			if ((value = va_arg(args, const char *)) != NULL)
				append_escaped(h, value);
		} else if (format[1] == '%')
			append(h, "%", 1);
		else {
			h->failed = 1;
			break;
		}
		format += 2;
	}
	va_end(args);
}

void
html_free(struct html *h)
{
	free(h->text);
	memset(h, 0, sizeof(*h));
}
