// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * X25519 by libsodium. The only other file than crypto.c that includes
 * sodium.h, so that a simulator of many nodes can link a hash under the same
 * header. Called by noise.c and by whoever makes a static key.
 *
 * A public key is made on the Edwards curve, whose base point has a table, and
 * mapped over (RFC 7748 §4.1): half the time of crypto_scalarmult_base(), and
 * a handshake needs one. What is left for us, an inversion mod 2^255 - 19, has
 * public input only.
 */
#include "dh.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

#define DH_MASK ((1ull << 51) - 1)

/* A number mod 2^255 - 19 in limbs of 51 bits; after a product, below 2^52. */
struct dh_number {
	uint64_t v[5];
};

static void dh_carry(unsigned __int128 t[5], struct dh_number *out)
{
	uint64_t c = 0;
	int i;

	for (i = 0; i < 5; i++) {
		t[i] += c;
		out->v[i] = (uint64_t)t[i] & DH_MASK;
		c = (uint64_t)(t[i] >> 51);
	}
	out->v[0] += c * 19;
	out->v[1] += out->v[0] >> 51;
	out->v[0] &= DH_MASK;
}

#define DH_ROW(p, q, r, s, t) \
	((unsigned __int128)a->v[0] * (p) + (unsigned __int128)a->v[1] * (q) + \
	 (unsigned __int128)a->v[2] * (r) + (unsigned __int128)a->v[3] * (s) + \
	 (unsigned __int128)a->v[4] * (t))

/* out may be a or b. */
static void dh_multiply(const struct dh_number *a, const struct dh_number *b, struct dh_number *out)
{
	const uint64_t *v = b->v;
	uint64_t w1 = v[1] * 19, w2 = v[2] * 19, w3 = v[3] * 19, w4 = v[4] * 19;
	unsigned __int128 t[5] = {
		DH_ROW(v[0], w4, w3, w2, w1),
		DH_ROW(v[1], v[0], w4, w3, w2),
		DH_ROW(v[2], v[1], v[0], w4, w3),
		DH_ROW(v[3], v[2], v[1], v[0], w4),
		DH_ROW(v[4], v[3], v[2], v[1], v[0]),
	};

	dh_carry(t, out);
}

/* out = a^(2^n) * b */
static void dh_square(const struct dh_number *a, int n, const struct dh_number *b,
		      struct dh_number *out)
{
	struct dh_number r = *a;

	while (n--)
		dh_multiply(&r, &r, &r);
	dh_multiply(&r, b, out);
}

/* a^(p - 2): the exponent is 250 ones, then 01011. Results may be inputs. */
static void dh_invert(const struct dh_number *a, struct dh_number *out)
{
	struct dh_number t, a11, x, x10, x50;

	dh_multiply(a, a, &t);
	dh_square(&t, 2, a, &x); /* a^9 */
	dh_multiply(&x, &t, &a11);
	dh_square(&a11, 1, &x, &x); /* 2^5 - 1 */
	dh_square(&x, 5, &x, &x10);
	dh_square(&x10, 10, &x10, &x);
	dh_square(&x, 20, &x, &x); /* 2^40 - 1 */
	dh_square(&x, 10, &x10, &x50);
	dh_square(&x50, 50, &x50, &x);
	dh_square(&x, 100, &x, &x); /* 2^200 - 1 */
	dh_square(&x, 50, &x50, &x);
	dh_square(&x, 5, &a11, out);
}

static void dh_read(const uint8_t b[32], struct dh_number *out)
{
	uint64_t w;
	int i, at;

	for (i = 0; i < 5; i++) {
		at = 51 * i / 8;
		if (at > 24)
			at = 24;
		memcpy(&w, b + at, sizeof(w));
		out->v[i] = le64toh(w) >> (51 * i - 8 * at) & DH_MASK;
	}
}

static void dh_write(const struct dh_number *a, uint8_t b[32])
{
	struct dh_number n = *a;
	uint64_t c = 19, w;
	int i, pass;

	/* 19 more: a carry out of the top says that it is p or above */
	for (i = 0; i < 5; i++)
		c = (n.v[i] + c) >> 51;
	c *= 19;
	for (i = 0; i < 5; i++) {
		n.v[i] += c;
		c = n.v[i] >> 51;
		n.v[i] &= DH_MASK;
	}
	for (i = 0; i < 4; i++) {
		pass = 13 * i;
		w = htole64(n.v[i] >> pass | n.v[i + 1] << (51 - pass));
		memcpy(b + 8 * i, &w, sizeof(w));
	}
}

/* u = (1 + y) / (1 - y), RFC 7748 §4.1; y is in 0 … p - 1 and never 1 here. */
static void dh_map(const uint8_t edwards[32], uint8_t u[32])
{
	struct dh_number y, over, under;
	int i;

	dh_read(edwards, &y);
	over = y;
	over.v[0]++;
	/* 2p + 1 - y, so that no limb goes below 0 */
	under.v[0] = 2 * (DH_MASK - 18) + 1 - y.v[0];
	for (i = 1; i < 5; i++)
		under.v[i] = 2 * DH_MASK - y.v[i];
	dh_invert(&under, &under);
	dh_multiply(&over, &under, &over);
	dh_write(&over, u);
}

void kw_dh_create(struct kw_dh *d, const struct kw_key *secret)
{
	uint8_t edwards[32];

	d->secret = *secret;
	/* clamps; fails for no secret, as the base point has a large order */
	if (crypto_scalarmult_ed25519_base(edwards, secret->b)) {
		sodium_memzero(d, sizeof(*d));
		return;
	}
	dh_map(edwards, d->public.b);
}

int kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out)
{
	return crypto_scalarmult(out->b, d->secret.b, public->b) ? -EKEYREJECTED : 0;
}

void kw_dh_destroy(struct kw_dh *d)
{
	sodium_memzero(d, sizeof(*d));
}
