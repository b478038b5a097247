/*
 * Bodies that are signed when they are delivered, because the key is the
 * courier's and the date the hub's.
 */
#include "courier.h"

#include <stdlib.h>
#include <string.h>

/* PROTOCOL.md section 11: what was erased here, when, by which event. */
static char *
purge_receipt(const struct courier *c, json_t *queued)
{
	json_t *claims, *body;
	char *jws, *text;

	claims = json_pack("{s:s, s:s, s:I, s:O, s:O, s:O, s:O, s:O, s:O}",
	    "token_use", "purge-receipt", "iss", c->link.organisation_id, "iat",
	    (json_int_t)http_hub_time(&c->http), "summary_id",
	    json_object_get(queued, "summary_id"), "version",
	    json_object_get(queued, "version"), "feed_id",
	    json_object_get(queued, "feed_id"), "seq",
	    json_object_get(queued, "seq"), "tag",
	    json_object_get(queued, "tag"), "at",
	    json_object_get(queued, "at"));
	jws = claims == NULL ? NULL : auth_sign(c->receipt_key, claims);
	json_decref(claims);
	if (jws == NULL)
		return (NULL);
	body = json_pack("{s:s}", "receipt", jws);
	text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	free(jws);
	return (text);
}

char *
item_body(const struct courier *c, const char *queued)
{
	json_t *body;
	const char *kind;
	char *text;

	/* Most bodies are not looked into. */
	if (strstr(queued, "\"sign\"") == NULL)
		return (strdup(queued));
	if ((body = json_loads(queued, 0, NULL)) == NULL)
		return (NULL);
	kind = json_string_value(json_object_get(body, "sign"));
	if (kind == NULL)
		text = strdup(queued);
	else if (strcmp(kind, "purge-receipt") == 0)
		text = purge_receipt(c, body);
	else
		text = NULL;
	json_decref(body);
	return (text);
}
