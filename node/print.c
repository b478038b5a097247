/*
 * Receipts on paper for a family: what was agreed to, in plain words, and
 * what became of it when it was withdrawn.  No names stand on them: a stranger
 * may find the sheet.
 *
 * getConsentPrint, getWithdrawalPrint.
 */
#include "node_routes.h"

#include <string.h>

#include "common/html.h"
#include "crypt.h"
#include "db.h"
#include "node_statements.h"
#include "page.h"
#include "reply.h"
#include "req.h"

/* A person of full age agrees for oneself; all others for a child. */
static int
own(const json_t *doc)
{
	const char *rule = req_str(doc, "rule");

	return (rule != NULL && strcmp(rule, "self") == 0);
}

static const char *
help_goes_on(const json_t *doc)
{
	return (own(doc) ? "Помощта за Вас не зависи от това."
			 : "Помощта за детето не зависи от това.");
}

static void
recipients_write(struct html *h, const json_t *doc)
{
	static const char *const heads[] = { "Организация", "Какво ще вижда",
		NULL };
	const json_t *item, *category;
	size_t i, k;

	page_table_begin(h, heads);
	json_array_foreach(json_object_get(doc, "recipients"), i, item) {
		html_add(h, "<tr><td>%s</td><td><ul>", req_str(item, "name"));
		json_array_foreach(
		    json_object_get(item, "categories"), k, category)
			html_add(h, "<li>%s</li>", json_string_value(category));
		html_add(h, "</ul></td></tr>\n");
	}
	page_table_end(h);
	html_add(h,
	    "<p>Всяка организация вижда само това, което е на нейния ред. "
	    "Името, ЕГН и адресът не се споделят.</p>\n");
}

static void
signers_write(struct html *h, const json_t *doc)
{
	const json_t *item;
	size_t i;

	html_add(h, "<h2>Кой се съгласи</h2>\n<ul>\n");
	json_array_foreach(json_object_get(doc, "signed"), i, item)
		html_add(h, "<li>%s – %s, %s</li>\n", req_str(item, "capacity"),
		    req_str(item, "method"), req_str(item, "at"));
	html_add(h, "</ul>\n");
	if (!own(doc))
		html_add(h, "<p>Мнение на детето: %s.</p>\n",
		    req_str(doc, "child_opinion"));
}

static void
withdrawing_write(struct html *h, const json_t *doc)
{
	html_add(h,
	    "<h2>Как да оттеглите съгласието</h2>\n"
	    "<p>Кажете на служител на %s, устно или писмено. Можете да го "
	    "направите по всяко време. Не е нужно да казвате защо. %s</p>\n"
	    "<p>След оттеглянето споделеното се изтрива в регионалния център "
	    "и при получателите. Ще Ви дадем разписка кой го е изтрил и кога. "
	    "Прочетеното и отпечатаното не могат да бъдат върнати.</p>\n",
	    req_str(doc, "holder"), help_goes_on(doc));
}

/* The very text, or that it was erased. */
static void
text_write(struct html *h, const json_t *doc)
{
	const char *text = req_str(doc, "text");

	html_add(h, "<h2>Текстът, който беше прочетен</h2>\n");
	if (text != NULL)
		html_add(h, "<div class=\"read\" lang=\"%s\">%s</div>\n",
		    req_str(doc, "language"), text);
	else
		html_add(h, "<p>Текстът е изтрит.</p>\n");
	html_add(h,
	    "<p class=\"small\">Версия на текста %s. Контролна сума на текста "
	    "(SHA-256): <span class=\"hash\">%s</span><br>"
	    "Пълен номер на съгласието: <span class=\"hash\">%s</span></p>\n",
	    req_str(doc, "text_version"), req_str(doc, "text_sha256"),
	    req_str(doc, "consent"));
}

static void
consent_page(struct html *h, const json_t *doc)
{
	page_begin(h, "Разписка за съгласие", "");
	html_add(h,
	    "<p class=\"number\">Разписка № %s</p>\n"
	    "<h1>Съгласие за споделяне</h1>\n",
	    req_str(doc, "number"));
	if (req_str(doc, "withdrawn") != NULL)
		html_add(h,
		    "<p class=\"notice\">Това съгласие е оттеглено на %s и "
		    "вече не важи.</p>\n",
		    req_str(doc, "withdrawn"));
	else if (req_str(doc, "superseded") != NULL)
		html_add(h,
		    "<p class=\"notice\">На %s това съгласие е заменено с "
		    "ново. Важи новото.</p>\n",
		    req_str(doc, "superseded"));
	else if (json_is_true(json_object_get(doc, "expired")))
		html_add(h,
		    "<p class=\"notice\">Срокът на това съгласие е изтекъл. То "
		    "вече не важи.</p>\n");
	html_add(h,
	    "<p>Вие разрешихте на %s да сподели кратки данни за %s с "
	    "организациите по-долу. Целта е %s. Данните не се използват за "
	    "друго.</p>\n",
	    req_str(doc, "holder"), own(doc) ? "Вас" : "детето",
	    req_str(doc, "purpose"));
	html_add(h, "<h2>Какво се споделя и с кого</h2>\n");
	recipients_write(h, doc);
	html_add(h,
	    "<h2>Докога</h2>\n<p>От %s<br>до <strong>%s</strong></p>\n"
	    "<p>След този ден споделеното се изтрива.</p>\n",
	    req_str(doc, "from"), req_str(doc, "until"));
	withdrawing_write(h, doc);
	signers_write(h, doc);
	text_write(h, doc);
	page_end(h, req_str(doc, "printed"), req_str(doc, "printed_by"));
}

/* 1 unless the text is not the one that was signed for. */
static int
text_is_the_signed(const json_t *doc)
{
	const char *text, *expected;
	char hash[CRYPT_SHA256_HEX_SIZE];

	text = req_str(doc, "text");
	expected = req_str(doc, "text_sha256");
	if (text == NULL)
		return (1);
	crypt_sha256_hex(text, strlen(text), hash);
	return (expected != NULL && strcmp(hash, expected) == 0);
}

static int
consent_printed(struct req *r, const struct db_row *rows)
{
	struct html h = { 0 };
	json_t *doc;
	int right;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	doc = json_loads(db_text(rows, 0, 1), 0, NULL);
	right = doc != NULL && reply_open(doc, "consent") &&
		text_is_the_signed(doc);
	if (right)
		consent_page(&h, doc);
	json_decref(doc);
	if (!right)
		return (req_problem(r, PROBLEM_INTERNAL));
	return (page_reply(r, &h));
}

int
get_consent_print(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_CONSENT_PRINT), ARGS(r->param[0]), consent_printed));
}

/* One organisation: erased and when, or what is still waited for. */
static void
recipient_write(struct html *h, const json_t *item)
{
	const char *purged, *opened, *by;

	purged = req_str(item, "purged");
	opened = req_str(item, "opened");
	by = req_str(item, "opened_by");
	html_add(h, "<tr><td>%s</td><td>", req_str(item, "name"));
	if (purged != NULL)
		html_add(h, "Изтрито на %s", purged);
	else if (req_str(item, "delivered") != NULL)
		html_add(h, "<strong>Чака се потвърждение</strong>");
	else
		html_add(h, "Не е стигало до организацията");
	html_add(h, "</td><td>");
	if (opened != NULL && by != NULL)
		html_add(h, "%s, от %s", opened, by);
	else if (opened != NULL)
		html_add(h, "%s", opened);
	else
		html_add(h, "Не");
	html_add(h, "</td></tr>\n");
}

/* How many have received it and not yet confirmed the erasure. */
static size_t
pending(const json_t *items)
{
	const json_t *item;
	size_t i, n = 0;

	json_array_foreach(items, i, item) {
		if (req_str(item, "purged") == NULL &&
		    req_str(item, "delivered") != NULL)
			n++;
	}
	return (n);
}

static void
erased_write(struct html *h, const json_t *doc)
{
	static const char *const heads[] = { "Къде", "Изтриване",
		"Било ли е прочетено", NULL };
	const json_t *items, *item;
	size_t i;

	items = json_object_get(doc, "items");
	page_table_begin(h, heads);
	html_add(h, "<tr><td>Регионален център</td><td>");
	if (req_str(doc, "hub_at") != NULL)
		html_add(h, "Изтрито на %s", req_str(doc, "hub_at"));
	else
		html_add(h, "<strong>Чака се потвърждение</strong>");
	html_add(h, "</td><td>–</td></tr>\n");
	json_array_foreach(items, i, item)
		recipient_write(h, item);
	page_table_end(h);
	if (req_str(doc, "hub_at") == NULL || pending(items) > 0)
		html_add(h,
		    "<p>Където се чака потвърждение, още не знаем дали "
		    "е изтрито. Поискайте от %s нова разписка след два "
		    "дни.</p>\n",
		    req_str(doc, "holder"));
	else
		html_add(h, "<p>Всички са потвърдили.</p>\n");
}

static void
withdrawal_page(struct html *h, const json_t *doc)
{
	page_begin(h, "Разписка за оттегляне", "");
	html_add(h,
	    "<p class=\"number\">Разписка № %s</p>\n"
	    "<h1>Оттеглено съгласие</h1>\n"
	    "<p>Съгласието за споделяне на данни за %s е оттеглено на "
	    "<strong>%s</strong> Оттегли го: %s. Заявено е чрез: %s.</p>\n"
	    "<p>%s вече не споделя нищо по него. %s</p>\n"
	    "<h2>Къде е изтрито</h2>\n",
	    req_str(doc, "number"), own(doc) ? "Вас" : "детето",
	    req_str(doc, "withdrawn"), req_str(doc, "withdrawn_by"),
	    req_str(doc, "door"), req_str(doc, "holder"), help_goes_on(doc));
	if (json_is_true(json_object_get(doc, "shared")))
		erased_write(h, doc);
	else
		html_add(h,
		    "<p>По това съгласие още нищо не беше споделено, затова "
		    "няма какво да се изтрива.</p>\n");
	html_add(h,
	    "<p class=\"notice\">Прочетеното и отпечатаното не могат да бъдат "
	    "върнати.</p>\n"
	    "<p class=\"small\">Изтритото изчезва и от резервните копия най-"
	    "късно след 30 дни.<br>Пълен номер на съгласието: "
	    "<span class=\"hash\">%s</span></p>\n",
	    req_str(doc, "consent"));
	page_end(h, req_str(doc, "printed"), req_str(doc, "printed_by"));
}

static int
withdrawal_printed(struct req *r, const struct db_row *rows)
{
	struct html h = { 0 };
	json_t *doc;

	if (rows->n == 0)
		return (req_problem(r, PROBLEM_NOT_FOUND));
	if ((doc = json_loads(db_text(rows, 0, 1), 0, NULL)) == NULL)
		return (req_problem(r, PROBLEM_INTERNAL));
	withdrawal_page(&h, doc);
	json_decref(doc);
	return (page_reply(r, &h));
}

int
get_withdrawal_print(struct req *r)
{
	return (db_exec(r, STMTS(STMT_WITHDRAWAL_PRINT), ARGS(r->param[0]),
	    withdrawal_printed));
}
