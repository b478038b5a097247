/*
 * ECMA-262 regular expressions (with the u flag, as JSON Schema asks) by
 * PCRE2: \d and \w are ASCII, "$" is the very end, \uXXXX and \u{X} are code
 * points, and \p{Letter}, which PCRE2 10.42 knows only as \p{L}, is rewritten.
 * A match that costs too much counts as none.
 */

#include "schema_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* About a millisecond; a text of some thousand characters needs a tenth. */
#define MATCH_LIMIT    100000
#define HEAP_LIMIT_KIB 4096

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* Unicode's long names of general categories (PropertyValueAliases.txt). */
static const struct {
	const char *longer;
	const char *shorter;
} categories[] = {
	{ "Cased_Letter", "L&" },
	{ "Close_Punctuation", "Pe" },
	{ "Connector_Punctuation", "Pc" },
	{ "Control", "Cc" },
	{ "Currency_Symbol", "Sc" },
	{ "Dash_Punctuation", "Pd" },
	{ "Decimal_Number", "Nd" },
	{ "Enclosing_Mark", "Me" },
	{ "Final_Punctuation", "Pf" },
	{ "Format", "Cf" },
	{ "Initial_Punctuation", "Pi" },
	{ "LC", "L&" },
	{ "Letter", "L" },
	{ "Letter_Number", "Nl" },
	{ "Line_Separator", "Zl" },
	{ "Lowercase_Letter", "Ll" },
	{ "Mark", "M" },
	{ "Math_Symbol", "Sm" },
	{ "Modifier_Letter", "Lm" },
	{ "Modifier_Symbol", "Sk" },
	{ "Nonspacing_Mark", "Mn" },
	{ "Number", "N" },
	{ "Open_Punctuation", "Ps" },
	{ "Other", "C" },
	{ "Other_Letter", "Lo" },
	{ "Other_Number", "No" },
	{ "Other_Punctuation", "Po" },
	{ "Other_Symbol", "So" },
	{ "Paragraph_Separator", "Zp" },
	{ "Private_Use", "Co" },
	{ "Punctuation", "P" },
	{ "Separator", "Z" },
	{ "Space_Separator", "Zs" },
	{ "Spacing_Mark", "Mc" },
	{ "Surrogate", "Cs" },
	{ "Symbol", "S" },
	{ "Titlecase_Letter", "Lt" },
	{ "Unassigned", "Cn" },
	{ "Uppercase_Letter", "Lu" },
};

static void
put_property(FILE *out, const char *name, size_t len)
{
	static const char *const prefixes[] = {
		"General_Category=",
		"gc=",
		"Script=",
		"sc=",
		NULL,
	};
	size_t i, n;

	for (i = 0; prefixes[i] != NULL; i++) {
		n = strlen(prefixes[i]);
		if (len > n && strncmp(name, prefixes[i], n) == 0) {
			name += n;
			len -= n;
			break;
		}
	}
	for (i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (strlen(categories[i].longer) == len &&
		    memcmp(categories[i].longer, name, len) == 0) {
			fputs(categories[i].shorter, out);
			return;
		}
	}
	fwrite(name, 1, len, out);
}

/* The text with every \p{...} and \P{...} in PCRE2's words. */
static char *
translate(const char *text)
{
	char *line = NULL;
	size_t len = 0, name;
	FILE *out = open_memstream(&line, &len);

	if (out == NULL)
		return (NULL);
	while (*text != '\0') {
		if (*text != '\\' || text[1] == '\0') {
			fputc(*text++, out);
			continue;
		}
		fwrite(text, 1, 2, out);
		text += 2;
		if ((text[-1] != 'p' && text[-1] != 'P') || *text != '{')
			continue;
		fputc(*text++, out);
		name = strcspn(text, "}");
		put_property(out, text, name);
		text += name;
	}
	if (fclose(out) != 0) {
		free(line);
		return (NULL);
	}
	return (line);
}

static pcre2_code *
compile(const char *text, char *err, size_t errlen)
{
	const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY |
				 PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
				 PCRE2_MATCH_UNSET_BACKREF |
				 PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code = NULL;
	PCRE2_SIZE offset = 0;
	char why[120] = "out of memory";
	int error = 0;

	if (context != NULL) {
		pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
		pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
		code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		    options, &error, &offset, context);
		if (code == NULL)
			pcre2_get_error_message(
			    error, (PCRE2_UCHAR *)why, sizeof(why));
	}
	pcre2_compile_context_free(context);
	if (code == NULL)
		(void)snprintf(err, errlen, "%s, at %zu", why, offset);
	return (code);
}

struct pattern *
pattern_new(const char *text, char *err, size_t errlen)
{
	struct pattern *pattern = calloc(1, sizeof(*pattern));
	char *translated = translate(text);

	(void)snprintf(err, errlen, "out of memory");
	if (pattern != NULL && translated != NULL)
		pattern->code = compile(translated, err, errlen);
	free(translated);
	if (pattern == NULL)
		return (NULL);
	/* One pair, even if the match has groups: only yes or no counts. */
	pattern->data = pcre2_match_data_create(1, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (pattern->code == NULL || pattern->data == NULL ||
	    pattern->limits == NULL) {
		pattern_free(pattern);
		return (NULL);
	}
	pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT_KIB);
	return (pattern);
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	pcre2_match_data_free(pattern->data);
	pcre2_match_context_free(pattern->limits);
	free(pattern);
}

bool
pattern_matches(const struct pattern *pattern, const char *text, size_t len)
{
	return (pcre2_match(pattern->code, (PCRE2_SPTR)text, len, 0, 0,
		    pattern->data, pattern->limits) >= 0);
}
