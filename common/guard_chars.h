/*
 * A text as the identity guard reads it: one element for each character, so
 * that places in it are places in the text that the user sees.
 */
#ifndef COMMON_GUARD_CHARS_H
#define COMMON_GUARD_CHARS_H

#include <stddef.h>
#include <stdint.h>

#define GUARD_TEXT_MAX 4096 /* characters; no text here is nearly as long */

#define GUARD_SKIP     1 /* not seen: stress marks, zero width, soft hyphens */
#define GUARD_TAKEN    2 /* already told as something else */
#define GUARD_OTHER    3 /* a byte that is no UTF-8 */

/*
 * Lower case; every blank a space, every dash a hyphen, every decimal digit
 * and full-width letter its ASCII one.  c[n] is 0; more is 1 when the text
 * goes on behind it.
 */
struct guard_chars {
	size_t n;
	int more;
	uint32_t c[GUARD_TEXT_MAX + 1];
	unsigned char capital[GUARD_TEXT_MAX + 1];
};

void guard_chars_read(const char *text, struct guard_chars *out);

int guard_is_digit(uint32_t c);
/* A letter of any alphabet. */
int guard_is_letter(uint32_t c);

/*
 * The letter of the other alphabet that looks the same, in lower case and
 * in capitals; 0 when there is none.
 */
uint32_t guard_cyrillic_like(uint32_t latin);
uint32_t guard_latin_like(uint32_t cyrillic);

#endif
