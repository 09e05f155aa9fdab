// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Key pairs seen before. A ring of keyed hashes that is scanned whole: that
 * costs less than the handshake that made the keys, and nothing that a
 * stranger does leads here. Called by session.c alone, under dev->lock.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "seen.h"

#define SEEN_KEY_LEN	32

void kw_seen_init(struct kw_seen *seen)
{
	get_random_bytes(&seen->key, sizeof(seen->key));
}

void kw_seen_destroy(struct kw_seen *seen)
{
	kvfree(seen->ring);
	memzero_explicit(seen, sizeof(*seen));
}

static u64 seen_hash(const struct kw_seen *seen, const u8 *a, const u8 *b,
		     u32 len)
{
	u8 pair[2 * SEEN_KEY_LEN];
	u64 hash;

	memcpy(pair, a, len);
	memcpy(pair + len, b, len);
	hash = siphash(pair, 2 * len, &seen->key);
	memzero_explicit(pair, sizeof(pair));
	return hash;
}

int kw_seen_add(struct kw_seen *seen, const u8 *a, const u8 *b, u32 len)
{
	u64 hash;
	u32 i;

	if (WARN_ON_ONCE(len > SEEN_KEY_LEN))
		return -EINVAL;
	if (!seen->ring)
		seen->ring = kvcalloc(KW_KEY_PAIRS_REMEMBERED, sizeof(u64),
				      GFP_KERNEL_ACCOUNT);
	if (!seen->ring)
		return -ENOMEM;
	hash = seen_hash(seen, a, b, len);
	for (i = 0; i < seen->held; i++)
		if (seen->ring[i] == hash)
			return -EEXIST;
	seen->ring[seen->next] = hash;
	seen->next = (seen->next + 1) % KW_KEY_PAIRS_REMEMBERED;
	seen->held = min_t(u32, seen->held + 1, KW_KEY_PAIRS_REMEMBERED);
	return 0;
}
