/*
 * Folding of names for their blind index: what people type in two ways and
 * mean as one name becomes one text.  crypt.h says what is not folded.
 */
#include "crypt.h"

#include <stdint.h>
#include <string.h>

#include "letter.h"

#define FOLD_MAX   512
#define MARK_GRAVE 0x0300
#define MARK_BREVE 0x0306

static int
is_gap(uint32_t c)
{
	return (c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == '-' ||
		(c >= 0x2000 && c <= 0x200a) || (c >= 0x2010 && c <= 0x2015) ||
		c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
		c == 0x2212 || c == 0x3000);
}

static int
is_dropped(uint32_t c)
{
	return (c == '\'' || c == 0x00ad || c == 0x02bc || c == 0x2018 ||
		c == 0x2019 || (c >= 0x200b && c <= 0x200f) || c == 0x2060 ||
		c == 0xfeff);
}

/* и with a combining breve or grave, as some keyboards send й and ѝ. */
static uint32_t
composed(uint32_t letter, uint32_t mark)
{
	if (letter != 0x0438)
		return (0);
	if (mark == MARK_BREVE)
		return (0x0439);
	return (mark == MARK_GRAVE ? 0x045d : 0);
}

size_t
crypt_fold(const char *text, char *out, size_t outlen)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t last = 0, c, both;
	size_t n = 0, last_at = 0;
	int gap = 0;

	while (*p != '\0') {
		if ((c = letter_take(&p)) == 0 || n + 6 > outlen)
			return (0);
		if (is_dropped(c))
			continue;
		if (is_gap(c)) {
			gap = n > 0;
			continue;
		}
		c = letter_lower(c);
		if (!gap && (both = composed(last, c)) != 0) {
			n = last_at;
			c = both;
		}
		if (gap)
			out[n++] = ' ';
		gap = 0;
		last = c;
		last_at = n;
		n += letter_put(c, out + n);
	}
	if (outlen > 0)
		out[n] = '\0';
	return (n);
}

size_t
crypt_index_words(const struct crypt_key *key, const char *purpose,
    const char *text, char (*out)[CRYPT_INDEX_SIZE], size_t max)
{
	char folded[FOLD_MAX];
	char *word, *rest;
	size_t n = 0, i;

	if (crypt_fold(text, folded, sizeof(folded)) == 0)
		return (0);
	for (word = strtok_r(folded, " ", &rest); word != NULL && n < max;
	     word = strtok_r(NULL, " ", &rest)) {
		crypt_index(key, purpose, word, out[n]);
		for (i = 0; i < n; i++)
			if (strcmp(out[i], out[n]) == 0)
				break;
		n += i == n;
	}
	crypt_wipe(folded, sizeof(folded));
	return (n);
}
