/*
 * The minutes of a meeting, from its record.
 */
#include "minutes.h"

#include <string.h>

#include "db.h"
#include "html.h"
#include "page.h"
#include "req.h"

static const char *
text(const json_t *doc, const char *key)
{
	return (json_string_value(json_object_get(doc, key)));
}

static void
facts_write(struct html *h, const json_t *doc)
{
	html_add(h, "<h1>Протокол: %s</h1>\n<p>%s", text(doc, "kind"),
	    text(doc, "starts"));
	if (text(doc, "place") != NULL)
		html_add(h, ", %s", text(doc, "place"));
	html_add(h, "<br>Свикана от: %s</p>\n", text(doc, "convened_by"));
}

static void
agenda_write(struct html *h, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	html_add(h, "<h2>Дневен ред</h2>\n<ol>\n");
	json_array_foreach(list, i, item)
		html_add(h, "<li>%s</li>\n", json_string_value(item));
	html_add(h, "</ol>\n");
}

/* Said, or why not; what is not in the record is said to be missing. */
static void
voice_write(struct html *h, const char *who, const json_t *voice)
{
	const char *words, *why;

	words = text(voice, "words");
	why = text(voice, "why_not");
	html_add(h, "<h3>%s</h3>\n", who);
	if (voice == NULL) {
		html_add(h, "<p>Не е записано.</p>\n");
		return;
	}
	html_add(h, "<p>%s%s%s</p>\n",
	    json_is_true(json_object_get(voice, "present")) ? "На срещата"
							    : "Не на срещата",
	    why != NULL ? ": " : "", why);
	if (words != NULL)
		html_add(h, "<p class=\"read\">%s</p>\n", words);
}

static void
present_write(struct html *h, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (list == NULL)
		return;
	html_add(h, "<h2>Присъствали</h2>\n<ul>\n");
	json_array_foreach(list, i, item)
		html_add(h, "<li>%s – %s</li>\n", text(item, "name"),
		    text(item, "role"));
	html_add(h, "</ul>\n");
}

static void
absent_write(struct html *h, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	html_add(h, "<h2>Поканени, които не са присъствали</h2>\n<ul>\n");
	json_array_foreach(list, i, item) {
		html_add(
		    h, "<li>%s – %s", text(item, "name"), text(item, "role"));
		if (text(item, "why") != NULL)
			html_add(h, ": %s", text(item, "why"));
		html_add(h, "</li>\n");
	}
	html_add(h, "</ul>\n");
}

static void
decisions_write(struct html *h, const json_t *list)
{
	static const char *const heads[] = { "Кой", "Какво", "До",
		"Как ще знаем", NULL };
	const json_t *item;
	size_t i;

	html_add(h, "<h2>Решения</h2>\n");
	if (json_array_size(list) == 0) {
		html_add(h, "<p>Няма записани решения.</p>\n");
		return;
	}
	page_table_begin(h, heads);
	json_array_foreach(list, i, item)
		html_add(h,
		    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
		    text(item, "name"), text(item, "what"), text(item, "due"),
		    text(item, "how_known"));
	page_table_end(h);
}

static void
minutes_write(struct html *h, const json_t *doc)
{
	facts_write(h, doc);
	agenda_write(h, json_object_get(doc, "agenda"));
	if (json_is_true(json_object_get(doc, "of_case"))) {
		html_add(h, "<h2>Гласът на детето и на родителите</h2>\n");
		voice_write(h, "Детето", json_object_get(doc, "child"));
		voice_write(h, "Родителите", json_object_get(doc, "parents"));
	}
	present_write(h, json_object_get(doc, "present"));
	absent_write(h, json_object_get(doc, "absent"));
	decisions_write(h, json_object_get(doc, "decisions"));
	html_add(h, "<p class=\"small\">Протоколът е съставен от записаното на "
		    "срещата.</p>\n");
}

int
minutes_reply(struct req *r, const struct db_row *rows)
{
	json_auto_t *doc = NULL;
	struct html h = { 0 };
	const char *status;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "200") != 0)
		return (req_reply_row(r, rows));
	if ((doc = json_loads(db_text(rows, 0, 1), 0, NULL)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	page_begin(&h, "Протокол от среща", "register");
	minutes_write(&h, doc);
	page_end(&h, text(doc, "printed"), text(doc, "printed_by"));
	return (page_reply(r, &h));
}
