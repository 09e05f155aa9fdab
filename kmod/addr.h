/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Addresses. kw_addr is 16 bytes in network order, IPv4 as v4-mapped, for
 * inner and outer addresses alike; kw_endpoint is an outer address with port.
 * Values, no pointers: copied, compared and hashed as bytes, so every struct
 * here is without padding. Included by all that handle an address.
 */
#ifndef KW_ADDR_H
#define KW_ADDR_H

#include <asm/byteorder.h>
#include <linux/string.h>
#include <linux/types.h>

struct kw_addr {
	union {
		u8 byte[16];
		__be32 word[4];
		__be64 half[2];
	};
};

/* An inner prefix; IPv4 lengths plus 96, host bits zero. */
struct kw_prefix {
	struct kw_addr addr;
	u8 len;
};

/* ifindex only for link-local addresses, else 0; never hashed from the wire. */
struct kw_endpoint {
	struct kw_addr addr;
	__be16 port;
	__be16 zero;
	u32 ifindex;
};

/* An address of ours that somebody sent to, and the interface it came in by. */
struct kw_local {
	struct kw_addr addr;
	u32 ifindex;
};

static inline struct kw_addr kw_addr_v4(__be32 v4)
{
	return (struct kw_addr){ .word = { [2] = cpu_to_be32(0xffff), v4 } };
}

/* in6: 16 bytes, any alignment */
static inline struct kw_addr kw_addr_v6(const void *in6)
{
	struct kw_addr addr;

	memcpy(&addr, in6, sizeof(addr));
	return addr;
}

static inline bool kw_addr_equal(const struct kw_addr *a,
				 const struct kw_addr *b)
{
	return a->half[0] == b->half[0] && a->half[1] == b->half[1];
}

static inline bool kw_addr_is_zero(const struct kw_addr *addr)
{
	return !(addr->word[0] | addr->word[1] | addr->word[2] | addr->word[3]);
}

static inline bool kw_addr_is_v4(const struct kw_addr *addr)
{
	return !addr->half[0] && addr->word[2] == cpu_to_be32(0xffff);
}

/* Is it in 2001:2f::/32, the addresses that are keys? */
static inline bool kw_addr_is_key(const struct kw_addr *addr)
{
	return addr->word[0] == cpu_to_be32(0x2001002f);
}

/* fe80::/10: the endpoint needs its interface */
static inline bool kw_addr_is_link_local(const struct kw_addr *addr)
{
	return addr->byte[0] == 0xfe && (addr->byte[1] & 0xc0) == 0x80;
}

static inline bool kw_local_equal(const struct kw_local *a,
				  const struct kw_local *b)
{
	return kw_addr_equal(&a->addr, &b->addr) && a->ifindex == b->ifindex;
}

static inline bool kw_endpoint_equal(const struct kw_endpoint *a,
				     const struct kw_endpoint *b)
{
	return kw_addr_equal(&a->addr, &b->addr) && a->port == b->port &&
	       a->ifindex == b->ifindex;
}

#endif
