// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/fib.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Source check and next keys: each forbidden range at its edges, grants of
 * both families, and random prefixes beside a bit by bit comparison.
 */
#include <arpa/inet.h>

#include "cases.h"
#include "drop.h"
#include "fib.h"
#include "kshim.h"

int kshim_fail = -1;

static struct kw_addr addr(const char *text)
{
	struct kw_addr a;
	__be32 v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		return kw_addr_v4(v4);
	if (inet_pton(AF_INET6, text, &a) != 1)
		abort();
	return a;
}

static struct kw_prefix prefix(const char *text, u8 len)
{
	struct kw_prefix p = { .addr = addr(text), .len = len };

	if (!strchr(text, ':'))
		p.len += 96;
	return p;
}

static bool source_ok(const struct kw_fib_grant *grant, const char *text)
{
	struct kw_addr a = addr(text);

	if (strchr(text, ':'))
		return kw_fib_source_ok(grant, 6, &a);
	return kw_fib_source_ok(grant, 4, &a.byte[12]);
}

static struct kw_fib_grant *grant(bool transit, const struct kw_prefix *p,
				  u32 count)
{
	struct kw_addr key = addr("2001:2f:1:2:3:4:5:6");

	return kw_fib_grant_create(&key, transit, p, count);
}

TEST(fib_key_address_is_its_owners_alone)
{
	struct kw_prefix all[] = { prefix("::", 0), prefix("0.0.0.0", 0) };
	struct kw_fib_grant *g = grant(true, all, 2);

	CHECK(source_ok(g, "2001:2f:1:2:3:4:5:6"));
	CHECK(!source_ok(g, "2001:2f:1:2:3:4:5:7"));
	CHECK(!source_ok(g, "2001:2f:ffff::1"));
	CHECK(source_ok(g, "2001:30::1"));
	kw_fib_grant_destroy(g);
}

TEST(fib_nothing_granted_but_its_key)
{
	struct kw_fib_grant *g = grant(false, NULL, 0);

	CHECK(source_ok(g, "2001:2f:1:2:3:4:5:6"));
	CHECK(!source_ok(g, "10.0.0.1"));
	CHECK(!source_ok(g, "2001:db8::1"));
	kw_fib_grant_destroy(g);
}

TEST(fib_forbidden_even_with_transit)
{
	static const char * const no[] = {
		"::", "::1", "fe80::1", "febf:ffff::1", "ff02::1", "ff00::",
		"0.0.0.0", "0.255.255.255", "127.0.0.1", "127.255.255.255",
		"169.254.0.0", "169.254.255.255", "224.0.0.1",
		"239.255.255.255", "255.255.255.255",
	};
	struct kw_prefix all[] = { prefix("::", 0), prefix("0.0.0.0", 0) };
	struct kw_fib_grant *g = grant(true, all, 2);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(no); i++)
		CHECK(!source_ok(g, no[i]));
	kw_fib_grant_destroy(g);
}

TEST(fib_neighbours_of_forbidden_pass_with_transit)
{
	static const char * const yes[] = {
		"::2", "fe7f:ffff::1", "fec0::1", "feff::1", "1.0.0.0",
		"126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "223.255.255.255", "240.0.0.0",
	};
	struct kw_fib_grant *g = grant(true, NULL, 0);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yes); i++)
		CHECK(source_ok(g, yes[i]));
	kw_fib_grant_destroy(g);
}

TEST(fib_mapped_address_in_ipv6_header_refused)
{
	struct kw_prefix lan = prefix("10.1.0.0", 16);
	struct kw_fib_grant *g = grant(true, &lan, 1);
	struct kw_addr mapped = addr("10.1.2.3");

	CHECK(source_ok(g, "10.1.2.3"));
	CHECK(!kw_fib_source_ok(g, 6, &mapped));
	kw_fib_grant_destroy(g);
}

TEST(fib_prefix_edges)
{
	struct kw_prefix p[] = { prefix("10.1.0.0", 19), prefix("2001:db8:8::", 47) };
	struct kw_fib_grant *g = grant(false, p, 2);

	CHECK(source_ok(g, "10.1.0.0"));
	CHECK(source_ok(g, "10.1.31.255"));
	CHECK(!source_ok(g, "10.1.32.0"));
	CHECK(!source_ok(g, "10.0.255.255"));
	CHECK(source_ok(g, "2001:db8:8::1"));
	CHECK(source_ok(g, "2001:db8:9:ffff::"));
	CHECK(!source_ok(g, "2001:db8:a::"));
	CHECK(!source_ok(g, "2001:db8:7::"));
	kw_fib_grant_destroy(g);
}

TEST(fib_v6_default_covers_no_v4)
{
	struct kw_prefix all = prefix("::", 0);
	struct kw_fib_grant *g = grant(false, &all, 1);

	CHECK(source_ok(g, "2001:db8::1"));
	CHECK(!source_ok(g, "10.0.0.1"));
	kw_fib_grant_destroy(g);
}

TEST(fib_host_prefix)
{
	struct kw_prefix one = prefix("192.0.2.7", 32);
	struct kw_fib_grant *g = grant(false, &one, 1);

	CHECK(source_ok(g, "192.0.2.7"));
	CHECK(!source_ok(g, "192.0.2.6"));
	kw_fib_grant_destroy(g);
}

static bool well_formed(const char *text, u8 len)
{
	struct kw_prefix p = prefix(text, len);

	return !kw_fib_prefix_check(&p);
}

TEST(fib_prefix_check)
{
	struct kw_prefix long_one = { .len = 129 };

	CHECK(well_formed("10.1.0.0", 16));
	CHECK(well_formed("0.0.0.0", 0));
	CHECK(well_formed("::", 0));
	CHECK(well_formed("2001:db8::", 32));
	CHECK(!well_formed("10.1.0.1", 16));
	CHECK(!well_formed("10.1.128.0", 16));
	CHECK(!well_formed("10.1.32.0", 18));
	CHECK(!well_formed("2001:2f::", 32));
	CHECK(!well_formed("2001:2f:1::", 48));
	CHECK(well_formed("2001:2e::", 31));
	CHECK(!well_formed("127.0.0.0", 8));
	CHECK(!well_formed("127.1.0.0", 16));
	CHECK(!well_formed("169.254.0.0", 16));
	CHECK(!well_formed("224.0.0.0", 4));
	CHECK(!well_formed("fe80::", 10));
	CHECK(!well_formed("ff00::", 8));
	CHECK(!well_formed("::1", 128));
	CHECK(kw_fib_prefix_check(&long_one) == -EINVAL);
}

TEST(fib_grant_create_refusals)
{
	struct kw_prefix many[KW_PREFIXES_PER_PEER + 1] = {};
	struct kw_prefix bad = prefix("127.0.0.0", 8);
	struct kw_fib_grant *g;

	CHECK(PTR_ERR(grant(false, &bad, 1)) == -EINVAL);
	CHECK(PTR_ERR(grant(false, many, ARRAY_SIZE(many))) == -E2BIG);
	kshim_fail = 0;
	CHECK(PTR_ERR(grant(false, NULL, 0)) == -ENOMEM);
	kshim_fail = -1;
	g = grant(false, many, KW_PREFIXES_PER_PEER);
	CHECK(!IS_ERR(g));
	kw_fib_grant_destroy(g);
	kw_fib_grant_destroy(NULL);
}

TEST(fib_lookup_key_then_next_hop)
{
	struct kw_addr key = addr("2001:2f::7"), via = addr("2001:2f::8");
	struct kw_addr lan = addr("10.1.0.1"), plain = addr("2001:db8::1");
	struct kw_addr peer;

	CHECK(!kw_fib_lookup(&key, &via, &peer) && kw_addr_equal(&peer, &key));
	CHECK(!kw_fib_lookup(&lan, &via, &peer) && kw_addr_equal(&peer, &via));
	CHECK(kw_fib_lookup(&lan, &plain, &peer) == KEYWAY_DROP_TX_NO_ROUTE);
	CHECK(kw_fib_lookup(&lan, NULL, &peer) == KEYWAY_DROP_TX_NO_ROUTE);
}

static bool naive_covers(const struct kw_prefix *p, const struct kw_addr *a)
{
	int bit;

	for (bit = 0; bit < p->len; bit++)
		if ((p->addr.byte[bit / 8] ^ a->byte[bit / 8]) & (0x80 >> bit % 8))
			return false;
	return true;
}

TEST(fib_random_prefixes_agree_with_bits)
{
	struct kw_fib_grant *g;
	struct kw_prefix p;
	struct kw_addr a;
	int step, bit, differ = 0;
	u8 flip;

	for (step = 0; step < 200000; step++) {
		get_random_bytes(&p, sizeof(p));
		p.addr.byte[0] = 0x26;
		p.len = p.len % 121 + 8;
		a = p.addr;
		get_random_bytes(&flip, 1);
		flip = flip % 120 + 8;
		a.byte[flip / 8] ^= 0x80 >> flip % 8;
		for (bit = p.len; bit < 128; bit++)
			p.addr.byte[bit / 8] &= ~(0x80 >> bit % 8);
		g = grant(false, &p, 1);
		differ += kw_fib_source_ok(g, 6, &a) != naive_covers(&p, &a);
		kw_fib_grant_destroy(g);
	}
	CHECK(differ == 0);
}

TEST_MAIN()
