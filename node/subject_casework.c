/*
 * The records of case work in an export.  A kind of record adds its line to
 * "kinds", and its members their words; what has no words (ids, versions) is
 * not for the page.
 */
#include "subject_casework.h"

#include <stdio.h>
#include <string.h>

#include "common/html.h"
#include "reply.h"
#include "req.h"
#include "subject_words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_DEEP 8

/* A member of "casework": sealed under which kind, and its title. */
static const struct record_kind {
	const char *member;
	const char *sealed_as;
	const char *title;
} kinds[] = {
	{ "need_history", "need", "Оценки на потребностите във времето" },
	{ "need_links", "need_link", "Връзки между потребности" },
	{ "difficulty_checks", "difficulty_check",
	    "Проверки дали случаят е труден" },
	{ "prompts", "prompt_answer", "Въпроси по случая" },
	{ "grids", "grid", "Решетки" },
	{ "connections", "connecting", "Свързващи разговори" },
	{ "continuity", "episode", "Кой се губи и кой остава при преместване" },
	{ "helpers", "helper", "Помагащи" },
	{ "nominations", "nomination", "Посочени за ключов специалист" },
	{ "voices", "voice", "Гласове" },
};

/* A member in words; "of" is the kind of record, where it matters. */
static const struct record_word {
	const char *key;
	const char *bg;
	const char *list;
	const char *of;
} words[] = {
	{ "kind", "Вид", "need_link_kind", "need_links" },
	{ "on", "На", NULL, NULL },
	{ "at", "На", NULL, NULL },
	{ "needs", "Потребности", NULL, NULL },
	{ "strengths", "Силни страни", NULL, NULL },
	{ "domain", "Област", "need_domain", NULL },
	{ "level", "Степен", "need_level", "need_history" },
	{ "level", "Ниво", "grid_level", NULL },
	{ "from", "От", "need_domain", NULL },
	{ "to", "Към", "need_domain", NULL },
	{ "since", "От дата", NULL, NULL },
	{ "until", "До дата", NULL, NULL },
	{ "note", "Бележка", NULL, NULL },
	{ "proposed", "Предложени критерии", "difficulty_criterion", NULL },
	{ "met", "Потвърдени критерии", "difficulty_criterion", NULL },
	{ "difficult", "Труден случай", NULL, NULL },
	{ "prompt", "Въпрос", "prompt", NULL },
	{ "text", "Отговор", NULL, "prompts" },
	{ "kind", "Вид", "helper_kind", "grids" },
	{ "facilitator", "Води", NULL, NULL },
	{ "columns", "Колони", NULL, "grids" },
	{ "explanation", "Обяснение", NULL, NULL },
	{ "intervention", "Намеса", NULL, NULL },
	{ "responsibility", "Отговорност", NULL, NULL },
	{ "source", "Откъде го знаем", "grid_source", "grids" },
	{ "author", "Казано от", NULL, "grids" },
	{ "confirmed_by", "Потвърдено от", NULL, NULL },
	{ "alignments", "Съгласуваност", NULL, NULL },
	{ "value", "Оценка", "grid_alignment", "grids" },
	{ "broker", "Свързва", NULL, NULL },
	{ "intention", "Защо", NULL, NULL },
	{ "held_on", "Проведен на", NULL, NULL },
	{ "outcome", "Резултат", "connecting_outcome", NULL },
	{ "new_action", "Ново действие", NULL, NULL },
	{ "service", "Услуга", NULL, "continuity" },
	{ "start", "От", NULL, "continuity" },
	{ "continuity", "Връзки", NULL, NULL },
	{ "lost", "Губи", NULL, NULL },
	{ "stays", "Остава", NULL, NULL },
	{ "who", "Кой", NULL, "continuity" },
	{ "how", "Как", NULL, "continuity" },
	{ "goodbye", "Сбогуване", NULL, NULL },
	{ "plan", "Какво ще се направи", NULL, NULL },
	{ "what", "Какво", NULL, NULL },
	{ "due", "Срок", NULL, NULL },
	{ "kind", "Вид", "helper_kind", "helpers" },
	{ "keyworker", "Посочен за ключов специалист от", "nomination_source",
	    "helpers" },
	{ "label", "Кой", NULL, NULL },
	{ "organisation", "Организация", NULL, NULL },
	{ "role", "Роля", NULL, NULL },
	{ "contact", "Връзка", NULL, NULL },
	{ "sector", "Сектор", "sector", NULL },
	{ "org_kind", "Вид организация", "org_kind", NULL },
	{ "domains", "Помага за", "need_domain", NULL },
	{ "rhythm", "Колко често", "contact_rhythm", NULL },
	{ "last_contact", "Последна среща", NULL, NULL },
	{ "source", "Посочен от", "nomination_source", "nominations" },
	{ "who", "Кой", "voice", "voices" },
	{ "how", "Как", "voice_method", "voices" },
	{ "refused", "Отказва да говори", NULL, NULL },
	{ "text", "Казва", NULL, NULL },
	{ "wants", "Иска", NULL, NULL },
	{ "fears", "Бои се", NULL, NULL },
	{ "agrees_to_share", "Съгласен е да се споделя", "how_far", NULL },
	{ "answer", "Какво беше направено", NULL, NULL },
	{ "followed", "Изпълнено", "how_far", NULL },
	{ "done", "Направено", NULL, NULL },
	{ "reason", "Причина", NULL, NULL },
};

static const struct record_word *
word_of(const char *key, const char *of)
{
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i].key, key) == 0 &&
		    (words[i].of == NULL || strcmp(words[i].of, of) == 0))
			return (&words[i]);
	}
	return (NULL);
}

int
subject_casework_open(const json_t *records)
{
	json_t *item;
	size_t i, k;

	for (i = 0; i < COUNT(kinds); i++) {
		json_array_foreach(
		    json_object_get(records, kinds[i].member), k, item) {
			if (!reply_open(item, kinds[i].sealed_as))
				return (0);
		}
	}
	return (1);
}

static void
scalar_write(struct html *h, const json_t *value, const struct record_word *w,
    const json_t *labels)
{
	char number[24];
	const char *text;

	text = json_string_value(value);
	if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		text = number;
	}
	if (text == NULL)
		text = json_is_true(value) ? "да" : "не";
	html_add(h, "%s", subject_label(labels, w->list, text));
}

/* A page under way, and the kind of record that it is at. */
struct writing {
	struct html *h;
	const json_t *labels;
	const char *of;
};

/* NOLINTBEGIN(misc-no-recursion): as deep as a record, MAX_DEEP at most. */
static void object_write(const struct writing *, json_t *, int deep);

static void
value_write(const struct writing *at, json_t *value,
    const struct record_word *w, int deep)
{
	json_t *item;
	size_t i;

	if (deep > MAX_DEEP)
		return;
	if (json_is_object(value)) {
		object_write(at, value, deep + 1);
		return;
	}
	if (!json_is_array(value)) {
		scalar_write(at->h, value, w, at->labels);
		return;
	}
	json_array_foreach(value, i, item) {
		if (i > 0 && !json_is_object(item))
			html_add(at->h, ", ");
		value_write(at, item, w, deep + 1);
	}
}

/* A record, or an object within one. */
static void
object_write(const struct writing *at, json_t *doc, int deep)
{
	const struct record_word *w;
	const char *key;
	json_t *value;

	html_add(at->h, "<dl>\n");
	json_object_foreach(doc, key, value) {
		if ((w = word_of(key, at->of)) == NULL)
			continue;
		html_add(at->h, "<dt>%s</dt><dd>", w->bg);
		value_write(at, value, w, deep);
		html_add(at->h, "</dd>\n");
	}
	html_add(at->h, "</dl>\n");
}
/* NOLINTEND(misc-no-recursion) */

void
subject_casework_write(
    struct html *h, const json_t *records, const json_t *labels)
{
	struct writing at = { h, labels, NULL };
	json_t *items, *item;
	size_t i, k;

	for (i = 0; i < COUNT(kinds); i++) {
		at.of = kinds[i].member;
		items = json_object_get(records, kinds[i].member);
		if (json_array_size(items) == 0)
			continue;
		html_add(h, "<h2>%s</h2>\n", kinds[i].title);
		json_array_foreach(items, k, item)
			object_write(&at, item, 0);
	}
}
