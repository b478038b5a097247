/*
 * The identity key and the receipt key of this node.
 *
 * A wrong identity key would make every person unreadable and seal new ones
 * under two keys, so a node with one refuses to start.
 */
#include "identity.h"

#include <stdio.h>

#include <libpq-fe.h>

#include "auth.h"
#include "config.h"
#include "crypt.h"

static struct crypt_key *sealing;
static struct auth_key *signing;

const struct crypt_key *
identity_key(void)
{
	return (sealing);
}

const struct auth_key *
identity_receipt_key(void)
{
	return (signing);
}

static int
refuse(char *err, size_t errlen, const char *why)
{
	(void)snprintf(err, errlen, "%s", why);
	return (-1);
}

/* One statement with one text; NULL when it failed. */
static PGresult *
ask(PGconn *pg, const char *sql, const char *arg)
{
	PGresult *res;

	res = PQexecParams(pg, sql, 1, NULL, &arg, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		return (res);
	PQclear(res);
	return (NULL);
}

/* The first key seen is the database's; any other is the wrong one. */
static int
fingerprint_check(PGconn *pg, char *err, size_t errlen)
{
	PGresult *res;
	int known;

	res = ask(pg,
	    "WITH new AS (INSERT INTO identity_key (fingerprint) SELECT $1"
	    " WHERE NOT EXISTS (SELECT FROM identity_key)"
	    " ON CONFLICT DO NOTHING RETURNING fingerprint)"
	    " SELECT fingerprint FROM new UNION ALL"
	    " SELECT CASE WHEN next IS NULL THEN fingerprint END"
	    " FROM identity_key",
	    crypt_key_fingerprint(sealing));
	if (res == NULL)
		return (refuse(err, errlen, "could not read identity_key"));
	if (PQntuples(res) != 1 || PQgetisnull(res, 0, 0)) {
		PQclear(res);
		return (refuse(err, errlen,
		    "a change of the identity key was not completed: "
		    "run rekey again"));
	}
	known = crypt_key_check(sealing, PQgetvalue(res, 0, 0));
	PQclear(res);
	if (!known)
		return (refuse(err, errlen,
		    "identity_key_file is not the key that sealed this "
		    "database"));
	return (0);
}

static int
lease_set(PGconn *pg, char *err, size_t errlen)
{
	PGresult *res;
	char text[24];

	(void)snprintf(
	    text, sizeof(text), "%ld", config_number("mirror_lease_s"));
	res = ask(pg,
	    "UPDATE hub_link SET mirror_lease = make_interval(secs => $1::int)"
	    " RETURNING 1",
	    text);
	if (res == NULL)
		return (refuse(err, errlen, "could not set the lease"));
	PQclear(res);
	return (0);
}

/* Without the database nobody can tell whether the key is the right one. */
static int
database_check(char *err, size_t errlen)
{
	PGconn *pg;
	int result;

	pg = PQconnectdb(config_text("database"));
	if (PQstatus(pg) != CONNECTION_OK)
		result = refuse(err, errlen,
		    "could not reach the database to check the identity key");
	else if ((result = fingerprint_check(pg, err, errlen)) == 0)
		result = lease_set(pg, err, errlen);
	PQfinish(pg);
	return (result);
}

int
identity_start(char *err, size_t errlen)
{
	sealing = crypt_key_load(config_text("identity_key_file"), err, errlen);
	if (sealing == NULL)
		return (-1);
	signing = auth_key_load(config_text("receipt_key_file"), err, errlen);
	if (signing == NULL)
		return (-1);
	return (database_check(err, errlen));
}
