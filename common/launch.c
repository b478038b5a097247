/*
 * Starts a service: reads its configuration, writes Kore's from it into
 * memory, and becomes Kore.
 *
 *	zaedno-hub -c FILE		start
 *	zaedno-hub -t -c FILE		check the configuration
 *	zaedno-hub -c FILE COMMAND …	run a command
 *	zaedno-hub example		print an example configuration
 */
#include "launch.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "config.h"
#include "crypt.h"
#include "service_config.h"

#define EXIT_USAGE 2
#define FILES_MAX  16384
/* Kore answers 413 without a body: up to this many times body_max is ours. */
#define KORE_BODY_FACTOR 8

static int
fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "zaedno-%s: %s: %s\n", launch_service, what, why);
	return (EXIT_FAILURE);
}

static int
usage(void)
{
	const struct launch_command *c;

	(void)fprintf(stderr,
	    "usage: zaedno-%s [-t] -c FILE\n"
	    "       zaedno-%s example\n"
	    "       zaedno-%s -c FILE user-add [-d CONNINFO] LOGIN ROLE NAME\n",
	    launch_service, launch_service, launch_service);
	for (c = launch_commands; c->name != NULL; c++)
		(void)fprintf(stderr, "       zaedno-%s -c FILE %s\n",
		    launch_service, c->usage);
	return (EXIT_USAGE);
}

int
launch_make_key(const char *config_key)
{
	const char *path;
	char err[256];

	path = config_text(config_key);
	if (path == NULL || access(path, F_OK) == 0)
		return (1);
	if (auth_key_create(path, err, sizeof(err))) {
		(void)printf("made %s\n", path);
		return (1);
	}
	(void)fail(config_key, err);
	return (0);
}

/* "127.0.0.1:8080" → bind 127.0.0.1 8080; "unix:/run/x" → unix /run/x. */
static int
listen_write(FILE *out)
{
	const char *listen, *colon;

	listen = config_text("listen");
	if (strncmp(listen, "unix:/", 6) == 0) {
		/* Kore leaves its socket behind, and would not start again. */
		if (unlink(listen + 5) == -1 && errno != ENOENT)
			return (0);
		(void)fprintf(out, "\tunix %s\n", listen + 5);
		return (1);
	}
	colon = strrchr(listen, ':');
	if (colon == NULL || colon == listen || colon[1] == '\0')
		return (0);
	(void)fprintf(
	    out, "\tbind %.*s %s\n", (int)(colon - listen), listen, colon + 1);
	return (1);
}

static int
kore_conf_write(FILE *out, const char *dir, const char *cwd)
{
	long workers = config_number("workers");
	long requests = config_number("requests_max");

	(void)fprintf(out,
	    "load %s/%s.so\nroot %s\nworkers %ld\n"
	    "worker_max_connections %ld\nworker_rlimit_nofiles %ld\n"
	    "worker_set_affinity 0\nworker_death_policy restart\n"
	    "http_request_limit %ld\nhttp_header_max 16384\n"
	    "http_body_max %ld\nhttp_body_disk_offload 0\n"
	    "http_keepalive_time 60\ntask_threads 2\n",
	    dir, launch_service, cwd, workers, requests, requests + 64,
	    requests, config_number("body_max") * KORE_BODY_FACTOR);
	/* With two workers, one would take every connection. */
	if (workers > 1)
		(void)fprintf(out, "worker_accept_threshold 1\n");
	(void)fprintf(out, "server service {\n\ttls no\n");
	if (!listen_write(out))
		return (0);
	(void)fprintf(out,
	    "}\ndomain * {\n\tattach service\n\troute ^/.*$ req_entry\n}\n");
	return (1);
}

/* Kore looks at every descriptor that it may have: few is fast. */
static void
files_limit(void)
{
	struct rlimit limit;

	limit.rlim_cur = limit.rlim_max = FILES_MAX;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1) {
		(void)getrlimit(RLIMIT_NOFILE, &limit);
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int
start(const char *dir)
{
	char cwd[PATH_MAX], path[64];
	FILE *out;
	int fd;

	fd = memfd_create("kore.conf", 0);
	if (fd == -1 || (out = fdopen(dup(fd), "w")) == NULL ||
	    getcwd(cwd, sizeof(cwd)) == NULL)
		return (fail("start", strerror(errno)));
	if (!kore_conf_write(out, dir, cwd))
		return (
		    fail("listen", "is neither address:port nor unix:/path"));
	(void)fclose(out);
	(void)lseek(fd, 0, SEEK_SET);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	files_limit();
	(void)execl(config_text("kore"), config_text("kore"), "-fnrq", "-c",
	    path, (char *)NULL);
	return (fail(config_text("kore"), strerror(errno)));
}

/* Checks what can be checked without starting. */
static int
check(const char *file)
{
	struct auth_key *key;
	char err[256];

	key = auth_key_load(config_text("signing_key_file"), err, sizeof(err));
	if (key == NULL)
		return (fail("signing_key_file", err));
	auth_key_free(key);
	if (access(config_text("kore"), X_OK) != 0)
		return (fail(config_text("kore"), strerror(errno)));
	(void)printf("%s: fine\n", file);
	return (EXIT_SUCCESS);
}

static int
command(int argc, char **argv)
{
	const struct launch_command *c;

	if (strcmp(argv[0], "user-add") == 0)
		return (launch_user_add(argc, argv));
	for (c = launch_commands; c->name != NULL; c++) {
		if (strcmp(c->name, argv[0]) == 0)
			return (c->run(argc, argv));
	}
	return (usage());
}

int
main(int argc, char **argv)
{
	char dir[PATH_MAX], err[512];
	const char *file;
	int opt, checking;
	ssize_t len;

	file = NULL;
	checking = 0;
	while ((opt = getopt(argc, argv, "+tc:")) != -1) {
		if (opt == 't')
			checking = 1;
		else if (opt == 'c')
			file = optarg;
		else
			return (usage());
	}
	if (file == NULL) {
		if (optind >= argc || strcmp(argv[optind], "example") != 0)
			return (usage());
		config_example(stdout, service_config, service_config_len);
		return (EXIT_SUCCESS);
	}
	if (config_load(file, service_config, service_config_len, err,
		sizeof(err)) != 0)
		return (fail("configuration", err));
	if (!crypt_init())
		return (fail("start", "libsodium"));
	if (checking)
		return (check(file));
	if (optind < argc)
		return (command(argc - optind, argv + optind));
	len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (len == -1 || setenv("ZAEDNO_CONFIG", file, 1) == -1)
		return (fail("start", strerror(errno)));
	dir[len] = '\0';
	return (start(dirname(dir)));
}
