/*
 * Files that hold a secret: made new, readable by their owner alone, and
 * refused when anyone else could have read or changed them.
 */
#include "private_file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
explain(char *err, size_t errlen, const char *path, const char *what)
{
	if (err != NULL)
		(void)snprintf(err, errlen, "%s: %s", path, what);
}

static const char *
fault_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return ("cannot be examined");
	if (!S_ISREG(st.st_mode))
		return ("is not a regular file");
	if (st.st_uid != geteuid())
		return ("belongs to another user");
	if ((st.st_mode & 07777) != 0600 && (st.st_mode & 07777) != 0400)
		return ("must have mode 0600 or 0400");
	return (NULL);
}

static ssize_t
read_all(int fd, unsigned char *out, size_t max)
{
	size_t have = 0;
	ssize_t n;
	unsigned char more;

	while (have < max) {
		n = read(fd, out + have, max - have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (-1);
		if (n == 0)
			return ((ssize_t)have);
		have += (size_t)n;
	}
	return (read(fd, &more, 1) == 0 ? (ssize_t)have : -1);
}

ssize_t
private_file_read(
    const char *path, void *out, size_t max, char *err, size_t errlen)
{
	int fd;
	ssize_t len = -1;
	const char *fault;

	/* Not blocking: a FIFO in its place must not hang the start. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1) {
		explain(err, errlen, path,
		    errno == ENOENT ? "does not exist" : "cannot be opened");
		return (-1);
	}
	fault = fault_of(fd);
	if (fault == NULL) {
		len = read_all(fd, out, max);
		if (len == -1)
			fault = "cannot be read or is too long";
	}
	(void)close(fd);
	if (fault != NULL)
		explain(err, errlen, path, fault);
	return (fault == NULL ? len : -1);
}

static int
write_all(int fd, const unsigned char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (0);
		data += n;
		len -= (size_t)n;
	}
	return (1);
}

/* The name must survive a power cut as well, not only the bytes. */
static int
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	int fd, ok;

	if (len >= sizeof(folder))
		return (0);
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)len, path);
	if (len == 0)
		(void)snprintf(
		    folder, sizeof(folder), "%s", slash == NULL ? "." : "/");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return (0);
	ok = fsync(fd) == 0;
	(void)close(fd);
	return (ok);
}

int
private_file_create(
    const char *path, const void *data, size_t len, char *err, size_t errlen)
{
	int fd, ok;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1) {
		explain(err, errlen, path,
		    errno == EEXIST ? "exists already" : "cannot be made");
		return (0);
	}
	/* A umask can only take bits away; a default ACL could add some. */
	ok =
	    fchmod(fd, 0600) == 0 && write_all(fd, data, len) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && sync_folder(path);
	if (!ok) {
		(void)unlink(path);
		explain(err, errlen, path, "cannot be written");
	}
	return (ok);
}
