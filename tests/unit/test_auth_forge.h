/*
 * How test_auth.c forges tokens: by another curve, with another signature,
 * with text before or after.  All OpenSSL by hand, nothing of ours.
 */
#ifndef TEST_AUTH_FORGE_H
#define TEST_AUTH_FORGE_H

static char *text_of(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

static char *
text_of(const char *fmt, ...)
{
	char *out = NULL;
	va_list args;

	va_start(args, fmt);
	assert_true(vasprintf(&out, fmt, args) != -1);
	va_end(args);
	return (out);
}

static char *
encoded(const void *bytes, size_t len)
{
	char *out = malloc(CRYPT_B64_SIZE(len));

	assert_non_null(out);
	(void)crypt_base64url(bytes, len, out, CRYPT_B64_SIZE(len));
	return (out);
}

/* The template with its kid and long texts put in, encoded. */
static char *
encoded_part(const char *template)
{
	size_t n = 0, max = strlen(template) + 16384;
	char *plain = calloc(1, max), *out;

	assert_non_null(plain);
	for (; *template != '\0'; template ++) {
		if (*template == '@')
			n += (size_t)snprintf(
			    plain + n, max - n, "%s", auth_key_kid(ours));
		else if (*template == '~')
			n += (size_t)snprintf(
			    plain + n, max - n, "%0*d", LONG_TEXT, 0);
		else
			plain[n++] = *template;
	}
	out = encoded(plain, n);
	free(plain);
	return (out);
}

static void
raw_from_der(const unsigned char *der, size_t len, unsigned char raw[64])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	assert_non_null(sig);
	(void)BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32);
	(void)BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32);
	ECDSA_SIG_free(sig);
}

static size_t
sign_der(EVP_PKEY *pkey, const char *text, unsigned char *der, size_t max)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = max;

	assert_int_equal(
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, der, &len,
			     (const unsigned char *)text, strlen(text)),
	    1);
	EVP_MD_CTX_free(ctx);
	return (len);
}

static EVP_PKEY *
pkey_of(const struct auth_key *key)
{
	BIO *bio = BIO_new_mem_buf(auth_key_private_pem(key), -1);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	assert_non_null(pkey);
	return (pkey);
}

static char *
signed_by(EVP_PKEY *pkey, const char *input, change_fn change)
{
	unsigned char der[160], raw[64];
	char *signature, *token;

	raw_from_der(der, sign_der(pkey, input, der, sizeof(der)), raw);
	if (change != NULL)
		change(raw);
	signature = encoded(raw, sizeof(raw));
	token = text_of("%s.%s", input, signature);
	free(signature);
	return (token);
}

static char *
token_of(const struct threat *t)
{
	char *header = encoded_part(t->header);
	char *payload = encoded_part(t->payload);
	char *input = text_of("%s.%s", header, payload);
	EVP_PKEY *pkey = pkey_of(ours);
	char *token = t->finish != NULL ? t->finish(input)
					: signed_by(pkey, input, t->change);

	EVP_PKEY_free(pkey);
	free(header);
	free(payload);
	free(input);
	return (token);
}

/* Signatures. */

static void
r_zero(unsigned char raw[64])
{
	memset(raw, 0, 32);
}

static void
s_zero(unsigned char raw[64])
{
	memset(raw + 32, 0, 32);
}

static void
both_zero(unsigned char raw[64])
{
	memset(raw, 0, 64);
}

static void
all_ones(unsigned char raw[64])
{
	memset(raw, 0xff, 64);
}

static void
swapped(unsigned char raw[64])
{
	unsigned char r[32];

	memcpy(r, raw, 32);
	memcpy(raw, raw + 32, 32);
	memcpy(raw + 32, r, 32);
}

/* r = s = the order of the curve (CVE-2022-21449's kin). */
static void
order(unsigned char raw[64])
{
	static const unsigned char n[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
		0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2,
		0xfc, 0x63, 0x25, 0x51 };

	memcpy(raw, n, 32);
	memcpy(raw + 32, n, 32);
}

static char *
no_signature(const char *input)
{
	return (text_of("%s.", input));
}

static char *
two_parts(const char *input)
{
	return (strdup(input));
}

static char *
hmac_with_public_pem(const char *input)
{
	unsigned char mac[64] = { 0 };
	const char *pem = auth_key_pem(ours);
	char *signature, *token;

	assert_non_null(HMAC(EVP_sha256(), pem, (int)strlen(pem),
	    (const unsigned char *)input, strlen(input), mac, NULL));
	signature = encoded(mac, 32);
	token = text_of("%s.%s", input, signature);
	free(signature);
	return (token);
}

/* The same, filled up so that the length gives nothing away. */
static char *
hmac_padded(const char *input)
{
	unsigned char mac[64] = { 0 };
	const char *pem = auth_key_pem(ours);
	char *signature, *token;

	assert_non_null(HMAC(EVP_sha512(), pem, (int)strlen(pem),
	    (const unsigned char *)input, strlen(input), mac, NULL));
	signature = encoded(mac, 64);
	token = text_of("%s.%s", input, signature);
	free(signature);
	return (token);
}

static char *
by_curve(const char *input, const char *curve)
{
	EVP_PKEY *pkey = EVP_EC_gen(curve);
	char *token = signed_by(pkey, input, NULL);

	EVP_PKEY_free(pkey);
	return (token);
}

static char *
by_secp256k1(const char *input)
{
	return (by_curve(input, "secp256k1"));
}

static char *
by_brainpool(const char *input)
{
	return (by_curve(input, "brainpoolP256r1"));
}

static char *
by_another_key(const char *input)
{
	EVP_PKEY *pkey = pkey_of(theirs);
	char *token = signed_by(pkey, input, NULL);

	EVP_PKEY_free(pkey);
	return (token);
}

static char *
by_p384(const char *input)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-384");
	unsigned char der[160];
	char *signature, *token;

	(void)sign_der(pkey, input, der, sizeof(der));
	signature = encoded(der, 64);
	token = text_of("%s.%s", input, signature);

	free(signature);
	EVP_PKEY_free(pkey);
	return (token);
}

static char *
der_signature(const char *input)
{
	EVP_PKEY *pkey = pkey_of(ours);
	unsigned char der[160];
	size_t len = sign_der(pkey, input, der, sizeof(der));
	char *signature = encoded(der, len);
	char *token = text_of("%s.%s", input, signature);

	free(signature);
	EVP_PKEY_free(pkey);
	return (token);
}

/* Text: a right token, changed. */

static char *
right(const char *input)
{
	EVP_PKEY *pkey = pkey_of(ours);
	char *token = signed_by(pkey, input, NULL);

	EVP_PKEY_free(pkey);
	return (token);
}

static char *
right_with(const char *input, const char *before, const char *after)
{
	char *token = right(input);
	char *out = text_of("%s%s%s", before, token, after);

	free(token);
	return (out);
}

static char *
junk_after(const char *input)
{
	return (right_with(input, "", "AAAA"));
}

static char *
padding_after(const char *input)
{
	return (right_with(input, "", "=="));
}

static char *
newline_after(const char *input)
{
	return (right_with(input, "", "\n"));
}

static char *
space_before(const char *input)
{
	return (right_with(input, " ", ""));
}

static char *
bearer_before(const char *input)
{
	return (right_with(input, "Bearer ", ""));
}

static char *
fourth_part(const char *input)
{
	return (right_with(input, "", ".AAAA"));
}

static char *
fifth_part(const char *input)
{
	return (right_with(input, "", ".AAAA.AAAA"));
}

static char *
one_short(const char *input)
{
	char *token = right(input);

	token[strlen(token) - 1] = '\0';
	return (token);
}

/* The unused low bits of the last character set: the same bytes. */
static char *
second_spelling(const char *input)
{
	char *token = right(input);
	char *last = token + strlen(token) - 1;

	/* A, Q, g and w are the canonical ones. */
	(*last)++;
	return (token);
}

static char *
standard_base64(const char *input)
{
	char *token = right(input);

	*strchr(token, '.') = '+';
	return (token);
}

static char *
payload_changed(const char *input)
{
	char *token = right(input);
	char *part = strchr(token, '.') + 5;

	*part = *part == 'A' ? 'B' : 'A';
	return (token);
}

static char *
empty_header(const char *input)
{
	char *token = right(input);
	char *out = strdup(strchr(token, '.'));

	free(token);
	return (out);
}

static char *
json_serialisation(const char *input)
{
	char *token = right(input);
	char *dot = strchr(token, '.');
	char *out = text_of("{\"protected\":\"%.*s\",\"payload\":\"%s\"}",
	    (int)(dot - token), token, dot + 1);

	free(token);
	return (out);
}

#endif
