// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * Token buckets, kept as one time each: when the bucket would be full again
 * (the virtual scheduling form of the leaky bucket, ITU-T I.371). A table for
 * unauthenticated sources of fixed size, in sets of a few ways. Called by rx.c
 * for messages, and by whoever embeds a single bucket.
 */
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "bucket.h"

#define BUCKET_NS_PER_S	1000000000ULL

struct bucket_way {
	u32 tag;		/* of the source's hash; 0 is free */
	struct kw_bucket bucket;
};

struct bucket_set {
	spinlock_t lock;	/* guards the tags */
	struct bucket_way way[KW_SOURCE_WAYS];
};

struct kw_bucket_table {
	siphash_key_t key;
	struct bucket_set set[KW_SOURCE_SETS];
};

/* A source as it is hashed: an address, or a tag alone. */
struct bucket_source {
	struct kw_addr addr;
	__be32 tag;
	u32 kind;
};

enum bucket_kind {
	BUCKET_V4,
	BUCKET_V6,
	BUCKET_TAG,
};

static const struct kw_bucket_rate bucket_rates[] = {
	[BUCKET_V4] = { KW_SOURCE_V4_PER_S, KW_SOURCE_V4_BURST },
	[BUCKET_V6] = { KW_SOURCE_V6_PER_S, KW_SOURCE_V6_BURST },
	[BUCKET_TAG] = { KW_SOURCE_TAG_PER_S, KW_SOURCE_TAG_BURST },
};

bool kw_bucket_take(struct kw_bucket *bucket, const struct kw_bucket_rate *rate,
		    u64 now_ns)
{
	u64 step = div_u64(BUCKET_NS_PER_S, rate->per_s);
	s64 old = atomic64_read(&bucket->due);
	u64 due;

	do {
		due = max_t(u64, old, now_ns) + step;
		if (due - now_ns > step * rate->burst)
			return false;
	} while (!atomic64_try_cmpxchg(&bucket->due, &old, due));
	return true;
}

struct kw_bucket_table *kw_bucket_table_create(void)
{
	struct kw_bucket_table *table;
	int i;

	table = kvzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return ERR_PTR(-ENOMEM);
	get_random_bytes(&table->key, sizeof(table->key));
	for (i = 0; i < KW_SOURCE_SETS; i++)
		spin_lock_init(&table->set[i].lock);
	return table;
}

void kw_bucket_table_destroy(struct kw_bucket_table *table)
{
	kvfree_sensitive(table, sizeof(*table));
}

/*
 * The source's way; else a free or refilled one, whose last owner loses
 * nothing; else the fullest one, shared, so that no stranger gets a new burst.
 */
static struct bucket_way *bucket_find(struct bucket_set *set, u32 tag,
				      u64 now_ns)
{
	struct bucket_way *best = &set->way[0];
	struct bucket_way *way;

	lockdep_assert_held(&set->lock);
	for (way = set->way; way < set->way + KW_SOURCE_WAYS; way++) {
		if (way->tag == tag)
			return way;
		if (atomic64_read(&way->bucket.due) <
		    atomic64_read(&best->bucket.due))
			best = way;
	}
	if ((u64)atomic64_read(&best->bucket.due) <= now_ns)
		best->tag = tag;
	return best;
}

static void bucket_source_read(struct bucket_source *key,
			       const struct kw_addr *source, __be32 tag)
{
	memset(key, 0, sizeof(*key));
	if (tag) {
		key->kind = BUCKET_TAG;
		key->tag = tag;
	} else if (kw_addr_is_v4(source)) {
		key->kind = BUCKET_V4;
		key->addr = *source;
	} else {
		key->kind = BUCKET_V6;
		key->addr.half[0] = source->half[0];
	}
}

bool kw_bucket_source_take(struct kw_bucket_table *table,
			   const struct kw_addr *source, __be32 tag, u64 now_ns)
{
	struct bucket_source key;
	struct bucket_set *set;
	struct bucket_way *way;
	u64 hash;
	bool ok;

	bucket_source_read(&key, source, tag);
	hash = siphash(&key, sizeof(key), &table->key);
	set = &table->set[hash % KW_SOURCE_SETS];
	spin_lock_bh(&set->lock);
	way = bucket_find(set, (hash >> 32) | 1, now_ns);
	ok = kw_bucket_take(&way->bucket, &bucket_rates[key.kind], now_ns);
	spin_unlock_bh(&set->lock);
	return ok;
}
