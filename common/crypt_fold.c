/*
 * Folding of names for their blind index: what people type in two ways and
 * mean as one name becomes one text.  crypt.h says what is not folded.
 */
#include "crypt.h"

#include <stdint.h>
#include <string.h>

#define FOLD_MAX   512
#define MARK_GRAVE 0x0300
#define MARK_BREVE 0x0306

/* One code point (RFC 3629: shortest form, no surrogates), or 0 at fault. */
static uint32_t
take(const unsigned char **p)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = *p;
	uint32_t c = *s++;
	unsigned more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if (c >= 0xf8 || (c >= 0x80 && c < 0xc2))
		return (0);
	if (more > 0)
		c &= 0x3fu >> more;
	for (unsigned i = 0; i < more; i++, s++) {
		if ((*s & 0xc0) != 0x80)
			return (0);
		c = c << 6 | (*s & 0x3fu);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return (0);
	*p = s;
	return (c);
}

static size_t
put(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return (1);
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return (2);
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return (3);
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return (4);
}

struct range {
	uint32_t from, to;
	int shift; /* 0: pairs of upper (even offset from `from`) and lower */
};

/* Unicode 15 simple lower case of the blocks that names here use. */
static const struct range upper[] = {
	{ 'A', 'Z', 32 },
	{ 0x00c0, 0x00d6, 32 },
	{ 0x00d8, 0x00de, 32 },
	{ 0x0100, 0x012f, 0 },
	{ 0x0132, 0x0137, 0 },
	{ 0x0139, 0x0148, 0 },
	{ 0x014a, 0x0177, 0 },
	{ 0x0179, 0x017e, 0 },
	{ 0x0218, 0x021b, 0 },
	{ 0x0400, 0x040f, 80 },
	{ 0x0410, 0x042f, 32 },
	{ 0x0460, 0x0481, 0 },
	{ 0x048a, 0x04bf, 0 },
	{ 0x04c1, 0x04ce, 0 },
	{ 0x04d0, 0x052f, 0 },
};

static uint32_t
lower(uint32_t c)
{
	if (c == 0x0178) /* Y with diaeresis has its pair in Latin-1 */
		return (0x00ff);
	for (size_t i = 0; i < sizeof(upper) / sizeof(upper[0]); i++) {
		const struct range *r = &upper[i];

		if (c < r->from || c > r->to)
			continue;
		if (r->shift != 0)
			return (c + (uint32_t)r->shift);
		return ((c - r->from) % 2 == 0 ? c + 1 : c);
	}
	return (c);
}

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
		if ((c = take(&p)) == 0 || n + 6 > outlen)
			return (0);
		if (is_dropped(c))
			continue;
		if (is_gap(c)) {
			gap = n > 0;
			continue;
		}
		c = lower(c);
		if (!gap && (both = composed(last, c)) != 0) {
			n = last_at;
			c = both;
		}
		if (gap)
			out[n++] = ' ';
		gap = 0;
		last = c;
		last_at = n;
		n += put(c, out + n);
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
