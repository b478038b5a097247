/*
 * Codes for the family's page at the hub: six on a sheet, each for one visit,
 * of one consent and one who signed it.
 *
 * The codes exist in one answer and on paper.  The hub gets what they become
 * once stretched (common/stretch.h), through the outbox; nothing here stores
 * or logs them, and a repeat of the request cannot show them again.
 *
 * createFamilyCodes, listFamilyCodes, revokeFamilyCodes.
 */
#include "node_routes.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "common/html.h"
#include "common/stretch.h"
#include "crypt.h"
#include "db.h"
#include "node_statements.h"
#include "page.h"
#include "reply.h"
#include "req.h"

#define CODES        6
#define GROUPS       4
#define CONTEXT_SIZE 64

/* A sheet on its way to paper. */
struct sheet {
	struct stretch stretch;
	char context[CONTEXT_SIZE];
	const char *capacity;
	const char *feed;
	json_t *words; /* what stands on it beside the codes */
};

/* Sixteen digits, each of 10^16 as likely. */
static void
code_make(char out[STRETCH_CODE])
{
	size_t i;

	for (i = 0; i < GROUPS; i++)
		(void)snprintf(out + 4 * i, 5, "%04u",
		    (unsigned)randombytes_uniform(10000));
}

static void
code_write(struct html *h, const char *code)
{
	char group[GROUPS][5] = { { 0 } };
	size_t i;

	for (i = 0; i < GROUPS; i++)
		memcpy(group[i], code + 4 * i, 4);
	html_add(h, "<li>%s %s %s %s</li>\n", group[0], group[1], group[2],
	    group[3]);
	crypt_wipe(group, sizeof(group));
}

static void
about_write(struct html *h, const json_t *doc)
{
	const char *rule = req_str(doc, "rule");
	int own = rule != NULL && strcmp(rule, "self") == 0;

	page_begin(h, "Лист с кодове", "");
	html_add(h,
	    "<p class=\"number\">Към разписка № %s</p>\n"
	    "<h1>Вашата страница</h1>\n"
	    "<p>На нея виждате какво се споделя за %s, с кого, докога и кой го "
	    "е "
	    "отворил. Можете да оттеглите съгласието си, да кажете „Не приемам "
	    "това“ и да попитате.</p>\n"
	    "<p>Отворете на телефон или компютър:<br><strong>%s</strong></p>\n",
	    req_str(doc, "number"), own ? "Вас" : "детето",
	    req_str(doc, "address"));
}

static void
rules_write(struct html *h, const json_t *doc)
{
	const char *phone = req_str(doc, "phone");

	html_add(h,
	    "<ul>\n<li>Един код е за едно влизане, до половин час. Изберете "
	    "който и да е.</li>\n"
	    "<li>Използвайте първия код до <strong>%s</strong> Иначе нито един "
	    "няма да важи.</li>\n"
	    "<li>Съгласието е до %s След края му кодовете важат още най-много "
	    "30 "
	    "дни, за да видите кой е изтрил.</li>\n"
	    "<li>Зачеркнете кода, който сте използвали.</li>\n</ul>\n"
	    "<p class=\"notice\">Листът е само за един човек: %s. Не го "
	    "давайте на "
	    "друг и не го снимайте. Ако го изгубите, кажете на %s",
	    req_str(doc, "first_until"), req_str(doc, "until"),
	    req_str(doc, "capacity"), req_str(doc, "holder"));
	if (phone != NULL)
		html_add(h, ", телефон %s", phone);
	html_add(h,
	    ". Кодовете спират веднага.</p>\n"
	    "<p class=\"small\">На страницата няма имена. Тя може да остане в "
	    "историята на браузъра: изтрийте я. Не пазим кодовете; показани са "
	    "само тук.</p>\n");
}

static int
sheet_reply(struct req *r, struct sheet *s)
{
	struct html h = { 0 };
	size_t i;

	about_write(&h, s->words);
	html_add(&h, "<ol class=\"codes\">\n");
	for (i = 0; i < s->stretch.n; i++)
		code_write(&h, s->stretch.code[i]);
	html_add(&h, "</ol>\n");
	rules_write(&h, s->words);
	page_end(
	    &h, req_str(s->words, "printed"), req_str(s->words, "printed_by"));
	return (page_reply_once(r, &h));
}

static int
sheet_done(struct req *r, struct sheet *s, int answer)
{
	json_decref(s->words);
	crypt_wipe(s, sizeof(*s));
	(void)r;
	return (answer);
}

static int
codes_stored(struct req *r, const struct db_row *rows)
{
	struct sheet *s = r->state;
	const char *status;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "201") != 0)
		return (sheet_done(r, s, req_reply_row(r, rows)));
	return (sheet_done(r, s, sheet_reply(r, s)));
}

static int
codes_stretched(struct req *r, struct stretch *stretch)
{
	struct sheet *s = r->state;
	json_auto_t *list = NULL;
	size_t i;

	if (!stretch->ok)
		return (sheet_done(r, s, req_problem(r, PROBLEM_UNAVAILABLE)));
	list = json_array();
	for (i = 0; i < stretch->n; i++)
		(void)json_array_append_new(list, json_string(stretch->hex[i]));
	return (db_exec(r,
	    STMTS(STMT_FAMILY_LOCK, STMT_FAMILY_SLIP_END, STMT_FAMILY_SLIP_PUT,
		STMT_FAMILY_SLIP_QUEUE, STMT_FAMILY_SLIP_PUT_REPLY),
	    ARGS(req_str(r->body, "consent_id"), r->param[0],
		req_json(r, "signer"), s->capacity, s->feed,
		req_dumps(r, list)),
	    codes_stored));
}

static int
codes_prepared(struct req *r, const struct db_row *rows)
{
	struct sheet *s = r->state;
	const char *status;
	int i;

	status = db_text(rows, 0, 0);
	if (status == NULL || strcmp(status, "ok") != 0)
		return (reply_checked(r, rows));
	if (!stretch_free())
		return (req_problem(r, PROBLEM_TOO_MANY_REQUESTS));
	s->capacity = req_strdup(r, db_text(rows, 0, db_col(rows, "capacity")));
	s->feed = req_strdup(r, db_text(rows, 0, db_col(rows, "feed_id")));
	s->words = json_loads(db_text(rows, 0, db_col(rows, "sheet")), 0, NULL);
	(void)snprintf(
	    s->context, sizeof(s->context), "zaedno family code %s", s->feed);
	s->stretch.n = CODES;
	for (i = 0; i < CODES; i++)
		code_make(s->stretch.code[i]);
	return (stretch_start(r, &s->stretch, s->context, codes_stretched));
}

int
create_family_codes(struct req *r)
{
	r->state = req_alloc(r, sizeof(struct sheet));
	return (db_exec(r, STMTS(STMT_FAMILY_PREPARE),
	    ARGS(r->param[0], req_str(r->body, "consent_id"),
		req_json(r, "signer")),
	    codes_prepared));
}

int
list_family_codes(struct req *r)
{
	return (db_exec(
	    r, STMTS(STMT_FAMILY_SLIP_LIST), ARGS(r->param[0]), req_reply_row));
}

int
revoke_family_codes(struct req *r)
{
	return (db_exec(r,
	    STMTS(STMT_FAMILY_SLIP_REVOKE, STMT_FAMILY_SLIP_REVOKE_REPLY),
	    ARGS(r->param[0]), req_reply_row));
}
