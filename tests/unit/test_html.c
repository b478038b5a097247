/*
 * Escaping of what is put into pages (common/html.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "html.h"

static void
becomes(const char *value, const char *expected)
{
	struct html h = { 0 };

	html_add(&h, "%s", value);
	assert_false(h.failed);
	assert_string_equal(h.text != NULL ? h.text : "", expected);
	assert_int_equal(h.len, strlen(expected));
	html_free(&h);
}

static void
markup_in_a_value_is_text(void **state)
{
	(void)state;
	becomes("<script>alert(1)</script>",
	    "&lt;script&gt;alert(1)&lt;/script&gt;");
	becomes("\" onload='x' &amp;", "&quot; onload=&#39;x&#39; &amp;amp;");
	becomes("", "");
	becomes(NULL, "");
}

static void
letters_of_all_lengths_stay(void **state)
{
	(void)state;
	becomes("Косе Босе ѝ № „да“ €", "Косе Босе ѝ № „да“ €");
	becomes("\xf0\x9f\x8c\xb2", "\xf0\x9f\x8c\xb2");
	becomes("ред\nдва\tтри", "ред\nдва\tтри");
}

static void
what_is_no_text_is_replaced(void **state)
{
	(void)state;
	becomes("\x01\x1f\x7f\r", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
				  "\xef\xbf\xbd");
	/* Stray, cut short, overlong '<', surrogate, beyond Unicode, C1. */
	becomes("\x80", "\xef\xbf\xbd");
	becomes("\xd0", "\xef\xbf\xbd");
	becomes("\xe2\x82<", "\xef\xbf\xbd\xef\xbf\xbd&lt;");
	becomes("\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd");
	becomes("\xe0\x80\xbc", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	becomes("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	becomes("\xf4\x90\x80\x80",
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	becomes("\xc2\x85", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void
formats_are_markup_and_values_are_not(void **state)
{
	struct html h = { 0 };

	(void)state;
	html_add(&h, "<td width=\"100%%\">%s</td><td>%s</td>", "<b>", "%s");
	assert_string_equal(
	    h.text, "<td width=\"100%\">&lt;b&gt;</td><td>%s</td>");
	html_free(&h);
	assert_null(h.text);
	assert_int_equal(h.len, 0);
}

static void
long_texts_grow(void **state)
{
	struct html h = { 0 };
	char *value;
	size_t i;

	(void)state;
	value = malloc(100001);
	assert_non_null(value);
	memset(value, '<', 100000);
	value[100000] = '\0';
	for (i = 0; i < 3; i++)
		html_add(&h, "%s", value);
	assert_int_equal(h.len, (size_t)300000 * strlen("&lt;"));
	assert_int_equal(strlen(h.text), h.len);
	html_free(&h);
	free(value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_in_a_value_is_text),
		cmocka_unit_test(letters_of_all_lengths_stay),
		cmocka_unit_test(what_is_no_text_is_replaced),
		cmocka_unit_test(formats_are_markup_and_values_are_not),
		cmocka_unit_test(long_texts_grow),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
