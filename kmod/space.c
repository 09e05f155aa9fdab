// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * The number spaces of a session: which the peer has opened, a window for each
 * in use, and which we took for sending. A space whose window was retired stays
 * in the map, so its packets can't be replayed; SPACE_GONE tells the peer to
 * take another. Called by session.c and rx.c; the lock is a leaf but for the
 * windows' own.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "drop.h"
#include "space.h"

struct space_window {
	struct hlist_node node;
	struct rcu_head rcu;
	u32 space;
	u64 used_ms;		/* last packet accepted */
	struct kw_replay replay;
};

void kw_space_rx_init(struct kw_space_rx *spaces)
{
	int i;

	memset(spaces, 0, sizeof(*spaces));
	spin_lock_init(&spaces->lock);
	for (i = 0; i < KW_SPACE_BUCKETS; i++)
		INIT_HLIST_HEAD(&spaces->buckets[i]);
}

void kw_space_rx_destroy(struct kw_space_rx *spaces)
{
	struct space_window *window;
	struct hlist_node *next;
	int i;

	spin_lock_bh(&spaces->lock);
	spaces->closed = true;
	spaces->held = 0;
	for (i = 0; i < KW_SPACE_BUCKETS; i++) {
		hlist_for_each_entry_safe(window, next, &spaces->buckets[i], node) {
			hlist_del_rcu(&window->node);
			kfree_rcu(window, rcu);
		}
	}
	spin_unlock_bh(&spaces->lock);
}

int kw_space_check(u64 x)
{
	return kw_message_space(x) < KW_MESSAGE_SPACES ? KW_DROP_NONE :
							  KEYWAY_DROP_RX_SPACE;
}

static struct space_window *space_lookup(struct kw_space_rx *spaces, u32 space)
{
	struct hlist_head *bucket = &spaces->buckets[space % KW_SPACE_BUCKETS];
	struct space_window *window;

	hlist_for_each_entry_rcu(window, bucket, node,
				 lockdep_is_held(&spaces->lock))
		if (window->space == space)
			return window;
	return NULL;
}

static struct space_window *space_idlest(struct kw_space_rx *spaces)
{
	struct space_window *window, *idlest = NULL;
	int i;

	for (i = 0; i < KW_SPACE_BUCKETS; i++)
		hlist_for_each_entry(window, &spaces->buckets[i], node)
			if (!idlest || READ_ONCE(window->used_ms) <
				       READ_ONCE(idlest->used_ms))
				idlest = window;
	return idlest;
}

/* Makes room for one more window if it can: is there room? */
static bool space_make_room(struct kw_space_rx *spaces, u64 now_ms)
{
	struct space_window *window;

	if (spaces->held < KW_WINDOWS_EASY)
		return true;
	window = space_idlest(spaces);
	if (now_ms < READ_ONCE(window->used_ms) + KW_WINDOW_IDLE_MS)
		return spaces->held < KW_WINDOWS_MAX;
	hlist_del_rcu(&window->node);
	kfree_rcu(window, rcu);
	spaces->held--;
	return true;
}

/* The window of a space that had none a moment ago, or ERR_PTR(-reason). */
static struct space_window *space_open(struct kw_space_rx *spaces, u32 space,
				       u64 now_ms)
{
	struct space_window *window;

	lockdep_assert_held(&spaces->lock);
	if (spaces->closed)
		return ERR_PTR(-KEYWAY_DROP_RX_DOWN);
	window = space_lookup(spaces, space);
	if (window)
		return window;
	if (test_bit(space, spaces->seen) || !space_make_room(spaces, now_ms))
		return ERR_PTR(-KEYWAY_DROP_RX_SPACE);

	window = kzalloc(sizeof(*window), GFP_ATOMIC | __GFP_NOWARN);
	if (!window)
		return ERR_PTR(-KEYWAY_DROP_RX_NO_MEMORY);
	window->space = space;
	window->used_ms = now_ms;
	kw_replay_init(&window->replay);
	hlist_add_head_rcu(&window->node,
			   &spaces->buckets[space % KW_SPACE_BUCKETS]);
	__set_bit(space, spaces->seen);
	spaces->held++;
	return window;
}

int kw_space_accept(struct kw_space_rx *spaces, u64 x, u64 now_ms)
{
	u32 space = kw_message_space(x);
	struct space_window *window;
	int ret;

	window = space_lookup(spaces, space);
	if (!window) {
		spin_lock_bh(&spaces->lock);
		window = space_open(spaces, space, now_ms);
		spin_unlock_bh(&spaces->lock);
		if (IS_ERR(window))
			return -PTR_ERR(window);
	}
	/* A window retired meanwhile still tells true: none replaces it. */
	ret = kw_replay_accept(&window->replay, kw_message_number(x));
	if (!ret && READ_ONCE(window->used_ms) != now_ms)
		WRITE_ONCE(window->used_ms, now_ms);
	return ret;
}

/* Two generations of answers, so that a boundary never lets two through. */
static void space_answers_age(struct kw_space_rx *spaces, u64 now_ms)
{
	u64 age = now_ms - spaces->answers_ms;

	if (age < KW_SPACE_GONE_MS)
		return;
	bitmap_copy(spaces->answered_before, spaces->answered,
		    KW_MESSAGE_SPACES);
	bitmap_zero(spaces->answered, KW_MESSAGE_SPACES);
	if (age >= 2 * KW_SPACE_GONE_MS)
		bitmap_zero(spaces->answered_before, KW_MESSAGE_SPACES);
	spaces->answers_ms = now_ms;
}

bool kw_space_gone_due(struct kw_space_rx *spaces, u32 space, u64 now_ms)
{
	bool due = false;

	if (space >= KW_MESSAGE_SPACES)
		return false;
	spin_lock_bh(&spaces->lock);
	if (!test_bit(space, spaces->seen) || space_lookup(spaces, space))
		goto out_unlock;
	space_answers_age(spaces, now_ms);
	due = !test_bit(space, spaces->answered_before) &&
	      !__test_and_set_bit(space, spaces->answered);
out_unlock:
	spin_unlock_bh(&spaces->lock);
	return due;
}

void kw_space_tx_init(struct kw_space_tx *spaces)
{
	memset(spaces, 0, sizeof(*spaces));
	spin_lock_init(&spaces->lock);
}

int kw_space_take(struct kw_space_tx *spaces)
{
	int ret = -ENOSPC;

	spin_lock_bh(&spaces->lock);
	if (spaces->live < KW_SPACES_LIVE && spaces->next < KW_MESSAGE_SPACES) {
		spaces->live++;
		ret = spaces->next;
		WRITE_ONCE(spaces->next, spaces->next + 1);
	}
	spin_unlock_bh(&spaces->lock);
	return ret;
}

void kw_space_release(struct kw_space_tx *spaces)
{
	spin_lock_bh(&spaces->lock);
	if (spaces->live)
		spaces->live--;
	spin_unlock_bh(&spaces->lock);
}

bool kw_space_worn(const struct kw_space_tx *spaces)
{
	return READ_ONCE(spaces->next) >= KW_SPACES_REKEY;
}

bool kw_space_stale(u64 sent_ms, u64 opened_ms, u64 now_ms)
{
	return now_ms >= sent_ms + KW_SPACE_STALE_MS ||
	       now_ms >= opened_ms + KW_SPACE_STALE_MS;
}
