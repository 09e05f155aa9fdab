// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/freshness.c userspace/keywayd/entropy.c userspace/libdaemon/alloc.c */
/* cflags: -iquote userspace/keywayd */
/*
 * Freshness: a timestamp where one is remembered, else a challenge, which
 * is good for one use by one node within its two buckets.
 */
#include "freshness.h"
#include "test.h"

#define SECOND 1000000000ull

static struct freshness *f;
static struct kw_message_init in;
static struct freshness_view v;

static void again(void)
{
	in = (struct kw_message_init){ .id.b = { 1 }, .timestamp = 1000 };
	v = (struct freshness_view){ .stamp = 999, .stamp_ok = true, .now = 1000 * SECOND };
}

static int accepts(void)
{
	return freshness_check(f, &in, &v) == FRESHNESS_ACCEPT;
}

static void test_stamps(void)
{
	again();
	test_ok(accepts(), "a larger timestamp is taken at once");
	v.stamp = 1000;
	test_ok(!accepts(), "the same timestamp is asked about");
	v.stamp = 1001;
	test_ok(!accepts(), "a smaller timestamp is asked about");
	again();
	v.stamp = 0;
	test_ok(!accepts(), "nothing remembered: asked about");
	again();
	v.stamp_ok = false;
	test_ok(!accepts(), "a timestamp far ahead of our clock is asked about");
	again();
	v.undated = true;
	test_ok(!accepts(), "a certificate made without a clock is asked about");
}

static void challenged(uint64_t wait)
{
	again();
	v.stamp = 0;
	freshness_challenge(f, &in.id, v.now, in.challenge);
	v.now += wait;
}

static void test_challenges(void)
{
	challenged(0);
	test_ok(accepts(), "a challenge makes up for a timestamp");
	test_ok(!accepts(), "it is good once");
	challenged(10 * SECOND);
	test_ok(accepts(), "it counts in the next bucket");
	test_ok(!accepts(), "and is then used up in both");
	challenged(20 * SECOND);
	test_ok(!accepts(), "and no longer in the one after");
	challenged(0);
	in.id.b[0] = 2;
	test_ok(!accepts(), "another node's challenge is none");
	challenged(0);
	in.challenge[23] ^= 1;
	test_ok(!accepts(), "a changed challenge is none");
	challenged(0);
	v.undated = true;
	test_ok(accepts(), "a challenge makes up for a missing date");
}

/* More than are remembered as used, within their life: refused, not reused. */
static void test_bound(void)
{
	uint8_t first[KW_MESSAGE_CHALLENGE];
	unsigned int i, taken = 0;

	for (i = 0; i < FRESHNESS_USED + 10; i++) {
		challenged(0);
		v.now += 100 * SECOND;
		in.timestamp = 0;
		freshness_challenge(f, &in.id, v.now, in.challenge);
		if (!i)
			memcpy(first, in.challenge, sizeof(first));
		taken += (unsigned int)accepts();
	}
	test_eq(taken, FRESHNESS_USED, "no more are taken than can be remembered");
	memcpy(in.challenge, first, sizeof(first));
	test_ok(!accepts(), "the first is still remembered as used");
	v.now += 40 * SECOND;
	freshness_challenge(f, &in.id, v.now, in.challenge);
	test_ok(accepts(), "their room is free when they can't verify any more");
}

int main(void)
{
	f = freshness_create();
	test_stamps();
	test_challenges();
	test_bound();
	freshness_destroy(f);
	return test_done();
}
