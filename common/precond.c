/*
 * What happens when one of our own assumptions is broken.
 */
#include "precond.h"

#include <stdlib.h>

#include "log.h"

void
precond_failed(const char *file, int line, const char *what)
{
	log_event(LOG_LEVEL_ERROR, "precondition broken", LOG_S("file", file),
	    LOG_I("count", line), LOG_S("reason", what), LOG_END);
	abort();
}
