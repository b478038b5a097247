/*
 * Files that hold a secret: made new, readable by their owner alone, and
 * refused when anyone else could have read or changed them.
 */
#ifndef COMMON_PRIVATE_FILE_H
#define COMMON_PRIVATE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads a whole file of at most max bytes into out.  Refuses what is not a
 * regular file of the calling user with mode 0600 or 0400.  The length, or
 * -1 with a sentence in err (which may be NULL).
 */
ssize_t private_file_read(
    const char *path, void *out, size_t max, char *err, size_t errlen);

/*
 * Makes a file, 0600, that must not exist yet, and syncs it and its folder.
 * 1, or 0 with a sentence in err; then nothing is left behind.
 */
int private_file_create(
    const char *path, const void *data, size_t len, char *err, size_t errlen);

#endif
