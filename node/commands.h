/*
 * Commands of zaedno-node; each returns an exit status.
 */
#ifndef NODE_COMMANDS_H
#define NODE_COMMANDS_H

/* Makes the key files that are named in the configuration and missing. */
int node_init(int argc, char **argv);

/*
 * Seals everything anew under the key of another file, which must exist; the
 * service must be stopped.  Stopped half-way it goes on when run again.
 */
int node_rekey(int argc, char **argv);

#endif
