/*
 * UTF-8, code point by code point, and the lower case of the letters that
 * names here use.  Pure.
 */
#ifndef COMMON_LETTER_H
#define COMMON_LETTER_H

#include <stddef.h>
#include <stdint.h>

#define LETTER_BYTES 4 /* of one code point, at most */

/*
 * The code point at *p, which moves behind it; 0, and *p stays, where there
 * is none (RFC 3629: shortest form, no surrogates).  The text ends with NUL.
 */
uint32_t letter_take(const unsigned char **p);

/* Writes it, without a NUL; how many bytes. */
size_t letter_put(uint32_t c, char out[LETTER_BYTES]);

/* Unicode 15 simple lower case of Latin and Cyrillic; others as they are. */
uint32_t letter_lower(uint32_t c);

#endif
