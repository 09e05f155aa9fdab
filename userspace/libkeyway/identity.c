// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The identity key pair and its PEM form, which is PKCS#8 of RFC 8410 with the
 * seed alone. Owns nothing; entropy, file and locked memory are the caller's.
 */
#include "identity.h"

#include <errno.h>
#include <string.h>

#include "base64.h"
#include "crypto.h"
#include "fingerprint.h"

#define IDENTITY_DER 48

/* SEQUENCE { 0, { 1.3.101.112 }, OCTET STRING { OCTET STRING of 32 } } */
static const uint8_t identity_head[16] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
					   0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
static const char identity_begin[] = "-----BEGIN PRIVATE KEY-----";
static const char identity_end[] = "-----END PRIVATE KEY-----";

void kw_identity_create(struct kw_identity *i, const struct kw_key *seed)
{
	kw_crypto_ed25519(seed, i->secret, &i->id);
	kw_fingerprint_compute(&i->id, &i->val);
	kw_fingerprint_address(&i->val, &i->addr);
}

void kw_identity_destroy(struct kw_identity *i)
{
	kw_crypto_wipe(i, sizeof(*i));
}

int kw_identity_format(const struct kw_identity *i, char *out, size_t size)
{
	char text[KW_BASE64_ROOM(IDENTITY_DER)];
	uint8_t der[IDENTITY_DER];
	size_t n;

	memcpy(der, identity_head, sizeof(identity_head));
	memcpy(der + sizeof(identity_head), i->secret, 32);
	if (kw_base64_format(KW_BASE64_STANDARD, KW_BYTES(der, sizeof(der)), text, sizeof(text)) < 0)
		return -EMSGSIZE;
	n = strlen(identity_begin) + strlen(text) + strlen(identity_end) + 3;
	if (n < size) {
		stpcpy(stpcpy(stpcpy(stpcpy(stpcpy(stpcpy(out, identity_begin), "\n"), text), "\n"),
			      identity_end), "\n");
	}
	kw_crypto_wipe(der, sizeof(der));
	kw_crypto_wipe(text, sizeof(text));
	return n < size ? (int)n : -EMSGSIZE;
}

/* The base64 between the two marks, blanks left out; its length or an error. */
static int identity_body(const char *text, char *out, size_t size)
{
	const char *p = strstr(text, identity_begin);
	const char *end = p ? strstr(p, identity_end) : NULL;
	size_t n = 0;

	if (!end)
		return -ENOKEY;
	for (p += strlen(identity_begin); p < end; p++) {
		if (strchr(" \t\r\n", *p))
			continue;
		if (n == size)
			return -EPROTONOSUPPORT;
		out[n++] = *p;
	}
	return n;
}

int kw_identity_parse(const char *text, struct kw_identity *i)
{
	struct kw_key seed;
	uint8_t der[IDENTITY_DER];
	char body[64]; /* 48 bytes in base64; a longer key is another kind */
	int n;

	n = identity_body(text, body, sizeof(body));
	if (n >= 0)
		n = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(body, n), der, sizeof(der));
	kw_crypto_wipe(body, sizeof(body));
	if (n < 0) {
		kw_crypto_wipe(der, sizeof(der));
		return n == -ENOKEY || n == -EPROTONOSUPPORT ? n : -EINVAL;
	}
	if (n == IDENTITY_DER && !memcmp(der, identity_head, sizeof(identity_head))) {
		memcpy(seed.b, der + sizeof(identity_head), sizeof(seed.b));
		kw_identity_create(i, &seed);
		kw_crypto_wipe(&seed, sizeof(seed));
		n = 0;
	} else {
		n = n == IDENTITY_DER ? -EPROTONOSUPPORT : -EINVAL;
	}
	kw_crypto_wipe(der, sizeof(der));
	return n;
}
