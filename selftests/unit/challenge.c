// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/challenge.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Challenges: what is sent when, which answers count, and what they measure.
 */
#include "cases.h"
#include "challenge.h"
#include "kshim.h"
#include "limits.h"

#define FRESH	0x1122334455667788ULL
#define LIFE_US (KW_CHALLENGE_MS * KW_MS_US)

TEST(challenge_first_waits_for_nothing)
{
	struct kw_challenge c = {};

	CHECK(!kw_challenge_waits(&c, 0, 1000));
}

TEST(challenge_next_waits_for_an_answers_time)
{
	struct kw_challenge c = {};

	kw_challenge_start(&c, FRESH, 500, 500000);
	CHECK(kw_challenge_waits(&c, 519, 20));
	CHECK(!kw_challenge_waits(&c, 520, 20));
}

TEST(challenge_nonce_is_never_zero)
{
	struct kw_challenge c = {};

	CHECK(kw_challenge_start(&c, 0, 1, 1000));
}

TEST(challenge_nonce_is_sent_again)
{
	struct kw_challenge c = {};
	u64 nonce = kw_challenge_start(&c, FRESH, 1, 1000);

	CHECK(kw_challenge_start(&c, ~FRESH, 900, 1000 + LIFE_US - 1) == nonce);
}

TEST(challenge_old_nonce_is_replaced)
{
	struct kw_challenge c = {};
	u64 nonce = kw_challenge_start(&c, FRESH, 1, 1000), later;
	u32 rtt;

	later = kw_challenge_start(&c, ~FRESH, 20000, 1000 + LIFE_US);
	CHECK(later != nonce);
	CHECK(!kw_challenge_answer(&c, nonce, 1000 + LIFE_US + 5, &rtt));
	CHECK(kw_challenge_answer(&c, later, 1000 + LIFE_US + 5, &rtt));
	CHECK(rtt == 5);
}

TEST(challenge_nothing_answers_what_was_not_asked)
{
	struct kw_challenge c = {};
	u32 rtt;

	CHECK(!kw_challenge_answer(&c, 0, 1000, &rtt));
	CHECK(!kw_challenge_answer(&c, FRESH, 1000, &rtt));
}

TEST(challenge_answer_counts_once)
{
	struct kw_challenge c = {};
	u64 nonce = kw_challenge_start(&c, FRESH, 1, 1000);
	u32 rtt;

	CHECK(kw_challenge_answer(&c, nonce, 1700, &rtt));
	CHECK(rtt == 700);
	CHECK(!kw_challenge_answer(&c, nonce, 1800, &rtt));
}

TEST(challenge_answer_at_once_measures_something)
{
	struct kw_challenge c = {};
	u64 nonce = kw_challenge_start(&c, FRESH, 1, 1000);
	u32 rtt;

	CHECK(kw_challenge_answer(&c, nonce, 1000, &rtt));
	CHECK(rtt == 1);
}

TEST(challenge_sent_twice_measures_nothing)
{
	struct kw_challenge c = {};
	u64 nonce = kw_challenge_start(&c, FRESH, 1, 1000);
	u32 rtt;

	kw_challenge_start(&c, ~FRESH, 8000, 8000000);
	CHECK(kw_challenge_answer(&c, nonce, 8000500, &rtt));
	CHECK(rtt == 0);
}

TEST(challenge_unanswered_in_a_row)
{
	struct kw_challenge c = {};
	u64 nonce;
	u32 rtt;

	kw_challenge_start(&c, FRESH, 1, 1000);
	nonce = kw_challenge_start(&c, ~FRESH, 20000, 1000 + LIFE_US);
	CHECK(c.unanswered == 2);
	CHECK(kw_challenge_answer(&c, nonce, 2000 + LIFE_US, &rtt));
	CHECK(c.unanswered == 0);
}

TEST_MAIN()
