/*
 * Who has to sign for a child of which age, and for how long that can hold
 * (CODELISTS.md section 3).  Pure: dates are ISO 8601 text.
 */
#ifndef NODE_SIGNATURE_RULE_H
#define NODE_SIGNATURE_RULE_H

enum signature_fault {
	SIGNATURE_FITS,
	SIGNATURE_NEEDS_YOUNG_PERSON, /* from 14 on the young person signs too */
	SIGNATURE_NEEDS_SELF,         /* from 18 on only the person */
	SIGNATURE_TOO_YOUNG,          /* a child under 14 cannot sign alone */
	SIGNATURE_TOO_LONG,           /* beyond the month before 14 or 18 */
	SIGNATURE_UNKNOWN             /* the age is not known */
};

/*
 * rule is a code of the list signature_rule; birth and today are dates
 * ("2015-03-02"); until is a time ("2027-06-30T21:00:00Z") and is compared
 * by its date.  A consent of a representative ends on the last day of the
 * month before the fourteenth birthday, one with a representative before the
 * eighteenth, so that its end tells no birth date.
 */
enum signature_fault signature_rule_check(
    const char *rule, const char *birth, const char *today, const char *until);

#endif
