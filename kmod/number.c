// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Takes packet numbers, many at once, and a new number space when the path
 * changed or the old space has been quiet so long that the peer may have
 * retired its window. Called for each train and each frame.
 */
#include <uapi/linux/keyway.h>

#include "number.h"
#include "session.h"

void kw_number_init(struct kw_number *number)
{
	spin_lock_init(&number->lock);
	kw_space_tx_init(&number->spaces);
}

static bool number_good(const struct kw_number_slot *slot, u32 id,
			u64 opened_ms, u64 now_ms)
{
	u64 taken = READ_ONCE(slot->taken_ms);

	return taken && READ_ONCE(slot->path) == id &&
	       !kw_space_stale(READ_ONCE(slot->sent_ms),
			       max(opened_ms, taken), now_ms);
}

/* number->lock held */
static void number_give_back(struct kw_number *number,
			     struct kw_number_slot *slot)
{
	if (slot->taken_ms)
		kw_space_release(&number->spaces);
	WRITE_ONCE(slot->taken_ms, 0);
}

/* number->lock held. Who adds meanwhile gets a number of either space. */
static int number_renew(struct kw_number *number, struct kw_number_slot *slot,
			u32 id, u64 now_ms)
{
	int space;

	number_give_back(number, slot);
	space = kw_space_take(&number->spaces);
	if (space < 0)
		return KEYWAY_DROP_TX_EXHAUSTED;
	atomic64_set(&slot->x, kw_message_x(space, 0));
	WRITE_ONCE(slot->path, id);
	WRITE_ONCE(slot->sent_ms, now_ms);
	WRITE_ONCE(slot->taken_ms, now_ms);
	return 0;
}

int kw_number_take(struct kw_number *number, const struct kw_number_path *path,
		   u32 n, u64 opened_ms, u64 *x)
{
	struct kw_number_slot *slot = &number->slots[path->slot];
	u64 now = kw_session_now();
	int drop = 0;

	if (!number_good(slot, path->id, opened_ms, now)) {
		spin_lock(&number->lock);
		if (!number_good(slot, path->id, opened_ms, now))
			drop = number_renew(number, slot, path->id, now);
		spin_unlock(&number->lock);
		if (drop)
			return drop;
	}
	if (READ_ONCE(slot->sent_ms) != now)
		WRITE_ONCE(slot->sent_ms, now);
	*x = atomic64_fetch_add(n, &slot->x);
	if (kw_message_number(*x) + n > KW_MESSAGE_NUMBER_MAX)
		return KEYWAY_DROP_TX_EXHAUSTED;
	return 0;
}

void kw_number_gone(struct kw_number *number, u32 space)
{
	struct kw_number_slot *slot;
	u32 i;

	spin_lock_bh(&number->lock);
	for (i = 0; i < KW_NUMBER_SLOTS; i++) {
		slot = &number->slots[i];
		if (slot->taken_ms &&
		    kw_message_space(atomic64_read(&slot->x)) == space)
			number_give_back(number, slot);
	}
	spin_unlock_bh(&number->lock);
}
