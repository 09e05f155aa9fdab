// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Challenges: when to ask, with which nonce, and what an answer is worth. Pure:
 * time and randomness are given. Called by path.c under the lock of its set.
 */
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "challenge.h"
#include "limits.h"

bool kw_challenge_waits(const struct kw_challenge *challenge, u64 now_ms,
			u64 pace_ms)
{
	return challenge->sent_ms && now_ms < challenge->sent_ms + pace_ms;
}

u64 kw_challenge_start(struct kw_challenge *challenge, u64 fresh, u64 now_ms,
		       u64 now_us)
{
	if (!challenge->nonce ||
	    now_us >= challenge->sent_us + KW_CHALLENGE_MS * KW_MS_US) {
		challenge->nonce = fresh | 1;
		challenge->sent_us = now_us;
		challenge->asked = 0;
	}
	challenge->asked++;
	WRITE_ONCE(challenge->sent_ms, now_ms);
	WRITE_ONCE(challenge->unanswered, challenge->unanswered + 1);
	return challenge->nonce;
}

bool kw_challenge_answer(struct kw_challenge *challenge, u64 nonce, u64 now_us,
			 u32 *rtt_us)
{
	if (!nonce || challenge->nonce != nonce)
		return false;
	*rtt_us = 0;
	if (challenge->asked == 1)
		*rtt_us = clamp_t(u64, now_us - challenge->sent_us, 1, U32_MAX);
	challenge->nonce = 0;
	WRITE_ONCE(challenge->unanswered, 0);
	return true;
}
