/*
 * zaedno-verify: checks an exported audit of a hub or a node, without network
 * and without a database.
 */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: zaedno-verify -k keys... -s heads... [-d days] [-r days]\n"
    "                     [-t time] export...\n"
    "\n"
    "Checks an audit as exportAudit gives it (its pages, one after another, "
    "in\n"
    "one file or several) against signed heads.  Any row that was changed,\n"
    "deleted, swapped, inserted or cut off is found, and so is a log that was\n"
    "begun again from an earlier state.\n"
    "\n"
    "  -k file  public keys: a JWK, a JWK set, or an answer of listAuditHeads\n"
    "  -s file  signed heads: answers of listAuditHeads, or one a line\n"
    "  -d days  who acted must be there this long (365)\n"
    "  -r days  a row must be there this long (1826)\n"
    "  -t time  the day of the check, RFC 3339 (that of the newest head)\n"
    "  -h       this\n"
    "\n"
    "Take keys and heads from another than who gave the export: a node's from\n"
    "its hub, a hub's from any node.\n"
    "\n"
    "Exit status: 0 nothing was changed; 1 something was; 2 it could not be\n"
    "checked.\n";

static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "zaedno-verify: %s: %s\n", what, why);
	exit(2);
}

static FILE *
open_file(const char *path)
{
	FILE *f;

	f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (f == NULL)
		die(path, "cannot be opened");
	return (f);
}

/* The next JSON document of a file, or NULL at its end. */
static json_t *
next_document(FILE *f, const char *path)
{
	json_error_t error;
	json_t *doc;
	int c;

	do
		c = getc(f);
	while (c == ' ' || c == '\n' || c == '\r' || c == '\t');
	if (c == EOF)
		return (NULL);
	(void)ungetc(c, f);
	doc = json_loadf(f, JSON_DISABLE_EOF_CHECK, &error);
	if (doc == NULL)
		die(path, "is not JSON");
	return (doc);
}

static void
keys_read(struct verify *v, const char *path)
{
	FILE *f;
	json_t *doc;
	int any;

	f = open_file(path);
	any = 0;
	while ((doc = next_document(f, path)) != NULL) {
		any += verify_keys(v, doc);
		json_decref(doc);
	}
	(void)fclose(f);
	if (any == 0)
		die(path, "has no public key");
}

/* One fault, in words and with its place; ends. */
static void
report(const struct verify *v, enum verify_fault fault, const char *path)
{
	struct verify_result r;

	r = verify_result(v);
	(void)printf("%s: %s", verify_exit(fault) == 1 ? "BAD" : "unchecked",
	    verify_fault_text(fault));
	if (fault == VERIFY_FORK)
		(void)printf(", index %lld to %lld", r.from, r.index);
	else if (r.index >= 0)
		(void)printf(", index %lld", r.index);
	if (path != NULL)
		(void)printf(" (%s)", path);
	(void)printf("\n");
	exit(verify_exit(fault));
}

/* Heads one a line: compact tokens. */
static enum verify_fault
lines_read(struct verify *v, FILE *f)
{
	enum verify_fault fault;
	char *line;
	size_t size;
	ssize_t n;

	line = NULL;
	size = 0;
	fault = VERIFY_GOOD;
	while (fault == VERIFY_GOOD && (n = getline(&line, &size, f)) != -1) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		if (n > 0)
			fault = verify_head(v, line, NULL);
	}
	free(line);
	return (fault);
}

static void
heads_read(struct verify *v, const char *path)
{
	enum verify_fault fault;
	json_t *doc;
	FILE *f;
	int c;

	f = open_file(path);
	c = getc(f);
	if (c != EOF)
		(void)ungetc(c, f);
	fault = VERIFY_GOOD;
	if (c != '{' && c != EOF)
		fault = lines_read(v, f);
	while (fault == VERIFY_GOOD && (doc = next_document(f, path)) != NULL) {
		fault = verify_heads(v, doc);
		json_decref(doc);
	}
	(void)fclose(f);
	if (fault != VERIFY_GOOD)
		report(v, fault, path);
}

static void
export_read(struct verify *v, const char *path)
{
	enum verify_fault fault;
	json_t *doc;
	FILE *f;

	f = open_file(path);
	while ((doc = next_document(f, path)) != NULL) {
		fault = verify_page(v, doc);
		json_decref(doc);
		if (fault != VERIFY_GOOD)
			report(v, fault, path);
	}
	(void)fclose(f);
}

static int
days(const char *text)
{
	char *end;
	long n;

	n = strtol(text, &end, 10);
	if (*text == '\0' || *end != '\0' || n < 0 || n > 100000)
		die(text, "is no number of days");
	return ((int)n);
}

static void
options_read(int argc, char **argv, struct verify_options *o)
{
	int opt;

	while ((opt = getopt(argc, argv, "k:s:d:r:t:h")) != -1) {
		if (opt == 'd')
			o->details_days = days(optarg);
		else if (opt == 'r')
			o->row_days = days(optarg);
		else if (opt == 't' && (o->now = verify_time(optarg)) == -1)
			die(optarg, "is no time");
		else if (opt == 'h') {
			(void)fputs(help, stdout);
			exit(0);
		} else if (opt == '?') {
			(void)fputs(help, stderr);
			exit(2);
		}
	}
}

/* Keys before heads, whatever the order in which they were named. */
static void
files_read(int argc, char **argv, struct verify *v)
{
	int pass, opt;

	for (pass = 0; pass < 2; pass++) {
		optind = 1;
		while ((opt = getopt(argc, argv, "k:s:d:r:t:h")) != -1) {
			if (opt == 'k' && pass == 0)
				keys_read(v, optarg);
			else if (opt == 's' && pass == 1)
				heads_read(v, optarg);
		}
	}
}

static void
good(const struct verify *v)
{
	struct verify_result r;
	char when[32];
	struct tm tm;

	r = verify_result(v);
	(void)gmtime_r(&r.signed_at, &tm);
	(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)printf("good: %lld leaves of log %s\n"
		     "%lld are vouched for by %zu heads (%zu countersigned), "
		     "the newest of %s; %lld came since\n"
		     "%lld rows, %lld reads; of %lld who acted was erased in "
		     "time, %lld are gone in time\n",
	    r.leaves, r.log_id, r.signed_leaves, r.heads, r.countersigned, when,
	    r.leaves - r.signed_leaves, r.rows, r.reads, r.erased, r.gone);
}

int
main(int argc, char **argv)
{
	struct verify_options options = { 0, VERIFY_DETAILS_DAYS,
		VERIFY_ROW_DAYS };
	enum verify_fault fault;
	struct verify *v;
	int i;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		(void)fputs(help, stdout);
		return (0);
	}
	options_read(argc, argv, &options);
	if (optind == argc || !crypt_init()) {
		(void)fputs(help, stderr);
		return (2);
	}
	v = verify_new(&options);
	files_read(argc, argv, v);
	for (i = optind; i < argc; i++)
		export_read(v, argv[i]);
	if ((fault = verify_end(v)) != VERIFY_GOOD)
		report(v, fault, NULL);
	good(v);
	verify_free(v);
	return (0);
}
