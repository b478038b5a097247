/*
 * What the files of meetings share.
 */
#ifndef HUB_MEETING_H
#define HUB_MEETING_H

struct req;

/*
 * Whether the body has what a meeting of its kind has, and nothing that one of
 * another kind has; otherwise 0, and each field is noted for a 422.
 */
int meeting_kind_fits(struct req *);

#endif
