// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/bucket.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Token buckets: burst and rate of one, separation of sources in the table,
 * and what a flood of invented sources gets out of it.
 */
#include "bucket.h"
#include "cases.h"
#include "kshim.h"

int kshim_fail = -1;

#define SECOND	1000000000ULL
#define START	(1000 * SECOND)

static const struct kw_bucket_rate rate = { .per_s = 20, .burst = 5 };

static u32 drain(struct kw_bucket *bucket, u64 now)
{
	u32 taken = 0;

	while (taken < 1000 && kw_bucket_take(bucket, &rate, now))
		taken++;
	return taken;
}

TEST(bucket_starts_full)
{
	struct kw_bucket bucket = {};

	CHECK(drain(&bucket, START) == 5);
	bucket = (struct kw_bucket){};
	CHECK(drain(&bucket, 0) == 5);
}

TEST(bucket_refills_at_its_rate)
{
	struct kw_bucket bucket = {};

	CHECK(drain(&bucket, START) == 5);
	CHECK(drain(&bucket, START + SECOND / 20 - 1) == 0);
	CHECK(drain(&bucket, START + SECOND / 20) == 1);
	CHECK(drain(&bucket, START + 3 * SECOND / 20) == 2);
}

TEST(bucket_never_holds_more_than_its_burst)
{
	struct kw_bucket bucket = {};

	CHECK(drain(&bucket, START) == 5);
	CHECK(drain(&bucket, START + 3600 * SECOND) == 5);
}

TEST(bucket_keeps_its_rate_under_pressure)
{
	struct kw_bucket bucket = {};
	u32 taken = 0;
	u64 now;

	for (now = START; now < START + 100 * SECOND; now += SECOND / 997)
		taken += kw_bucket_take(&bucket, &rate, now);
	CHECK(taken >= 2000 && taken <= 2005);
}

static struct kw_bucket_table *table;

static struct kw_addr v6(u32 high, u32 low)
{
	struct kw_addr addr = { .word = { cpu_to_be32(0x20010db8),
		cpu_to_be32(high), 0, cpu_to_be32(low) } };

	return addr;
}

static u32 drain_source(struct kw_addr addr, __be32 tag, u64 now)
{
	u32 taken = 0;

	while (taken < 1000 && kw_bucket_source_take(table, &addr, tag, now))
		taken++;
	return taken;
}

static void setup(void)
{
	table = kw_bucket_table_create();
	CHECK(!IS_ERR(table));
}

static void teardown(void)
{
	kw_bucket_table_destroy(table);
}

TEST(bucket_v4_addresses_are_apart)
{
	setup();
	CHECK(drain_source(kw_addr_v4(cpu_to_be32(0x0a000001)), 0, START) ==
	      KW_SOURCE_V4_BURST);
	CHECK(drain_source(kw_addr_v4(cpu_to_be32(0x0a000001)), 0, START) == 0);
	CHECK(drain_source(kw_addr_v4(cpu_to_be32(0x0a000002)), 0, START) ==
	      KW_SOURCE_V4_BURST);
	teardown();
}

TEST(bucket_v6_counts_by_64)
{
	setup();
	CHECK(drain_source(v6(1, 1), 0, START) == KW_SOURCE_V6_BURST);
	CHECK(drain_source(v6(1, 2), 0, START) == 0);
	CHECK(drain_source(v6(2, 1), 0, START) == KW_SOURCE_V6_BURST);
	teardown();
}

TEST(bucket_tag_counts_instead_of_address)
{
	setup();
	CHECK(drain_source(v6(1, 1), cpu_to_be32(9), START) ==
	      KW_SOURCE_TAG_BURST);
	CHECK(drain_source(v6(7, 1), cpu_to_be32(9), START) == 0);
	CHECK(drain_source(v6(1, 1), cpu_to_be32(10), START) ==
	      KW_SOURCE_TAG_BURST);
	CHECK(drain_source(v6(1, 1), 0, START) == KW_SOURCE_V6_BURST);
	teardown();
}

TEST(bucket_flood_of_sources_is_bounded)
{
	u32 source, taken = 0;
	struct kw_addr addr;

	setup();
	for (source = 0; source < 1000000; source++) {
		addr = kw_addr_v4(cpu_to_be32(source));
		taken += kw_bucket_source_take(table, &addr, 0, START);
	}
	CHECK(taken <= KW_SOURCE_SETS * KW_SOURCE_WAYS * KW_SOURCE_V4_BURST);
	CHECK(taken > KW_SOURCE_SETS * KW_SOURCE_WAYS);
	teardown();
}

TEST(bucket_drained_source_gets_no_new_one_by_a_flood)
{
	u32 source;

	setup();
	CHECK(drain_source(v6(1, 1), 0, START) == KW_SOURCE_V6_BURST);
	for (source = 2; source < 20000; source++)
		drain_source(v6(source, 1), 0, START);
	CHECK(drain_source(v6(1, 1), 0, START) == 0);
	teardown();
}

TEST(bucket_table_recovers)
{
	u32 source;

	setup();
	for (source = 0; source < 20000; source++)
		drain_source(v6(source, 1), 0, START);
	CHECK(drain_source(v6(77777, 1), 0, START + 10 * SECOND) ==
	      KW_SOURCE_V6_BURST);
	teardown();
}

TEST(bucket_table_out_of_memory)
{
	kshim_fail = 0;
	CHECK(PTR_ERR(kw_bucket_table_create()) == -ENOMEM);
	kshim_fail = -1;
}

TEST_MAIN()
