/*
 * What others write in shared work, looked through for names.
 */
#ifndef NODE_ARRIVAL_H
#define NODE_ARRIVAL_H

/* Listens for what arrives, and looks from time to time without being told. */
void arrival_start(void);

#endif
