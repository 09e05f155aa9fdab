/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Trains: many datagrams in one skb. A GSO skb (or one packet) becomes
 * datagrams lying back to back in page fragments, each contiguous so that it
 * is sealed in place, sent as one UDP GSO skb. Everything here runs with BH
 * off; structs live on the caller's stack. The way in is slice.h.
 */
#ifndef KW_TRAIN_H
#define KW_TRAIN_H

#include <linux/skbuff.h>
#include <linux/types.h>

#include "limits.h"
#include "message.h"

/* Walks the segments of one inner skb, which stays the caller's. */
struct kw_train_source {
	struct sk_buff *skb;
	u32 header;			/* bytes repeated in each segment */
	u32 size;			/* payload of a full segment */
	u32 left;			/* payload not yet taken */
	u32 taken;			/* segments taken */
	u8 protocol;			/* IPPROTO_TCP, IPPROTO_UDP, 0 plain */
};

/* A train being built. */
struct kw_train {
	struct sk_buff *skb;		/* head without data, frags */
	u32 count;			/* datagrams */
	u32 size;			/* bytes of each but the last */
	u32 last;			/* bytes of the last */
	u32 inner;			/* inner bytes in all */
	struct page *page;		/* of the last fragment */
	u32 used, room;			/* in it */
	u8 *at[KW_TRAIN_MAX];		/* DATA header of each */
};

/*
 * Prepare to take segments: 0 or a drop reason. A GSO skb of a kind that can't
 * be cut here is told by KW_TRAIN_FOREIGN: segment it, then pass each.
 */
#define KW_TRAIN_FOREIGN	(-1)
int __must_check kw_train_begin(struct kw_train_source *source,
				struct sk_buff *skb);

/* Is there more to take? */
static inline bool kw_train_more(const struct kw_train_source *source)
{
	return source->left || !source->taken;
}

/*
 * Build the next train of at most max datagrams: inner packets with right
 * checksums, room for header and tag around each. 0, or
 * KEYWAY_DROP_TX_NO_MEMORY, KEYWAY_DROP_TX_MALFORMED.
 */
int __must_check kw_train_fill(struct kw_train *train,
			       struct kw_train_source *source, u32 max);
void kw_train_drop(struct kw_train *train);

/* Ready to be sent: hands the skb over, GSO set. from gives up back pressure. */
struct sk_buff *kw_train_finish(struct kw_train *train, struct sk_buff *from);

#endif
