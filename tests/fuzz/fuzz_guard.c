/*
 * libFuzzer entry for the identity guard: the first line of the input is a
 * name held, the rest the text.  Hits must be in order, inside the text, not
 * overlap, and be the same again; what is found without the name is found
 * with it.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/letter.h"
#include "node/guard.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer sets the name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
characters(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	for (n = 0; *p != '\0'; n++) {
		if (letter_take(&p) == 0)
			p++;
	}
	return (n);
}

static void
check(const char *text, const struct guard_names *names, unsigned flags)
{
	struct guard_hit hits[GUARD_HITS_MAX], again[GUARD_HITS_MAX];
	size_t i, n, end = 0;

	memset(hits, 0, sizeof(hits));
	memset(again, 0, sizeof(again));
	n = guard_text(text, names, flags, hits, GUARD_HITS_MAX);
	if (n > GUARD_HITS_MAX)
		abort();
	for (i = 0; i < n; i++) {
		if (hits[i].start < end || hits[i].end <= hits[i].start ||
		    hits[i].end > characters(text))
			abort();
		end = hits[i].end;
	}
	if (guard_text(text, names, flags, again, GUARD_HITS_MAX) != n)
		abort();
	for (i = 0; i < n; i++) {
		if (hits[i].start != again[i].start ||
		    hits[i].end != again[i].end ||
		    hits[i].code != again[i].code)
			abort();
	}
	if (names != NULL && n < GUARD_HITS_MAX &&
	    guard_pattern(text, flags, again, GUARD_HITS_MAX) > n)
		abort();
}

int /* NOLINTNEXTLINE(readability-identifier-naming) */
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct guard_names names;
	char *copy, *text;

	if ((copy = malloc(size + 1)) == NULL)
		return (0);
	memcpy(copy, data, size);
	copy[size] = '\0';
	text = strchr(copy, '\n');
	if (text != NULL) {
		*text++ = '\0';
		memset(&names, 0, sizeof(names));
		guard_names_add(&names, copy);
		check(text, &names, 0);
		check(text, NULL, GUARD_OFFICE);
	}
	free(copy);
	return (0);
}
