/*
 * What the word before a number says that the number is: „ЕГН: …“, „тел. …“.
 */
#include "guard_pattern.h"

#include <string.h>

#include "letter.h"

#define WORD_BYTES 48
#define GAP_MAX    5

struct label {
	const char *word;
	enum guard_label is;
};

static const struct label labels[] = {
	{ "егн", GUARD_LABEL_PERSON },
	{ "егнто", GUARD_LABEL_PERSON },
	{ "лнч", GUARD_LABEL_PERSON },
	{ "лнчто", GUARD_LABEL_PERSON },
	{ "egn", GUARD_LABEL_PERSON },
	{ "lnch", GUARD_LABEL_PERSON },
	{ "lnc", GUARD_LABEL_PERSON },
	{ "граждански", GUARD_LABEL_PERSON },
	{ "гражданският", GUARD_LABEL_PERSON },
	{ "личен", GUARD_LABEL_PERSON },
	{ "личният", GUARD_LABEL_PERSON },
	{ "личния", GUARD_LABEL_PERSON },
	{ "еик", GUARD_LABEL_FIRM },
	{ "булстат", GUARD_LABEL_FIRM },
	{ "eik", GUARD_LABEL_FIRM },
	{ "bulstat", GUARD_LABEL_FIRM },
	{ "тел", GUARD_LABEL_TELEPHONE },
	{ "телефон", GUARD_LABEL_TELEPHONE },
	{ "телефона", GUARD_LABEL_TELEPHONE },
	{ "телефонът", GUARD_LABEL_TELEPHONE },
	{ "телефони", GUARD_LABEL_TELEPHONE },
	{ "телефонен", GUARD_LABEL_TELEPHONE },
	{ "телефонния", GUARD_LABEL_TELEPHONE },
	{ "телефонният", GUARD_LABEL_TELEPHONE },
	{ "моб", GUARD_LABEL_TELEPHONE },
	{ "мобилен", GUARD_LABEL_TELEPHONE },
	{ "мобилния", GUARD_LABEL_TELEPHONE },
	{ "мобилният", GUARD_LABEL_TELEPHONE },
	{ "гсм", GUARD_LABEL_TELEPHONE },
	{ "джиесем", GUARD_LABEL_TELEPHONE },
	{ "вайбър", GUARD_LABEL_TELEPHONE },
	{ "gsm", GUARD_LABEL_TELEPHONE },
	{ "tel", GUARD_LABEL_TELEPHONE },
	{ "viber", GUARD_LABEL_TELEPHONE },
	{ "whatsapp", GUARD_LABEL_TELEPHONE },
};

/* They stand between the word that matters and the number. */
static const char *const fillers[] = { "номер", "номера", "номерът", "е", "на",
	"но", "no", "nr", "му", "ѝ", "и", "им" };

/* The word that ends before *i, which moves before it; „Е.Г.Н.“ is one. */
static size_t
word_before(const struct guard_chars *t, size_t *i, uint32_t word[WORD_BYTES])
{
	size_t n, gap, j;
	uint32_t c;

	for (gap = 0; *i > 0 && !guard_is_letter(t->c[*i - 1]); (*i)--) {
		if (guard_is_digit(t->c[*i - 1]) || gap++ == GAP_MAX)
			return (0);
	}
	for (n = 0; *i > 0 && n < WORD_BYTES; (*i)--) {
		c = t->c[*i - 1];
		if (guard_is_letter(c))
			word[n++] = c;
		else if (c != GUARD_SKIP &&
			 (c != '.' || *i < 2 ||
			     !guard_is_letter(t->c[*i - 2]) ||
			     guard_is_letter(t->c[*i]) == 0 ||
			     (*i > 2 && guard_is_letter(t->c[*i - 3]))))
			break;
	}
	for (j = 0; j < n / 2; j++) {
		c = word[j];
		word[j] = word[n - 1 - j];
		word[n - 1 - j] = c;
	}
	return (n);
}

/* Is it this word, whichever alphabet its letters were taken from? */
static int
is_word(const uint32_t *word, size_t n, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c;
	size_t i;

	for (i = 0; i < n && *p != '\0'; i++) {
		c = letter_take(&p);
		if (word[i] != c && guard_cyrillic_like(word[i]) != c &&
		    guard_latin_like(word[i]) != c)
			return (0);
	}
	return (i == n && *p == '\0');
}

static int
is_filler(const uint32_t *word, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
		if (is_word(word, n, fillers[i]))
			return (1);
	}
	return (0);
}

enum guard_label
guard_label(const struct guard_chars *t, size_t start)
{
	uint32_t word[WORD_BYTES];
	size_t i, n, tries;

	for (tries = 0; tries < 4; tries++) {
		if ((n = word_before(t, &start, word)) == 0)
			return (GUARD_LABEL_NONE);
		for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
			if (is_word(word, n, labels[i].word))
				return (labels[i].is);
		}
		if (!is_filler(word, n))
			return (GUARD_LABEL_NONE);
	}
	return (GUARD_LABEL_NONE);
}
