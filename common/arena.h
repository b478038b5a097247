/*
 * Memory of one request: many allocations, one release.
 */
#ifndef ZAEDNO_ARENA_H
#define ZAEDNO_ARENA_H

#include <stddef.h>

struct arena_block;

/*
 * Zeroed memory of len bytes, aligned for anything; never NULL (the process
 * stops when there is none).  In sanitizer builds each allocation is a block
 * of its own, so that an overrun is seen.
 */
void *arena_alloc(struct arena_block **, size_t len);
void arena_free(struct arena_block **);

#endif
