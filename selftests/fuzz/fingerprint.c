// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Short texts that people paste: an ni URI has one spelling; so has base64; a
 * prefix, a data port's address and a key in PEM come back as they were read.
 */
#include <stdlib.h>
#include <string.h>

#include "libkeyway/keyway.h"

static void uri(const char *text)
{
	char out[KW_FINGERPRINT_TEXT], dns[KW_FINGERPRINT_DNS];
	struct kw_fingerprint fp;
	int err;

	err = kw_fingerprint_parse(text, &fp);
	if (err) {
		if (!kw_fingerprint_strerror(err)[0])
			abort();
		return;
	}
	if (kw_fingerprint_format(&fp, out, sizeof(out)) < 0 || strcmp(out, text))
		abort();
	if (kw_fingerprint_dns(&fp, dns, sizeof(dns)) > 253 + 77)
		abort();
}

static void base64(enum kw_base64_form form, struct kw_slice text)
{
	uint8_t bytes[256];
	char out[400];
	int n;

	n = kw_base64_parse(form, text, bytes, sizeof(bytes));
	if (n < 0)
		return;
	if (kw_base64_format(form, KW_BYTES(bytes, n), out, sizeof(out)) != (int)text.n ||
	    memcmp(out, text.p, text.n))
		abort();
}

static void prefix(const char *text)
{
	struct kw_prefix one, two;
	char out[KW_PREFIX_TEXT];

	if (kw_prefix_parse(text, &one))
		return;
	if (kw_prefix_format(&one, out, sizeof(out)) < 0 || kw_prefix_parse(out, &two) ||
	    memcmp(&one, &two, sizeof(one)) || !kw_prefix_contains(&one, &two.addr))
		abort();
}

static void key(const char *text)
{
	struct kw_identity one, two;
	char out[KW_IDENTITY_TEXT];

	if (kw_identity_parse(text, &one))
		return;
	if (kw_identity_format(&one, out, sizeof(out)) < 0 || kw_identity_parse(out, &two) ||
	    memcmp(&one, &two, sizeof(one)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct kw_source s;
	char text[512];

	if (kw_crypto_init())
		abort();
	if (n >= sizeof(text))
		return 0;
	if (n)
		memcpy(text, p, n);
	text[n] = '\0';
	uri(text);
	prefix(text);
	key(text);
	base64(KW_BASE64_URL, KW_BYTES(p, n));
	base64(KW_BASE64_STANDARD, KW_BYTES(p, n));
	(void)!kw_record_parse_address(KW_BYTES(p, n), &s);
	return 0;
}
