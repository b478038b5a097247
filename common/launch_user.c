/*
 * user-add: the first person of a service, made beside it, since nobody can
 * sign in yet to make one.
 */
#include "launch.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "crypt.h"
#include "password.h"
#include "totp.h"

static const char insert_sql[] =
    "INSERT INTO app_user (id, login, name, role, password_hash, totp_secret)"
    " VALUES ($1::uuid, $2, $3, $4, $5, $6)";

struct person {
	char id[CRYPT_UUID_SIZE];
	char hash[PASSWORD_ENCODED_SIZE];
	char totp[TOTP_SECRET_SIZE];
	int has_totp;
};

static int
fail(const char *why)
{
	(void)fprintf(stderr, "zaedno-%s: user-add: %s\n", launch_service, why);
	return (EXIT_FAILURE);
}

/* 1 when the role is one of the comma-separated list. */
static int
role_listed(const char *list, const char *role)
{
	size_t len;

	len = strlen(role);
	for (; list != NULL && *list != '\0'; list += strspn(list, ", ")) {
		if (strncmp(list, role, len) == 0 &&
		    (list[len] == ',' || list[len] == '\0'))
			return (1);
		list += strcspn(list, ",");
	}
	return (0);
}

/* The password from standard input, hashed; NULL or what is wrong. */
static const char *
password_read(const char *login, char hash[PASSWORD_ENCODED_SIZE])
{
	char line[1024];
	const char *fault;

	if (fgets(line, sizeof(line), stdin) == NULL)
		return ("no password on standard input");
	line[strcspn(line, "\r\n")] = '\0';
	fault = NULL;
	if (password_policy(line, login) != PASSWORD_FINE)
		fault = "the password needs 12 to 200 characters";
	else if (!password_encode(line, hash))
		fault = "could not hash the password";
	crypt_wipe(line, sizeof(line));
	return (fault);
}

static int
person_insert(const char *conninfo, const struct person *p, char **argv)
{
	const char *values[6];
	PGconn *pg;
	PGresult *res;
	int done;

	values[0] = p->id;
	values[1] = argv[0];
	values[2] = argv[2];
	values[3] = argv[1];
	values[4] = p->hash;
	values[5] = p->has_totp ? p->totp : NULL;
	pg = PQconnectdb(conninfo);
	res = PQexecParams(pg, insert_sql, 6, NULL, values, NULL, NULL, 0);
	done = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!done)
		(void)fail(PQerrorMessage(pg));
	PQclear(res);
	PQfinish(pg);
	return (done);
}

int
launch_user_add(int argc, char **argv)
{
	struct person p;
	const char *conninfo, *fault;
	int opt;

	conninfo = config_text("database");
	optind = 1;
	while ((opt = getopt(argc, argv, "+d:")) != -1) {
		if (opt != 'd')
			return (fail("unknown option"));
		conninfo = optarg;
	}
	argc -= optind;
	argv += optind;
	if (argc != 3)
		return (fail("expects LOGIN ROLE NAME"));
	memset(&p, 0, sizeof(p));
	if ((fault = password_read(argv[0], p.hash)) != NULL)
		return (fail(fault));
	crypt_uuid7(p.id);
	p.has_totp = role_listed(config_text("totp_roles"), argv[1]);
	if (p.has_totp && !totp_secret(p.totp))
		return (fail("could not make a second factor"));
	if (!person_insert(conninfo, &p, argv))
		return (EXIT_FAILURE);
	(void)printf("{\"id\":\"%s\",\"totp_secret\":%s%s%s}\n", p.id,
	    p.has_totp ? "\"" : "", p.has_totp ? p.totp : "null",
	    p.has_totp ? "\"" : "");
	return (EXIT_SUCCESS);
}
