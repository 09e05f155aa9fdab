/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What a peer's sessions are good for, decided from views of them: which one
 * sends, which goes for room, when each ends, when a rekey is due (protocol.md,
 * session keys and life). Pure: the caller fills the views, acts on the answers
 * and passes the time. The simulator links this very file.
 *
 * Times are ms of boot time; 0 means never, so a clock that starts at 0 must
 * be passed plus 1. A view set is at most KW_SESSIONS_PER_PEER + 1 sessions of
 * one peer in any order; ranks differ.
 */
#ifndef KW_RANK_H
#define KW_RANK_H

#include <linux/types.h>

#include "limits.h"

struct kw_rank_view {
	u64 rank;
	u64 born_ms;		/* keys were set */
	u64 confirmed_ms;	/* first frame opened on it */
	u64 proven_ms;		/* since when the peer is known to send on it */
	u64 opened_ms;		/* last frame opened on it */
	u64 refuse_ms;		/* age at which it is dead, KW_REFUSE_MS or more */
	u64 fork_ms;		/* the machine was cloned: it only receives */
	u64 gcm_len;		/* bytes sealed or opened, the larger; 0 if ChaCha */
	u8 jitter;		/* random, drawn when the keys were set */
	bool initiator;
	bool worn;		/* KW_SPACES_REKEY spaces used */
};

/*
 * Index of the one that sends: the highest-ranked confirmed, else the
 * highest-ranked initiated; -1 without one. Sessions past their refuse time or
 * volume, and those from before a fork, never send.
 */
int kw_rank_sender(const struct kw_rank_view *view, int count, u64 now_ms);

/*
 * Index of the one to end so that at most KW_SESSIONS_PER_PEER remain, or -1
 * when they are not more. Dead ones first, then the lowest-ranked unconfirmed
 * answered one, then the lowest-ranked; never the sender.
 */
int kw_rank_victim(const struct kw_rank_view *view, int count, u64 now_ms);

/*
 * When view[at] ends if nothing changes, and why (KEYWAY_REASON_EXPIRED,
 * _UNCONFIRMED, _OUTRANKED, _FORK) in *reason. rtt_ms is the largest RTT of
 * the peer's paths. It has ended when that time is <= now.
 */
u64 kw_rank_end_ms(const struct kw_rank_view *view, int count, int at,
		   u64 rtt_ms, u32 *reason);

/* Dead by volume: no more may be sealed or opened with GCM. */
bool kw_rank_spent(const struct kw_rank_view *view);

/*
 * Is a new handshake due, and why (enum keyway_reason): _REKEY (the sender's
 * time, volume or spaces), _UNCONFIRMED (nothing was opened for
 * KW_UNCONFIRMED_MS on an initiated session that outranks all confirmed ones),
 * _FORK or _EXPIRED (there are sessions, but none may send any more); 0 if not
 * (KEYWAY_REASON_NEW is never a reason here), and while an initiated session
 * younger than KW_UNCONFIRMED_MS waits. Stays so until a new session is there.
 */
u32 kw_rank_ask(const struct kw_rank_view *view, int count, u64 now_ms);

/*
 * The soonest time after now at which kw_rank_ask() may change its answer by
 * itself; U64_MAX if never.
 */
u64 kw_rank_ask_ms(const struct kw_rank_view *view, int count, u64 now_ms);

/* Does an initiated session younger than KW_UNCONFIRMED_MS wait? */
bool kw_rank_waiting(const struct kw_rank_view *view, int count, u64 now_ms);

/*
 * Is the peer silent: waiting_ms is when data or a challenge was first sent
 * since anything was opened from it, 0 if none was.
 */
bool kw_rank_silent(u64 waiting_ms, u64 now_ms);

/* Highest session number n among the views, 0 if none (upper half of rank). */
u32 kw_rank_highest(const struct kw_rank_view *view, int count);

#endif
