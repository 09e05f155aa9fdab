// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/sched.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * The choice of a path: the rules one by one, then all sets of three paths of
 * a few RTTs, of which the pick must never be clearly worse than another.
 */
#include "cases.h"
#include "kshim.h"
#include "sched.h"

TEST(sched_none_usable)
{
	struct kw_sched_view view[] = { { KW_SCHED_DOWN, 5 } };

	CHECK(kw_sched_pick(view, 0, -1) == -1);
	CHECK(kw_sched_pick(view, 1, -1) == -1);
	CHECK(kw_sched_pick(view, 1, 0) == -1);
}

TEST(sched_smallest_rtt)
{
	struct kw_sched_view view[] = {
		{ KW_SCHED_ACTIVE, 50 }, { KW_SCHED_ACTIVE, 20 },
		{ KW_SCHED_ACTIVE, 30 },
	};

	CHECK(kw_sched_pick(view, 3, -1) == 1);
}

TEST(sched_active_before_suspect_before_unvalidated)
{
	struct kw_sched_view view[] = {
		{ KW_SCHED_UNVALIDATED, 1 }, { KW_SCHED_ACTIVE, 900 },
		{ KW_SCHED_SUSPECT, 2 },
	};

	CHECK(kw_sched_pick(view, 3, 0) == 1);
	view[1].state = KW_SCHED_DOWN;
	CHECK(kw_sched_pick(view, 3, 0) == 2);
	view[2].state = KW_SCHED_DOWN;
	CHECK(kw_sched_pick(view, 3, -1) == 0);
}

TEST(sched_unmeasured_comes_last)
{
	struct kw_sched_view view[] = {
		{ KW_SCHED_ACTIVE, 0 }, { KW_SCHED_ACTIVE, 4000000 },
	};

	CHECK(kw_sched_pick(view, 2, -1) == 1);
}

TEST(sched_stays_unless_a_quarter_better)
{
	struct kw_sched_view view[] = {
		{ KW_SCHED_ACTIVE, 1000 }, { KW_SCHED_ACTIVE, 751 },
	};

	CHECK(kw_sched_pick(view, 2, 0) == 0);
	view[1].rtt_us = 750;
	CHECK(kw_sched_pick(view, 2, 0) == 1);
}

TEST(sched_leaves_a_path_that_went)
{
	struct kw_sched_view view[] = {
		{ KW_SCHED_DOWN, 1 }, { KW_SCHED_ACTIVE, 900 },
	};

	CHECK(kw_sched_pick(view, 2, 0) == 1);
	CHECK(kw_sched_pick(view, 2, 2) == 1);
}

static bool clearly_better(const struct kw_sched_view *a,
			   const struct kw_sched_view *b)
{
	if (a->state != b->state)
		return a->state > b->state;
	return a->rtt_us && (!b->rtt_us || a->rtt_us * 4 <= b->rtt_us * 3);
}

/* Is the pick usable, never clearly worse, and last if that is so too? */
static bool sound(const struct kw_sched_view *view, int count, int last)
{
	int pick = kw_sched_pick(view, count, last);
	bool keep = last >= 0 && view[last].state != KW_SCHED_DOWN;
	int i;

	for (i = 0; i < count; i++) {
		if (view[i].state == KW_SCHED_DOWN)
			continue;
		if (pick < 0 || clearly_better(&view[i], &view[pick]))
			return false;
		if (last >= 0 && clearly_better(&view[i], &view[last]))
			keep = false;
	}
	if (pick >= 0 && view[pick].state == KW_SCHED_DOWN)
		return false;
	return !keep || pick == last;
}

TEST(sched_all_triples_are_sound)
{
	static const u32 rtt[] = { 0, 10, 11, 14, 1000 };
	struct kw_sched_view view[3];
	int code, i, rest, last, wrong = 0;

	for (code = 0; code < 20 * 20 * 20; code++) {
		for (i = 0, rest = code; i < 3; i++, rest /= 20) {
			view[i].state = rest % 4;
			view[i].rtt_us = rtt[rest % 20 / 4];
		}
		for (last = -1; last < 3; last++)
			wrong += !sound(view, 3, last);
	}
	CHECK(wrong == 0);
}

TEST_MAIN()
