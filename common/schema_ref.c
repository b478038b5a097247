/*
 * Which schema a URI names: $id opens a resource, $anchor names a place in it,
 * and $ref is resolved against the resource that it stands in (RFC 3986
 * section 5.2).  Nothing is ever fetched.
 */

#include "schema_int.h"
#include "hex.h"
#include <ctype.h>

#include <stdlib.h>
#include <string.h>

static size_t
scheme_len(const char *uri)
{
	size_t n = 0;

	if (!isalpha((unsigned char)uri[0]))
		return (0);
	while (isalnum((unsigned char)uri[n]) ||
	       (uri[n] != '\0' && strchr("+-.", uri[n]) != NULL))
		n++;
	return (uri[n] == ':' ? n + 1 : 0);
}

/* The length of "scheme:" and, where there is one, "//authority". */
static size_t
authority_end(const char *uri)
{
	size_t n = scheme_len(uri);

	if (strncmp(uri + n, "//", 2) != 0)
		return (n);
	return (n + 2 + strcspn(uri + n + 2, "/?#"));
}

/* RFC 3986 5.2.4, in place, for an absolute path. */
static void
remove_dots(char *path)
{
	char *in = path, *out = path, *end;
	size_t len;

	while (*in != '\0') {
		end = in + 1 + strcspn(in + 1, "/");
		len = (size_t)(end - in);
		if (len == 2 && memcmp(in, "/.", 2) == 0) {
			if (*end == '\0')
				*out++ = '/';
		} else if (len == 3 && memcmp(in, "/..", 3) == 0) {
			while (out > path && *--out != '/')
				;
			if (*end == '\0')
				*out++ = '/';
		} else {
			memmove(out, in, len);
			out += len;
		}
		in = end;
	}
	*out = '\0';
}

/* An absolute URI without fragment from a reference and its base. */
static const char *
uri_resolve(struct schema_set *set, const char *base, const char *ref)
{
	int len = (int)strcspn(ref, "#");
	size_t scheme = scheme_len(base), root = authority_end(base);
	size_t dir = strcspn(base, "?#");
	char *uri;

	if (len == 0)
		return (base);
	if (scheme_len(ref) > 0)
		return (set_printf(set, "%.*s", len, ref));
	if (strncmp(ref, "//", 2) == 0)
		return (
		    set_printf(set, "%.*s%.*s", (int)scheme, base, len, ref));
	if (ref[0] == '/') {
		uri = set_printf(set, "%.*s%.*s", (int)root, base, len, ref);
	} else {
		while (dir > root && base[dir - 1] != '/')
			dir--;
		uri = set_printf(set, "%.*s%s%.*s", (int)dir, base,
		    dir == root && root > 0 ? "/" : "", len, ref);
	}
	if (uri[root] == '/')
		remove_dots(uri + root);
	return (uri);
}

const struct resource *
resource_enter(struct compiler *c, const struct resource *base,
    const json_t *json, const char *id)
{
	struct resource **all = set_resources(c->set);
	struct resource *resource = set_alloc(c->set, sizeof(*resource));

	resource->uri = uri_resolve(c->set, base->uri, id);
	resource->root = json;
	resource->next = *all;
	*all = resource;
	return (resource);
}

static char *
percent_decode(struct schema_set *set, const char *text)
{
	char *out = set_printf(set, "%s", text), *p = out;

	for (; *text != '\0'; text++) {
		if (*text == '%' && hex_value(text[1]) >= 0 &&
		    hex_value(text[2]) >= 0) {
			*p++ = (char)(hex_value(text[1]) * 16 +
				      hex_value(text[2]));
			text += 2;
		} else {
			*p++ = *text;
		}
	}
	*p = '\0';
	return (out);
}

/* Whether a reference token of a pointer, len bytes, stands for the key. */
static bool
token_is(const char *token, size_t len, const char *key)
{
	const char *end = token + len;

	for (; token < end; token++, key++) {
		if (*token == '~' && token + 1 < end) {
			token++;
			if (*key != (*token == '1' ? '/' : '~'))
				return (false);
		} else if (*token != *key || *key == '\0') {
			return (false);
		}
	}
	return (*key == '\0');
}

static const json_t *
member_at(const json_t *value, const char *token, size_t len)
{
	json_t *object = iterable(value), *item;
	const char *key;
	size_t i;

	json_object_foreach(object, key, item) {
		if (token_is(token, len, key))
			return (item);
	}
	if (!json_is_array(value) || len == 0 || len > 6 ||
	    strspn(token, "0123456789") != len)
		return (NULL);
	i = (size_t)strtoul(token, NULL, 10);
	return (json_array_get(value, i));
}

/* RFC 6901; NULL when the document has nothing there. */
const json_t *
pointer_get(const json_t *doc, const char *pointer)
{
	size_t len;

	while (doc != NULL && *pointer != '\0') {
		if (*pointer++ != '/')
			return (NULL);
		len = strcspn(pointer, "/");
		doc = member_at(doc, pointer, len);
		pointer += len;
	}
	return (doc);
}

static const struct resource *
resource_find(struct schema_set *set, const char *uri)
{
	const struct resource *resource = *set_resources(set);

	while (resource != NULL && strcmp(resource->uri, uri) != 0)
		resource = resource->next;
	return (resource);
}

struct schema *
ref_resolve(struct compiler *c, const struct schema *from, const char *ref)
{
	const struct resource *resource = from->resource;
	const char *hash = strchr(ref, '#');
	const char *fragment = hash == NULL ? "" : hash + 1;
	const json_t *json = NULL;

	if (hash != ref) {
		resource = resource_find(
		    c->set, uri_resolve(c->set, resource->uri, ref));
	}
	if (resource != NULL) {
		fragment = percent_decode(c->set, fragment);
		if (*fragment == '\0' || *fragment == '/')
			json = pointer_get(resource->root, fragment);
		else
			json = set_anchor(c->set, resource, fragment);
	}
	if (json == NULL) {
		compile_fail(c, from, "cannot resolve $ref \"%s\"", ref);
		return (NULL);
	}
	return (declare(c, json, fragment, resource));
}
