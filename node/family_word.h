/*
 * What a family has said at the hub: sealed here as it arrives.
 */
#ifndef NODE_FAMILY_WORD_H
#define NODE_FAMILY_WORD_H

/* In each worker: begins to hear of words that have arrived. */
void family_word_start(void);

#endif
