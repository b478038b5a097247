/*
 * Bulgarian names in Latin letters: the Streamlined System of the
 * Transliteration Act (2009), and what people write besides it (SMS spelling,
 * older systems): each letter has its spellings, and any mixture is taken.
 */
#include "guard_name.h"

#include <string.h>

#define LETTER    2    /* bytes of a Cyrillic one */
#define STEPS_MAX 2000 /* more than any name takes, fewer than hurt */

struct spelling {
	const char *cyrillic;
	const char *latin; /* separated by blanks; "-" is none */
};

/* Longer ones first; all that fit are tried. */
static const struct spelling spellings[] = {
	{ "ия", "ia iya ija iq ya" },
	{ "дж", "dzh j dj g dz" },
	{ "кс", "ks x" },
	{ "ьо", "yo io jo o" },
	{ "йо", "yo io jo" },
	{ "а", "a" },
	{ "б", "b" },
	{ "в", "v w" },
	{ "г", "g gh" },
	{ "д", "d" },
	{ "е", "e" },
	{ "ж", "zh j z g" },
	{ "з", "z" },
	{ "и", "i y" },
	{ "й", "y i j -" },
	{ "к", "k c ck" },
	{ "л", "l ll" },
	{ "м", "m" },
	{ "н", "n nn" },
	{ "о", "o" },
	{ "п", "p pp" },
	{ "р", "r" },
	{ "с", "s ss" },
	{ "т", "t tt th" },
	{ "у", "u ou oo y" },
	{ "ф", "f ph ff" },
	{ "х", "h kh x ch" },
	{ "ц", "ts c tz tc" },
	{ "ч", "ch 4 c tch tsh" },
	{ "ш", "sh 6 s" },
	{ "щ", "sht 6t st sch" },
	{ "ъ", "a u y o e i" },
	{ "ь", "y j i -" },
	{ "ю", "yu u iu ju" },
	{ "я", "ya a ia ja q ea" },
};

/* NOLINTBEGIN(misc-no-recursion): as deep as the word has letters. */
static int matches(const char *latin, const char *cyrillic, int *steps);

/* One letter, or two, spelled in one of its ways, and then the rest. */
static int
spelled(const struct spelling *s, const char *latin, const char *cyrillic,
    int *steps)
{
	const char *way, *end;
	size_t n;

	for (way = s->latin; *way != '\0'; way = *end != '\0' ? end + 1 : end) {
		if ((end = strchr(way, ' ')) == NULL)
			end = way + strlen(way);
		n = *way == '-' ? 0 : (size_t)(end - way);
		if (strncmp(latin, way, n) == 0 &&
		    matches(latin + n, cyrillic + strlen(s->cyrillic), steps))
			return (1);
	}
	return (0);
}

static int
matches(const char *latin, const char *cyrillic, int *steps)
{
	size_t i;

	if (*latin == '\0' && *cyrillic == '\0')
		return (1);
	if (*cyrillic == '\0' || (*steps)-- <= 0)
		return (0);
	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (strncmp(cyrillic, spellings[i].cyrillic,
			strlen(spellings[i].cyrillic)) == 0 &&
		    spelled(&spellings[i], latin, cyrillic, steps))
			return (1);
	}
	return (0);
}

/* NOLINTEND(misc-no-recursion) */

int
guard_latin_is(const char *latin, const char *cyrillic)
{
	size_t n = strlen(cyrillic) / LETTER;
	int steps = STEPS_MAX;

	/* A letter has three Latin ones at most, and few have none. */
	if (strlen(latin) > 3 * n || strlen(latin) * 2 < n)
		return (0);
	return (matches(latin, cyrillic, &steps));
}

static const struct spelling sounds[] = {
	{ "щ", "sht" },
	{ "дж", "dzh" },
	{ "ш", "sh" },
	{ "ж", "zh" },
	{ "ч", "ch" },
	{ "ц", "ts" },
	{ "ц", "tz" },
	{ "х", "kh" },
	{ "ф", "ph" },
	{ "т", "th" },
	{ "ю", "yu" },
	{ "я", "ya" },
	{ "ю", "iu" },
	{ "ьо", "yo" },
	{ "кс", "x" },
	{ "к", "ck" },
	{ "и", "ee" },
	{ "у", "oo" },
	{ "а", "a" },
	{ "б", "b" },
	{ "к", "c" },
	{ "д", "d" },
	{ "е", "e" },
	{ "ф", "f" },
	{ "г", "g" },
	{ "х", "h" },
	{ "и", "i" },
	{ "дж", "j" },
	{ "к", "k" },
	{ "л", "l" },
	{ "м", "m" },
	{ "н", "n" },
	{ "о", "o" },
	{ "п", "p" },
	{ "к", "q" },
	{ "р", "r" },
	{ "с", "s" },
	{ "т", "t" },
	{ "у", "u" },
	{ "в", "v" },
	{ "у", "w" },
	{ "и", "y" },
	{ "з", "z" },
};

size_t
guard_latin_read(const char *latin, char *out, size_t outlen)
{
	size_t i, n;

	for (n = 0; *latin != '\0'; latin += strlen(sounds[i].latin)) {
		for (i = 0; i < sizeof(sounds) / sizeof(sounds[0]); i++) {
			if (strncmp(latin, sounds[i].latin,
				strlen(sounds[i].latin)) == 0)
				break;
		}
		if (i == sizeof(sounds) / sizeof(sounds[0]) ||
		    n + strlen(sounds[i].cyrillic) >= outlen)
			return (0);
		memcpy(out + n, sounds[i].cyrillic, strlen(sounds[i].cyrillic));
		n += strlen(sounds[i].cyrillic);
	}
	out[n] = '\0';
	return (n);
}
