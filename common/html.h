/*
 * Text of an HTML page.  Markup is written in formats that stand in the code;
 * every value goes through "%s" and is escaped there, in this one place, for
 * text and for quoted attributes alike.  Pure; knows nothing of requests.
 */
#ifndef COMMON_HTML_H
#define COMMON_HTML_H

#include <stddef.h>

struct html {
	char *text; /* NUL terminated once something was added */
	size_t len;
	size_t size;
	int failed; /* memory lacked, or a format was wrong */
};

/*
 * Appends the format.  "%s" is the next argument, escaped (NULL: nothing);
 * "%%" a per cent sign; there is no other conversion.  Bytes that are no
 * UTF-8 and control characters other than tab and newline become U+FFFD.
 */
void html_add(struct html *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees the text and makes it empty again. */
void html_free(struct html *);

#endif
