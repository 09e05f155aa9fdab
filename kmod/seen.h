/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Memory of the key pairs that a device has used: the same pair again would
 * mean the same nonces again. Keeps keyed hashes of the last
 * KW_KEY_PAIRS_REMEMBERED, never a key. Part of the session table; serialised
 * by its owner (dev->lock).
 */
#ifndef KW_SEEN_H
#define KW_SEEN_H

#include <linux/siphash.h>
#include <linux/types.h>

#include "limits.h"

struct kw_seen {
	siphash_key_t key;
	u64 *ring;			/* made at the first add */
	u32 next;
	u32 held;
};

void kw_seen_init(struct kw_seen *seen);
void kw_seen_destroy(struct kw_seen *seen);

/*
 * Remember a pair of keys of len bytes each, at most 32. May sleep. 0, -EEXIST
 * when it is among those remembered, -ENOMEM.
 */
int __must_check kw_seen_add(struct kw_seen *seen, const u8 *a, const u8 *b,
			     u32 len);

#endif
