/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Packets waiting for a peer or a session: one bounded list per peer and one
 * per device, the only parking place of the module. When full, the oldest go.
 * The list's own lock is a leaf. Time stamps and key addresses lie in skb->cb.
 */
#ifndef KW_STAGE_H
#define KW_STAGE_H

#include <linux/skbuff.h>

#include "addr.h"
#include "limits.h"

#define KW_STAGE_LEN	(256 * 1024)	/* bytes of one list */

struct kw_stage {
	struct sk_buff_head list;	/* its lock guards all */
	u32 bytes;
	u32 max_packets;
	bool closed;
};

void kw_stage_init(struct kw_stage *stage, u32 max_packets);

/*
 * Consumes the skb. addr: key address it waits for. Returns how many packets
 * were lost: older ones for room, or the packet itself. Any context.
 */
u32 kw_stage_add(struct kw_stage *stage, struct sk_buff *skb,
		 const struct kw_addr *addr, u64 now_ms);

/* Moves all, or those for addr if not NULL, to the caller's list in order. */
void kw_stage_take(struct kw_stage *stage, const struct kw_addr *addr,
		   struct sk_buff_head *to);

/* Moves those older than KW_STAGE_MS. */
void kw_stage_expire(struct kw_stage *stage, u64 now_ms,
		     struct sk_buff_head *to);

/* Frees all; how many. */
u32 kw_stage_empty(struct kw_stage *stage);

/* The same, and from now on whatever is added. */
u32 kw_stage_close(struct kw_stage *stage);

/* How many wait. */
static inline u32 kw_stage_count(const struct kw_stage *stage)
{
	return skb_queue_len_lockless(&stage->list);
}

#endif
