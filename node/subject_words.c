/*
 * The words of an export: what members, codes and events are called, and a
 * summary's document in them.
 */
#include "subject_words.h"

#include <stdio.h>
#include <string.h>

#include "common/html.h"
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
	{ "need_link.put", "записана връзка между потребности", NULL },
	{ "difficulty.check", "проверено дали случаят е труден", NULL },
	{ "prompt.answer", "отговорено на въпрос по случая", NULL },
	{ "grid.put", "записана решетка", NULL },
	{ "connecting.put", "записан свързващ разговор", NULL },
	{ "continuity.put", "записано кой се губи и кой остава", NULL },
	{ "helper.put", "записан помагащ", NULL },
	{ "nomination.put", "записан посочен ключов специалист", NULL },
	{ "voice.put", "записан глас", NULL },
	{ "voice.answer", "отговорено на глас", NULL },
	{ "consent.record", "записано съгласие", NULL },
	{ "consent.read", "прочетено съгласие", NULL },
	{ "consent.print", "отпечатана разписка за съгласие", NULL },
	{ "consent.withdraw", "оттеглено съгласие", NULL },
	{ "withdrawal.print", "отпечатана разписка за оттегляне", NULL },
	{ "family.codes", "отпечатан лист с кодове за семейството", NULL },
	{ "family.revoke", "спрян лист с кодове за семейството", NULL },
	{ "family_word.arrive", "получено казано от семейството", NULL },
	{ "family_word.list", "прочетено казано от семейството", NULL },
	{ "family_word.answer", "отговорено на семейството", NULL },
	{ "case.limit", "записано какво не иска да се споделя", NULL },
	{ "summary.share", "споделено представяне", NULL },
	{ "summary.read", "прочетено споделено представяне", NULL },
	{ "coordination.request", "поискана обща работа", NULL },
	{ "coordination.read", "прочетена обща работа", NULL },
	{ "coordination.manager", "посочен водещ случая", NULL },
	{ "coordination.consent", "продължена обща работа с ново съгласие",
	    NULL },
	{ "coordination.answer", "отговорено на покана за обща работа", NULL },
	{ "meeting.print", "отпечатан протокол от среща", NULL },
	{ "shared.read", "прочетен общ документ", NULL },
	{ "action.assign", "определено кой върши действие", NULL },
	{ "change.put", "записана промяна в общ документ", NULL },
	{ "change.send", "изпратена отново промяна в общ документ", NULL },
	{ "change.read", "прочетена промяна в общ документ", NULL },
	{ "change.discard", "отказана промяна в общ документ", NULL },
	{ "received.read", "прочетено получено представяне", NULL },
	{ "received.assign", "възложено получено представяне", NULL },
	{ "received.link", "свързано получено представяне", NULL },
	{ "summary.overrule", "допуснати думи, приети за имена", NULL },
	{ "outcome.record", "записан резултат", NULL },
	{ "signal.create", "записан сигнал", NULL },
	{ "signal.acknowledge", "записано потвърждение на сигнал", NULL },
	{ "signal.list", "прочетени сигнали", NULL },
	{ "signal.read", "прочетен сигнал", NULL },
	{ "team_record.create", "записана среща на екип", NULL },
	{ "team_record.list", "прочетени срещи на екип", NULL },
	{ "team_record.read", "прочетена среща на екип", NULL },
	{ "emergency.open", "отворен спешен достъп", NULL },
	{ "consent.ended", "съгласие, оттеглено другаде", NULL },
	{ "task.done", "изпълнена задача", NULL },
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

const char *
subject_label(const json_t *labels, const char *list, const char *code)
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
		html_add(h, "%s",
		    subject_label(labels, list, json_string_value(value)));
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

void
subject_doc_write(struct html *h, json_t *doc, const json_t *labels)
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

const char *
subject_event(const char *event)
{
	const struct word *w = word_of(events, COUNT(events), event);

	return (w != NULL ? w->bg : event);
}
