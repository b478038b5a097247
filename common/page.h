/*
 * Pages for paper: what all of them begin and end with, their
 * style, and how they leave.
 */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H

#include <jansson.h>

struct html;
struct req;

/* Begins a page; the title names nobody. sheet: a class of print.css, or "". */
void page_begin(struct html *, const char *title, const char *sheet);

/* Ends it: when it was printed, and by which role in words. */
void page_end(struct html *, const char *when, const char *role);

/* Answers with the page and frees it. */
int page_reply(struct req *, struct html *);

/* The same for what is shown once: created now, and wiped afterwards. */
int page_reply_once(struct req *, struct html *);

/*
 * Begins a part of the page, where there is something to write: its title, and
 * 1; 0 and nothing when items is no array or an empty one.
 */
int page_part_begin(struct html *, const char *title, const json_t *items);

/* A row of a description list, where there is a value. */
void page_fact(struct html *, const char *name, const char *value);

/* Begins a table with the heads of its columns; the last is NULL. */
void page_table_begin(struct html *, const char *const *heads);

/* Ends it, after the last of its rows. */
void page_table_end(struct html *);

/* The operation getPrintCss, the same at the hub and at a node. */
int get_print_css(struct req *);

#endif
