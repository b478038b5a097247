/*
 * What is held on one person, as a page that the person can read: every code
 * in words, every text as it stands.
 */
#include "subject.h"

#include <stdio.h>
#include <string.h>

#include "common/guard_document.h"
#include "common/html.h"
#include "page.h"
#include "req.h"
#include "subject_casework.h"
#include "subject_family.h"
#include "subject_records.h"
#include "subject_words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "2015-03-05" as people write it. */
static void
birth_write(struct html *h, const char *date)
{
	char text[24];

	if (date == NULL || strlen(date) != 10)
		return;
	(void)snprintf(
	    text, sizeof(text), "%.2s.%.2s.%.4s г.", date + 8, date + 5, date);
	page_fact(h, "Роден(а) на", text);
}

static void
identity_write(struct html *h, const json_t *doc)
{
	const json_t *person, *identifier, *phone;
	size_t i;

	person = json_object_get(doc, "person");
	identifier = json_object_get(person, "identifier");
	html_add(h, "<h2>Кой е записан</h2>\n<dl>\n");
	page_fact(h, "Име", req_str(person, "given_name"));
	page_fact(h, "Презиме", req_str(person, "middle_name"));
	page_fact(h, "Фамилия", req_str(person, "family_name"));
	birth_write(h, req_str(person, "birth_date"));
	page_fact(h,
	    identifier != NULL &&
		    strcmp(req_str(identifier, "kind"), "lnch") == 0
		? "ЛНЧ"
		: "ЕГН",
	    req_str(identifier, "value"));
	page_fact(h, "Адрес", req_str(person, "address"));
	json_array_foreach(json_object_get(person, "phones"), i, phone)
		page_fact(h, "Телефон", json_string_value(phone));
	page_fact(h, "Записано на", req_str(doc, "created_at"));
	html_add(h, "</dl>\n");
}

static void
erasure_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *erasure;

	if ((erasure = json_object_get(doc, "erasure")) == NULL)
		return;
	html_add(h,
	    "<p class=\"notice\">Данните са изтрити на %s Основание: %s. "
	    "Останали са номерата и датите на случаите.</p>\n",
	    req_str(erasure, "at"),
	    subject_label(
		labels, "erasure_reason", req_str(erasure, "reason")));
}

static void
section_begin(struct html *h, const char *title, const json_t *items)
{
	html_add(h, "<h2>%s</h2>\n", title);
	if (json_array_size(items) == 0)
		html_add(h, "<p>Нищо.</p>\n");
}

static void
needs_write(struct html *h, const json_t *item, const json_t *labels)
{
	static const char *const levels[] = { "няма", "донякъде",
		"значителна" };
	const json_t *need, *strength;
	json_int_t level;
	size_t i;

	json_array_foreach(json_object_get(item, "needs"), i, need) {
		level = json_integer_value(json_object_get(need, "level"));
		html_add(h, "<li>Потребност: %s – %s</li>\n",
		    subject_label(
			labels, "need_domain", req_str(need, "domain")),
		    level >= 0 && level < (json_int_t)COUNT(levels)
			? levels[level]
			: "");
	}
	json_array_foreach(json_object_get(item, "strengths"), i, strength)
		html_add(h, "<li>Силна страна: %s</li>\n",
		    subject_label(
			labels, "need_domain", json_string_value(strength)));
}

static void
cases_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *item, *stay;
	size_t i, k;

	section_begin(h, "Случаи", json_object_get(doc, "cases"));
	json_array_foreach(json_object_get(doc, "cases"), i, item) {
		html_add(
		    h, "<h3>Случай %s</h3>\n<dl>\n", req_str(item, "number"));
		page_fact(h, "Открит на", req_str(item, "opened_on"));
		page_fact(h, "Приключен на", req_str(item, "closed_on"));
		page_fact(h, "Повод", req_str(item, "reason"));
		html_add(h, "</dl>\n<ul>\n");
		needs_write(h, item, labels);
		json_array_foreach(json_object_get(doc, "episodes"), k, stay) {
			if (strcmp(req_str(stay, "case_id"),
				req_str(item, "id")) != 0)
				continue;
			html_add(h, "<li>%s: %s, от %s",
			    subject_label(
				labels, "episode_kind", req_str(stay, "kind")),
			    req_str(stay, "service"), req_str(stay, "start"));
			if (req_str(stay, "end") != NULL)
				html_add(h, " до %s", req_str(stay, "end"));
			html_add(h, "</li>\n");
		}
		html_add(h, "</ul>\n");
	}
}

static void
signed_write(struct html *h, const json_t *version)
{
	const json_t *signer;
	size_t i;

	html_add(h, "<p>Версия, записана на %s</p>\n",
	    req_str(version, "recorded_at"));
	json_array_foreach(json_object_get(version, "signers"), i, signer) {
		if (req_str(signer, "name") != NULL)
			html_add(h, "<p>Подписал се: %s</p>\n",
			    req_str(signer, "name"));
		if (req_str(signer, "evidence") != NULL)
			html_add(h, "<p>Подписаното е в: %s</p>\n",
			    req_str(signer, "evidence"));
	}
	if (req_str(version, "text") != NULL)
		html_add(h, "<div class=\"read\">%s</div>\n",
		    req_str(version, "text"));
	html_add(h,
	    "<p class=\"small\">Подписана разписка: "
	    "<span class=\"hash\">%s</span></p>\n",
	    req_str(version, "receipt"));
}

static void
consents_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *item, *version;
	size_t i, k;

	section_begin(
	    h, "Съгласия и разписки", json_object_get(doc, "consents"));
	json_array_foreach(json_object_get(doc, "consents"), i, item) {
		html_add(h, "<h3>Съгласие: %s</h3>\n<dl>\n",
		    subject_label(labels, "purpose", req_str(item, "purpose")));
		page_fact(h, "От", req_str(item, "from"));
		page_fact(h, "До", req_str(item, "until"));
		page_fact(h, "Оттеглено на", req_str(item, "withdrawn_at"));
		page_fact(h, "Псевдоним", req_str(item, "case_pseudonym"));
		html_add(h, "</dl>\n");
		json_array_foreach(
		    json_object_get(item, "versions"), k, version)
			signed_write(h, version);
	}
}

static void
with_write(struct html *h, const json_t *item, const json_t *labels)
{
	static const char *const heads[] = { "С кого", "Получено", "Прочетено",
		"Изтрито", NULL };
	const json_t *to;
	size_t i;

	page_table_begin(h, heads);
	json_array_foreach(json_object_get(item, "with"), i, to)
		html_add(h,
		    "<tr><td>%s</td><td>%s</td><td>%s "
		    "%s</td><td>%s</td></tr>\n",
		    req_str(to, "organisation"), req_str(to, "delivered_at"),
		    req_str(to, "opened_at"),
		    subject_label(
			labels, "node_role", req_str(to, "opened_role")),
		    req_str(to, "purged_at"));
	page_table_end(h);
}

static void
shared_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *item;
	size_t i;

	section_begin(h, "Какво сме споделили", json_object_get(doc, "shared"));
	json_array_foreach(json_object_get(doc, "shared"), i, item) {
		html_add(h, "<h3>Представяне от %s</h3>\n",
		    req_str(item, "shared_at"));
		subject_doc_write(h, json_object_get(item, "doc"), labels);
		with_write(h, item, labels);
	}
}

static void
received_write(struct html *h, const json_t *doc, const json_t *labels)
{
	static const char *const facts[] = { "basics", "contact", "needs",
		"difficulty", "help", "wish", "path" };
	const json_t *item;
	json_t *part, *shown;
	size_t i, k;

	section_begin(
	    h, "Какво сме получили", json_object_get(doc, "received"));
	json_array_foreach(json_object_get(doc, "received"), i, item) {
		html_add(h, "<h3>Получено на %s от %s</h3>\n",
		    req_str(item, "arrived_at"), req_str(item, "organisation"));
		part = json_object_get(item, "summary");
		if (part == NULL) {
			html_add(h, "<p>Съдържанието вече не се пази или не "
				    "може да се покаже.</p>\n");
			continue;
		}
		shown = json_object();
		for (k = 0; k < COUNT(facts); k++)
			(void)json_object_set(
			    shown, facts[k], json_object_get(part, facts[k]));
		subject_doc_write(h, shown, labels);
		json_decref(shown);
	}
}

static void
text_write(void *arg, const char *pointer, const char *member, const char *text)
{
	(void)pointer;
	(void)member;
	html_add(arg, "<div class=\"read\">%s</div>\n", text);
}

/* Of a document of the hub: its words, but for codes, ids and times. */
static void
words_write(
    void *arg, const char *pointer, const char *member, const char *text)
{
	static const char *const shown[] = { "formulation", "text", "words",
		"what", "how_known", "evidence_wanted", "evidence", "note",
		"reason", "why_not", "agenda", "place", "title", "role",
		"lesson", "loses", "stays", "goodbye", "changed_for_child",
		"voices_answered", "answer_reason", "family_view" };
	size_t i;

	for (i = 0; i < COUNT(shown); i++)
		if (strcmp(member, shown[i]) == 0)
			text_write(arg, pointer, member, text);
}

/* What was worked on together: what each document is, and its texts. */
static void
parts_write(struct html *h, const json_t *parts)
{
	static const char *const kinds[][2] = { { "plan", "Общ план" },
		{ "action", "Действие" }, { "meeting", "Среща" },
		{ "decision", "Решение" }, { "review", "Преглед" },
		{ "keyworker", "Ключов специалист" },
		{ "handover", "Предаване" } };
	const json_t *part;
	size_t i, k;

	json_array_foreach(parts, i, part) {
		for (k = 0; k < COUNT(kinds); k++)
			if (strcmp(req_str(part, "kind"), kinds[k][0]) == 0)
				html_add(h, "<h3>%s</h3>\n", kinds[k][1]);
		if (req_str(part, "due") != NULL)
			html_add(h, "<p>%s</p>\n", req_str(part, "due"));
		guard_document(
		    json_object_get(part, "document"), "", words_write, h);
	}
}

static void
coordinations_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const json_t *item;
	size_t i;

	section_begin(h, "Обща работа с други организации",
	    json_object_get(doc, "coordinations"));
	json_array_foreach(json_object_get(doc, "coordinations"), i, item) {
		html_add(h, "<p>Поискана на %s: %s.</p>\n",
		    req_str(item, "requested_at"),
		    subject_label(
			labels, "help_wanted", req_str(item, "help_wanted")));
		parts_write(h, json_object_get(item, "parts"));
	}
}

static void
changes_write(struct html *h, const json_t *doc)
{
	const json_t *item;
	size_t i;

	section_begin(h, "Написано за общата работа, още непредадено",
	    json_object_get(doc, "changes"));
	json_array_foreach(json_object_get(doc, "changes"), i, item) {
		html_add(h, "<p>На %s:</p>\n", req_str(item, "created_at"));
		guard_document(
		    json_object_get(item, "body"), "", text_write, h);
	}
}

static void
audit_write(struct html *h, const json_t *doc, const json_t *labels)
{
	static const char *const heads[] = { "Кога", "Какво", "От кого", NULL };
	const json_t *row;
	size_t i;

	html_add(h, "<h2>Кой какво е направил</h2>\n");
	page_table_begin(h, heads);
	json_array_foreach(json_object_get(doc, "audit"), i, row) {
		html_add(h, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n",
		    req_str(row, "at"), subject_event(req_str(row, "event")),
		    subject_label(labels, "node_role", req_str(row, "role")));
	}
	page_table_end(h);
	if ((size_t)json_integer_value(json_object_get(doc, "audit_total")) > i)
		html_add(h, "<p>По-старите записи са в дневника на "
			    "организацията.</p>\n");
}

void
subject_page(struct html *h, const json_t *doc, const json_t *labels)
{
	page_begin(h, "Извлечение за лице", "register");
	html_add(h,
	    "<h1>Какво пазим за Вас</h1>\n"
	    "<p>%s пази това към %s Имате право да поискате поправка или "
	    "изтриване от длъжностното лице по защита на данните.</p>\n",
	    req_str(doc, "organisation"), req_str(doc, "at"));
	erasure_write(h, doc, labels);
	identity_write(h, doc);
	cases_write(h, doc, labels);
	subject_casework_write(h, json_object_get(doc, "casework"), labels);
	consents_write(h, doc, labels);
	shared_write(h, doc, labels);
	received_write(h, doc, labels);
	coordinations_write(h, doc, labels);
	changes_write(h, doc);
	subject_family_write(h, doc, labels);
	subject_records_write(h, doc, labels);
	audit_write(h, doc, labels);
	page_end(
	    h, req_str(doc, "at"), subject_label(labels, "node_role", "dpo"));
}
