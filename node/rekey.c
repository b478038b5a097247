/*
 * zaedno-node rekey: seals everything anew under another identity key.
 *
 * Run with the service stopped, as a role that may write all rows (the
 * owner).  The database notes the key that is aimed at before the first row,
 * so that the service cannot start half-way and a second run goes on; rows
 * are done in batches, each in a transaction of its own.
 *
 * The blind index is made anew with its person; the keyed hashes of content
 * are not: a repeat of a request from before the change answers 409.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <libpq-fe.h>

#include "config.h"
#include "crypt.h"
#include "person_index.h"

#define BATCH        "200"
#define CONTEXT_SIZE 96
#define PATTERN_SIZE 32

struct rekey {
	PGconn *pg;
	struct crypt_key *from;
	struct crypt_key *to;
	char pattern[PATTERN_SIZE]; /* LIKE: sealed by the new key */
	long done;
};

/* A table with a sealed column: which rows are left, and how to write one. */
struct sealed_table {
	const char *kind;
	const char *select; /* $1 pattern, $2 batch → key, sealed */
	const char *update; /* $1 key, $2 sealed */
	int indexed;
};

static const struct sealed_table tables[] = {
	{ "person",
	    "SELECT id::text, sealed FROM person WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE person SET sealed = $2 WHERE id = $1::uuid", 1 },
	{ "case",
	    "SELECT id::text, sealed FROM case_file WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE case_file SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "episode",
	    "SELECT id::text, service FROM episode WHERE service NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE episode SET service = $2 WHERE id = $1::uuid", 0 },
	{ "consent",
	    "SELECT consent_id || '/' || version, sealed FROM consent_version"
	    " WHERE sealed NOT LIKE $1 ORDER BY consent_id, version"
	    " LIMIT $2::int",
	    "UPDATE consent_version SET sealed = $2"
	    " WHERE consent_id = split_part($1, '/', 1)::uuid"
	    " AND version = split_part($1, '/', 2)::bigint",
	    0 },
	{ "signal",
	    "SELECT id::text, sealed FROM signal WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE signal SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "signal",
	    "SELECT id || '/acknowledgement', ack_sealed FROM signal"
	    " WHERE ack_sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE signal SET ack_sealed = $2"
	    " WHERE id = split_part($1, '/', 1)::uuid",
	    0 },
	{ "team_record",
	    "SELECT id::text, sealed FROM team_record WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE team_record SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "emergency",
	    "SELECT id::text, sealed FROM emergency_reading"
	    " WHERE sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE emergency_reading SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "family_word",
	    "SELECT id::text, sealed FROM family_word"
	    " WHERE sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE family_word SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "family_word",
	    "SELECT id || '/answer', answer_sealed FROM family_word"
	    " WHERE answer_sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE family_word SET answer_sealed = $2"
	    " WHERE id = split_part($1, '/', 1)::uuid",
	    0 },
	{ "child_limit",
	    "SELECT case_id::text, sealed FROM child_limit"
	    " WHERE sealed NOT LIKE $1 ORDER BY case_id LIMIT $2::int",
	    "UPDATE child_limit SET sealed = $2 WHERE case_id = $1::uuid", 0 },
	{ "change",
	    "SELECT id::text, sealed FROM shared_change"
	    " WHERE sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE shared_change SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "overrule",
	    "SELECT summary_id || '/' || version, sealed FROM summary_overrule"
	    " WHERE sealed NOT LIKE $1 ORDER BY summary_id, version"
	    " LIMIT $2::int",
	    "UPDATE summary_overrule SET sealed = $2"
	    " WHERE summary_id = split_part($1, '/', 1)::uuid"
	    " AND version = split_part($1, '/', 2)::bigint",
	    0 },
	{ "need_link",
	    "SELECT id::text, sealed FROM need_link WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE need_link SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "difficulty_check",
	    "SELECT id::text, sealed FROM difficulty_check"
	    " WHERE sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE difficulty_check SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "prompt_answer",
	    "SELECT id::text, sealed FROM prompt_answer"
	    " WHERE sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE prompt_answer SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "grid",
	    "SELECT id::text, sealed FROM grid WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE grid SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "connecting",
	    "SELECT id::text, sealed FROM connecting WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE connecting SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "episode",
	    "SELECT episode_id || '/continuity', sealed FROM continuity"
	    " WHERE sealed NOT LIKE $1 ORDER BY episode_id LIMIT $2::int",
	    "UPDATE continuity SET sealed = $2"
	    " WHERE episode_id = split_part($1, '/', 1)::uuid",
	    0 },
	{ "helper",
	    "SELECT id::text, sealed FROM helper WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE helper SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "voice",
	    "SELECT id::text, sealed FROM voice WHERE sealed NOT LIKE $1"
	    " ORDER BY id LIMIT $2::int",
	    "UPDATE voice SET sealed = $2 WHERE id = $1::uuid", 0 },
	{ "voice",
	    "SELECT id || '/answer', ans_sealed FROM voice"
	    " WHERE ans_sealed NOT LIKE $1 ORDER BY id LIMIT $2::int",
	    "UPDATE voice SET ans_sealed = $2"
	    " WHERE id = split_part($1, '/', 1)::uuid",
	    0 },
};

static int
fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "zaedno-node: rekey: %s: %s\n", what, why);
	return (0);
}

/* One statement; NULL, having said why, when it failed. */
static PGresult *
run(struct rekey *k, const char *sql, int n, const char *const *args)
{
	PGresult *res;
	ExecStatusType status;

	res = PQexecParams(k->pg, sql, n, NULL, args, NULL, NULL, 0);
	status = PQresultStatus(res);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return (res);
	/* The message's primary line never quotes a row's content. */
	(void)fail(
	    "database", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) != NULL
			    ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)
			    : "connection lost");
	PQclear(res);
	return (NULL);
}

static int
done(struct rekey *k, const char *sql, int n, const char *const *args)
{
	PGresult *res;

	res = run(k, sql, n, args);
	PQclear(res);
	return (res != NULL);
}

static int
index_write(struct rekey *k, const char *id, const char *text)
{
	const char *args[2];
	json_t *person, *rows;
	char *list;
	int ok;

	person = json_loads(text, 0, NULL);
	rows = person_index_rows(k->to, person);
	list = json_dumps(rows, JSON_COMPACT);
	args[0] = id;
	args[1] = list;
	ok = done(k, "DELETE FROM person_index WHERE person_id = $1::uuid", 1,
		 args) &&
	     done(k,
		 "INSERT INTO person_index (person_id, purpose, token)"
		 " SELECT DISTINCT $1::uuid, x.purpose, decode(x.token, 'hex')"
		 " FROM json_to_recordset($2::json)"
		 " AS x(purpose text, token text)",
		 2, args);
	free(list);
	json_decref(rows);
	json_decref(person);
	return (ok);
}

/* Opens one row with the old key and seals it with the new one. */
static int
row_rekey(struct rekey *k, const struct sealed_table *t, const char *id,
    const char *sealed)
{
	char context[CONTEXT_SIZE], *text, *fresh;
	const char *args[2];
	int ok;

	(void)snprintf(context, sizeof(context), "%s/%s", t->kind, id);
	text = crypt_open(k->from, context, sealed);
	if (text == NULL)
		return (fail(context, "the old key does not open it"));
	fresh = crypt_seal(k->to, context, text);
	args[0] = id;
	args[1] = fresh;
	ok = fresh != NULL && done(k, t->update, 2, args) &&
	     (!t->indexed || index_write(k, id, text));
	crypt_wipe_free(text);
	free(fresh);
	return (ok);
}

/* The rows of one batch; how many, or -1. */
static int
batch_rekey(struct rekey *k, const struct sealed_table *t)
{
	const char *args[] = { k->pattern, BATCH };
	PGresult *rows;
	int i, n, ok;

	if (!done(k, "BEGIN", 0, NULL) ||
	    (rows = run(k, t->select, 2, args)) == NULL)
		return (-1);
	n = PQntuples(rows);
	ok = 1;
	for (i = 0; ok && i < n; i++)
		ok = row_rekey(
		    k, t, PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1));
	PQclear(rows);
	if (!ok || !done(k, "COMMIT", 0, NULL))
		return (-1);
	k->done += n;
	return (n);
}

/* Notes the aim; the service refuses to start until it is reached. */
static int
aim(struct rekey *k)
{
	const char *args[] = { crypt_key_fingerprint(k->from),
		crypt_key_fingerprint(k->to) };
	PGresult *res;
	int n;

	res = run(k,
	    "UPDATE identity_key SET next = $2 WHERE fingerprint = $1"
	    " AND (next IS NULL OR next = $2) RETURNING 1",
	    2, args);
	n = res != NULL ? PQntuples(res) : 0;
	PQclear(res);
	return (n == 1 ||
		fail("identity_key_file",
		    "is not the key of this database, or another change of key "
		    "is under way"));
}

static int
arrive(struct rekey *k)
{
	const char *args[] = { crypt_key_fingerprint(k->to) };

	return (done(k,
	    "UPDATE identity_key SET fingerprint = $1, next = NULL,"
	    " set_at = statement_timestamp() WHERE next = $1",
	    1, args));
}

static int
rekey_all(struct rekey *k)
{
	size_t i;
	int n;

	if (!aim(k))
		return (0);
	(void)snprintf(
	    k->pattern, sizeof(k->pattern), "z1.%s.%%", crypt_key_id(k->to));
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		while ((n = batch_rekey(k, &tables[i])) > 0)
			;
		if (n == -1)
			return (0);
	}
	return (arrive(k));
}

static int
keys_load(struct rekey *k, const char *path)
{
	char err[256];

	k->from =
	    crypt_key_load(config_text("identity_key_file"), err, sizeof(err));
	if (k->from == NULL)
		return (fail("identity_key_file", err));
	if ((k->to = crypt_key_load(path, err, sizeof(err))) == NULL)
		return (fail(path, err));
	return (1);
}

int
node_rekey(int argc, char **argv)
{
	struct rekey k = { 0 };
	const char *conninfo;
	int opt, ok;

	conninfo = config_text("database");
	optind = 1;
	while ((opt = getopt(argc, argv, "d:")) != -1) {
		if (opt != 'd')
			return (EXIT_FAILURE);
		conninfo = optarg;
	}
	if (optind != argc - 1) {
		(void)fail("usage", "rekey [-d CONNINFO] NEW_KEY_FILE");
		return (EXIT_FAILURE);
	}
	k.pg = PQconnectdb(conninfo);
	ok = PQstatus(k.pg) == CONNECTION_OK ||
	     fail("database", "could not connect");
	ok = ok && keys_load(&k, argv[optind]) && rekey_all(&k);
	PQfinish(k.pg);
	crypt_key_free(k.from);
	crypt_key_free(k.to);
	if (!ok)
		return (EXIT_FAILURE);
	(void)printf("%ld rows sealed anew; now put %s in the place of %s\n",
	    k.done, argv[optind], config_text("identity_key_file"));
	return (EXIT_SUCCESS);
}
