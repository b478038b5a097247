/*
 * The commands of zaedno-node, beside those that every service has.
 */
#include "commands.h"

#include <stddef.h>

#include "launch.h"

const char launch_service[] = "node";

const struct launch_command launch_commands[] = {
	{ "init", "init", node_init },
	{ "rekey", "rekey [-d CONNINFO] NEW_KEY_FILE", node_rekey },
	{ NULL, NULL, NULL },
};
