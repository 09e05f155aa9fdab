// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/replaycache.c userspace/keywayd/entropy.c userspace/libdaemon/alloc.c */
/* cflags: -iquote userspace/keywayd */
/*
 * Answered INITs: the same bytes once per source for 15 s, to 8 sources; then
 * silence until 120 s; bounded, and right after it grew.
 */
#include "replaycache.h"
#include "test.h"

#define SECOND 1000000000ull

static struct replaycache *c;

static void name(uint32_t n, uint8_t mac1[8])
{
	memset(mac1, 0, 8);
	memcpy(mac1, &n, sizeof(n));
}

static enum replaycache_verdict ask(uint32_t n, uint8_t from, uint64_t now)
{
	struct replaycache_source s = { .socket = 1, .from.addr.b = { [15] = from } };
	struct kw_slice answer;
	uint8_t mac1[8];

	name(n, mac1);
	return replaycache_check(c, mac1, &s, now, &answer);
}

static void answer(uint32_t n, uint64_t now)
{
	uint8_t mac1[8];

	name(n, mac1);
	replaycache_add(c, mac1, KW_BYTES(&n, sizeof(n)), now);
}

static void test_copies(void)
{
	struct replaycache_source s = { .socket = 1, .from.port = 7 };
	struct kw_slice same = { 0 };
	uint32_t n = 1;
	uint8_t mac1[8];
	uint8_t i;

	test_eq(ask(1, 1, 0), REPLAYCACHE_NEW, "one that was never answered is new");
	answer(1, 0);
	test_eq(ask(1, 1, SECOND), REPLAYCACHE_COPY, "a copy is answered");
	test_eq(ask(1, 1, SECOND), REPLAYCACHE_DROP, "once per source");
	name(n, mac1);
	test_eq(replaycache_check(c, mac1, &s, SECOND, &same), REPLAYCACHE_COPY,
		"a port makes another source");
	test_mem(same.p, &n, sizeof(n), "with the same bytes");
	for (i = 2; i < REPLAYCACHE_SOURCES; i++)
		test_eq(ask(1, i, SECOND), REPLAYCACHE_COPY, "source %u is answered", i + 1u);
	test_eq(ask(1, 99, SECOND), REPLAYCACHE_DROP, "the ninth source isn't");
}

static void test_ages(void)
{
	answer(2, 100 * SECOND);
	test_eq(ask(2, 1, 115 * SECOND - 1), REPLAYCACHE_COPY, "a copy counts for 15 s");
	test_eq(ask(2, 2, 115 * SECOND), REPLAYCACHE_DROP, "then it is a replay");
	test_eq(ask(2, 2, 220 * SECOND - 1), REPLAYCACHE_DROP, "for 120 s");
	test_eq(ask(2, 2, 220 * SECOND), REPLAYCACHE_NEW, "then it is forgotten");
}

static void test_growth(void)
{
	uint32_t i, wrong = 0;

	for (i = 1000; i < 21000; i++)
		answer(i, 1000 * SECOND + i);
	for (i = 1000; i < 21000; i++)
		wrong += ask(i, 1, 1001 * SECOND) == REPLAYCACHE_NEW;
	test_eq(wrong, 0, "20,000 answers of a second are all remembered");
	test_eq(ask(20999, 2, 1001 * SECOND), REPLAYCACHE_COPY, "the youngest with their bytes");
	test_eq(ask(1000, 2, 1001 * SECOND), REPLAYCACHE_DROP, "the oldest without");
	test_eq(ask(5, 1, 1121 * SECOND), REPLAYCACHE_NEW, "others are new");
	test_eq((long long)replaycache_count(c), 0, "and all of them go in their time");
}

static void test_bound(void)
{
	uint32_t i;

	for (i = 0; i < REPLAYCACHE_ENTRIES + 1000; i++)
		answer(i, 2000 * SECOND);
	test_ok(replaycache_count(c) <= REPLAYCACHE_ENTRIES, "its memory is bounded");
	test_eq(ask(i - 1, 1, 2000 * SECOND), REPLAYCACHE_COPY, "the youngest stay");
	test_eq(ask(0, 1, 2000 * SECOND), REPLAYCACHE_NEW, "the oldest went");
}

int main(void)
{
	c = replaycache_create();
	test_copies();
	test_ages();
	test_growth();
	test_bound();
	replaycache_destroy(c);
	return test_done();
}
