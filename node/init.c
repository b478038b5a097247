/*
 * zaedno-node init: the key files of a new node, mode 0600.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config.h"
#include "crypt.h"
#include "launch.h"

static int
identity_key_make(void)
{
	const char *path;
	char err[256];

	path = config_text("identity_key_file");
	if (access(path, F_OK) == 0)
		return (1);
	if (!crypt_key_create(path, err, sizeof(err))) {
		(void)fprintf(stderr, "zaedno-node: %s\n", err);
		return (0);
	}
	(void)printf("made %s\n"
		     "Without this file no person in the database can be "
		     "read again: keep a copy, apart from the backups.\n",
	    path);
	return (1);
}

int
node_init(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (!launch_make_key("signing_key_file") ||
	    !launch_make_key("assertion_key_file") ||
	    !launch_make_key("receipt_key_file") || !identity_key_make())
		return (EXIT_FAILURE);
	return (EXIT_SUCCESS);
}
