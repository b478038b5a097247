/*
 * Log: one JSON line for each event, to standard error.  Keys come from a
 * list (common/tbl/log_key.h), so that no body, token or person gets there.
 */
#ifndef ZAEDNO_LOG_H
#define ZAEDNO_LOG_H

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR,
};

#define LOG_S(key, value) (key), 's', (value)
#define LOG_I(key, value) (key), 'i', (long long)(value)
#define LOG_END           ((const char *)0)

/* Sets the name of the program and the least level ("info"…) written. */
void log_init(const char *program, const char *level);

/*
 * From now on lines below a warning wait for log_flush, which the caller
 * promises to call soon and often: a write for each request would cost more
 * than the request.
 */
void log_buffer(void);
void log_flush(void);

/*
 * Writes one event: log_event(LOG_LEVEL_INFO, "request",
 * LOG_S("operation", name), LOG_I("ms", 3), LOG_END).  A key that is not on
 * the list is left out.  Messages have no full stop and begin lower case.
 */
void log_event(enum log_level, const char *event, ...);

#endif
