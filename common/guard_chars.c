/*
 * A text as the identity guard reads it.
 */
#include "guard_chars.h"

#include "letter.h"

#define MARK_GRAVE 0x0300
#define MARK_BREVE 0x0306

struct span {
	uint32_t from, to;
	uint32_t to_char; /* every one of them is this, or counts from it */
	int counts;
};

/* What is written in several ways and read as one. */
static const struct span alike[] = {
	{ 0x0009, 0x000d, ' ', 0 },
	{ 0x00a0, 0x00a0, ' ', 0 },
	{ 0x00ad, 0x00ad, GUARD_SKIP, 0 },
	{ 0x00b7, 0x00b7, '.', 0 },
	{ 0x02bc, 0x02bc, GUARD_SKIP, 0 },
	{ 0x0300, 0x036f, GUARD_SKIP, 0 },
	{ 0x0660, 0x0669, '0', 1 },
	{ 0x06f0, 0x06f9, '0', 1 },
	{ 0x2000, 0x200a, ' ', 0 },
	{ 0x200b, 0x200f, GUARD_SKIP, 0 },
	{ 0x2010, 0x2015, '-', 0 },
	{ 0x2018, 0x2019, GUARD_SKIP, 0 },
	{ 0x2024, 0x2024, '.', 0 },
	{ 0x2028, 0x2029, ' ', 0 },
	{ 0x202f, 0x202f, ' ', 0 },
	{ 0x205f, 0x205f, ' ', 0 },
	{ 0x2060, 0x2064, GUARD_SKIP, 0 },
	{ 0x20e3, 0x20e3, GUARD_SKIP, 0 },
	{ 0x2212, 0x2212, '-', 0 },
	{ 0x3000, 0x3000, ' ', 0 },
	{ 0xfe00, 0xfe0f, GUARD_SKIP, 0 },
	{ 0xfeff, 0xfeff, GUARD_SKIP, 0 },
	{ 0xff01, 0xff20, '!', 1 },
	{ 0xff21, 0xff3a, 'a', 1 },
	{ 0xff3b, 0xff40, '[', 1 },
	{ 0xff41, 0xff5a, 'a', 1 },
};

static uint32_t
plain(uint32_t c)
{
	size_t i;

	if (c == '\'')
		return (GUARD_SKIP);
	if (c >= 0x1d7ce && c <= 0x1d7ff)
		return ('0' + (c - 0x1d7ce) % 10);
	for (i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (c >= alike[i].from && c <= alike[i].to)
			return (alike[i].to_char +
				(alike[i].counts ? c - alike[i].from : 0));
	}
	return (c);
}

/* и and a breve or a grave, as some keyboards send й and ѝ. */
static uint32_t
with_mark(uint32_t letter, uint32_t mark)
{
	if (letter == 0x0438 && mark == MARK_BREVE)
		return (0x0439);
	return (letter);
}

void
guard_chars_read(const char *text, struct guard_chars *out)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c;

	out->n = 0;
	while (*p != '\0' && out->n < GUARD_TEXT_MAX) {
		if ((c = letter_take(&p)) == 0) {
			p++;
			c = GUARD_OTHER;
		}
		if (out->n > 0)
			out->c[out->n - 1] = with_mark(out->c[out->n - 1], c);
		out->capital[out->n] =
		    letter_lower(c) != c || (c >= 0xff21 && c <= 0xff3a);
		c = letter_lower(plain(c));
		/* Part of the letter before ѝ, which nobody's name has. */
		out->c[out->n++] = c == 0x045d ? 0x0438 : c;
	}
	out->c[out->n] = 0;
	out->more = *p != '\0';
}

int
guard_is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9');
}

int
guard_is_letter(uint32_t c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 0xc0 && c <= 0x2af) ||
		(c >= 0x370 && c < 0x2000) || (c >= 0x2c00 && c <= 0x2fdf) ||
		(c >= 0x3040 && c < 0xfe00));
}

struct pair {
	uint32_t latin, cyrillic;
};

/* By their shape; c and т by their capitals or in italics as well. */
static const struct pair shapes[] = {
	{ 'a', 0x0430 },
	{ 'b', 0x0432 },
	{ 'c', 0x0441 },
	{ 'e', 0x0435 },
	{ 'h', 0x043d },
	{ 'k', 0x043a },
	{ 'm', 0x043c },
	{ 'n', 0x043f },
	{ 'o', 0x043e },
	{ 'p', 0x0440 },
	{ 't', 0x0442 },
	{ 'u', 0x0438 },
	{ 'x', 0x0445 },
	{ 'y', 0x0443 },
	{ 'r', 0x0433 },
	{ 'g', 0x0434 },
	{ 'i', 0x0456 },
	{ 'j', 0x0458 },
	{ 's', 0x0455 },
};

uint32_t
guard_cyrillic_like(uint32_t latin)
{
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].latin == latin)
			return (shapes[i].cyrillic);
	}
	return (0);
}

uint32_t
guard_latin_like(uint32_t cyrillic)
{
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].cyrillic == cyrillic)
			return (shapes[i].latin);
	}
	return (0);
}
