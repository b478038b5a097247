/*
 * Commands of zaedno-hub beyond starting it.
 */
#include "common/launch.h"

#include <stdio.h>
#include <stdlib.h>

const char launch_service[] = "hub";

static int
init(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (
	    launch_make_key("signing_key_file") ? EXIT_SUCCESS : EXIT_FAILURE);
}

const struct launch_command launch_commands[] = {
	{ "init", "init: makes the signing key if it is missing", init },
	{ NULL, NULL, NULL },
};
