/*
 * The page of an export, what there is besides the case itself: outcomes,
 * the statutory lane, emergency readings, names that were let pass, tasks.
 */
#include "subject_records.h"

#include "common/html.h"
#include "page.h"
#include "req.h"
#include "subject_words.h"

static void
coded(struct html *h, const json_t *of, const char *member, const char *list,
    const json_t *labels)
{
	const char *code;

	if ((code = req_str(of, member)) != NULL)
		html_add(h, "; %s", subject_label(labels, list, code));
}

static void
outcomes_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *items, *o, *part;
	size_t i;

	items = json_object_get(doc, "outcomes");
	if (!page_part_begin(h, "Какво се е променило", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, o) {
		html_add(h, "<li>%s: %s", req_str(o, "on"),
		    subject_label(
			labels, "outcome_record", req_str(o, "kind")));
		part = json_object_get(o, "school");
		coded(h, part, "state", "outcome_school", labels);
		part = json_object_get(o, "care");
		coded(h, part, "event", "outcome_care_event", labels);
		coded(h, part, "setting", "outcome_care_setting", labels);
		part = json_object_get(o, "violence");
		coded(h, part, "form", "violence_form", labels);
		coded(h, part, "setting", "violence_setting", labels);
		coded(h, part, "ended", "violence_ended", labels);
		html_add(h, "%s</li>\n",
		    req_str(o, "replaced_by") != NULL ? " (поправено по-късно)"
						      : "");
	}
	html_add(h, "</ul>\n");
}

static void
signals_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *items, *s, *ack;
	size_t i;

	items = json_object_get(doc, "signals");
	if (!page_part_begin(h, "Подадени сигнали по закон", items))
		return;
	json_array_foreach(items, i, s) {
		html_add(
		    h, "<h3>Сигнал от %s</h3>\n<dl>\n", req_str(s, "made_at"));
		page_fact(h, "До",
		    subject_label(
			labels, "signal_recipient", req_str(s, "recipient")));
		page_fact(h, "Отдел", req_str(s, "office"));
		page_fact(h, "Как",
		    subject_label(
			labels, "signal_channel", req_str(s, "channel")));
		page_fact(h, "Какво", req_str(s, "what"));
		ack = json_object_get(s, "acknowledgement");
		page_fact(h, "Потвърден на", req_str(ack, "at"));
		page_fact(h, "Потвърден от", req_str(ack, "by"));
		page_fact(h, "Входящ номер", req_str(ack, "reference"));
		html_add(h, "</dl>\n");
	}
}

static void
team_write(struct html *h, const json_t *t)
{
	const json_t *item;
	size_t i;

	html_add(h, "<ul>\n");
	json_array_foreach(json_object_get(t, "participants"), i, item)
		html_add(h, "<li>Участвал: %s, %s</li>\n",
		    req_str(item, "organisation"), req_str(item, "role"));
	json_array_foreach(json_object_get(t, "decisions"), i, item) {
		html_add(h, "<li>Решение: %s", req_str(item, "what"));
		if (req_str(item, "who") != NULL)
			html_add(h, " – %s", req_str(item, "who"));
		if (req_str(item, "due") != NULL)
			html_add(h, ", до %s", req_str(item, "due"));
		html_add(h, "</li>\n");
	}
	html_add(h, "</ul>\n");
	if (req_str(t, "minutes") != NULL)
		html_add(
		    h, "<div class=\"read\">%s</div>\n", req_str(t, "minutes"));
}

static void
teams_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *items, *t;
	size_t i;

	items = json_object_get(doc, "team_records");
	if (!page_part_begin(h, "Екипи, свикани по закон", items))
		return;
	json_array_foreach(items, i, t) {
		html_add(h, "<h3>%s, %s</h3>\n",
		    subject_label(
			labels, "statutory_team_kind", req_str(t, "kind")),
		    req_str(t, "held_at"));
		team_write(h, t);
	}
}

static void
emergencies_write(struct html *h, const json_t *doc)
{
	const json_t *items, *e, *read;
	size_t i, k;

	items = json_object_get(doc, "emergency_readings");
	if (!page_part_begin(h, "Спешен достъп на друг служител", items))
		return;
	json_array_foreach(items, i, e) {
		html_add(h, "<h3>От %s до %s</h3>\n<dl>\n",
		    req_str(e, "opened_at"), req_str(e, "until"));
		page_fact(h, "Случай", req_str(e, "number"));
		page_fact(h, "Причина", req_str(e, "reason"));
		html_add(h, "</dl>\n<ul>\n");
		json_array_foreach(json_object_get(e, "reads"), k, read)
			html_add(h, "<li>%s: %s</li>\n", req_str(read, "at"),
			    subject_event(req_str(read, "event")));
		html_add(h, "</ul>\n");
	}
}

static void
overrules_write(struct html *h, const json_t *doc)
{
	const json_t *items, *o, *place;
	size_t i, k;

	items = json_object_get(doc, "overrules");
	if (!page_part_begin(h, "Думи, допуснати от ръководител", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, o) {
		json_array_foreach(json_object_get(o, "overruled"), k, place)
			html_add(h, "<li>%s: %s</li>\n", req_str(o, "at"),
			    req_str(place, "reason"));
	}
	html_add(h, "</ul>\n");
}

static void
tasks_write(struct html *h, const json_t *doc)
{
	const json_t *items, *t;
	size_t i;

	items = json_object_get(doc, "tasks");
	if (!page_part_begin(h, "Задачи по случая", items))
		return;
	html_add(h, "<ul>\n");
	json_array_foreach(items, i, t)
		html_add(h, "<li>%s: %s%s</li>\n", req_str(t, "due"),
		    req_str(t, "text"),
		    req_str(t, "done_at") != NULL ? " (готово)" : "");
	html_add(h, "</ul>\n");
}

void
subject_records_write(struct html *h, const json_t *doc, const json_t *labels)
{
	outcomes_write(h, doc, labels);
	signals_write(h, doc, labels);
	teams_write(h, doc, labels);
	emergencies_write(h, doc);
	overrules_write(h, doc);
	tasks_write(h, doc);
}
