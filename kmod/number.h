/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Packet numbers of one session: a slot per path, each with a number space of
 * its own, so that paths and their losses are told apart (protocol.md, DATA).
 * A number is never given twice, whatever paths do: spaces are never reused,
 * and within one the numbers come from one atomic counter. Part of the
 * session. Its lock is a leaf, taken only where a space is taken.
 */
#ifndef KW_NUMBER_H
#define KW_NUMBER_H

#include <linux/atomic.h>
#include <linux/spinlock.h>

#include "limits.h"
#include "space.h"

#define KW_NUMBER_OWN_SLOT	KW_PATHS_PER_PEER	/* for no path */
#define KW_NUMBER_GONE_SLOT	(KW_PATHS_PER_PEER + 1)	/* for SPACE_GONE */
#define KW_NUMBER_SLOTS		(KW_PATHS_PER_PEER + 2)

struct kw_number_slot {
	atomic64_t x;		/* the next number, with its space */
	u32 path;		/* id of the path it belongs to */
	u64 taken_ms;		/* when the space was taken, 0 never */
	u64 sent_ms;		/* when a number was last taken */
};

struct kw_number {
	spinlock_t lock;	/* guards all but x and sent_ms */
	struct kw_space_tx spaces;
	struct kw_number_slot slots[KW_NUMBER_SLOTS];
};

/* Whose numbers: slot and id of a path, or one of the two above and 0. */
struct kw_number_path {
	u32 slot;
	u32 id;
};

void kw_number_init(struct kw_number *number);

/*
 * Take n numbers; *x is the first, host order. opened_ms: when the peer was
 * last heard on this session, or its keys were set. BH off. 0, or
 * KEYWAY_DROP_TX_EXHAUSTED.
 */
int __must_check kw_number_take(struct kw_number *number,
				const struct kw_number_path *path, u32 n,
				u64 opened_ms, u64 *x);

/* The peer has lost the window of this space: take another. Any context. */
void kw_number_gone(struct kw_number *number, u32 space);

#endif
