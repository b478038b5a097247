/*
 * Writing of log lines.
 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINE_MAX 1024
#define LOG_BUFFER   16384

static const char *const keys[] = {
#define LOG_KEY(key) key,
#include "tbl/log_key.h"
#undef LOG_KEY
};
static const char *const level_names[] = { "debug", "info", "warning",
	"error" };

static const char *log_program = "zaedno";
static enum log_level log_least = LOG_LEVEL_INFO;

/* Lines that wait for log_flush; only where it was promised to come. */
static char waiting[LOG_BUFFER];
static size_t waiting_len;
static int buffered;

struct line {
	char text[LOG_LINE_MAX];
	size_t len;
};

static void
line_raw(struct line *l, const char *text, size_t len)
{
	/* Two bytes are kept for the end of the line. */
	if (l->len + len > sizeof(l->text) - 2)
		return;
	memcpy(l->text + l->len, text, len);
	l->len += len;
}

static void
line_string(struct line *l, const char *text)
{
	char esc[8];

	line_raw(l, "\"", 1);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			line_raw(l, "\\", 1);
		if ((unsigned char)*text >= 0x20) {
			line_raw(l, text, 1);
			continue;
		}
		(void)snprintf(esc, sizeof(esc), "\\u%04x",
		    (unsigned)(unsigned char)*text);
		line_raw(l, esc, 6);
	}
	line_raw(l, "\"", 1);
}

static int
key_known(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], key) == 0)
			return (1);
	}
	return (0);
}

static void
line_begin(struct line *l, enum log_level level, const char *event)
{
	struct timespec now;
	struct tm tm;
	char stamp[64];
	int len;

	l->len = 0;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	len = snprintf(stamp, sizeof(stamp),
	    "{\"at\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\",\"level\":\"",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, now.tv_nsec / 1000000);
	line_raw(l, stamp, (size_t)len);
	line_raw(l, level_names[level], strlen(level_names[level]));
	line_raw(l, "\",\"program\":", 12);
	line_string(l, log_program);
	line_raw(l, ",\"event\":", 9);
	line_string(l, event);
}

void
log_flush(void)
{
	/* A log that cannot be written has nowhere to say so. */
	if (waiting_len > 0 && write(STDERR_FILENO, waiting, waiting_len) == -1)
		waiting_len = 0;
	waiting_len = 0;
}

void
log_buffer(void)
{
	buffered = 1;
}

/* A warning is written at once, with all that came before it. */
static void
line_end(struct line *l, enum log_level level)
{
	memcpy(l->text + l->len, "}\n", 2);
	l->len += 2;
	if (waiting_len + l->len > sizeof(waiting))
		log_flush();
	memcpy(waiting + waiting_len, l->text, l->len);
	waiting_len += l->len;
	if (!buffered || level >= LOG_LEVEL_WARNING)
		log_flush();
}

void
log_init(const char *program, const char *level)
{
	unsigned i;

	log_program = program;
	for (i = 0; i < 4; i++) {
		if (level != NULL && strcmp(level_names[i], level) == 0)
			log_least = (enum log_level)i;
	}
}

void
log_event(enum log_level level, const char *event, ...)
{
	struct line l;
	va_list ap;
	const char *key, *text;
	char number[32];
	int type;
	long long value;

	if (level < log_least)
		return;
	line_begin(&l, level, event);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL) {
		type = va_arg(ap, int);
		text = NULL;
		value = 0;
		if (type == 's')
			text = va_arg(ap, const char *);
		else
			value = va_arg(ap, long long);
		if (!key_known(key) || (type == 's' && text == NULL))
			continue;
		line_raw(&l, ",", 1);
		line_string(&l, key);
		line_raw(&l, ":", 1);
		if (type == 's') {
			line_string(&l, text);
			continue;
		}
		(void)snprintf(number, sizeof(number), "%lld", value);
		line_raw(&l, number, strlen(number));
	}
	va_end(ap);
	line_end(&l, level);
}
