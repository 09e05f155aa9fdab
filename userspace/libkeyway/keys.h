/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * From a finished handshake to what the kernel installs: traffic keys, salts,
 * session id, rank, and the choice of the AEAD suite by measured speed
 * (protocol.md, Session keys and Handshake). Pure. The result is secret: its
 * owner wipes it on the kernel's ack with kw_keys_destroy().
 */
#ifndef KW_KEYS_H
#define KW_KEYS_H

#include "noise.h"
#include "types.h"

enum kw_keys_suite {
	KW_KEYS_CHACHA = 1, /* ChaCha20-Poly1305 */
	KW_KEYS_GCM = 2,    /* AES-256-GCM */
};

struct kw_keys_flow {
	struct kw_key key;
	uint8_t salt[4]; /* GCM only, derived always */
};

struct kw_keys {
	struct kw_keys_flow rx, tx;
	uint8_t sid[16]; /* for logs only */
};

/* Both ends' numbers and names, in the roles of the handshake. */
struct kw_keys_ends {
	uint32_t n_i, n_r;
	const struct kw_key *id_i, *id_r;
};

void kw_keys_derive(const struct kw_noise_keys *from, enum kw_keys_suite suite,
		    enum kw_noise_role role, struct kw_keys *out);
void kw_keys_destroy(struct kw_keys *k);
/* The order of sessions, the same at both ends. n_i, n_r below 2^31. */
uint64_t KW_MUST kw_keys_rank(const struct kw_keys_ends *e, const struct kw_longhash *h);

/* Any two durations of the same work, as measured; 0 counts as 1. */
uint8_t KW_MUST kw_keys_speed(uint64_t t_chacha, uint64_t t_gcm);
/* GCM iff both offer it and the speeds sum to 256 or more. */
enum kw_keys_suite KW_MUST kw_keys_choose(uint8_t suites_a, uint8_t speed_a, uint8_t suites_b,
					  uint8_t speed_b);

#endif
