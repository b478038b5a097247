/*
 * Numbers and addresses in free text: what is told, and in which order it is
 * looked for.
 */
#include "guard_pattern.h"

void
guard_hit_add(struct guard_chars *t, struct guard_hits *hits, size_t start,
    size_t end, enum field_error code)
{
	size_t i;

	for (i = start; i < end && i < t->n; i++)
		t->c[i] = GUARD_TAKEN;
	if (hits->n == hits->max)
		return;
	hits->list[hits->n].start = start;
	hits->list[hits->n].end = end;
	hits->list[hits->n].code = code;
	hits->n++;
}

void
guard_hits_sort(struct guard_hits *hits)
{
	struct guard_hit h;
	size_t i, j;

	for (i = 1; i < hits->n; i++) {
		h = hits->list[i];
		for (j = i; j > 0 && hits->list[j - 1].start > h.start; j--)
			hits->list[j] = hits->list[j - 1];
		hits->list[j] = h;
	}
}

void
guard_pattern_find(
    struct guard_chars *t, unsigned flags, struct guard_hits *hits)
{
	if (t->more)
		guard_hit_add(t, hits, t->n, t->n + 1, FIELD_MAX_LENGTH);
	guard_find_addresses(t, hits, (flags & GUARD_OFFICE) == 0);
	guard_find_accounts(t, hits);
	guard_find_numbers(t, hits, (flags & GUARD_OFFICE) == 0);
}

size_t
guard_pattern(
    const char *text, unsigned flags, struct guard_hit *list, size_t max)
{
	struct guard_hits hits = { .list = list, .max = max };
	struct guard_chars t;

	guard_chars_read(text, &t);
	guard_pattern_find(&t, flags, &hits);
	guard_hits_sort(&hits);
	return (hits.n);
}
