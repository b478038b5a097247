/*
 * The program that starts a service, and its commands.
 */
#ifndef ZAEDNO_LAUNCH_H
#define ZAEDNO_LAUNCH_H

struct launch_command {
	const char *name;
	const char *usage;
	/* argv[0] is the command's name; the configuration has been read. */
	int (*run)(int argc, char **argv);
};

/* The commands of this service, ended by a row without a name. */
extern const struct launch_command launch_commands[];

/* "hub" or "node". */
extern const char launch_service[];

/*
 * user-add [-d CONNINFO] LOGIN ROLE NAME: makes a person of the service; the
 * password is the first line of standard input.  Prints {"id",
 * "totp_secret"}.  Exit status.
 */
int launch_user_add(int argc, char **argv);

/* Makes a missing P-256 key file for a configuration key; 1 on success. */
int launch_make_key(const char *config_key);

#endif
