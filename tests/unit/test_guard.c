/*
 * The identity guard of a node: node/guard.c and what it is made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypt.h"
#include "guard_document.h"
#include "node/guard.h"

static struct guard_names names;
static struct guard_hit hits[GUARD_HITS_MAX];

/* From here on these names are held. */
static void
hold(const char *list)
{
	memset(&names, 0, sizeof(names));
	guard_names_add(&names, list);
}

static size_t
find(const char *text)
{
	return (guard_text(text, &names, 0, hits, GUARD_HITS_MAX));
}

/* Exactly one hit, of this kind and at this place. */
static void
one(const char *text, enum field_error code, size_t start, size_t end)
{
	assert_int_equal(find(text), 1);
	assert_int_equal(hits[0].code, code);
	assert_int_equal(hits[0].start, start);
	assert_int_equal(hits[0].end, end);
}

/* Each of the words, separated by commas, is found as a name. */
static void
all(const char *held, const char *list)
{
	const char *p = list;
	size_t n = 1;

	hold(held);
	for (; *p != '\0'; p++)
		n += *p == ',';
	assert_int_equal(find(list), n);
}

static void
names_are_found_whatever_their_case(void **state)
{
	(void)state;
	hold("Мария Елена Иванова");
	one("Мария иска помощ", FIELD_NAME_IN_TEXT, 0, 5);
	one("Помощ за МАРИЯ.", FIELD_NAME_IN_TEXT, 9, 14);
	one("„Мария“", FIELD_NAME_IN_TEXT, 1, 6);
	one("семейство иванова", FIELD_NAME_IN_TEXT, 10, 17);
}

static void
a_double_name_is_found_by_each_part(void **state)
{
	(void)state;
	hold("Мария-Елена");
	assert_int_equal(find("Мария-Елена"), 2);
	assert_int_equal(hits[1].start, 6);
	assert_int_equal(hits[1].end, 11);
	assert_int_equal(find("говорихме с Елена"), 1);
}

static void
given_names_are_inflected(void **state)
{
	(void)state;
	all("Иван", "Иван,Иване,Ивана,Иванов,Ивановата,Ивановото,Ивановци");
	all("Петър", "Петър,Петре,Петровия,Петровите");
	all("Павел", "Павел,Павле,Павловото");
	all("Елена", "Елена,Елено,Еленин,Еленината,Еленините");
	all("Мария", "Мария,Марийо,Марииният,Марийната");
	all("Соня", "Соня,Соньо,Сонината");
	all("Радка", "Радка,Радке,Радкиното");
	all("Андрей", "Андрей,Андреевият,Андреевото");
	all("Георги", "Георги,Георгиевата,Георгиеви");
	all("Петко", "Петко,Петков,Петковите");
}

static void
family_names_stand_for_the_family(void **state)
{
	(void)state;
	all("Медогорова", "Медогоров,Медогорова,Медогорови,Медогоровите");
	all("Медогоров", "Медогорова,Медогоровия,Медогоровото");
	all("Драконска", "Драконски,Драконската,Драконските");
}

static void
short_forms_are_known_or_made(void **state)
{
	(void)state;
	all("Георги", "Гошо,Жоро,Гошевия");
	all("Елена", "Еленка,Ленче,Еленкината");
	all("Красимир", "Краско,Краси");
	all("Виктория", "Вики");
	all("Иван", "Иванчо,Ванко");
}

static void
latin_letters_are_read(void **state)
{
	(void)state;
	all("Димитър", "Dimitar,Dimiter,Dimityr,Dimitrov");
	all("Жечка", "Zhechka,Jechka,Je4ka");
	all("Юлия", "Yuliya,Yulia,Julia");
	all("Шишков", "Shishkov,6i6kov,Shishkova");
	all("Mihail", "Mihail,Михаил,Михаиле");
}

static void
foreign_letters_and_gaps_hide_nothing(void **state)
{
	(void)state;
	hold("Иван");
	one("Ивaн тук", FIELD_NAME_IN_TEXT, 0, 4); /* Latin a */
	one("Ива\xcc\x81н", FIELD_NAME_IN_TEXT, 0, 5);
	one("Ив\xc2\xad\xd0\xb0н", FIELD_NAME_IN_TEXT, 0, 5);
	one("И в а н не е тук", FIELD_NAME_IN_TEXT, 0, 7);
	one("И.в.а.н", FIELD_NAME_IN_TEXT, 0, 7);
	one("Ива-нова", FIELD_NAME_IN_TEXT, 0, 8);
}

static void
common_words_are_not_names(void **state)
{
	(void)state;
	hold("Роза Надежда Ян");
	assert_int_equal(find("Подари роза с надежда."), 0);
	one("Днес Роза е тук.", FIELD_NAME_IN_TEXT, 5, 9);
	one("роза не дойде на училище", FIELD_NAME_IN_TEXT, 0, 4);
	one("Ян е тук", FIELD_NAME_IN_TEXT, 0, 2);
	assert_int_equal(find("той е ян"), 0);
	hold("Рада");
	assert_int_equal(find("Ради болест. Рад съм."), 0);
	hold("Мария");
	assert_int_equal(find("Марияна е в класа; мари, ела!"), 0);
}

static void
places_and_titles_are_not_people(void **state)
{
	(void)state;
	hold("Иван Георги София Елена");
	assert_int_equal(find("ул. Иван Вазов 5, храм „Св. Георги“"), 0);
	assert_int_equal(find("ОУ „Иван Вазов“ в София"), 0);
	assert_int_equal(find("община Елена, гр. София"), 0);
	assert_int_equal(find("ОУ „Иван Вазов“, Иван"), 1);
	assert_int_equal(find("с Иван и със София"), 2);
}

static void
patterns_are_found_beside_names(void **state)
{
	(void)state;
	hold("Елена");
	assert_int_equal(find("0888123456, m@x.bg, Елена"), 3);
	assert_int_equal(hits[0].code, FIELD_PHONE_IN_TEXT);
	assert_int_equal(hits[1].code, FIELD_EMAIL_IN_TEXT);
	assert_int_equal(hits[2].code, FIELD_NAME_IN_TEXT);
	assert_int_equal(
	    guard_text("Елена 0888123456", NULL, 0, hits, GUARD_HITS_MAX), 1);
}

static void
too_many_names_are_told(void **state)
{
	char name[] = "Абавгор";
	int i;

	(void)state;
	hold(NULL);
	for (i = 0; i < 16 * 16 * 16 && !names.full; i++) {
		name[1] = (char)(0xb0 + i % 16);
		name[5] = (char)(0xb0 + i / 16 % 16);
		name[9] = (char)(0xb0 + i / 256 % 16);
		guard_names_add(&names, name);
	}
	assert_true(names.full);
	assert_int_equal(names.n, GUARD_STEMS_MAX);
}

struct seen {
	char text[200];
};

static void
see(void *arg, const char *pointer, const char *member, const char *text)
{
	struct seen *seen = arg;
	size_t n = strlen(seen->text);

	(void)snprintf(seen->text + n, sizeof(seen->text) - n, "%s %s %s;",
	    pointer, member, text);
}

static void
a_document_shows_each_text(void **state)
{
	struct seen seen = { "" };
	json_t *doc;

	(void)state;
	doc = json_loads(
	    "{\"a\":{\"text\":\"x\",\"n\":1},\"l\":[\"y\",[\"z\"]]}", 0, NULL);
	guard_document(doc, "/doc", see, &seen);
	json_decref(doc);
	assert_string_equal(
	    seen.text, "/doc/a/text text x;/doc/l/0 l y;/doc/l/1/0 l z;");
}

/* Whose digits may look like a telephone number. */
static void
an_id_is_no_text(void **state)
{
	struct seen seen = { "" };
	json_t *doc;

	(void)state;
	doc =
	    json_loads("{\"goal_id\":\"08881234-5678-4088-8812-345678901234\","
		       "\"x_id\":\"0888123456\","
		       "\"text\":\"08881234-5678-4088-8812-345678901234\"}",
		0, NULL);
	guard_document(doc, "", see, &seen);
	json_decref(doc);
	assert_string_equal(seen.text,
	    "/x_id x_id 0888123456;"
	    "/text text 08881234-5678-4088-8812-345678901234;");
}

static void
no_more_than_asked_for(void **state)
{
	(void)state;
	hold("Мария");
	assert_int_equal(
	    guard_text("Мария Мария Мария", &names, 0, hits, 2), 2);
	assert_int_equal(guard_text("Мария", &names, 0, hits, 0), 0);
}

static void
broken_text_is_survived(void **state)
{
	(void)state;
	hold("Мария");
	assert_int_equal(find("\xd0"), 0);
	assert_int_equal(find("\xff\xfe\xd0\x9c"), 0);
	assert_int_equal(find("\xff Мария"), 1);
	assert_int_equal(hits[0].start, 2);
	assert_int_equal(find(""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whatever_their_case),
		cmocka_unit_test(a_double_name_is_found_by_each_part),
		cmocka_unit_test(given_names_are_inflected),
		cmocka_unit_test(family_names_stand_for_the_family),
		cmocka_unit_test(short_forms_are_known_or_made),
		cmocka_unit_test(latin_letters_are_read),
		cmocka_unit_test(foreign_letters_and_gaps_hide_nothing),
		cmocka_unit_test(common_words_are_not_names),
		cmocka_unit_test(places_and_titles_are_not_people),
		cmocka_unit_test(patterns_are_found_beside_names),
		cmocka_unit_test(too_many_names_are_told),
		cmocka_unit_test(a_document_shows_each_text),
		cmocka_unit_test(an_id_is_no_text),
		cmocka_unit_test(no_more_than_asked_for),
		cmocka_unit_test(broken_text_is_survived),
	};

	(void)crypt_init();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
