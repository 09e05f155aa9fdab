// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Traffic keys, session id, rank and suite of a finished handshake. Owns
 * nothing; called by the daemon's handshake engine between the last good tag
 * and the session's installation.
 */
#include "keys.h"

#include <math.h>
#include <string.h>

#include "crypto.h"

static void keys_flow(const struct kw_key *k, uint16_t suite, uint8_t d, struct kw_keys_flow *out)
{
	uint8_t tail[3] = { suite >> 8, suite, d };
	struct kw_slice in[2] = { KW_TEXT("keyway/v1/data"), KW_BYTES(tail, sizeof(tail)) };
	struct kw_hash h;

	kw_crypto_hash(k, in, 2, &h);
	memcpy(out->key.b, h.b, sizeof(out->key.b));
	in[0] = KW_TEXT("keyway/v1/salt");
	kw_crypto_hash(k, in, 2, &h);
	memcpy(out->salt, h.b, sizeof(out->salt));
	kw_crypto_wipe(&h, sizeof(h));
}

void kw_keys_derive(const struct kw_noise_keys *from, enum kw_keys_suite suite,
		    enum kw_noise_role role, struct kw_keys *out)
{
	bool initiator = role == KW_NOISE_INITIATOR;
	struct kw_slice label = KW_TEXT("sid");

	keys_flow(&from->k[0], suite, 0, initiator ? &out->tx : &out->rx);
	keys_flow(&from->k[1], suite, 1, initiator ? &out->rx : &out->tx);
	kw_crypto_hash128(KW_OBJECT(from->h), &label, 1, out->sid);
}

void kw_keys_destroy(struct kw_keys *k)
{
	kw_crypto_wipe(k, sizeof(*k));
}

uint64_t kw_keys_rank(const struct kw_keys_ends *e, const struct kw_longhash *h)
{
	uint64_t n = (uint64_t)(e->n_i > e->n_r ? e->n_i : e->n_r) + 1;
	uint32_t first = (uint32_t)h->b[0] << 24 | h->b[1] << 16 | h->b[2] << 8 | h->b[3];
	uint32_t smaller = memcmp(e->id_i, e->id_r, sizeof(*e->id_i)) < 0;

	return n << 32 | smaller << 31 | first >> 1;
}

uint8_t kw_keys_speed(uint64_t t_chacha, uint64_t t_gcm)
{
	double ratio = (double)(t_chacha ? t_chacha : 1) / (double)(t_gcm ? t_gcm : 1);
	double v = floor(128.0 + 16.0 * log2(ratio) + 0.5);

	if (v < 0)
		return 0;
	return v > 255 ? 255 : (uint8_t)v;
}

enum kw_keys_suite kw_keys_choose(uint8_t suites_a, uint8_t speed_a, uint8_t suites_b,
				  uint8_t speed_b)
{
	/* bit 1 is suite 2's offer */
	if (!(suites_a & suites_b & 0x02))
		return KW_KEYS_CHACHA;
	return (unsigned int)speed_a + speed_b >= 256 ? KW_KEYS_GCM : KW_KEYS_CHACHA;
}
