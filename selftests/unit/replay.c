// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/replay.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * The replay window: its edges one by one, then a million random steps beside
 * a model that simply remembers every number.
 */
#include "cases.h"
#include "drop.h"
#include "kshim.h"
#include "replay.h"

int kshim_fail = -1;

static struct kw_replay window;

static bool accepts(u64 number)
{
	return kw_replay_accept(&window, number) == KW_DROP_NONE;
}

TEST(replay_first_number_may_be_any)
{
	kw_replay_init(&window);
	CHECK(accepts(12345));
	CHECK(!accepts(12345));
	CHECK(accepts(12344));
}

TEST(replay_number_passes_once)
{
	kw_replay_init(&window);
	CHECK(accepts(0));
	CHECK(kw_replay_accept(&window, 0) == KEYWAY_DROP_RX_REPLAY);
	CHECK(accepts(1));
	CHECK(!accepts(0));
	CHECK(!accepts(1));
}

TEST(replay_oldest_of_window_passes)
{
	kw_replay_init(&window);
	CHECK(accepts(100000));
	CHECK(accepts(100000 - KW_REPLAY_BITS + 1));
	CHECK(!accepts(100000 - KW_REPLAY_BITS + 1));
}

TEST(replay_older_than_window_refused)
{
	kw_replay_init(&window);
	CHECK(accepts(100000));
	CHECK(!accepts(100000 - KW_REPLAY_BITS));
	CHECK(!accepts(0));
}

TEST(replay_skipped_numbers_pass_after_wrap)
{
	u64 n;

	kw_replay_init(&window);
	for (n = 0; n < KW_REPLAY_BITS; n++)
		CHECK(accepts(n));
	CHECK(accepts(KW_REPLAY_BITS + 999));
	for (n = KW_REPLAY_BITS; n < KW_REPLAY_BITS + 999; n++)
		CHECK(accepts(n));
	CHECK(!accepts(1000));
}

TEST(replay_jump_beyond_window_forgets_all)
{
	u64 n;

	kw_replay_init(&window);
	for (n = 0; n < 64; n++)
		CHECK(accepts(n));
	CHECK(accepts(10 * KW_REPLAY_BITS + 63));
	for (n = 0; n < 63; n++)
		CHECK(accepts(10 * KW_REPLAY_BITS + n));
}

TEST(replay_jump_by_exactly_the_window)
{
	kw_replay_init(&window);
	CHECK(accepts(5));
	CHECK(accepts(5 + KW_REPLAY_BITS));
	CHECK(!accepts(5));
	CHECK(accepts(6));
}

TEST(replay_largest_number)
{
	const u64 top = (1ULL << 48) - 1;

	kw_replay_init(&window);
	CHECK(accepts(top));
	CHECK(!accepts(top));
	CHECK(accepts(top - 1));
}

#define MODEL_NUMBERS	(1 << 24)

static u8 model_seen[MODEL_NUMBERS];

static u32 draw(void)
{
	u32 r;

	get_random_bytes(&r, sizeof(r));
	return r;
}

/* Mostly the next number, sometimes an old or a far one. */
static u64 model_draw(u64 top)
{
	u32 back = draw() % (draw() % 8 ? 100 : 2 * KW_REPLAY_BITS);

	switch (draw() % 16) {
	case 0:
		return top + draw() % 50;
	case 1 ... 5:
		return back > top ? 0 : top - back;
	case 6:
		return draw() % 512 ? top + 1 : top + draw() % (3 * KW_REPLAY_BITS);
	default:
		return top + 1;
	}
}

TEST(replay_million_steps_agree_with_model)
{
	u64 top = 0, number;
	int step, differ = 0;
	bool fresh;

	kw_replay_init(&window);
	CHECK(accepts(0));
	model_seen[0] = 1;
	for (step = 0; step < 1000000; step++) {
		number = model_draw(top);
		if (number >= MODEL_NUMBERS)
			break;
		fresh = !model_seen[number] &&
			(number > top || top - number < KW_REPLAY_BITS);
		differ += accepts(number) != fresh;
		if (fresh)
			model_seen[number] = 1;
		top = max(top, number);
	}
	CHECK(step == 1000000);
	CHECK(differ == 0);
}

TEST_MAIN()
