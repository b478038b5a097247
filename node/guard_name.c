/*
 * Bulgarian names and their endings, by rule.  A family name in -ов, -ев,
 * -ин or -ски stands for the whole family: all genders, the plural, with and
 * without article.  A given name takes its vocative, the adjective for what
 * is the person's, and diminutives.  Short forms (Краси, Вики) come from the
 * first syllable; those that no rule gives are a table (guard_words.c).
 */
#include "guard_name.h"

#include <stdio.h>
#include <string.h>

#include "crypt.h"

#define LETTER  ((size_t)2) /* bytes of a Cyrillic one */
#define CLUSTER 3

#define OV      "ов ова ово ови овия овият овата овото овите овци"
#define EV      "ев ева ево еви евия евият евата евото евите евци"
#define IN      "ин ина ино ини иния иният ината иното ините"

static const struct guard_endings family[] = {
	{ GUARD_ENDING_SURE, "- а о и ия ият ата ото ите" },
	{ GUARD_ENDING_PET, "ци ците ски ска ско ския ската ските" },
	{ 0, NULL },
};
static const struct guard_endings family_ski[] = {
	{ GUARD_ENDING_SURE, "и а о ия ият ата ото ите" },
	{ 0, NULL },
};
static const struct guard_endings consonant[] = {
	{ GUARD_ENDING_SURE, "- е а" },
	{ GUARD_ENDING_OWN, OV },
	{ GUARD_ENDING_OWN, EV },
	{ GUARD_ENDING_PET, "чо ко ка ке ушка енце ския" },
	{ GUARD_ENDING_PET, "човия човата човото чова чово кова кото" },
	{ GUARD_ENDING_LOOSE, "ьо у о и ите ът ин ина ино ини ината иното" },
	{ 0, NULL },
};
static const struct guard_endings dropped_vowel[] = {
	{ GUARD_ENDING_SURE, "е а" },
	{ GUARD_ENDING_OWN, OV },
	{ 0, NULL },
};
static const struct guard_endings in_a[] = {
	{ GUARD_ENDING_SURE, "а о" },
	{ GUARD_ENDING_OWN, IN },
	{ GUARD_ENDING_PET, "ка ке ко ичка ичке ичко инка че ченце енце" },
	{ GUARD_ENDING_PET, "кин кина кино кини кината киното кините" },
	{ GUARD_ENDING_PET, "ичкин ичкина ичкино ичкината ичкиното" },
	{ GUARD_ENDING_LOOSE, "е и ите ата ица ушка ит" },
	{ GUARD_ENDING_LOOSE, OV },
	{ 0, NULL },
};
static const struct guard_endings in_ka[] = {
	{ GUARD_ENDING_SURE, "ка ке ко" },
	{ GUARD_ENDING_OWN, "кин кина кино кини киния киният кината" },
	{ GUARD_ENDING_OWN, "киното кините" },
	{ GUARD_ENDING_PET, "чица чице ченце чето" },
	{ GUARD_ENDING_LOOSE, "ки ките ката ков кова ково кови" },
	{ 0, NULL },
};
static const struct guard_endings vowel_ya[] = {
	{ GUARD_ENDING_SURE, "я йо ьо ѝ" },
	{ GUARD_ENDING_OWN, IN },
	{ GUARD_ENDING_OWN, "йн йна йно йни йния йният йната йното йните" },
	{ GUARD_ENDING_OWN, EV },
	{ GUARD_ENDING_PET, "йка йке йкин йкина йкино йкината йче ика" },
	{ GUARD_ENDING_LOOSE, "и ите ята ю" },
	{ 0, NULL },
};
static const struct guard_endings in_ya[] = {
	{ GUARD_ENDING_SURE, "я ьо йо" },
	{ GUARD_ENDING_OWN, IN },
	{ GUARD_ENDING_PET, "ичка ка че ито" },
	{ GUARD_ENDING_LOOSE, "е и ите ята" },
	{ GUARD_ENDING_LOOSE, EV },
	{ 0, NULL },
};
static const struct guard_endings in_o[] = {
	{ GUARD_ENDING_SURE, "о" },
	{ GUARD_ENDING_OWN, OV },
	{ GUARD_ENDING_OWN, EV },
	{ GUARD_ENDING_PET, "вци" },
	{ GUARD_ENDING_LOOSE, "а е и ото" },
	{ 0, NULL },
};
static const struct guard_endings in_yo[] = {
	{ GUARD_ENDING_SURE, "ьо йо ю" },
	{ GUARD_ENDING_OWN, "ьов ьова ьово ьови ьовия ьовата ьовото ьовите" },
	{ GUARD_ENDING_OWN, "ювия юв юва ювата" },
	{ GUARD_ENDING_OWN, EV },
	{ GUARD_ENDING_LOOSE, "я" },
	{ 0, NULL },
};
static const struct guard_endings in_short_i[] = {
	{ GUARD_ENDING_SURE, "й я ю йо йе" },
	{ GUARD_ENDING_OWN, EV },
	{ GUARD_ENDING_OWN, "йов йова йово йовата йовото" },
	{ GUARD_ENDING_PET, "йчо йко йка" },
	{ 0, NULL },
};
static const struct guard_endings in_i[] = {
	{ GUARD_ENDING_SURE, "и ий ия ийо" },
	{ GUARD_ENDING_OWN, "иев иева иево иеви иевия иевият иевата иевото" },
	{ GUARD_ENDING_OWN, "иевите иевци" },
	{ GUARD_ENDING_OWN, IN },
	{ GUARD_ENDING_PET, "ийчо ийка ито" },
	{ 0, NULL },
};
static const struct guard_endings other[] = {
	{ GUARD_ENDING_SURE, "- то" },
	{ GUARD_ENDING_OWN, "в ва во ви вия вата вото вите" },
	{ GUARD_ENDING_LOOSE, "та те" },
	{ 0, NULL },
};
static const struct guard_endings first_syllable[] = {
	{ GUARD_ENDING_LOOSE, "и ко ка чо че ьо йо ита ето енце ин ина кин" },
	{ 0, NULL },
};

/* How a name ends, and what is left of it: the first row that fits. */
struct rule {
	const char *end;
	size_t cut; /* letters taken away */
	const struct guard_endings *endings;
	size_t least; /* letters that must be left */
	int further;  /* look for another row as well */
};

static const struct rule rules[] = {
	{ "ова", 1, family, 3, 0 },
	{ "ева", 1, family, 4, 0 },
	{ "ина", 1, family, 4, 1 },
	{ "ов", 0, family, 3, 0 },
	{ "ев", 0, family, 4, 0 },
	{ "ин", 0, family, 4, 1 },
	{ "ска", 1, family_ski, 4, 0 },
	{ "ски", 1, family_ski, 4, 0 },
	{ "цка", 1, family_ski, 4, 0 },
	{ "цки", 1, family_ski, 4, 0 },
	{ "ка", 2, in_ka, 2, 0 },
	{ "ия", 1, vowel_ya, 2, 0 },
	{ "ея", 1, vowel_ya, 2, 0 },
	{ "ая", 1, vowel_ya, 2, 0 },
	{ "оя", 1, vowel_ya, 2, 0 },
	{ "а", 1, in_a, 2, 0 },
	{ "я", 1, in_ya, 2, 0 },
	{ "ьо", 2, in_yo, 2, 0 },
	{ "йо", 2, in_yo, 2, 0 },
	{ "ю", 1, in_yo, 2, 0 },
	{ "о", 1, in_o, 2, 0 },
	{ "й", 1, in_short_i, 2, 0 },
	{ "и", 1, in_i, 2, 0 },
	{ "е", 0, other, 2, 0 },
	{ "у", 0, other, 2, 0 },
	{ "", 0, consonant, 2, 0 },
};

static size_t
letters(size_t bytes)
{
	return (bytes / LETTER);
}

static void
stem_add(struct guard_names *names, const char *text, size_t len,
    const struct guard_endings *endings, int common, int pet)
{
	struct guard_stem *s;
	size_t i;

	for (i = 0; i < names->n; i++) {
		s = &names->stem[i];
		if (s->endings == endings && s->len == len && s->pet <= pet &&
		    memcmp(s->text, text, len) == 0)
			return;
	}
	if (names->n == GUARD_STEMS_MAX) {
		names->full = 1;
		return;
	}
	s = &names->stem[names->n++];
	(void)snprintf(s->text, sizeof(s->text), "%.*s", (int)len, text);
	s->len = len;
	s->endings = endings;
	s->common = (unsigned char)common;
	s->pet = (unsigned char)pet;
}

static int
ends_with(const char *word, size_t len, const char *end)
{
	size_t n = strlen(end);

	return (n <= len && memcmp(word + len - n, end, n) == 0);
}

/* Петър: Петре, Петров.  Павел: Павле, Павлов. */
static void
without_vowel(struct guard_names *names, const char *word, size_t len,
    int common, int pet)
{
	char stem[GUARD_WORD_BYTES];

	if (!ends_with(word, len, "ър") && !ends_with(word, len, "ъл") &&
	    !ends_with(word, len, "вел"))
		return;
	if (letters(len) < 4)
		return;
	memcpy(stem, word, len - 2 * LETTER);
	memcpy(stem + len - 2 * LETTER, word + len - LETTER, LETTER);
	stem_add(names, stem, len - LETTER, dropped_vowel, common, pet);
}

static void
by_rule(struct guard_names *names, const char *word, int pet)
{
	size_t i, len = strlen(word);
	int common = guard_is_common(word);

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *r = &rules[i];

		if (!ends_with(word, len, r->end) ||
		    letters(len) < r->cut + r->least)
			continue;
		stem_add(names, word, len - r->cut * LETTER, r->endings, common,
		    pet);
		if (!r->further)
			break;
	}
	if (i == sizeof(rules) / sizeof(rules[0]))
		stem_add(names, word, len, other, common, pet);
	without_vowel(names, word, len, common, pet);
}

static int
is_vowel(const char *letter)
{
	static const char vowels[] = "аеиоуъюяь";
	size_t i;

	for (i = 0; i + LETTER < sizeof(vowels); i += LETTER) {
		if (memcmp(vowels + i, letter, LETTER) == 0)
			return (1);
	}
	return (0);
}

/* Up to the first consonant behind the first vowel, and the whole cluster. */
static void
by_first_syllable(struct guard_names *names, const char *word)
{
	size_t i, len = strlen(word), stop;

	for (i = 0; i < len && !is_vowel(word + i); i += LETTER)
		;
	for (; i < len && is_vowel(word + i); i += LETTER)
		;
	for (stop = i + CLUSTER * LETTER; i < len && i < stop; i += LETTER) {
		if (is_vowel(word + i))
			break;
		if (letters(i) >= 2 && i + 2 * LETTER < len)
			stem_add(names, word, i + LETTER, first_syllable, 0, 1);
	}
}

static int
is_cyrillic(const char *word)
{
	const unsigned char *p = (const unsigned char *)word;

	for (; *p != '\0'; p += LETTER) {
		if ((p[0] != 0xd0 && p[0] != 0xd1) || p[1] == '\0')
			return (0);
	}
	return (1);
}

static void
short_forms(struct guard_names *names, const char *word)
{
	char copy[GUARD_WORD_BYTES * 2], *rest, *form;
	const char *forms;

	if ((forms = guard_short_forms(word)) == NULL)
		return;
	(void)snprintf(copy, sizeof(copy), "%s", forms);
	rest = copy;
	while ((form = strsep(&rest, " ")) != NULL)
		by_rule(names, form, 1);
}

static void
word_add(struct guard_names *names, const char *word)
{
	char read[GUARD_WORD_BYTES];

	if (strlen(word) >= GUARD_WORD_BYTES) {
		names->full = 1;
		return;
	}
	if (!is_cyrillic(word)) {
		stem_add(names, word, strlen(word), other, 0, 0);
		if (guard_latin_read(word, read, sizeof(read)) == 0)
			return;
		word = read;
	}
	if (letters(strlen(word)) < 2)
		return;
	by_rule(names, word, 0);
	by_first_syllable(names, word);
	short_forms(names, word);
}

void
guard_names_add(struct guard_names *names, const char *name)
{
	char folded[512], *rest, *word;

	if (name == NULL)
		return;
	if (crypt_fold(name, folded, sizeof(folded)) == 0) {
		names->full |= strlen(name) > sizeof(folded) / 2;
		return;
	}
	rest = folded;
	while ((word = strsep(&rest, " .,")) != NULL) {
		if (strlen(word) > 1)
			word_add(names, word);
	}
}
