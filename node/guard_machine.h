/*
 * What programs write into a text's place: an identifier, a day or a time.
 * Its digits tell nobody, and are not looked at for numbers of somebody's.
 */
#ifndef NODE_GUARD_MACHINE_H
#define NODE_GUARD_MACHINE_H

/*
 * A UUID, or an RFC 3339 day or time to the microsecond, whole and such as
 * there is: whatever else has digits is a text.  Pure.
 */
int guard_machine(const char *text);

#endif
