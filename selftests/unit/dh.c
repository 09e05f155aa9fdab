// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * X25519: public keys against the ladder of the base point,
 * of random secrets and of ones with one bit; RFC 7748's
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

/* Small orders, and the same written above the prime (cr.yp.to/ecdh.html). */
static const uint8_t small[7][32] = {
	{ 0 },
	{ 1 },
	{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
	  0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
	{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
	  0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
	{ 0xec, [1 ... 30] = 0xff, [31] = 0x7f },
	{ 0xed, [1 ... 30] = 0xff, [31] = 0x7f },
	{ 0xee, [1 ... 30] = 0xff, [31] = 0x7f },
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
	for (i = 0, wrong = 0; i < 7; i++) {
		memcpy(secret.b, small[i], sizeof(secret.b));
		wrong += kw_dh_compute(&a, &secret, &shared[0]) != -EKEYREJECTED;
	}
	test_eq(wrong, 0, "the seven points of small order are refused");
	kw_dh_destroy(&a);
	test_ok(sodium_is_zero((const unsigned char *)&a, sizeof(a)), "a pair destroyed is wiped");
	return test_done();
}
