/*
 * The family's page in an export.  Whose words are whole, and what is there at
 * all, the database has decided by who asks.
 */
#include "subject_family.h"

#include <string.h>

#include "common/html.h"
#include "page.h"
#include "req.h"
#include "subject_words.h"

static const char *
capacity(const json_t *of, const json_t *labels)
{
	return (
	    subject_label(labels, "signer_capacity", req_str(of, "capacity")));
}

static void
slips_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *items, *slip;
	size_t i;

	items = json_object_get(doc, "family_slips");
	if (!page_part_begin(h, "Листове с кодове за страницата", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, slip) {
		html_add(h, "<li>За %s: отпечатан на %s",
		    capacity(slip, labels), req_str(slip, "issued_at"));
		if (req_str(slip, "last_used_at") != NULL)
			html_add(h, ", използван последно на %s",
			    req_str(slip, "last_used_at"));
		if (req_str(slip, "revoked_at") != NULL)
			html_add(
			    h, ", спрян на %s", req_str(slip, "revoked_at"));
		html_add(h, "</li>\n");
	}
	html_add(h, "</ul>\n");
}

static void
said_write(struct html *h, const json_t *word, const json_t *labels)
{
	if (strcmp(req_str(word, "kind"), "disagreement") == 0)
		html_add(h, "не приема това, което вижда %s: %s",
		    req_str(word, "organisation"),
		    subject_label(
			labels, "consent_category", req_str(word, "category")));
	else if (req_str(word, "text") != NULL)
		html_add(h, "„%s“", req_str(word, "text"));
	else
		html_add(h, "думи, които са само негови");
}

static void
words_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *items, *word, *answer;
	size_t i;

	items = json_object_get(doc, "family_words");
	if (!page_part_begin(h, "Казано на страницата на семейството", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, word) {
		html_add(h, "<li>%s, %s: ", capacity(word, labels),
		    req_str(word, "said_at"));
		said_write(h, word, labels);
		if ((answer = json_object_get(word, "answer")) != NULL)
			html_add(
			    h, "; отговорено на %s", req_str(answer, "at"));
		if (req_str(answer, "text") != NULL)
			html_add(h, ": „%s“", req_str(answer, "text"));
		html_add(h, "</li>\n");
	}
	html_add(h, "</ul>\n");
}

static void
limits_write(struct html *h, const json_t *doc)
{
	const json_t *items, *limit;
	size_t i;

	items = json_object_get(doc, "child_limits");
	if (!page_part_begin(h, "Какво не искате да се споделя", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, limit)
		html_add(h, "<li>%s: „%s“</li>\n",
		    req_str(limit, "recorded_at"), req_str(limit, "text"));
	html_add(h, "</ul>\n");
}

void
subject_family_write(struct html *h, const json_t *doc, const json_t *labels)
{
	slips_write(h, doc, labels);
	words_write(h, doc, labels);
	limits_write(h, doc);
}
