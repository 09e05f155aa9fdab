/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Token buckets: one rate alone, or a table of rates by source (an IPv4
 * address, an IPv6 /64, an ingress tag) for unauthenticated messages. The
 * table has a fixed size; who finds his set full shares a bucket, so a flood
 * of sources never gets more than the table's worth, and its SipHash key keeps
 * strangers from choosing whom they share with. Times are ns of any monotonic
 * clock, given. Locks: one leaf per set; a single bucket is lock-free.
 */
#ifndef KW_BUCKET_H
#define KW_BUCKET_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "addr.h"
#include "limits.h"

/* All zero is a full bucket. */
struct kw_bucket {
	atomic64_t due;		/* when it would be full again, ns */
};

struct kw_bucket_rate {
	u32 per_s;		/* 1 to 10^6 */
	u32 burst;		/* at least 1 */
};

/* Takes one token: may this pass? Any context. */
bool kw_bucket_take(struct kw_bucket *bucket, const struct kw_bucket_rate *rate,
		    u64 now_ns);

struct kw_bucket_table;

/* Random key inside. May sleep. The table, or ERR_PTR(-ENOMEM). */
struct kw_bucket_table *kw_bucket_table_create(void);

/* No one may use it any more: after a grace period, by the owner. */
void kw_bucket_table_destroy(struct kw_bucket_table *table);

/*
 * Takes one token of the source's bucket: of the ingress tag's when tag is
 * not 0, else of the IPv4 address's or the /64's. Rates are those of limits.h.
 * Any context.
 */
bool kw_bucket_source_take(struct kw_bucket_table *table,
			   const struct kw_addr *source, __be32 tag, u64 now_ns);

#endif
