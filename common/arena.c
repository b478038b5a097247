/*
 * A list of blocks, filled one after the other.
 */
#include "arena.h"

#include <stdlib.h>

#include "precond.h"

#define ARENA_BLOCK 4096
#define ARENA_ALIGN 16

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_SEPARATE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SEPARATE 1
#endif
#endif
#ifndef ARENA_SEPARATE
#define ARENA_SEPARATE 0
#endif

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	size_t pad;
	unsigned char data[];
};

static struct arena_block *
block_new(size_t size, struct arena_block *next)
{
	struct arena_block *b;

	b = calloc(1, sizeof(*b) + size);
	PRECOND(b != NULL);
	b->size = size;
	b->next = next;
	return (b);
}

void *
arena_alloc(struct arena_block **arena, size_t len)
{
	struct arena_block *b = *arena;
	size_t need;
	void *p;

	need = ARENA_SEPARATE
		   ? len
		   : (len + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (ARENA_SEPARATE || b == NULL || b->size - b->used < need) {
		b = block_new(
		    ARENA_SEPARATE || need > ARENA_BLOCK ? need : ARENA_BLOCK,
		    *arena);
		*arena = b;
	}
	p = b->data + b->used;
	b->used += need;
	return (p);
}

void
arena_free(struct arena_block **arena)
{
	struct arena_block *b, *next;

	for (b = *arena; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	*arena = NULL;
}
