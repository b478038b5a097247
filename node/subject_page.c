/*
 * What is held on one person, as a page that the person can read: every code
 * in words, every text as it stands.
 */
#include "subject.h"

#include <stdio.h>
#include <string.h>

#include "common/html.h"
#include "page.h"
#include "req.h"

/* A member's name in words, and the list that its codes are of. */
struct word {
	const char *key;
	const char *bg;
	const char *list;
};

static const struct word words[] = {
	{ "basics", "Основни данни", NULL },
	{ "contact", "Служебен контакт", NULL },
	{ "needs", "Потребности", NULL },
	{ "difficulty", "Критерии за труден случай", NULL },
	{ "help", "Каква помощ се търси", NULL },
	{ "wish", "Желанието на детето", NULL },
	{ "path", "Път през услугите", NULL },
	{ "age_band", "Възрастова група", NULL },
	{ "municipality", "Община", "municipality" },
	{ "sectors", "Сектори", "sector" },
	{ "role", "Длъжност", NULL },
	{ "organisation", "Организация", NULL },
	{ "office_phone", "Служебен телефон", NULL },
	{ "office_email", "Служебна поща", NULL },
	{ "domain", "Област", "need_domain" },
	{ "level", "Степен (от 0 до 2)", NULL },
	{ "strengths", "Силни страни", "need_domain" },
	{ "definition_version", "Версия на определението", NULL },
	{ "criteria", "Критерии", NULL },
	{ "urgency", "Спешност", "urgency" },
	{ "help_wanted", "Търсена помощ", "help_wanted" },
	{ "text", "Текст", NULL },
	{ "services", "Услуги", "service_kind" },
	{ "moves_12m", "Премествания за 12 месеца", NULL },
	{ "published_at", "Споделено", NULL },
	{ "until", "До", NULL },
	{ "purpose", "Цел", "purpose" },
};

static const struct word events[] = {
	{ "person.create", "записано лице", NULL },
	{ "person.read", "прочетени данни за лицето", NULL },
	{ "person.update", "променени данни за лицето", NULL },
	{ "person.search", "намерено при търсене", NULL },
	{ "person.erase", "изтрито лице", NULL },
	{ "case.create", "открит случай", NULL },
	{ "case.read", "прочетен случай", NULL },
	{ "case.update", "променен случай", NULL },
	{ "case.needs", "записани потребности", NULL },
	{ "episode.put", "записан престой в услуга", NULL },
	{ "consent.record", "записано съгласие", NULL },
	{ "consent.read", "прочетено съгласие", NULL },
	{ "consent.print", "отпечатана разписка за съгласие", NULL },
	{ "consent.withdraw", "оттеглено съгласие", NULL },
	{ "withdrawal.print", "отпечатана разписка за оттегляне", NULL },
	{ "summary.share", "споделено представяне", NULL },
	{ "summary.read", "прочетено споделено представяне", NULL },
	{ "received.read", "прочетено получено представяне", NULL },
	{ "received.assign", "възложено получено представяне", NULL },
	{ "received.link", "свързано получено представяне", NULL },
	{ "subject.export", "направено извлечение", NULL },
	{ "subject.search", "намерено при искане за права", NULL },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct word *
word_of(const struct word *list, size_t n, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i].key, key) == 0)
			return (&list[i]);
	}
	return (NULL);
}

/* The words of a code; the code itself where the list has none. */
static const char *
label(const json_t *labels, const char *list, const char *code)
{
	const char *bg;

	if (list == NULL || code == NULL)
		return (code);
	bg = req_str(json_object_get(labels, list), code);
	return (bg != NULL ? bg : code);
}

static void
scalar_write(
    struct html *h, const json_t *value, const char *list, const json_t *labels)
{
	char number[24];

	if (json_is_string(value)) {
		html_add(
		    h, "%s", label(labels, list, json_string_value(value)));
		return;
	}
	if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		html_add(h, "%s", number);
		return;
	}
	html_add(h, "%s", json_is_true(value) ? "да" : "не");
}

/* A list's item: a code, or an object of codes such as a rated need. */
static void
item_write(struct html *h, json_t *item, const char *list, const json_t *labels)
{
	const struct word *w;
	const char *key;
	json_t *value;
	int some = 0;

	if (!json_is_object(item)) {
		scalar_write(h, item, list, labels);
		return;
	}
	if ((value = json_object_get(item, "domain")) != NULL) {
		scalar_write(h, value, "need_domain", labels);
		html_add(h, " (степен ");
		scalar_write(h, json_object_get(item, "level"), NULL, labels);
		html_add(h, ")");
		return;
	}
	json_object_foreach(item, key, value) {
		if (some++)
			html_add(h, " – ");
		w = word_of(words, COUNT(words), key);
		scalar_write(h, value, w != NULL ? w->list : NULL, labels);
	}
}

/* What one category says, member by member. */
static void
category_write(struct html *h, json_t *part, const json_t *labels)
{
	const struct word *w;
	const char *key, *list;
	json_t *value, *item;
	size_t i;

	html_add(h, "<dl>\n");
	json_object_foreach(part, key, value) {
		w = word_of(words, COUNT(words), key);
		list = w != NULL ? w->list : NULL;
		html_add(h, "<dt>%s</dt><dd>", w != NULL ? w->bg : key);
		json_array_foreach(value, i, item) {
			if (i > 0)
				html_add(h, ", ");
			item_write(h, item, list, labels);
		}
		if (!json_is_array(value))
			scalar_write(h, value, list, labels);
		html_add(h, "</dd>\n");
	}
	html_add(h, "</dl>\n");
}

/* A summary's document, category by category. */
static void
members_write(struct html *h, json_t *doc, const json_t *labels)
{
	const struct word *w;
	const char *key;
	json_t *part;

	html_add(h, "<dl>\n");
	json_object_foreach(doc, key, part) {
		w = word_of(words, COUNT(words), key);
		html_add(h, "<dt>%s</dt><dd>", w != NULL ? w->bg : key);
		category_write(h, part, labels);
		html_add(h, "</dd>\n");
	}
	html_add(h, "</dl>\n");
}

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
	    label(labels, "erasure_reason", req_str(erasure, "reason")));
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
		    label(labels, "need_domain", req_str(need, "domain")),
		    level >= 0 && level < (json_int_t)COUNT(levels)
			? levels[level]
			: "");
	}
	json_array_foreach(json_object_get(item, "strengths"), i, strength)
		html_add(h, "<li>Силна страна: %s</li>\n",
		    label(labels, "need_domain", json_string_value(strength)));
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
			    label(
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
		    label(labels, "purpose", req_str(item, "purpose")));
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
	const json_t *to;
	size_t i;

	html_add(h,
	    "<table>\n<thead><tr><th scope=\"col\">С кого</th>"
	    "<th scope=\"col\">Получено</th><th scope=\"col\">Прочетено</th>"
	    "<th scope=\"col\">Изтрито</th></tr></thead>\n<tbody>\n");
	json_array_foreach(json_object_get(item, "with"), i, to)
		html_add(h,
		    "<tr><td>%s</td><td>%s</td><td>%s "
		    "%s</td><td>%s</td></tr>\n",
		    req_str(to, "organisation"), req_str(to, "delivered_at"),
		    req_str(to, "opened_at"),
		    label(labels, "node_role", req_str(to, "opened_role")),
		    req_str(to, "purged_at"));
	html_add(h, "</tbody>\n</table>\n");
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
		members_write(h, json_object_get(item, "doc"), labels);
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
		members_write(h, shown, labels);
		json_decref(shown);
	}
}

static void
audit_write(struct html *h, const json_t *doc, const json_t *labels)
{
	const struct word *w;
	const json_t *row;
	const char *event;
	size_t i;

	html_add(h, "<h2>Кой какво е направил</h2>\n<table>\n<thead><tr>"
		    "<th scope=\"col\">Кога</th><th scope=\"col\">Какво</th>"
		    "<th scope=\"col\">От кого</th></tr></thead>\n<tbody>\n");
	json_array_foreach(json_object_get(doc, "audit"), i, row) {
		event = req_str(row, "event");
		w = word_of(events, COUNT(events), event);
		html_add(h, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n",
		    req_str(row, "at"), w != NULL ? w->bg : event,
		    label(labels, "node_role", req_str(row, "role")));
	}
	html_add(h, "</tbody>\n</table>\n");
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
	consents_write(h, doc, labels);
	shared_write(h, doc, labels);
	received_write(h, doc, labels);
	audit_write(h, doc, labels);
	page_end(h, req_str(doc, "at"), label(labels, "node_role", "dpo"));
}
