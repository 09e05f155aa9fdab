// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * The rules of a peer's sessions (protocol.md, session keys and life): which
 * sends, which goes for room, when each ends, when to ask for a new one. Pure
 * functions of a few views and the time, so that the simulator runs exactly
 * what the kernel runs. Called by session.c and timer.c.
 */
#include <linux/limits.h>
#include <linux/minmax.h>

#include <uapi/linux/keyway.h>

#include "rank.h"

bool kw_rank_spent(const struct kw_rank_view *view)
{
	return view->gcm_len >= KW_GCM_REFUSE_LEN;
}

static bool rank_is_dead(const struct kw_rank_view *view, u64 now_ms)
{
	return now_ms >= view->born_ms + view->refuse_ms || kw_rank_spent(view);
}

static bool rank_may_send(const struct kw_rank_view *view, u64 now_ms)
{
	if (view->fork_ms || rank_is_dead(view, now_ms))
		return false;
	return view->confirmed_ms || view->initiator;
}

int kw_rank_sender(const struct kw_rank_view *view, int count, u64 now_ms)
{
	bool confirmed;
	int best = -1;
	int i;

	for (i = 0; i < count; i++) {
		if (!rank_may_send(&view[i], now_ms))
			continue;
		confirmed = view[i].confirmed_ms;
		if (best < 0 || confirmed > !!view[best].confirmed_ms ||
		    (confirmed == !!view[best].confirmed_ms &&
		     view[i].rank > view[best].rank))
			best = i;
	}
	return best;
}

/* How gladly it goes: the larger, the sooner. */
static int rank_worthless(const struct kw_rank_view *view, u64 now_ms)
{
	if (rank_is_dead(view, now_ms))
		return 2;
	return !view->confirmed_ms && !view->initiator;
}

int kw_rank_victim(const struct kw_rank_view *view, int count, u64 now_ms)
{
	int sender = kw_rank_sender(view, count, now_ms);
	int worth, worst = 0;
	int victim = -1;
	int i;

	if (count <= KW_SESSIONS_PER_PEER)
		return -1;
	for (i = 0; i < count; i++) {
		if (i == sender)
			continue;
		worth = rank_worthless(&view[i], now_ms);
		if (victim < 0 || worth > worst ||
		    (worth == worst && view[i].rank < view[victim].rank)) {
			victim = i;
			worst = worth;
		}
	}
	return victim;
}

/*
 * Since when the peer is known to send on a higher session, U64_MAX if on
 * none. That we opened its keepalive there isn't enough: it may not have heard
 * the answer, and goes on sending on this one.
 */
static u64 rank_outranked_ms(const struct kw_rank_view *view, int count,
			     u64 rank)
{
	u64 since = U64_MAX;
	int i;

	for (i = 0; i < count; i++)
		if (view[i].rank > rank && view[i].proven_ms)
			since = min(since, view[i].proven_ms);
	return since;
}

static void rank_sooner(u64 *end_ms, u32 *reason, u64 other_ms, u32 why)
{
	if (other_ms >= *end_ms)
		return;
	*end_ms = other_ms;
	*reason = why;
}

u64 kw_rank_end_ms(const struct kw_rank_view *view, int count, int at,
		   u64 rtt_ms, u32 *reason)
{
	const struct kw_rank_view *one = &view[at];
	u64 outranked = rank_outranked_ms(view, count, one->rank);
	u64 grace = min(KW_OUTRANKED_MAX_MS,
			KW_OUTRANKED_RTTS * rtt_ms + KW_OUTRANKED_BASE_MS);
	u64 end = one->born_ms + one->refuse_ms;

	*reason = KEYWAY_REASON_EXPIRED;
	if (kw_rank_spent(one))
		end = one->born_ms;
	if (one->fork_ms)
		rank_sooner(&end, reason, one->fork_ms + KW_FORK_RECEIVE_MS,
			    KEYWAY_REASON_FORK);
	if (!one->initiator && !one->confirmed_ms)
		rank_sooner(&end, reason, one->born_ms + KW_UNCONFIRMED_MS,
			    KEYWAY_REASON_UNCONFIRMED);
	/*
	 * The peer may go on sending on it until it knows of the higher one, so
	 * the grace never starts before that was confirmed.
	 */
	if (outranked != U64_MAX)
		rank_sooner(&end, reason,
			    max(one->opened_ms, outranked) + grace,
			    KEYWAY_REASON_OUTRANKED);
	return end;
}

/* The jitter keeps the sessions of many peers from rekeying together. */
static u64 rank_rekey_ms(const struct kw_rank_view *view)
{
	const u32 tenth = KW_REKEY_INITIATOR_MS / 10;

	if (!view->initiator)
		return view->born_ms + KW_REKEY_RESPONDER_MS;
	return view->born_ms + KW_REKEY_INITIATOR_MS - tenth +
	       2 * tenth * view->jitter / U8_MAX;
}

static bool rank_waits(const struct kw_rank_view *view, u64 now_ms)
{
	return view->initiator && !view->confirmed_ms && !view->fork_ms &&
	       now_ms < view->born_ms + KW_UNCONFIRMED_MS;
}

bool kw_rank_waiting(const struct kw_rank_view *view, int count, u64 now_ms)
{
	int i;

	for (i = 0; i < count; i++)
		if (rank_waits(&view[i], now_ms))
			return true;
	return false;
}

static bool rank_is_top(const struct kw_rank_view *view, int count, u64 rank)
{
	int i;

	for (i = 0; i < count; i++)
		if (view[i].rank > rank && view[i].confirmed_ms)
			return false;
	return true;
}

/* Is there an initiated session above all confirmed ones, in vain so far? */
static bool rank_in_vain(const struct kw_rank_view *view, int count, u64 now_ms)
{
	int i;

	for (i = 0; i < count; i++)
		if (view[i].initiator && !view[i].confirmed_ms &&
		    !view[i].fork_ms && !rank_is_dead(&view[i], now_ms) &&
		    rank_is_top(view, count, view[i].rank))
			return true;
	return false;
}

/* No session sends: why, unless the peer may yet confirm one that we answered. */
static u32 rank_ask_mute(const struct kw_rank_view *view, int count, u64 now_ms)
{
	u32 reason = 0;
	int i;

	for (i = 0; i < count; i++) {
		if (view[i].fork_ms)
			reason = KEYWAY_REASON_FORK;
		else if (!rank_is_dead(&view[i], now_ms))
			return 0;
		else if (!reason)
			reason = KEYWAY_REASON_EXPIRED;
	}
	return reason;
}

u32 kw_rank_ask(const struct kw_rank_view *view, int count, u64 now_ms)
{
	int sender = kw_rank_sender(view, count, now_ms);

	if (kw_rank_waiting(view, count, now_ms))
		return 0;
	if (sender < 0)
		return rank_ask_mute(view, count, now_ms);
	if (rank_in_vain(view, count, now_ms))
		return KEYWAY_REASON_UNCONFIRMED;
	if (view[sender].worn || view[sender].gcm_len >= KW_GCM_REKEY_LEN ||
	    now_ms >= rank_rekey_ms(&view[sender]))
		return KEYWAY_REASON_REKEY;
	return 0;
}

static u64 rank_after(u64 soonest, u64 at_ms, u64 now_ms)
{
	return at_ms > now_ms ? min(soonest, at_ms) : soonest;
}

u64 kw_rank_ask_ms(const struct kw_rank_view *view, int count, u64 now_ms)
{
	u64 soonest = U64_MAX;
	int i;

	for (i = 0; i < count; i++) {
		soonest = rank_after(soonest, view[i].born_ms + KW_UNCONFIRMED_MS,
				     now_ms);
		soonest = rank_after(soonest, rank_rekey_ms(&view[i]), now_ms);
		soonest = rank_after(soonest, view[i].born_ms + view[i].refuse_ms,
				     now_ms);
	}
	return soonest;
}

bool kw_rank_silent(u64 waiting_ms, u64 now_ms)
{
	return waiting_ms && now_ms >= waiting_ms + KW_SILENT_MS;
}

u32 kw_rank_highest(const struct kw_rank_view *view, int count)
{
	u32 highest = 0;
	int i;

	for (i = 0; i < count; i++)
		highest = max(highest, (u32)(view[i].rank >> 32));
	return highest;
}
