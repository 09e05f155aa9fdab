// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * Sliding window over packet numbers. A ring of bits, one per number, of which
 * the newest KW_REPLAY_BITS are valid: what lies between the old and the new
 * largest number is cleared as the window moves, so a number's bit always
 * speaks of that number. Owned by space.c's windows.
 */
#include <linux/minmax.h>

#include "drop.h"
#include "replay.h"

void kw_replay_init(struct kw_replay *replay)
{
	spin_lock_init(&replay->lock);
	replay->next = 0;
	bitmap_zero(replay->seen, KW_REPLAY_BITS);
}

/* Forget the numbers from next up to number, whose own bit is set anyway. */
static void replay_advance(struct kw_replay *replay, u64 number)
{
	u64 skipped = number - replay->next;
	u32 from = replay->next % KW_REPLAY_BITS;
	u32 straight;

	replay->next = number + 1;
	if (skipped >= KW_REPLAY_BITS) {
		bitmap_zero(replay->seen, KW_REPLAY_BITS);
		return;
	}
	straight = min_t(u64, skipped, KW_REPLAY_BITS - from);
	bitmap_clear(replay->seen, from, straight);
	bitmap_clear(replay->seen, 0, skipped - straight);
}

int kw_replay_accept(struct kw_replay *replay, u64 number)
{
	u32 bit = number % KW_REPLAY_BITS;
	int ret = KEYWAY_DROP_RX_REPLAY;

	spin_lock_bh(&replay->lock);
	if (number >= replay->next)
		replay_advance(replay, number);
	else if (replay->next - number > KW_REPLAY_BITS ||
		 test_bit(bit, replay->seen))
		goto out_unlock;
	__set_bit(bit, replay->seen);
	ret = KW_DROP_NONE;
out_unlock:
	spin_unlock_bh(&replay->lock);
	return ret;
}
