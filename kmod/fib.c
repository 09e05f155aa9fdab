// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * Which peer a packet goes to, and which inner sources a peer may use. A
 * peer's grant is an immutable array, searched in order: a peer has one or two
 * prefixes, and a packet is checked against its sender's alone. Called by tx.c
 * and rx.c under RCU, by nl_peer.c to build grants.
 */
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "drop.h"
#include "fib.h"

#define FIB_V4(len_, ...) {						\
	.addr.byte = { [10] = 0xff, [11] = 0xff, __VA_ARGS__ },		\
	.len = 96 + (len_),						\
}

/* Sources that only their own host or, for key addresses, one peer may use. */
static const struct kw_prefix fib_forbidden[] = {
	{ .addr.byte = { 0x20, 0x01, 0x00, 0x2f }, .len = 32 },
	{ .addr.byte = { 0 }, .len = 128 },
	{ .addr.byte = { [15] = 1 }, .len = 128 },
	{ .addr.byte = { 0xfe, 0x80 }, .len = 10 },
	{ .addr.byte = { 0xff }, .len = 8 },
	FIB_V4(8, [12] = 0),
	FIB_V4(8, [12] = 127),
	FIB_V4(16, [12] = 169, [13] = 254),
	FIB_V4(4, [12] = 224),
	FIB_V4(32, [12] = 255, [13] = 255, [14] = 255, [15] = 255),
};

static bool fib_covers(const struct kw_prefix *prefix,
		       const struct kw_addr *addr)
{
	u64 high = be64_to_cpu(prefix->addr.half[0] ^ addr->half[0]);
	u64 low = be64_to_cpu(prefix->addr.half[1] ^ addr->half[1]);
	u32 len = prefix->len;

	if (len < 96 && kw_addr_is_v4(addr))
		return false;
	if (len <= 64)
		return !len || !(high >> (64 - len));
	return !high && !(low >> (128 - len));
}

bool kw_fib_forbidden(const struct kw_addr *addr)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fib_forbidden); i++)
		if (fib_covers(&fib_forbidden[i], addr))
			return true;
	return false;
}

/* Are all bits after the prefix zero? */
static bool fib_is_network(const struct kw_prefix *prefix)
{
	u32 at = prefix->len / 8;
	u32 rest = prefix->len % 8;

	if (rest && prefix->addr.byte[at++] & (0xff >> rest))
		return false;
	for (; at < sizeof(prefix->addr); at++)
		if (prefix->addr.byte[at])
			return false;
	return true;
}

int kw_fib_prefix_check(const struct kw_prefix *prefix)
{
	const struct kw_prefix *range;

	if (prefix->len > 128 || !fib_is_network(prefix))
		return -EINVAL;
	for (range = fib_forbidden;
	     range < fib_forbidden + ARRAY_SIZE(fib_forbidden); range++)
		if (range->len <= prefix->len &&
		    fib_covers(range, &prefix->addr))
			return -EINVAL;
	return 0;
}

struct kw_fib_grant *kw_fib_grant_create(const struct kw_addr *key, bool transit,
					 const struct kw_prefix *prefix, u32 count)
{
	struct kw_fib_grant *grant;
	u32 i;

	if (count > KW_PREFIXES_PER_PEER)
		return ERR_PTR(-E2BIG);
	for (i = 0; i < count; i++)
		if (kw_fib_prefix_check(&prefix[i]))
			return ERR_PTR(-EINVAL);
	grant = kzalloc(struct_size(grant, prefix, count), GFP_KERNEL_ACCOUNT);
	if (!grant)
		return ERR_PTR(-ENOMEM);
	grant->key = *key;
	grant->transit = transit;
	grant->count = count;
	for (i = 0; i < count; i++)
		grant->prefix[i] = prefix[i];
	return grant;
}

void kw_fib_grant_destroy(struct kw_fib_grant *grant)
{
	if (grant)
		kfree_rcu(grant, rcu);
}

bool kw_fib_source_ok(const struct kw_fib_grant *grant, u8 version,
		      const void *source)
{
	struct kw_addr addr;
	__be32 v4;
	u32 i;

	if (version == 4) {
		memcpy(&v4, source, sizeof(v4));
		addr = kw_addr_v4(v4);
	} else {
		addr = kw_addr_v6(source);
		/* RFC 4038, 4.2: it would pass for the IPv4 address */
		if (kw_addr_is_v4(&addr))
			return false;
	}
	if (kw_addr_equal(&addr, &grant->key))
		return true;
	if (kw_fib_forbidden(&addr))
		return false;
	for (i = 0; i < grant->count; i++)
		if (fib_covers(&grant->prefix[i], &addr))
			return true;
	return grant->transit;
}

int kw_fib_lookup(const struct kw_addr *dst, const struct kw_addr *nexthop,
		  struct kw_addr *peer)
{
	if (kw_addr_is_key(dst))
		*peer = *dst;
	else if (nexthop && kw_addr_is_key(nexthop))
		*peer = *nexthop;
	else
		return KEYWAY_DROP_TX_NO_ROUTE;
	return KW_DROP_NONE;
}
