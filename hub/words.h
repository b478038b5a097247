/*
 * Free text at the hub: it knows no names, but numbers and addresses it can
 * tell by their form.
 */
#ifndef HUB_WORDS_H
#define HUB_WORDS_H

struct req;

/*
 * Looks at members of the body (names, NULL ends them), and at all that is in
 * them.  1 when nothing there tells who somebody is; otherwise 0, and each
 * place is noted for a 422.
 */
int words_pass(struct req *, const char *const *members);

#endif
