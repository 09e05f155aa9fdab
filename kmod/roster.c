// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * A peer's installed sessions: who is among them, which one sends, which goes
 * and when, when a new handshake is asked for. The rules are rank.c's; this
 * file shows it the sessions and acts on the answers. Guarded by the set's
 * lock, a leaf. Called by session.c, timer.c and packets.
 */
#include "roster.h"

static void roster_view(const struct kw_session *session,
			struct kw_rank_view *view)
{
	const struct kw_session_traffic *traffic = &session->traffic;

	*view = (struct kw_rank_view){
		.rank = session->rank,
		.born_ms = session->born_ms,
		.confirmed_ms = READ_ONCE(session->confirmed_ms),
		.proven_ms = READ_ONCE(session->proven_ms),
		.opened_ms = READ_ONCE(session->opened_ms),
		.refuse_ms = session->refuse_ms,
		.fork_ms = READ_ONCE(session->fork_ms),
		.jitter = session->jitter,
		.initiator = session->role == KEYWAY_ROLE_INITIATOR,
		.worn = kw_space_worn(&session->number.spaces),
	};
	if (session->suite == KEYWAY_SUITE_AES_256_GCM)
		view->gcm_len = max_t(u64, atomic64_read(&traffic->rx_bytes),
				      atomic64_read(&traffic->tx_bytes));
}

/* set->lock held */
static int roster_views(struct kw_session_set *set, struct kw_rank_view *view)
{
	int i;

	for (i = 0; i < set->count; i++)
		roster_view(set->installed[i], &view[i]);
	return set->count;
}

/* set->lock held */
void kw_roster_elect(struct kw_session_set *set, u64 now_ms)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	int sender = kw_rank_sender(view, roster_views(set, view), now_ms);

	rcu_assign_pointer(set->sender,
			   sender < 0 ? NULL : set->installed[sender]);
}

u32 kw_roster_highest(struct kw_session_set *set)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	u32 highest;

	spin_lock_bh(&set->lock);
	highest = kw_rank_highest(view, roster_views(set, view));
	spin_unlock_bh(&set->lock);
	return highest;
}

/* set->lock held; true when the rank is another's */
static bool roster_rank_taken(struct kw_session_set *set, u64 rank)
{
	int i;

	for (i = 0; i < set->count; i++)
		if (set->installed[i]->rank == rank)
			return true;
	return false;
}

/* Into the peer's list; *victim is one that has to go for room. */
int kw_roster_join(struct kw_session_set *set, struct kw_session *session,
		   struct kw_session **victim)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	int err = 0, at;

	spin_lock_bh(&set->lock);
	if (set->closed)
		err = -ENODEV;
	else if (roster_rank_taken(set, session->rank))
		err = -EEXIST;
	if (err)
		goto out_unlock;
	set->installed[set->count++] = session;
	set->handshake_ms = session->born_ms;
	/* keys before the state that lets packets use them */
	smp_store_release(&session->state, KEYWAY_SESSION_STATE_UNCONFIRMED);
	at = kw_rank_victim(view, roster_views(set, view), session->born_ms);
	*victim = at < 0 ? NULL : set->installed[at];
	if (*victim)
		set->installed[at] = set->installed[--set->count];
	kw_roster_elect(set, session->born_ms);
out_unlock:
	spin_unlock_bh(&set->lock);
	return err;
}

/* Out of the peer's list, if it is in it. */
void kw_roster_leave(struct kw_session *session)
{
	struct kw_session_set *set = READ_ONCE(session->set);
	int i;

	if (!set)
		return;
	spin_lock_bh(&set->lock);
	for (i = 0; i < set->count; i++)
		if (set->installed[i] == session)
			break;
	if (i < set->count)
		set->installed[i] = set->installed[--set->count];
	kw_roster_elect(set, kw_session_now());
	spin_unlock_bh(&set->lock);
}

struct kw_session *kw_roster_close(struct kw_session_set *set)
{
	struct kw_session *session;

	spin_lock_bh(&set->lock);
	set->closed = true;
	session = set->count ? set->installed[0] : NULL;
	spin_unlock_bh(&set->lock);
	return session;
}

struct kw_session *kw_roster_due(struct kw_session_set *set, u64 now_ms,
				 u64 rtt_ms, u32 *reason, u64 *next_ms)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	struct kw_session *session = NULL;
	int i, count;

	*next_ms = U64_MAX;
	spin_lock_bh(&set->lock);
	count = roster_views(set, view);
	for (i = 0; i < count; i++) {
		u64 end = kw_rank_end_ms(view, count, i, rtt_ms, reason);

		if (end && end <= now_ms) {
			session = set->installed[i];
			break;
		}
		*next_ms = min(*next_ms, end ?: U64_MAX);
	}
	spin_unlock_bh(&set->lock);
	return session;
}

u32 kw_roster_ask(struct kw_session_set *set, u64 now_ms, u32 *index,
		  u64 *next_ms)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	struct kw_session *sender;
	u32 reason;
	int count;

	spin_lock_bh(&set->lock);
	kw_roster_elect(set, now_ms);
	count = roster_views(set, view);
	reason = kw_rank_ask(view, count, now_ms);
	*next_ms = kw_rank_ask_ms(view, count, now_ms) ?: U64_MAX;
	sender = rcu_dereference_protected(set->sender,
					   lockdep_is_held(&set->lock));
	*index = sender ? sender->index : 0;
	spin_unlock_bh(&set->lock);
	return reason;
}

struct kw_session *kw_roster_unconfirmed(struct kw_session_set *set)
{
	struct kw_session *session, *best = NULL;
	int i;

	spin_lock_bh(&set->lock);
	for (i = 0; i < set->count; i++) {
		session = set->installed[i];
		if (session->role != KEYWAY_ROLE_INITIATOR ||
		    session->state != KEYWAY_SESSION_STATE_UNCONFIRMED)
			continue;
		if (!best || session->rank > best->rank)
			best = session;
	}
	spin_unlock_bh(&set->lock);
	return best;
}

bool kw_roster_waiting(struct kw_session_set *set, u64 now_ms)
{
	struct kw_rank_view view[KW_SESSIONS_PER_PEER + 1];
	bool waiting;

	spin_lock_bh(&set->lock);
	waiting = kw_rank_waiting(view, roster_views(set, view), now_ms);
	spin_unlock_bh(&set->lock);
	return waiting;
}
