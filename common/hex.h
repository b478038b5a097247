/*
 * Hexadecimal digits.
 */
#ifndef ZAEDNO_HEX_H
#define ZAEDNO_HEX_H

/* 0 to 15 for a digit of either case; -1 for any other character. */
int hex_value(char);

#endif
