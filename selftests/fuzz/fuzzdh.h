/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A hash in place of X25519, for fuzzers that want what lies behind it: the
 * program's own definitions come before the library's. It agrees like a real
 * one, since both ends hash the same two public values.
 */
#ifndef KW_FUZZDH_H
#define KW_FUZZDH_H

#include <string.h>

#include "libkeyway/keyway.h"

void kw_dh_create(struct kw_dh *d, const struct kw_key *secret)
{
	d->secret = d->public = *secret;
}

int kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out)
{
	size_t i;

	for (i = 0; i < sizeof(out->b); i++)
		out->b[i] = d->public.b[i] ^ public->b[i];
	return 0;
}

void kw_dh_destroy(struct kw_dh *d)
{
	memset(d, 0, sizeof(*d));
}

#endif
