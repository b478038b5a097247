/*
 * The link to the one hub: joining it, and how it stands.  A node works
 * without its hub; that it is away is shown, and told to the log once it
 * has lasted.
 *
 * joinHub, getHubLink.
 */
#include "hub_link.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

#include "config.h"
#include "db.h"
#include "log.h"
#include "metrics.h"
#include "node_routes.h"
#include "node_statements.h"
#include "req.h"

#define HEALTH_EVERY_MS 5000

/* What the last look at the database has shown. */
static struct {
	char hub[8];
	char down_since[32];
	long down_s;
	long oldest_age_s;
	int warned;
} health = { .hub = "none" };

int
join_hub(struct req *r)
{
	return (db_exec(r, STMTS(STMT_HUB_LINK_JOIN, STMT_HUB_LINK_JOINING),
	    ARGS(req_str(r->body, "hub_url"), req_str(r->body, "code")),
	    req_reply_row));
}

int
get_hub_link(struct req *r)
{
	return (db_exec(r, STMTS(STMT_HUB_LINK_GET), NO_ARGS, req_reply_row));
}

static long
number(const char *text)
{
	return (text != NULL ? strtol(text, NULL, 10) : 0);
}

/* Once for each time that the hub is away for long. */
static void
warn(void)
{
	long limit = config_number("hub_warning_s");

	if (health.down_s < limit && health.oldest_age_s < limit) {
		health.warned = 0;
		return;
	}
	if (health.warned)
		return;
	health.warned = 1;
	log_event(LOG_LEVEL_WARNING, "hub not reached",
	    LOG_I("seconds", health.down_s > health.oldest_age_s
				 ? health.down_s
				 : health.oldest_age_s),
	    LOG_END);
}

static void
health_seen(void *arg, const struct db_row *rows)
{
	const char *text;

	(void)arg;
	if (rows == NULL || rows->n == 0)
		return;
	text = db_text(rows, 0, 0);
	(void)kore_strlcpy(
	    health.hub, text != NULL ? text : "none", sizeof(health.hub));
	text = db_text(rows, 0, 1);
	(void)kore_strlcpy(health.down_since, text != NULL ? text : "",
	    sizeof(health.down_since));
	health.down_s = number(db_text(rows, 0, 2));
	health.oldest_age_s = number(db_text(rows, 0, 4));
	metrics_set(METRIC_OUTBOX_WAITING, number(db_text(rows, 0, 3)));
	metrics_set(METRIC_OUTBOX_OLDEST, health.oldest_age_s);
	metrics_set(METRIC_FEED_REFUSED, number(db_text(rows, 0, 5)));
	warn();
}

static void
health_look(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (db_ready())
		(void)db_task(
		    STMTS(STMT_HUB_HEALTH_GET), NO_ARGS, health_seen, NULL);
}

void
hub_link_start(void)
{
	(void)kore_timer_add(health_look, HEALTH_EVERY_MS, NULL, 0);
}

json_t *
hub_link_health(void)
{
	json_t *doc;

	doc = json_pack("{s:s}", "hub", health.hub);
	if (health.down_since[0] != '\0')
		(void)json_object_set_new(
		    doc, "hub_down_since", json_string(health.down_since));
	if (health.warned)
		(void)json_object_set_new(
		    doc, "warnings", json_pack("[s]", "hub-unreachable"));
	return (doc);
}
