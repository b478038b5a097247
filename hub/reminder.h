/*
 * What is due, told to whom and when.
 */
#ifndef HUB_REMINDER_H
#define HUB_REMINDER_H

/* From now on what is due is looked for by a timer. */
void reminder_start(void);

#endif
