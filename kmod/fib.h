/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Forwarding by key: which peer a packet goes to, and which inner sources a
 * peer may use. There is no prefix trie: the kernel's own routes name a key
 * as next hop. What a peer may source is one immutable object, replaced whole
 * under RCU by its owner, peer.c. Pure; no locks of its own.
 */
#ifndef KW_FIB_H
#define KW_FIB_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "addr.h"
#include "limits.h"

struct kw_fib_grant {
	struct rcu_head rcu;
	struct kw_addr key;	/* the peer's key address */
	bool transit;		/* may source anything that isn't forbidden */
	u32 count;
	struct kw_prefix prefix[];
};

/*
 * Is the prefix well formed (length, host bits zero) and not inside a
 * forbidden range? 0 or -EINVAL. 0.0.0.0/0 and ::/0 are well formed; they
 * never cover forbidden ranges, and ::/0 covers no IPv4.
 */
int __must_check kw_fib_prefix_check(const struct kw_prefix *prefix);

/*
 * Copies count checked prefixes, at most KW_PREFIXES_PER_PEER, in any order.
 * May sleep. The object, or ERR_PTR(-ENOMEM, -E2BIG, -EINVAL). The caller
 * publishes it with rcu_assign_pointer.
 */
struct kw_fib_grant *kw_fib_grant_create(const struct kw_addr *key, bool transit,
					 const struct kw_prefix *prefix, u32 count);

/* Frees it after a grace period; NULL is allowed. */
void kw_fib_grant_destroy(struct kw_fib_grant *grant);

/*
 * May the peer use this inner source? version is 4 or 6, source the 4 or 16
 * bytes of the inner header, any alignment. Its key address: yes; any other
 * key address, loopback, link-local, multicast, reserved, unspecified, or a
 * v4-mapped address in an IPv6 header: no, whatever was granted; else by
 * prefixes and transit. That it isn't an address of this host is left to the
 * caller. grant is borrowed under rcu_read_lock.
 */
bool kw_fib_source_ok(const struct kw_fib_grant *grant, u8 version,
		      const void *source);

/*
 * Key address of the peer that a packet goes to: dst if that is a key
 * address, else the next hop of its route if that is one (nexthop may be
 * NULL). 0, or KEYWAY_DROP_TX_NO_ROUTE.
 */
int __must_check kw_fib_lookup(const struct kw_addr *dst,
			       const struct kw_addr *nexthop,
			       struct kw_addr *peer);

/* Is it an address that no peer but a key's owner ever sources? */
bool kw_fib_forbidden(const struct kw_addr *addr);

#endif
