/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A peer's installed sessions as a whole: which one sends, which ends, when a
 * handshake is due. Works on struct kw_session_set (session.h) under its lock,
 * which each function takes unless it says otherwise. Sessions are borrowed
 * under rcu_read_lock. Times are ms of boot time.
 */
#ifndef KW_ROSTER_H
#define KW_ROSTER_H

#include "session.h"

/* Decide anew which one sends. set->lock held. */
void kw_roster_elect(struct kw_session_set *set, u64 now_ms);

/* Highest session number n among them, 0 if none. */
u32 kw_roster_highest(struct kw_session_set *set);

/*
 * Add one whose keys are in place; from here on packets use them. 0, -ENODEV
 * (the set is closed), -EEXIST (its rank is another's). *victim is one that
 * has to be retired for room, or NULL.
 */
int __must_check kw_roster_join(struct kw_session_set *set,
				struct kw_session *session,
				struct kw_session **victim);

/* Let none in any more; one that is still in, or NULL. rcu_read_lock. */
struct kw_session *kw_roster_close(struct kw_session_set *set);

/* Take one out, if it is in. Any context. */
void kw_roster_leave(struct kw_session *session);

/*
 * One that has ended by now, and why, or NULL; *next_ms is when to ask again.
 * The caller tells and retires it. rcu_read_lock.
 */
struct kw_session *kw_roster_due(struct kw_session_set *set, u64 now_ms,
				 u64 rtt_ms, u32 *reason, u64 *next_ms);

/*
 * Is a handshake to be asked for, and why (enum keyway_reason; 0 no); *index is
 * the session it is about, *next_ms when to ask again. Elects the sender too,
 * since time alone may change it.
 */
u32 kw_roster_ask(struct kw_session_set *set, u64 now_ms, u32 *index,
		  u64 *next_ms);

/* The highest-ranked initiated one that waits for confirmation, or NULL. RCU. */
struct kw_session *kw_roster_unconfirmed(struct kw_session_set *set);

/* Is a handshake under way: does an initiated session wait to be confirmed? */
bool kw_roster_waiting(struct kw_session_set *set, u64 now_ms);

#endif
