// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Strict base64 in both alphabets (RFC 4648 §4, §5): what parses is exactly
 * what formatting would give back. Owns nothing; called by fingerprint and
 * identity, and by the JSON codec outside.
 */
#include "base64.h"

#include <errno.h>
#include <string.h>

static const char base64_common[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static char base64_digit(enum kw_base64_form form, unsigned int v)
{
	if (v < 62)
		return base64_common[v];
	if (form == KW_BASE64_URL)
		return v == 62 ? '-' : '_';
	return v == 62 ? '+' : '/';
}

/* Branches depend on the text; secrets are only parsed from our own file. */
static int base64_value(enum kw_base64_form form, uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == base64_digit(form, 62))
		return 62;
	return c == base64_digit(form, 63) ? 63 : -1;
}

int kw_base64_format(enum kw_base64_form form, struct kw_slice in, char *out, size_t size)
{
	size_t chars = form == KW_BASE64_URL ? (in.n * 8 + 5) / 6 : (in.n + 2) / 3 * 4;
	unsigned int bits = 0, have = 0;
	size_t i, at = 0;

	if (chars >= size)
		return -EMSGSIZE;
	for (i = 0; i < in.n; i++) {
		bits = bits << 8 | in.p[i];
		for (have += 8; have >= 6; have -= 6)
			out[at++] = base64_digit(form, bits >> (have - 6) & 63);
	}
	if (have)
		out[at++] = base64_digit(form, bits << (6 - have) & 63);
	memset(out + at, '=', chars - at);
	out[chars] = '\0';
	return chars;
}

/* Characters before the padding, which must be there or absent as form says. */
static int base64_trim(enum kw_base64_form form, struct kw_slice text)
{
	size_t n = text.n, pads;

	while (n && text.n - n < 2 && text.p[n - 1] == '=')
		n--;
	pads = text.n - n;
	if (form == KW_BASE64_URL && pads)
		return -EILSEQ;
	if (n % 4 == 1)
		return -EINVAL;
	if (form == KW_BASE64_STANDARD && pads != (4 - n % 4) % 4)
		return -EILSEQ;
	return n;
}

int kw_base64_parse(enum kw_base64_form form, struct kw_slice text, uint8_t *out, size_t size)
{
	int n = base64_trim(form, text);
	unsigned int bits = 0, have = 0;
	size_t at = 0;
	int i, v;

	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		v = base64_value(form, text.p[i]);
		if (v < 0)
			return -EINVAL;
		bits = bits << 6 | v;
		have += 6;
		if (have < 8)
			continue;
		if (at == size)
			return -EMSGSIZE;
		have -= 8;
		out[at++] = bits >> have;
	}
	return bits & ((1u << have) - 1) ? -EBADMSG : (int)at;
}
