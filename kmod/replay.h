/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Sliding window over the packet numbers of one space: each is accepted once
 * (RFC 6479, but with all KW_REPLAY_BITS usable). About 1 KiB, embedded in its
 * owner, freed by it. Locking: the window's own lock, a leaf, taken inside,
 * usable from softirq and process context.
 */
#ifndef KW_REPLAY_H
#define KW_REPLAY_H

#include <linux/bitmap.h>
#include <linux/spinlock.h>

#include "limits.h"

struct kw_replay {
	spinlock_t lock;	/* guards next, seen */
	u64 next;		/* one past the largest number accepted */
	DECLARE_BITMAP(seen, KW_REPLAY_BITS);
};

void kw_replay_init(struct kw_replay *replay);

/*
 * Accepts number (below 2^48) once. To be called only when the packet's tag
 * has verified: it moves the window. 0, or KEYWAY_DROP_RX_REPLAY when the
 * number was accepted before or is KW_REPLAY_BITS or more behind the largest.
 */
int __must_check kw_replay_accept(struct kw_replay *replay, u64 number);

#endif
