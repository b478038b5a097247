/*
 * zaedno-courier: carries a node's outbox to its hub and the hub's feed to
 * the node's mirror.  See api-spec/PROTOCOL.md.
 */
#include "courier.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/config.h"
#include "common/crypt.h"
#include "common/log.h"

/* hub_link is looked at this often. */
#define LINK_MS 2000
/* How long a stop waits for answers that are under way. */
#define STOP_MS 2000
/* Another courier's lock may take a moment to go with its connection. */
#define LOCK_TRIES 12
/* The database is tried at least every 2 s. */
#define STORE_DOUBLINGS 3

static const struct config_row config_rows[] = {
	{ "courier_database", CONFIG_TEXT, "!", 0, 0,
	    "libpq connection string of the courier's role" },
	{ "assertion_key_file", CONFIG_TEXT, "!", 0, 0,
	    "PEM file, mode 0600, of the key that says who this node is" },
	{ "receipt_key_file", CONFIG_TEXT, "!", 0, 0,
	    "PEM file, mode 0600, of the key that signs receipts" },
	{ "hub_ca_file", CONFIG_TEXT, NULL, 0, 0,
	    "certificates by which the hub is known; default: the system's" },
	{ "hub_plain_http", CONFIG_FLAG, "no", 0, 0,
	    "whether a hub beyond loopback may be spoken to without TLS" },
	{ "hub_warning_s", CONFIG_NUMBER, "900", 1, 86400,
	    "seconds without the hub until a warning is logged" },
	{ "transfers", CONFIG_NUMBER, "8", 1, TRANSFERS_MAX,
	    "items that travel at the same time" },
	{ "connect_timeout_ms", CONFIG_NUMBER, "5000", 100, 60000,
	    "how long connecting to the hub may take" },
	{ "request_timeout_ms", CONFIG_NUMBER, "30000", 1000, 300000,
	    "how long an answer of the hub may take" },
	{ "log_level", CONFIG_TEXT, "info", 0, 0,
	    "debug, info, warning or error" },
};
#define CONFIG_ROWS (sizeof(config_rows) / sizeof(config_rows[0]))

void
pause_begin(struct pause *p, long retry_after)
{
	long ms;

	ms = backoff_ms(++p->failures, (uint32_t)random());
	p->until = now_ms() + (retry_after > ms ? retry_after : ms);
}

void
pause_end(struct pause *p)
{
	p->failures = 0;
	p->until = 0;
}

int
pause_holds(const struct pause *p)
{
	return (p->until != 0 && now_ms() < p->until);
}

long
pause_left(const struct pause *p)
{
	long long left;

	left = p->until - now_ms();
	return (left <= 0 ? 0 : left > FAR_MS ? FAR_MS : (long)left);
}

static void
fatal(const char *reason)
{
	log_event(LOG_LEVEL_ERROR, "stopped", LOG_S("reason", reason), LOG_END);
	exit(1);
}

/* A gateway that answers for a hub that is away says that it is away. */
static int
hub_is_away(int status)
{
	return (status == 0 || (status >= 502 && status <= 504));
}

void
hub_seen(struct courier *c, const struct transfer *t)
{
	if (t->oversize || !hub_is_away(t->status)) {
		if (c->down_at == 0)
			return;
		c->down_at = 0;
		(void)store_hub_down(&c->store, 0);
		log_event(LOG_LEVEL_INFO, "hub is back", LOG_END);
		outbox_resume(c);
		pause_end(&c->token.pause);
		return;
	}
	if (c->down_at != 0)
		return;
	c->down_at = now_ms();
	c->warned = 0;
	(void)store_hub_down(&c->store, 1);
	log_event(
	    LOG_LEVEL_INFO, "hub is away", LOG_I("status", t->status), LOG_END);
}

static void
hub_warn(struct courier *c)
{
	long long seconds;

	if (c->down_at == 0 || c->warned)
		return;
	seconds = (now_ms() - c->down_at) / 1000;
	if (seconds < c->warning_s)
		return;
	c->warned = 1;
	log_event(LOG_LEVEL_WARNING, "hub has been away for long",
	    LOG_I("seconds", seconds), LOG_END);
}

/* Keeps the offset when it has moved by more than Date's own grain. */
static void
clock_keep(struct courier *c)
{
	long long moved;

	moved = c->http.offset_ms - c->link.clock_offset_ms;
	if (llabs(moved) < 1500 || c->store.db == NULL)
		return;
	c->link.clock_offset_ms = c->http.offset_ms;
	(void)store_clock(&c->store, c->http.offset_ms);
	if (llabs(c->http.offset_ms) > 60000) {
		log_event(LOG_LEVEL_WARNING, "clocks differ from the hub's",
		    LOG_I("seconds", c->http.offset_ms / 1000), LOG_END);
	}
}

static void
link_turn(struct courier *c, int noticed)
{
	struct link l;

	if (now_ms() < c->link_at && (!noticed || c->link.state == LINK_JOINED))
		return;
	c->link_at = now_ms() + LINK_MS;
	if (!store_link(&c->store, &l))
		return;
	/* A feed read from the start may come from a hub that was restored. */
	if (l.resync && l.position.cursor[0] == '\0')
		l.position.feed_id[0] = '\0';
	if (l.state != c->link.state ||
	    strcmp(l.organisation_id, c->link.organisation_id) != 0 ||
	    strcmp(l.hub_url, c->link.hub_url) != 0) {
		token_forget(c);
		feed_reset(c);
		enrol_reset(c);
		heads_reset(c);
		outbox_reset(c);
	}
	c->link = l;
}

/*
 * A database that is away is waited for.  A lock that is held may be that of
 * a connection that is just ending, so it is tried some times.
 */
static void
store_failed(struct courier *c, enum store_result result, const char *err)
{
	if (result == STORE_WRONG)
		fatal(err);
	if (result == STORE_LOCKED && ++c->lock_tries > LOCK_TRIES)
		fatal(err);
	if (c->store_pause.failures > STORE_DOUBLINGS)
		c->store_pause.failures = STORE_DOUBLINGS;
	if (result == STORE_LOCKED)
		c->store_pause.failures = 0;
	pause_begin(&c->store_pause, 0);
	if (result == STORE_LOCKED)
		return;
	log_event(LOG_LEVEL_WARNING, "could not use the database",
	    LOG_S("reason", err), LOG_END);
}

/* Everything in flight is dropped: the database says where to go on. */
static void
store_again(struct courier *c)
{
	char err[256];
	enum store_result result;

	outbox_reset(c);
	feed_reset(c);
	enrol_reset(c);
	heads_reset(c);
	c->link_at = 0;
	if (pause_holds(&c->store_pause))
		return;
	result = store_open(&c->store, c->conninfo, err, sizeof(err));
	if (result == STORE_OK) {
		pause_end(&c->store_pause);
		c->lock_tries = 0;
		link_turn(c, 1);
		c->http.offset_ms = c->link.clock_offset_ms;
		if (c->link.down_since != 0)
			c->down_at =
			    now_ms() - (wall_ms() - c->link.down_since * 1000);
		log_event(LOG_LEVEL_INFO, "database connected", LOG_END);
		return;
	}
	store_failed(c, result, err);
}

static long
least(long a, long b)
{
	return (a < b ? a : b);
}

/* Sleeps until the hub, the database, a signal or a time; 1: stop. */
static int
courier_sleep(struct courier *c, int signals)
{
	struct curl_waitfd fds[2] = {
		{ .fd = signals, .events = CURL_WAIT_POLLIN },
		{ .fd = -1, .events = CURL_WAIT_POLLIN },
	};
	struct signalfd_siginfo info;
	long ms;

	if (c->store.db == NULL) {
		ms = pause_left(&c->store_pause);
	} else {
		fds[1].fd = PQsocket(c->store.db);
		ms = least(outbox_due(c), feed_due(c));
		ms = least(ms, least(token_due(c), enrol_due(c)));
		ms = least(ms, c->http.ended ? 0 : LINK_MS);
	}
	(void)curl_multi_poll(
	    c->http.multi, fds, c->store.db == NULL ? 1 : 2, (int)ms, NULL);
	return (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info));
}

static void
courier_turn(struct courier *c)
{
	int noticed;

	if (c->store.db == NULL) {
		store_again(c);
		return;
	}
	if ((noticed = store_noticed(&c->store)) != 0)
		c->outbox.look = 1;
	link_turn(c, noticed);
	/* New items leave before anything waits for a commit. */
	outbox_turn(c);
	http_turn(&c->http);
	feed_turn(c);
	outbox_settle(c);
	token_turn(c);
	enrol_turn(c);
	heads_turn(c);
	clock_keep(c);
	hub_warn(c);
}

/* Takes what is under way, sends nothing new. */
static void
courier_stop(struct courier *c)
{
	long long until;
	size_t n;

	feed_reset(c);
	until = now_ms() + STOP_MS;
	while (outbox_busy(c) && now_ms() < until) {
		(void)curl_multi_poll(c->http.multi, NULL, 0, 50, NULL);
		http_turn(&c->http);
	}
	outbox_settle(c);
	outbox_reset(c);
	for (n = 0; n < ITEMS_MAX; n++)
		http_free(&c->http, &c->outbox.item[n].transfer);
	http_free(&c->http, &c->token.transfer);
	http_free(&c->http, &c->feed.transfer);
	http_free(&c->http, &c->enrol.transfer);
	http_free(&c->http, &c->heads.transfer);
	http_end(&c->http);
	store_close(&c->store);
	auth_key_free(c->assertion_key);
	auth_key_free(c->receipt_key);
	log_event(LOG_LEVEL_INFO, "stopped", LOG_END);
}

static void
usage(void)
{
	(void)fprintf(stderr,
	    "usage: zaedno-courier [-t] -c file\n"
	    "       zaedno-courier -e\n"
	    "-t checks the file and the keys, -e prints an example file\n");
	exit(2);
}

static void
courier_configure(struct courier *c, const char *file)
{
	char err[512];

	if (config_load(file, config_rows, CONFIG_ROWS, err, sizeof(err)) != 0)
		fatal(err);
	log_init("courier", config_text("log_level"));
	c->conninfo = config_text("courier_database");
	c->transfers = config_number("transfers");
	c->request_timeout_ms = config_number("request_timeout_ms");
	c->warning_s = config_number("hub_warning_s");
	c->http.ca_file = config_text("hub_ca_file");
	c->http.connect_timeout_ms = config_number("connect_timeout_ms");
	c->http.plain = config_flag("hub_plain_http");
	c->assertion_key =
	    auth_key_load(config_text("assertion_key_file"), err, sizeof(err));
	if (c->assertion_key == NULL)
		fatal(err);
	c->receipt_key =
	    auth_key_load(config_text("receipt_key_file"), err, sizeof(err));
	if (c->receipt_key == NULL)
		fatal(err);
}

/* The signals that stop us, as a descriptor to be polled. */
static int
signals_open(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return (signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

int
main(int argc, char **argv)
{
	static struct courier c;
	const char *file;
	int opt, only_test, signals;
	unsigned seed;

	file = NULL;
	only_test = 0;
	log_init("courier", "info");
	c.token.refused = -1;
	while ((opt = getopt(argc, argv, "c:te")) != -1) {
		if (opt == 'e') {
			config_example(stdout, config_rows, CONFIG_ROWS);
			return (0);
		}
		if (opt == 'c')
			file = optarg;
		else if (opt == 't')
			only_test = 1;
		else
			usage();
	}
	if (file == NULL || optind != argc)
		usage();
	if (!crypt_init() || !http_init(&c.http))
		fatal("out of memory");
	courier_configure(&c, file);
	if (only_test)
		return (0);
	if (getrandom(&seed, sizeof(seed), 0) == (ssize_t)sizeof(seed))
		srandom(seed);
	if ((signals = signals_open()) == -1)
		fatal("cannot take signals");
	do {
		courier_turn(&c);
	} while (!courier_sleep(&c, signals));
	courier_stop(&c);
	return (0);
}
