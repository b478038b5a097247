/*
 * Who has to sign for a child of which age, and for how long that can hold
 * (CODELISTS.md section 3).  Pure: dates are ISO 8601 text.
 */
#ifndef NODE_SIGNATURE_RULE_H
#define NODE_SIGNATURE_RULE_H

enum signature_fault {
	SIGNATURE_FITS,
	SIGNATURE_NEEDS_YOUNG_PERSON, /* from 14 the young person signs too */
	SIGNATURE_NEEDS_SELF,         /* from 18 on only the person */
	SIGNATURE_TOO_YOUNG,          /* a child under 14 cannot sign alone */
	SIGNATURE_TOO_LONG,           /* beyond the month before 14 or 18 */
	SIGNATURE_UNKNOWN             /* the age is not known */
};

/* Of a consent: who signed, and the last day on which it holds. */
struct signature {
	const char *rule;  /* a code of the list signature_rule */
	int young;         /* the young person is among the signers */
	const char *until; /* a date, where the organisation works */
};

/*
 * birth and today are dates ("2015-03-02").  A consent that a representative
 * signed alone ends on the last day of the month before the fourteenth
 * birthday, one with a representative before the eighteenth, so that its end
 * tells no birth date.
 */
enum signature_fault signature_rule_check(
    const struct signature *, const char *birth, const char *today);

/*
 * The same of a consent that was good when it was signed: does it hold on this
 * day?  On a birthday it stops in the node alone.
 */
enum signature_fault signature_rule_now(
    const struct signature *, const char *birth, const char *today);

#define AGE_BAND_SIZE 8

/*
 * The code of the list age_band that may be said of somebody today: that of
 * the first day of the quarter, so that its change tells no birthday.
 */
void signature_age_band(
    const char *birth, const char *today, char out[AGE_BAND_SIZE]);

#endif
