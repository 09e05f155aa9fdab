/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The number spaces of one session. Receiving: a map of all spaces ever
 * opened and a replay window for those in use (protocol.md, DATA); windows are
 * made at the first authentic packet and retired only for room. Sending: which
 * spaces were taken. Embedded in the session. Receive: lookup under RCU, the
 * lock only where a window comes or goes. Times are ms of boot time, given.
 */
#ifndef KW_SPACE_H
#define KW_SPACE_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "limits.h"
#include "message.h"
#include "replay.h"

#define KW_SPACE_BUCKETS	16

struct kw_space_rx {
	spinlock_t lock;	/* guards all but reads of the buckets */
	u32 held;		/* windows */
	bool closed;		/* destroyed: makes no more windows */
	u64 answers_ms;		/* when this generation of answers began */
	DECLARE_BITMAP(seen, KW_MESSAGE_SPACES);
	DECLARE_BITMAP(answered, KW_MESSAGE_SPACES);	/* this generation */
	DECLARE_BITMAP(answered_before, KW_MESSAGE_SPACES);
	struct hlist_head buckets[KW_SPACE_BUCKETS];
};

struct kw_space_tx {
	spinlock_t lock;	/* guards next, live */
	u32 next;		/* lowest space never taken */
	u32 live;		/* taken and not given back */
};

void kw_space_rx_init(struct kw_space_rx *spaces);

/*
 * Frees all windows after a grace period, and makes no more. For the session's
 * end; packets may still be in kw_space_accept() under RCU.
 */
void kw_space_rx_destroy(struct kw_space_rx *spaces);

/*
 * Before opening: 0, or KEYWAY_DROP_RX_SPACE when x's space is out of range.
 */
int __must_check kw_space_check(u64 x);

/*
 * After opening: accepts x (host order) once. Under rcu_read_lock. 0, or
 * KEYWAY_DROP_RX_REPLAY, KEYWAY_DROP_RX_SPACE (its window was retired, or no
 * room for one), KEYWAY_DROP_RX_NO_MEMORY.
 */
int __must_check kw_space_accept(struct kw_space_rx *spaces, u64 x, u64 now_ms);

/*
 * After KEYWAY_DROP_RX_SPACE of an authentic frame that is not itself a
 * SPACE_GONE: is an answer SPACE_GONE due? True at most once per space and
 * KW_SPACE_GONE_MS, and only when the space was seen and has no window.
 */
bool kw_space_gone_due(struct kw_space_rx *spaces, u32 space, u64 now_ms);

void kw_space_tx_init(struct kw_space_tx *spaces);

/*
 * Takes a space never used before: its number, or -ENOSPC when KW_SPACES_LIVE
 * are in use or all were used. Numbers in it start at 0.
 */
int __must_check kw_space_take(struct kw_space_tx *spaces);

/* Gives one back: it is not in use any more, and never taken again. */
void kw_space_release(struct kw_space_tx *spaces);

/* Have so many spaces been used that the session is to be rekeyed? */
bool kw_space_worn(const struct kw_space_tx *spaces);

/*
 * Must a sender take a new space: sent_ms is when it last sent in this one,
 * opened_ms when it last opened anything from the peer (or the session's keys
 * were set, when that is later).
 */
bool kw_space_stale(u64 sent_ms, u64 opened_ms, u64 now_ms);

#endif
