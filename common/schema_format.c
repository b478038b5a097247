/*
 * The formats that are asserted: RFC 3339 dates and times, RFC 5321 mailboxes,
 * RFC 3986 URIs and RFC 9562 UUIDs.  All take a length: a string may hold NUL.
 */

#include "schema_int.h"

#include <arpa/inet.h>
#include <string.h>

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

static bool
is_alpha(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

static bool
is_hex(char c)
{
	return (
	    is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

/* Two digits as a number; -1 when they are not digits. */
static int
two_digits(const char *text)
{
	if (!is_digit(text[0]) || !is_digit(text[1]))
		return (-1);
	return ((text[0] - '0') * 10 + text[1] - '0');
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31,
		28,
		31,
		30,
		31,
		30,
		31,
		31,
		30,
		31,
		30,
		31,
	};

	if (month == 2 &&
	    ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		return (29);
	return (days[month - 1]);
}

static bool
is_date(const char *text, size_t len)
{
	int century, year, month, day;

	if (len != 10 || text[4] != '-' || text[7] != '-')
		return (false);
	century = two_digits(text);
	year = two_digits(text + 2);
	month = two_digits(text + 5);
	day = two_digits(text + 8);
	if (century < 0 || year < 0 || month < 1 || month > 12)
		return (false);
	return (day >= 1 && day <= days_in(century * 100 + year, month));
}

/* "Z" or "+hh:mm" to the end; the offset in minutes goes to *offset. */
static bool
is_zone(const char *text, size_t len, int *offset)
{
	int hours, minutes;

	*offset = 0;
	if (len == 1)
		return (*text == 'Z' || *text == 'z');
	if (len != 6 || (*text != '+' && *text != '-') || text[3] != ':')
		return (false);
	hours = two_digits(text + 1);
	minutes = two_digits(text + 4);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return (false);
	*offset = (hours * 60 + minutes) * (*text == '-' ? -1 : 1);
	return (true);
}

static bool
is_time(const char *text, size_t len)
{
	int hours, minutes, seconds, offset, utc;
	size_t i = 8;

	if (len < 9 || text[2] != ':' || text[5] != ':')
		return (false);
	hours = two_digits(text);
	minutes = two_digits(text + 3);
	seconds = two_digits(text + 6);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
	    seconds < 0 || seconds > 60)
		return (false);
	if (text[i] == '.') {
		for (i++; i < len && is_digit(text[i]); i++)
			;
		if (i == 9)
			return (false);
	}
	if (!is_zone(text + i, len - i, &offset))
		return (false);
	/* A leap second is the last of a day in UTC. */
	utc = (hours * 60 + minutes - offset + 2 * 1440) % 1440;
	return (seconds < 60 || utc == 1439);
}

static bool
is_date_time(const char *text, size_t len)
{
	if (len < 20 || (text[10] != 'T' && text[10] != 't'))
		return (false);
	return (is_date(text, 10) && is_time(text + 11, len - 11));
}

static bool
is_uuid(const char *text, size_t len)
{
	size_t i;

	if (len != 36)
		return (false);
	for (i = 0; i < len; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return (false);
		} else if (!is_hex(text[i])) {
			return (false);
		}
	}
	return (true);
}

/* An address as inet_pton() takes it, from text without a NUL at its end. */
static bool
is_address(int family, const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN + 1];
	unsigned char address[sizeof(struct in6_addr)];

	if (len >= sizeof(copy) || memchr(text, '\0', len) != NULL)
		return (false);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return (inet_pton(family, copy, address) == 1);
}

/* RFC 5321 4.1.2: a quoted local part. */
static bool
is_quoted(const char *text, size_t len)
{
	size_t i;

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return (false);
	for (i = 1; i < len - 1; i++) {
		if (text[i] == '\\' && ++i >= len - 1)
			return (false);
		if (text[i] < ' ' || text[i] > '~')
			return (false);
		if (text[i] == '"' && text[i - 1] != '\\')
			return (false);
	}
	return (true);
}

/* Atoms joined by single dots. */
static bool
is_dot_atom(const char *text, size_t len)
{
	size_t i;

	if (len == 0 || text[0] == '.' || text[len - 1] == '.')
		return (false);
	for (i = 0; i < len; i++) {
		if (text[i] == '.' && text[i + 1] == '.')
			return (false);
		if (text[i] == '\0' ||
		    (!is_alpha(text[i]) && !is_digit(text[i]) &&
			strchr(".!#$%&'*+-/=?^_`{|}~", text[i]) == NULL))
			return (false);
	}
	return (true);
}

static bool
is_domain(const char *text, size_t len)
{
	size_t i, label = 0;

	if (len == 0 || len > 253)
		return (false);
	for (i = 0; i <= len; i++) {
		if (i == len || text[i] == '.') {
			if (label == 0 || label > 63 || text[i - 1] == '-')
				return (false);
			label = 0;
		} else if (is_alpha(text[i]) || is_digit(text[i]) ||
			   (text[i] == '-' && label > 0)) {
			label++;
		} else {
			return (false);
		}
	}
	return (true);
}

static bool
is_email(const char *text, size_t len)
{
	const char *at = memrchr(text, '@', len);
	const char *domain;
	size_t local, n;

	if (at == NULL)
		return (false);
	local = (size_t)(at - text);
	domain = at + 1;
	n = len - local - 1;
	if (local > 64 ||
	    (!is_dot_atom(text, local) && !is_quoted(text, local)))
		return (false);
	if (n < 3 || domain[0] != '[' || domain[n - 1] != ']')
		return (is_domain(domain, n));
	if (n > 7 && strncmp(domain + 1, "IPv6:", 5) == 0)
		return (is_address(AF_INET6, domain + 6, n - 7));
	return (is_address(AF_INET, domain + 1, n - 2));
}

/* RFC 3986: characters of a component, besides the marks that it permits. */
static bool
is_component(const char *text, size_t len, const char *marks)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '%') {
			if (len - i < 3 || !is_hex(text[i + 1]) ||
			    !is_hex(text[i + 2]))
				return (false);
			i += 2;
		} else if (!is_alpha(text[i]) && !is_digit(text[i]) &&
			   (text[i] == '\0' ||
			       strchr("-._~!$&'()*+,;=", text[i]) == NULL) &&
			   (text[i] == '\0' ||
			       strchr(marks, text[i]) == NULL)) {
			return (false);
		}
	}
	return (true);
}

static bool
is_port(const char *text, size_t len)
{
	size_t i;

	if (len == 0)
		return (true);
	for (i = 1; i < len; i++) {
		if (!is_digit(text[i]))
			return (false);
	}
	return (text[0] == ':');
}

static bool
is_literal(const char *text, size_t len)
{
	if (len > 2 && (text[0] == 'v' || text[0] == 'V') && is_hex(text[1]))
		return (memchr(text, '.', len) != NULL &&
			is_component(text, len, ":"));
	return (is_address(AF_INET6, text, len));
}

static bool
is_authority(const char *text, size_t len)
{
	const char *at = memrchr(text, '@', len), *end;
	size_t user = at == NULL ? 0 : (size_t)(at - text) + 1, host;

	if (user > 0 && !is_component(text, user - 1, ":"))
		return (false);
	text += user;
	len -= user;
	if (len > 0 && text[0] == '[') {
		if ((end = memchr(text, ']', len)) == NULL)
			return (false);
		host = (size_t)(end - text) + 1;
		return (is_literal(text + 1, host - 2) &&
			is_port(text + host, len - host));
	}
	end = memchr(text, ':', len);
	host = end == NULL ? len : (size_t)(end - text);
	return (
	    is_component(text, host, "") && is_port(text + host, len - host));
}

/* The length of text before the first of the marks. */
static size_t
before(const char *text, size_t len, const char *marks)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] != '\0' && strchr(marks, text[i]) != NULL)
			break;
	}
	return (i);
}

static bool
is_scheme(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!is_alpha(text[i]) && (i == 0 || !is_digit(text[i])) &&
		    (i == 0 || text[i] == '\0' ||
			strchr("+-.", text[i]) == NULL))
			return (false);
	}
	return (len > 0);
}

static bool
is_uri(const char *text, size_t len)
{
	size_t n = before(text, len, ":/?#");

	if (n == len || text[n] != ':' || !is_scheme(text, n))
		return (false);
	text += n + 1;
	len -= n + 1;
	if (len >= 2 && text[0] == '/' && text[1] == '/') {
		n = before(text + 2, len - 2, "/?#");
		if (!is_authority(text + 2, n))
			return (false);
		text += n + 2;
		len -= n + 2;
	}
	n = before(text, len, "?#");
	if (!is_component(text, n, ":@/"))
		return (false);
	text += n;
	len -= n;
	n = before(text, len, "#");
	if (n > 0 && !is_component(text + 1, n - 1, ":@/?"))
		return (false);
	return (n == len || is_component(text + n + 1, len - n - 1, ":@/?"));
}

format_check
format_find(const char *name, enum field_error *code)
{
	static const struct {
		const char *name;
		format_check check;
		enum field_error code;
	} formats[] = {
		{ "date", is_date, FIELD_FORMAT_DATE },
		{ "date-time", is_date_time, FIELD_FORMAT_DATE_TIME },
		{ "email", is_email, FIELD_FORMAT_EMAIL },
		{ "time", is_time, FIELD_FORMAT_TIME },
		{ "uri", is_uri, FIELD_FORMAT_URI },
		{ "uuid", is_uuid, FIELD_FORMAT_UUID },
	};
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*code = formats[i].code;
			return (formats[i].check);
		}
	}
	return (NULL);
}

int
schema_is_format(const char *format, const char *text)
{
	enum field_error code;
	format_check check;

	check = format_find(format, &code);
	return (check != NULL && check(text, strlen(text)));
}
