// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * X25519 by libsodium. The only other file than crypto.c that includes
 * sodium.h, so that a simulator of many nodes can link a hash under the same
 * header. Called by noise.c and by whoever makes a static key.
 */
#include "dh.h"

#include <errno.h>
#include <sodium.h>

void kw_dh_create(struct kw_dh *d, const struct kw_key *secret)
{
	d->secret = *secret;
	/* fails for no secret: the base point has a large order */
	if (crypto_scalarmult_base(d->public.b, secret->b))
		sodium_memzero(d, sizeof(*d));
}

int kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out)
{
	return crypto_scalarmult(out->b, d->secret.b, public->b) ? -EKEYREJECTED : 0;
}

void kw_dh_destroy(struct kw_dh *d)
{
	sodium_memzero(d, sizeof(*d));
}
