// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * The parking place of packets. Owns what lies in it; what is taken out is
 * the taker's. Filled by tx.c, emptied when a session or a peer comes, when
 * packets grow old, and when their peer or device goes or is down.
 */
#include <linux/module.h>

#include "stage.h"

struct stage_cb {
	struct kw_addr addr;
	u64 since_ms;
};

static struct stage_cb *stage_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct stage_cb) > sizeof(skb->cb));
	return (struct stage_cb *)skb->cb;
}

void kw_stage_init(struct kw_stage *stage, u32 max_packets)
{
	skb_queue_head_init(&stage->list);
	stage->max_packets = max_packets;
}

/* list.lock held */
static void stage_unlink(struct kw_stage *stage, struct sk_buff *skb)
{
	__skb_unlink(skb, &stage->list);
	stage->bytes -= skb->len;
}

static bool stage_full(const struct kw_stage *stage)
{
	return skb_queue_len(&stage->list) > stage->max_packets ||
	       stage->bytes > KW_STAGE_LEN;
}

/* Frees what was unlinked, outside the lock. */
static u32 stage_free(struct sk_buff_head *lost)
{
	u32 count = skb_queue_len(lost);

	__skb_queue_purge(lost);
	return count;
}

u32 kw_stage_add(struct kw_stage *stage, struct sk_buff *skb,
		 const struct kw_addr *addr, u64 now_ms)
{
	struct sk_buff_head lost;
	struct sk_buff *oldest;

	__skb_queue_head_init(&lost);
	/* a socket must not wait for what may wait here for seconds */
	skb_orphan(skb);
	spin_lock_bh(&stage->list.lock);
	if (stage->closed) {
		__skb_queue_tail(&lost, skb);
		goto out_unlock;
	}
	*stage_cb(skb) = (struct stage_cb){ *addr, now_ms };
	__skb_queue_tail(&stage->list, skb);
	stage->bytes += skb->len;
	while (stage_full(stage)) {
		oldest = skb_peek(&stage->list);
		stage_unlink(stage, oldest);
		__skb_queue_tail(&lost, oldest);
	}
out_unlock:
	spin_unlock_bh(&stage->list.lock);
	return stage_free(&lost);
}

void kw_stage_take(struct kw_stage *stage, const struct kw_addr *addr,
		   struct sk_buff_head *to)
{
	struct sk_buff *skb, *next;

	if (!kw_stage_count(stage))
		return;
	spin_lock_bh(&stage->list.lock);
	skb_queue_walk_safe(&stage->list, skb, next) {
		if (addr && !kw_addr_equal(addr, &stage_cb(skb)->addr))
			continue;
		stage_unlink(stage, skb);
		__skb_queue_tail(to, skb);
	}
	spin_unlock_bh(&stage->list.lock);
}

void kw_stage_expire(struct kw_stage *stage, u64 now_ms,
		     struct sk_buff_head *to)
{
	struct sk_buff *skb;

	spin_lock_bh(&stage->list.lock);
	while ((skb = skb_peek(&stage->list))) {
		if (stage_cb(skb)->since_ms + KW_STAGE_MS > now_ms)
			break;
		stage_unlink(stage, skb);
		__skb_queue_tail(to, skb);
	}
	spin_unlock_bh(&stage->list.lock);
}

u32 kw_stage_empty(struct kw_stage *stage)
{
	struct sk_buff_head lost;

	__skb_queue_head_init(&lost);
	kw_stage_take(stage, NULL, &lost);
	return stage_free(&lost);
}

u32 kw_stage_close(struct kw_stage *stage)
{
	spin_lock_bh(&stage->list.lock);
	stage->closed = true;
	spin_unlock_bh(&stage->list.lock);
	return kw_stage_empty(stage);
}
