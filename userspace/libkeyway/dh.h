/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * X25519 (RFC 7748), alone in its file so that a simulator can link a hash in
 * its place. A pair is a secret with its public key: the static one for its
 * whole life, an ephemeral one for one message. Whoever created it destroys
 * it, which wipes it. By libsodium: as fast as OpenSSL's with AVX, without
 * allocating or preparing anything (see decisions.md).
 */
#ifndef KW_DH_H
#define KW_DH_H

#include "types.h"

struct kw_dh {
	/* identity */
	struct kw_key secret;
	struct kw_key public;
};

/* secret: 32 random bytes, clamped inside. */
void kw_dh_create(struct kw_dh *d, const struct kw_key *secret);
/* -EKEYREJECTED when the result is all zero (a small-order public key). */
int KW_MUST kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out);
void kw_dh_destroy(struct kw_dh *d);

#endif
