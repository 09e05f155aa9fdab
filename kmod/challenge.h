/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One question whether a peer is at a place: a nonce that only who hears what
 * is sent there can send back. What is out, how often it was sent, and what an
 * answer measures. Pure; locked and kept by path.c, one for each path and one
 * for the candidate.
 */
#ifndef KW_CHALLENGE_H
#define KW_CHALLENGE_H

#include <linux/types.h>

/* All zero is one that was never sent. */
struct kw_challenge {
	u64 nonce;			/* 0: none is out */
	u64 sent_ms;			/* last, 0 never */
	u64 sent_us;			/* when the nonce was first sent */
	u32 asked;			/* how often the nonce was sent */
	u32 unanswered;			/* how many in a row, of all nonces */
};

/* Is it too early to ask again, where an answer takes pace_ms? */
bool kw_challenge_waits(const struct kw_challenge *challenge, u64 now_ms,
			u64 pace_ms);

/*
 * The nonce to send now, never 0: fresh (a random number) replaces one that
 * is older than KW_CHALLENGE_MS, since an answer to an earlier copy counts too.
 */
u64 kw_challenge_start(struct kw_challenge *challenge, u64 fresh, u64 now_ms,
		       u64 now_us);

/*
 * Is nonce the one that is out? Then none is out any more, and *rtt_us is what
 * it took, 1 at least, or 0 when nobody can tell which copy was answered (Karn
 * and Partridge 1987).
 */
bool kw_challenge_answer(struct kw_challenge *challenge, u64 nonce, u64 now_us,
			 u32 *rtt_us);

#endif
