// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Names that follow from a public key: VAL, ni URI, key address, DNS name.
 * The parser takes one spelling per name and tells apart why it refuses, since
 * people paste these. Owns nothing.
 */
#include "fingerprint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "crypto.h"

#define FINGERPRINT_VAL 43 /* characters of 32 bytes in base64url */

static const uint8_t fingerprint_der[12] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
					     0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
/* first 16 bytes of SHA3-256("keyway/v1/orchid") */
static const uint8_t fingerprint_context[16] = { 0x68, 0xbb, 0xff, 0x2d, 0x53, 0x2c, 0xb9, 0xbf,
						 0x1f, 0xee, 0xd8, 0x28, 0x5e, 0x80, 0xec, 0x30 };

void kw_fingerprint_der(const struct kw_key *id, uint8_t out[KW_FINGERPRINT_DER])
{
	memcpy(out, fingerprint_der, sizeof(fingerprint_der));
	memcpy(out + sizeof(fingerprint_der), id->b, sizeof(id->b));
}

int kw_fingerprint_read_der(struct kw_slice in, struct kw_key *id)
{
	if (in.n != KW_FINGERPRINT_DER || memcmp(in.p, fingerprint_der, sizeof(fingerprint_der)))
		return -EBADMSG;
	memcpy(id->b, in.p + sizeof(fingerprint_der), sizeof(id->b));
	return 0;
}

void kw_fingerprint_compute(const struct kw_key *id, struct kw_hash *val)
{
	uint8_t der[KW_FINGERPRINT_DER];
	struct kw_slice in = KW_BYTES(der, sizeof(der));

	kw_fingerprint_der(id, der);
	kw_crypto_sha3(&in, 1, val);
}

void kw_fingerprint_address(const struct kw_hash *val, struct kw_addr *addr)
{
	static const uint8_t prefix[4] = { 0x20, 0x01, 0x00, 0x2f };
	struct kw_slice in[2] = {
		KW_BYTES(fingerprint_context, sizeof(fingerprint_context)),
		KW_OBJECT(*val),
	};
	struct kw_hash h;

	kw_crypto_sha3(in, 2, &h);
	memcpy(addr->b, prefix, sizeof(prefix));
	memcpy(addr->b + 4, h.b + 10, 12);
}

/* Decimal, no leading zero, 1..65535. */
static bool fingerprint_port(const char *text)
{
	unsigned long v = 0;
	size_t i;

	if (*text == '0')
		return false;
	for (i = 0; isdigit((unsigned char)text[i]) && i < 6; i++)
		v = v * 10 + (text[i] - '0');
	return i && !text[i] && v <= 65535;
}

/* Labels of 1..63 letters, digits and inner hyphens; not all digits at the end. */
static bool fingerprint_host(const char *text, size_t n)
{
	size_t i, label = 0;
	bool letter = false;

	if (!n || n > 253)
		return false;
	for (i = 0; i < n; i++) {
		if (text[i] == '.') {
			if (!label || text[i - 1] == '-')
				return false;
			label = 0;
			letter = false;
			continue;
		}
		if (!isalnum((unsigned char)text[i]) && (text[i] != '-' || !label))
			return false;
		letter |= !isdigit((unsigned char)text[i]);
		if (++label > 63)
			return false;
	}
	return label && letter && text[n - 1] != '-';
}

static bool fingerprint_ip(int family, const char *text, size_t n)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (n >= sizeof(buf))
		return false;
	memcpy(buf, text, n);
	buf[n] = '\0';
	return inet_pton(family, buf, &addr) == 1;
}

enum fingerprint_kind {
	FINGERPRINT_BAD,
	FINGERPRINT_NONE,
	FINGERPRINT_NAME,
	FINGERPRINT_IP,
};

/* What an authority is; *n is the length of its host part. */
static enum fingerprint_kind fingerprint_kind(const char *text, size_t *n)
{
	const char *end;

	*n = 0;
	if (!*text)
		return FINGERPRINT_NONE;
	if (strlen(text) >= KW_FINGERPRINT_AUTHORITY)
		return FINGERPRINT_BAD;
	end = *text == '[' ? strchr(text, ']') : text + strcspn(text, ":");
	if (!end)
		return FINGERPRINT_BAD;
	*n = end - text;
	if (*text == '[')
		end++;
	if (*end && (*end != ':' || !fingerprint_port(end + 1)))
		return FINGERPRINT_BAD;
	if (*text == '[')
		return fingerprint_ip(AF_INET6, text + 1, *n - 1) ? FINGERPRINT_IP :
								    FINGERPRINT_BAD;
	if (fingerprint_ip(AF_INET, text, *n))
		return FINGERPRINT_IP;
	return fingerprint_host(text, *n) ? FINGERPRINT_NAME : FINGERPRINT_BAD;
}

int kw_fingerprint_check_authority(const char *text)
{
	size_t n;

	return fingerprint_kind(text, &n) == FINGERPRINT_BAD ? -EDESTADDRREQ : 0;
}

static int fingerprint_parse_val(const char *text, struct kw_hash *val)
{
	size_t n = strlen(text);
	int ret;

	if (strchr(text, '?'))
		return -EOPNOTSUPP;
	if (strchr(text, '='))
		return -EILSEQ;
	if (n != FINGERPRINT_VAL)
		return -EMSGSIZE;
	ret = kw_base64_parse(KW_BASE64_URL, KW_BYTES(text, n), val->b, sizeof(val->b));
	return ret < 0 ? -EBADMSG : 0;
}

int kw_fingerprint_parse(const char *text, struct kw_fingerprint *fp)
{
	struct kw_fingerprint got = { 0 };
	const char *slash, *semicolon;
	int ret;

	if (strncmp(text, "ni://", 5))
		return -EINVAL;
	text += 5;
	slash = strchr(text, '/');
	semicolon = slash ? strchr(slash, ';') : NULL;
	if (!semicolon)
		return -EINVAL;
	if (semicolon - slash != 9 || memcmp(slash, "/sha3-256", 9))
		return -EPROTONOSUPPORT;
	if ((size_t)(slash - text) >= sizeof(got.authority))
		return -EDESTADDRREQ;
	memcpy(got.authority, text, slash - text);
	ret = kw_fingerprint_check_authority(got.authority);
	if (!ret)
		ret = fingerprint_parse_val(semicolon + 1, &got.val);
	if (!ret)
		*fp = got;
	return ret;
}

const char *kw_fingerprint_strerror(int err)
{
	switch (err) {
	case 0:
		return "a good fingerprint";
	case -EPROTONOSUPPORT:
		return "only the algorithm sha3-256 is supported, in lower case";
	case -EILSEQ:
		return "the value ends in padding, which ni URIs don't have";
	case -EBADMSG:
		return "the value isn't canonical base64url: was it changed or cut?";
	case -EMSGSIZE:
		return "the value isn't 43 characters long: was it cut?";
	case -EDESTADDRREQ:
		return "the part after ni:// is no host name or address with optional port";
	case -EOPNOTSUPP:
		return "a query (?...) isn't supported";
	default:
		return "a fingerprint looks like ni://example.org/sha3-256;VALUE";
	}
}

int kw_fingerprint_format(const struct kw_fingerprint *fp, char *out, size_t size)
{
	char val[KW_BASE64_ROOM(32)];
	int n;

	n = kw_base64_format(KW_BASE64_URL, KW_OBJECT(fp->val), val, sizeof(val));
	if (n < 0)
		return n;
	n = snprintf(out, size, "ni://%s/sha3-256;%s", fp->authority, val);
	return n < 0 || (size_t)n >= size ? -EMSGSIZE : n;
}

int kw_fingerprint_dns(const struct kw_fingerprint *fp, char *out, size_t size)
{
	char hex[2 * sizeof(fp->val.b) + 1];
	size_t i, host;
	int n;

	if (fingerprint_kind(fp->authority, &host) != FINGERPRINT_NAME)
		return -EADDRNOTAVAIL;
	for (i = 0; i < sizeof(fp->val.b); i++)
		snprintf(hex + 2 * i, 3, "%02x", fp->val.b[i]);
	n = snprintf(out, size, "%.32s.%s.0a.%.*s", hex, hex + 32, (int)host, fp->authority);
	return n < 0 || (size_t)n >= size ? -EMSGSIZE : n;
}
