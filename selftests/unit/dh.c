// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * X25519's public keys, made on the Edwards curve, against those of the plain
 * ladder: random secrets, and ones whose results have rare limbs. RFC 7748's
 * own example.
 */
#include <errno.h>
#include <sodium.h>

#include "libkeyway/crypto.h"
#include "libkeyway/dh.h"
#include "test.h"

/* RFC 7748 §6.1 */
static const uint8_t alice[32] = {
	0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45,
	0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a,
};
static const uint8_t alice_public[32] = {
	0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7, 0x5a,
	0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b, 0x4e, 0x6a,
};

static int differs(const struct kw_key *secret)
{
	uint8_t want[32];
	struct kw_dh d;

	kw_dh_create(&d, secret);
	return crypto_scalarmult_base(want, secret->b) || memcmp(want, d.public.b, 32);
}

int main(void)
{
	struct kw_key secret = { { 0 } }, shared[2];
	unsigned int i, wrong = 0;
	struct kw_dh a, b;

	if (kw_crypto_init())
		return 2;
	memcpy(secret.b, alice, sizeof(alice));
	kw_dh_create(&a, &secret);
	test_mem(a.public.b, alice_public, 32, "RFC 7748's public key");
	for (i = 0; i < 5000; i++) {
		randombytes_buf(secret.b, sizeof(secret.b));
		wrong += (unsigned int)differs(&secret);
	}
	test_eq(wrong, 0, "5,000 random secrets have the ladder's public keys");
	for (i = 0, wrong = 0; i < 256; i++) {
		memset(&secret, 0, sizeof(secret));
		secret.b[i / 8] = (uint8_t)(1u << i % 8);
		wrong += (unsigned int)differs(&secret);
		memset(&secret, 0xff, sizeof(secret));
		secret.b[i / 8] = (uint8_t)~(1u << i % 8);
		wrong += (unsigned int)differs(&secret);
	}
	test_eq(wrong, 0, "secrets of one bit, and of all but one, too");
	kw_dh_create(&b, &secret);
	test_ok(!kw_dh_compute(&a, &b.public, &shared[0]) &&
			!kw_dh_compute(&b, &a.public, &shared[1]) &&
			!memcmp(&shared[0], &shared[1], sizeof(shared[0])),
		"both ends compute the same");
	memset(&secret, 0, sizeof(secret));
	test_eq(kw_dh_compute(&a, &secret, &shared[0]), -EKEYREJECTED,
		"a point of small order is refused");
	return test_done();
}
