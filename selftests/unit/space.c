// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/space.c kmod/replay.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Number spaces: when windows come and go, what a retired space may still do,
 * how often SPACE_GONE is due, and which spaces a sender takes.
 */
#include "cases.h"
#include "drop.h"
#include "kshim.h"
#include "space.h"

int kshim_fail = -1;

static struct kw_space_rx rx;
static struct kw_space_tx tx;

static int accept(u32 space, u64 number, u64 now_ms)
{
	return kw_space_accept(&rx, kw_message_x(space, number), now_ms);
}

/* Opens spaces 0 to count - 1, space s last used at base + s. */
static void open_many(u32 count, u64 base)
{
	u32 s;

	kw_space_rx_init(&rx);
	for (s = 0; s < count; s++)
		CHECK(accept(s, 0, base + s) == KW_DROP_NONE);
}

TEST(space_out_of_range_refused_before_opening)
{
	CHECK(kw_space_check(kw_message_x(1023, 7)) == KW_DROP_NONE);
	CHECK(kw_space_check(kw_message_x(1024, 0)) == KEYWAY_DROP_RX_SPACE);
	CHECK(kw_space_check(~0ULL) == KEYWAY_DROP_RX_SPACE);
}

TEST(space_any_may_be_first)
{
	kw_space_rx_init(&rx);
	CHECK(accept(777, 5, 1) == KW_DROP_NONE);
	CHECK(accept(777, 5, 1) == KEYWAY_DROP_RX_REPLAY);
	kw_space_rx_destroy(&rx);
}

TEST(space_windows_are_separate)
{
	kw_space_rx_init(&rx);
	CHECK(accept(1, 5, 1) == KW_DROP_NONE);
	CHECK(accept(17, 5, 1) == KW_DROP_NONE);
	CHECK(accept(1, 5, 1) == KEYWAY_DROP_RX_REPLAY);
	kw_space_rx_destroy(&rx);
}

TEST(space_sixteen_stay_however_idle)
{
	open_many(16, 1000);
	CHECK(accept(0, 1, 10000000) == KW_DROP_NONE);
	CHECK(accept(15, 1, 10000000) == KW_DROP_NONE);
	kw_space_rx_destroy(&rx);
}

TEST(space_seventeenth_retires_longest_idle)
{
	open_many(16, 1000);
	CHECK(accept(0, 1, 5000) == KW_DROP_NONE);
	CHECK(accept(16, 0, 1001 + 60000) == KW_DROP_NONE);
	CHECK(accept(1, 1, 1001 + 60000) == KEYWAY_DROP_RX_SPACE);
	CHECK(accept(0, 2, 1001 + 60000) == KW_DROP_NONE);
	CHECK(accept(2, 1, 1001 + 60000) == KW_DROP_NONE);
	CHECK(rx.held == 16);
	kw_space_rx_destroy(&rx);
}

TEST(space_busy_windows_are_not_retired)
{
	open_many(17, 1000);
	CHECK(accept(17, 0, 1000 + 59999) == KW_DROP_NONE);
	CHECK(accept(0, 1, 1000 + 59999) == KW_DROP_NONE);
	CHECK(rx.held == 18);
	kw_space_rx_destroy(&rx);
}

TEST(space_replay_does_not_keep_window_busy)
{
	open_many(16, 1000);
	CHECK(accept(0, 0, 60000) == KEYWAY_DROP_RX_REPLAY);
	CHECK(accept(16, 0, 61000) == KW_DROP_NONE);
	CHECK(accept(0, 1, 61000) == KEYWAY_DROP_RX_SPACE);
	kw_space_rx_destroy(&rx);
}

TEST(space_retired_never_opens_again)
{
	open_many(16, 1000);
	CHECK(accept(16, 0, 100000) == KW_DROP_NONE);
	CHECK(accept(0, 0, 100000) == KEYWAY_DROP_RX_SPACE);
	CHECK(accept(0, 1ULL << 40, 900000) == KEYWAY_DROP_RX_SPACE);
	kw_space_rx_destroy(&rx);
}

TEST(space_full_refuses_and_does_not_mark)
{
	open_many(128, 1000);
	CHECK(accept(128, 0, 2000) == KEYWAY_DROP_RX_SPACE);
	CHECK(!kw_space_gone_due(&rx, 128, 2000));
	CHECK(accept(128, 0, 1000 + 60000) == KW_DROP_NONE);
	CHECK(rx.held == 128);
	kw_space_rx_destroy(&rx);
}

TEST(space_out_of_memory_does_not_mark)
{
	kw_space_rx_init(&rx);
	kshim_fail = 0;
	CHECK(accept(3, 0, 1) == KEYWAY_DROP_RX_NO_MEMORY);
	kshim_fail = -1;
	CHECK(accept(3, 0, 1) == KW_DROP_NONE);
	kw_space_rx_destroy(&rx);
}

TEST(space_destroyed_makes_no_window)
{
	kw_space_rx_init(&rx);
	kw_space_rx_destroy(&rx);
	CHECK(accept(0, 0, 1) == KEYWAY_DROP_RX_DOWN);
	CHECK(rx.held == 0);
}

TEST(space_gone_only_for_retired_ones)
{
	open_many(16, 1000);
	CHECK(!kw_space_gone_due(&rx, 0, 100000));
	CHECK(!kw_space_gone_due(&rx, 500, 100000));
	CHECK(!kw_space_gone_due(&rx, 65535, 100000));
	CHECK(accept(16, 0, 100000) == KW_DROP_NONE);
	CHECK(kw_space_gone_due(&rx, 0, 100000));
	kw_space_rx_destroy(&rx);
}

TEST(space_gone_once_a_second_for_each)
{
	u64 now, last = 0;
	u32 answers = 0;

	open_many(16, 1000);
	CHECK(accept(16, 0, 100000) == KW_DROP_NONE);
	CHECK(accept(17, 0, 100000) == KW_DROP_NONE);
	for (now = 100000; now < 160000; now += 7) {
		kw_space_gone_due(&rx, 1, now);
		if (!kw_space_gone_due(&rx, 0, now))
			continue;
		CHECK(!last || now - last >= 1000);
		last = now;
		answers++;
	}
	CHECK(answers >= 20 && answers <= 60);
	CHECK(kw_space_gone_due(&rx, 1, 170000));
	CHECK(kw_space_gone_due(&rx, 0, 170000));
	kw_space_rx_destroy(&rx);
}

TEST(space_gone_not_twice_about_a_boundary)
{
	open_many(16, 1000);
	CHECK(accept(16, 0, 100000) == KW_DROP_NONE);
	CHECK(accept(17, 0, 100000) == KW_DROP_NONE);
	CHECK(kw_space_gone_due(&rx, 1, 100000));
	CHECK(kw_space_gone_due(&rx, 0, 100900));
	CHECK(!kw_space_gone_due(&rx, 0, 101100));
	kw_space_rx_destroy(&rx);
}

TEST(space_gone_again_after_a_pause)
{
	open_many(16, 1000);
	CHECK(accept(16, 0, 100000) == KW_DROP_NONE);
	CHECK(kw_space_gone_due(&rx, 0, 100000));
	CHECK(kw_space_gone_due(&rx, 0, 102000));
	kw_space_rx_destroy(&rx);
}

TEST(space_taken_once_each)
{
	int s;

	kw_space_tx_init(&tx);
	for (s = 0; s < 1024; s++) {
		CHECK(kw_space_take(&tx) == s);
		kw_space_release(&tx);
	}
	CHECK(kw_space_take(&tx) == -ENOSPC);
}

TEST(space_sixty_four_at_once)
{
	int s;

	kw_space_tx_init(&tx);
	for (s = 0; s < 64; s++)
		CHECK(kw_space_take(&tx) == s);
	CHECK(kw_space_take(&tx) == -ENOSPC);
	kw_space_release(&tx);
	CHECK(kw_space_take(&tx) == 64);
}

TEST(space_worn_at_768)
{
	int s;

	kw_space_tx_init(&tx);
	for (s = 0; s < 768; s++) {
		CHECK(!kw_space_worn(&tx));
		CHECK(kw_space_take(&tx) == s);
		kw_space_release(&tx);
	}
	CHECK(kw_space_worn(&tx));
}

TEST(space_stale_after_thirty_seconds_of_either)
{
	CHECK(!kw_space_stale(1000, 1000, 30999));
	CHECK(kw_space_stale(1000, 5000, 31000));
	CHECK(kw_space_stale(5000, 1000, 31000));
}

TEST_MAIN()
