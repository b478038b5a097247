/*
 * The service inside Kore: what happens before the workers start, in each
 * worker, and which system calls a worker may make.
 */
#include <sys/prctl.h>
#include <sys/stat.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include "auth.h"
#include "config.h"
#include "crypt.h"
#include "db_internal.h"
#include "log.h"
#include "metrics.h"
#include "req_internal.h"
#include "service.h"
#include "service_config.h"

/*
 * Beyond Kore's own list: libpq's connections and polling, the lifetime
 * check of a worker, and the threads of password tasks.
 */
KORE_SECCOMP_FILTER("zaedno", KORE_SYSCALL_ALLOW(socket),
    KORE_SYSCALL_ALLOW(connect), KORE_SYSCALL_ALLOW(getsockopt),
    KORE_SYSCALL_ALLOW(setsockopt), KORE_SYSCALL_ALLOW(getsockname),
    KORE_SYSCALL_ALLOW(getpeername), KORE_SYSCALL_ALLOW(sendto),
    KORE_SYSCALL_ALLOW(sendmsg), KORE_SYSCALL_ALLOW(recvfrom),
    KORE_SYSCALL_ALLOW(recvmsg), KORE_SYSCALL_ALLOW(poll),
    KORE_SYSCALL_ALLOW(ppoll), KORE_SYSCALL_ALLOW(geteuid),
    KORE_SYSCALL_ALLOW(getuid), KORE_SYSCALL_ALLOW(getgid),
    KORE_SYSCALL_ALLOW(getegid), KORE_SYSCALL_ALLOW(getppid),
    KORE_SYSCALL_ALLOW(gettid), KORE_SYSCALL_ALLOW(tgkill),
    KORE_SYSCALL_ALLOW(uname), KORE_SYSCALL_ALLOW(newfstatat),
    KORE_SYSCALL_ALLOW(lseek), KORE_SYSCALL_ALLOW(pread64),
    KORE_SYSCALL_ALLOW(ioctl), KORE_SYSCALL_ALLOW(prctl),
    KORE_SYSCALL_ALLOW(eventfd2), KORE_SYSCALL_ALLOW(clone),
    KORE_SYSCALL_ALLOW(clone3), KORE_SYSCALL_ALLOW(rseq),
    KORE_SYSCALL_ALLOW(set_robust_list), KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(sched_yield), KORE_SYSCALL_ALLOW(socketpair),
    KORE_SYSCALL_ALLOW(pipe2), KORE_SYSCALL_ALLOW(mremap),
    KORE_SYSCALL_ALLOW(mlock), KORE_SYSCALL_ALLOW(munlock),
    KORE_SYSCALL_ALLOW(prlimit64), KORE_SYSCALL_ALLOW(sysinfo),
    KORE_SYSCALL_ALLOW(getrusage), KORE_SYSCALL_ALLOW(restart_syscall))

static struct auth_key *key;
static char *metrics_token;
static pid_t parent;

const struct auth_key *
service_key(void)
{
	return (key);
}

const char *
service_issuer(void)
{
	return (config_text("issuer"));
}

const char *
service_metrics_token(void)
{
	return (metrics_token);
}

static void
refuse(const char *what, const char *why)
{
	log_event(LOG_LEVEL_ERROR, what, LOG_S("reason", why), LOG_END);
	_exit(1); /* libraries' destructors can deadlock under ASan */
}

static char *
token_read(const char *path)
{
	char line[256];
	FILE *in;

	if ((in = fopen(path, "re")) == NULL)
		refuse("could not start", "metrics_token_file");
	if (fgets(line, sizeof(line), in) == NULL)
		line[0] = '\0';
	(void)fclose(in);
	line[strcspn(line, "\r\n")] = '\0';
	if (strlen(line) < 16)
		refuse("could not start", "metrics_token_file is too short");
	return (kore_strdup(line));
}

/* Every statement is prepared once before a worker starts. */
static void
statements_check(PGconn *pg)
{
	PGresult *res;
	char name[24];
	size_t i;

	for (i = 0; i < *service.stmts_len; i++) {
		(void)snprintf(name, sizeof(name), "c%zu", i);
		res = PQprepare(pg, name, service.stmts[i].sql, 0, NULL);
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			log_event(LOG_LEVEL_ERROR, "cannot prepare",
			    LOG_S("statement", service.stmts[i].name),
			    LOG_S("sqlstate",
				PQresultErrorField(res, PG_DIAG_SQLSTATE)),
			    LOG_S("reason", PQresultErrorField(
						res, PG_DIAG_MESSAGE_PRIMARY)),
			    LOG_END);
			exit(1);
		}
		PQclear(res);
	}
}

/*
 * A database that is away is no reason not to start: the workers check what
 * is checked here again at every connection.
 */
static void
database_check(void)
{
	PGconn *pg;
	PGresult *res;
	const char *unsafe;

	pg = PQconnectdb(config_text("database"));
	if (PQstatus(pg) != CONNECTION_OK) {
		log_event(
		    LOG_LEVEL_WARNING, "could not reach the database", LOG_END);
		PQfinish(pg);
		return;
	}
	res = PQexecParams(pg, db_settings_sql, 0, NULL, NULL, NULL, NULL, 0);
	unsafe = db_unsafe_setting(res);
	if (unsafe != NULL)
		refuse("unsafe database setting", unsafe);
	PQclear(res);
	statements_check(pg);
	PQfinish(pg);
}

/* HAProxy runs as another user of our group. */
static void
socket_open(const char *listen)
{
	if (strncmp(listen, "unix:", 5) == 0 && chmod(listen + 5, 0660) == -1)
		refuse("could not start", "listen");
}

void
kore_parent_configure(int argc, char *argv[])
{
	char err[512];

	(void)argc;
	(void)argv;
	/* Kore's parent says there which worker died. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (config_load(getenv("ZAEDNO_CONFIG"), service_config,
		service_config_len, err, sizeof(err)) != 0)
		refuse("could not read the configuration", err);
	log_init(service.name, config_text("log_level"));
	if (!crypt_init())
		refuse("could not start", "libsodium");
	key = auth_key_load(config_text("signing_key_file"), err, sizeof(err));
	if (key == NULL)
		refuse("could not start", err);
	if (config_text("metrics_token_file") != NULL)
		metrics_token = token_read(config_text("metrics_token_file"));
	if (metrics_init() != 0)
		refuse("could not start", "shared memory");
	socket_open(config_text("listen"));
	req_match_init();
	req_check_init();
	database_check();
	if (service.configure != NULL &&
	    service.configure(err, sizeof(err)) != 0)
		refuse("could not start", err);
	parent = getpid();
	log_event(LOG_LEVEL_INFO, "started", LOG_END);
}

void
kore_worker_configure(void)
{
	/* kill -9 of the parent must not leave an orphan that serves. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		fatal("the parent has gone");
	log_buffer(); /* the database's tick flushes */
	http_server_version("zaedno");
	req_admit_init();
	if (service.start != NULL)
		service.start();
	db_start(service.stmts, *service.stmts_len, service.after_act);
	req_sleep_init();
}
