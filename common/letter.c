/*
 * UTF-8, code point by code point, and the lower case of the letters that
 * names here use.
 */
#include "letter.h"

uint32_t
letter_take(const unsigned char **p)
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

size_t
letter_put(uint32_t c, char out[LETTER_BYTES])
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

uint32_t
letter_lower(uint32_t c)
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
