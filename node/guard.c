/*
 * Names in free text: each word is compared with every stem of the names
 * held, and its form, its capital and what stands before it decide.
 */
#include "guard.h"

#include <stdio.h>
#include <string.h>

#include "guard_word.h"
#include "letter.h"

#define SHORT_WORD 4 /* letters: fewer need a capital */
#define SURE_WORD  5

struct search {
	struct guard_chars *t;
	const struct guard_names *names;
	struct guard_hits *hits;
	struct guard_word before; /* the word before, if any */
	size_t closing;           /* a quoted title ends here */
	int place;                /* of a place's name so far */
};

/* Is it one of a list separated by blanks? */
static int
listed(const char *list, const char *word, size_t len)
{
	const char *p = list;
	size_t n;

	for (;; p += n + 1) {
		n = strcspn(p, " ");
		if (n == len && memcmp(p, word, n) == 0)
			return (1);
		if (p[n] == '\0')
			return (0);
	}
}

/* The kind of the ending with which the word is of this stem, or -1. */
static int
by_letters(const struct guard_stem *s, const char *word)
{
	const struct guard_endings *e;
	const char *end;

	if (strncmp(word, s->text, s->len) != 0)
		return (-1);
	end = word[s->len] != '\0' ? word + s->len : "-";
	for (e = s->endings; e->list != NULL; e++) {
		if (listed(e->list, end, strlen(end)))
			return ((int)e->kind);
	}
	return (-1);
}

static int
latin_with(
    const struct guard_stem *s, const char *end, size_t n, const char *latin)
{
	char form[2 * GUARD_WORD_BYTES];

	if (*end == '-')
		n = 0;
	(void)snprintf(form, sizeof(form), "%s%.*s", s->text, (int)n, end);
	return (guard_latin_is(latin, form));
}

static int
by_sound(const struct guard_stem *s, const char *latin)
{
	const struct guard_endings *e;
	const char *p;
	size_t n;

	for (e = s->endings; e->list != NULL; e++) {
		for (p = e->list;; p += n + 1) {
			n = strcspn(p, " ");
			if (latin_with(s, p, n, latin))
				return ((int)e->kind);
			if (p[n] == '\0')
				break;
		}
	}
	return (-1);
}

static int
is_common(const struct guard_word *w)
{
	return (guard_is_common(w->latin ? w->like : w->text));
}

/* Does a word in this form, written so, mean the person? */
static int
means(const struct guard_word *w, const struct guard_stem *s, int kind)
{
	int common = s->common || is_common(w);

	if (kind < 0 || w->letters < 2)
		return (0);
	if (kind == GUARD_ENDING_LOOSE)
		return (w->capital && !(w->first && common) && w->letters > 2);
	if (s->pet && w->first && is_common(w))
		return (0);
	if (w->capital)
		return (w->letters > 2 || kind == GUARD_ENDING_SURE);
	if (common || w->letters < SHORT_WORD)
		return (w->lower_text && kind == GUARD_ENDING_SURE && !s->pet &&
			w->letters > 2);
	return (!s->pet || w->letters >= SURE_WORD);
}

static int
is_name(const struct search *s, const struct guard_word *w)
{
	const struct guard_stem *stem;
	size_t i;

	if (w->text[0] == '\0')
		return (0);
	for (i = 0; i < s->names->n; i++) {
		stem = &s->names->stem[i];
		if (means(w, stem, by_letters(stem, w->text)) ||
		    (w->like[0] != '\0' &&
			means(w, stem, by_letters(stem, w->like))) ||
		    (w->latin && means(w, stem, by_sound(stem, w->text))))
			return (1);
	}
	return (0);
}

/* The character before a word, blanks aside: a full stop, a quotation mark. */
static uint32_t
mark_before(const struct search *s, const struct guard_word *w)
{
	size_t i;

	for (i = w->start; i > s->before.end; i--) {
		if (s->t->c[i - 1] != ' ')
			return (s->t->c[i - 1]);
	}
	return (0);
}

/* „гр. …“, „ул. …“, „св. …“: a town, a street, a saint. */
static int
begins_place(const struct search *s, const struct guard_word *w)
{
	static const char shortened[] = "гр с ул бул кв пл св жк общ обл вр";
	static const char whole[] =
	    "град село община област улица булевард квартал площад свети "
	    "света гара връх хижа река остров язовир";
	const char *b = s->before.text;
	uint32_t mark = mark_before(s, w);

	if (strcmp(w->text, "софия") == 0 && mark == 0 &&
	    listed("в във", b, strlen(b)))
		return (1);
	if (mark == '.')
		return (listed(shortened, b, strlen(b)));
	return (mark == 0 && *b != '\0' && listed(whole, b, strlen(b)));
}

static int
is_opening(uint32_t c)
{
	return (c == '"' || c == 0x201e || c == 0x201c || c == 0xab);
}

static int
is_closing(uint32_t c)
{
	return (c == '"' || c == 0x201c || c == 0x201d || c == 0xbb);
}

/* ДГ „Роза“, фондация „Надежда“: where the quotation ends, or 0. */
static size_t
title_end(const struct search *s, const struct guard_word *w)
{
	static const char houses[] =
	    "оу су ну пг пгту соу сбу дг цдг цоп цнст цсоп цср цсри дц жк "
	    "училище училището градина градината гимназия гимназията "
	    "фондация фондацията сдружение сдружението читалище читалището "
	    "център центърът центъра болница болницата мбал дкц клуб клуба "
	    "група групата песента приказката книгата филма пиесата ул кв "
	    "вестник списание отбор храм храма комплекс";
	const char *b = s->before.text;
	size_t i;

	if (!is_opening(mark_before(s, w)) || *b == '\0' ||
	    !listed(houses, b, strlen(b)))
		return (0);
	for (i = w->end; i < s->t->n; i++) {
		if (is_closing(s->t->c[i]))
			return (i);
	}
	return (0);
}

/* The name of something that is not a person. */
static int
is_elsewhere(struct search *s, const struct guard_word *w)
{
	size_t end;

	if ((end = title_end(s, w)) != 0)
		s->closing = end;
	if (s->closing > w->start)
		return (1);
	if (begins_place(s, w))
		s->place = 1;
	else if (!w->capital || w->start != s->before.end + 1)
		s->place = 0;
	return (s->place);
}

static int
look_at(struct search *s, struct guard_word *w)
{
	struct guard_word next, joined;

	if (is_elsewhere(s, w))
		return (0);
	if (is_name(s, w))
		return (1);
	if (w->letters == 1 && guard_word_spaced(s->t, w->start, &joined) &&
	    is_name(s, &joined)) {
		*w = joined;
		return (1);
	}
	if (!guard_word_next(s->t, w->end, &next) ||
	    !guard_word_join(s->t, w, &next, &joined) ||
	    joined.letters < SHORT_WORD || is_name(s, &next) ||
	    !is_name(s, &joined))
		return (0);
	*w = joined;
	return (1);
}

static void
find_names(struct search *s)
{
	struct guard_word w;
	size_t i;

	for (i = 0; guard_word_next(s->t, i, &w); i = w.end) {
		if (look_at(s, &w))
			guard_hit_add(
			    s->t, s->hits, w.start, w.end, FIELD_NAME_IN_TEXT);
		s->before = w;
	}
}

size_t
guard_text(const char *text, const struct guard_names *names, unsigned flags,
    struct guard_hit *list, size_t max)
{
	struct guard_hits hits = { .list = list, .max = max };
	struct guard_chars t;
	struct search s = { .t = &t, .names = names, .hits = &hits };

	guard_chars_read(text, &t);
	guard_pattern_find(&t, flags, &hits);
	if (names != NULL)
		find_names(&s);
	guard_hits_sort(&hits);
	return (hits.n);
}
