// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/rank.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * The rules of a peer's sessions: each rule at its edges, then all sets of
 * four sessions of every kind, whose sender, victim and end must be as the
 * rules say in plain loops.
 */
#include <uapi/linux/keyway.h>

#include "cases.h"
#include "kshim.h"
#include "rank.h"

#define BORN	1000000ULL
#define SEC	1000ULL

static struct kw_rank_view session(u64 rank, bool initiator, bool confirmed)
{
	struct kw_rank_view view = {
		.rank = rank,
		.born_ms = BORN,
		.confirmed_ms = confirmed ? BORN + 50 : 0,
		.proven_ms = confirmed ? BORN + 50 : 0,
		.opened_ms = confirmed ? BORN + 50 : 0,
		.refuse_ms = KW_REFUSE_MS,
		.jitter = 128,
		.initiator = initiator,
	};

	return view;
}

#define NOW	(BORN + 100)

TEST(rank_none_sends_without_sessions)
{
	CHECK(kw_rank_sender(NULL, 0, NOW) == -1);
	CHECK(kw_rank_ask(NULL, 0, NOW) == 0);
	CHECK(kw_rank_victim(NULL, 0, NOW) == -1);
	CHECK(kw_rank_highest(NULL, 0) == 0);
}

TEST(rank_answered_sends_only_when_confirmed)
{
	struct kw_rank_view view = session(1, false, false);

	CHECK(kw_rank_sender(&view, 1, NOW) == -1);
	view = session(1, false, true);
	CHECK(kw_rank_sender(&view, 1, NOW) == 0);
}

TEST(rank_initiated_sends_at_once)
{
	struct kw_rank_view view = session(1, true, false);

	CHECK(kw_rank_sender(&view, 1, NOW) == 0);
}

TEST(rank_confirmed_before_higher_initiated)
{
	struct kw_rank_view view[] = {
		session(9, true, false), session(3, false, true),
		session(2, true, true),
	};

	CHECK(kw_rank_sender(view, 3, NOW) == 1);
}

TEST(rank_dead_by_age_never_sends)
{
	struct kw_rank_view view = session(1, true, true);

	CHECK(kw_rank_sender(&view, 1, BORN + 180 * SEC - 1) == 0);
	CHECK(kw_rank_sender(&view, 1, BORN + 180 * SEC) == -1);
	view.refuse_ms = KW_REFUSE_MAX_MS;
	CHECK(kw_rank_sender(&view, 1, BORN + 599 * SEC) == 0);
	CHECK(kw_rank_sender(&view, 1, BORN + 600 * SEC) == -1);
}

TEST(rank_dead_by_volume_never_sends)
{
	struct kw_rank_view view = session(1, true, true);
	u32 reason;

	view.gcm_len = KW_GCM_REFUSE_LEN - 1;
	CHECK(kw_rank_sender(&view, 1, NOW) == 0);
	CHECK(!kw_rank_spent(&view));
	view.gcm_len = KW_GCM_REFUSE_LEN;
	CHECK(kw_rank_sender(&view, 1, NOW) == -1);
	CHECK(kw_rank_spent(&view));
	CHECK(kw_rank_end_ms(&view, 1, 0, 0, &reason) <= NOW);
	CHECK(reason == KEYWAY_REASON_EXPIRED);
}

TEST(rank_forked_only_receives_for_ten_seconds)
{
	struct kw_rank_view view = session(1, true, true);
	u32 reason;

	view.fork_ms = NOW;
	CHECK(kw_rank_sender(&view, 1, NOW) == -1);
	CHECK(kw_rank_end_ms(&view, 1, 0, 0, &reason) == NOW + 10 * SEC);
	CHECK(reason == KEYWAY_REASON_FORK);
	CHECK(kw_rank_ask(&view, 1, NOW) == KEYWAY_REASON_FORK);
}

TEST(rank_unconfirmed_answered_ends_at_15_s)
{
	struct kw_rank_view view = session(1, false, false);
	u32 reason;

	CHECK(kw_rank_end_ms(&view, 1, 0, 100, &reason) == BORN + 15 * SEC);
	CHECK(reason == KEYWAY_REASON_UNCONFIRMED);
}

TEST(rank_unconfirmed_initiated_stays_receivable)
{
	struct kw_rank_view view = session(1, true, false);
	u32 reason;

	CHECK(kw_rank_end_ms(&view, 1, 0, 100, &reason) == BORN + 180 * SEC);
	CHECK(reason == KEYWAY_REASON_EXPIRED);
}

TEST(rank_outranked_ends_after_last_frame)
{
	struct kw_rank_view view[] = { session(1, true, true), session(2, true, true) };
	u32 reason;

	view[0].opened_ms = BORN + 2000;
	CHECK(kw_rank_end_ms(view, 2, 0, 100, &reason) == BORN + 2000 + 5300);
	CHECK(reason == KEYWAY_REASON_OUTRANKED);
	CHECK(kw_rank_end_ms(view, 2, 0, 60 * SEC, &reason) ==
	      BORN + 2000 + 30 * SEC);
	CHECK(kw_rank_end_ms(view, 2, 1, 100, &reason) == BORN + 180 * SEC);
	CHECK(reason == KEYWAY_REASON_EXPIRED);
}

TEST(rank_outranked_grace_starts_no_sooner_than_the_higher_one)
{
	struct kw_rank_view view[] = { session(1, true, true), session(2, true, true) };
	u32 reason;

	view[1].proven_ms = BORN + 90 * SEC;
	CHECK(kw_rank_end_ms(view, 2, 0, 0, &reason) == BORN + 95 * SEC);
	CHECK(reason == KEYWAY_REASON_OUTRANKED);
}

TEST(rank_one_that_the_peer_may_not_send_on_outranks_nobody)
{
	struct kw_rank_view view[] = { session(1, true, true), session(2, false, true) };
	u32 reason;

	view[1].proven_ms = 0;
	CHECK(kw_rank_end_ms(view, 2, 0, 0, &reason) == BORN + 180 * SEC);
	CHECK(reason == KEYWAY_REASON_EXPIRED);
	CHECK(kw_rank_sender(view, 2, NOW) == 1);
}

TEST(rank_unconfirmed_higher_one_outranks_nobody)
{
	struct kw_rank_view view[] = { session(1, true, true), session(2, true, false) };
	u32 reason;

	CHECK(kw_rank_end_ms(view, 2, 0, 0, &reason) == BORN + 180 * SEC);
}

TEST(rank_rekey_of_initiator_is_spread)
{
	struct kw_rank_view view = session(1, true, true);

	view.jitter = 0;
	CHECK(kw_rank_ask(&view, 1, BORN + 108 * SEC - 1) == 0);
	CHECK(kw_rank_ask(&view, 1, BORN + 108 * SEC) == KEYWAY_REASON_REKEY);
	view.jitter = 255;
	CHECK(kw_rank_ask(&view, 1, BORN + 132 * SEC - 1) == 0);
	CHECK(kw_rank_ask(&view, 1, BORN + 132 * SEC) == KEYWAY_REASON_REKEY);
}

TEST(rank_rekey_of_responder)
{
	struct kw_rank_view view = session(1, false, true);

	CHECK(kw_rank_ask(&view, 1, BORN + 150 * SEC - 1) == 0);
	CHECK(kw_rank_ask(&view, 1, BORN + 150 * SEC) == KEYWAY_REASON_REKEY);
}

TEST(rank_rekey_by_volume_and_spaces)
{
	struct kw_rank_view view = session(1, true, true);

	CHECK(kw_rank_ask(&view, 1, NOW) == 0);
	view.gcm_len = KW_GCM_REKEY_LEN;
	CHECK(kw_rank_ask(&view, 1, NOW) == KEYWAY_REASON_REKEY);
	view = session(1, true, true);
	view.worn = true;
	CHECK(kw_rank_ask(&view, 1, NOW) == KEYWAY_REASON_REKEY);
}

TEST(rank_no_handshake_while_one_waits)
{
	struct kw_rank_view view[] = { session(1, true, true), session(2, true, false) };

	view[0].worn = true;
	CHECK(kw_rank_waiting(view, 2, BORN + 15 * SEC - 1));
	CHECK(kw_rank_ask(view, 2, BORN + 15 * SEC - 1) == 0);
	CHECK(!kw_rank_waiting(view, 2, BORN + 15 * SEC));
	CHECK(kw_rank_ask(view, 2, BORN + 15 * SEC) == KEYWAY_REASON_UNCONFIRMED);
}

TEST(rank_initiated_in_vain_below_a_confirmed_one_asks_nothing)
{
	struct kw_rank_view view[] = { session(3, true, true), session(2, true, false) };

	CHECK(kw_rank_ask(view, 2, BORN + 20 * SEC) == 0);
}

TEST(rank_all_expired_asks)
{
	struct kw_rank_view view[] = { session(3, true, true), session(4, false, false) };

	view[1].born_ms = BORN + 175 * SEC;
	CHECK(kw_rank_ask(view, 2, BORN + 181 * SEC) == 0);
	CHECK(kw_rank_ask(view, 1, BORN + 181 * SEC) == KEYWAY_REASON_EXPIRED);
}

TEST(rank_ask_time_is_when_the_answer_changes)
{
	struct kw_rank_view view = session(1, true, true);
	u64 now = BORN + 1, next;
	u32 reason = 0;

	while (!reason) {
		next = kw_rank_ask_ms(&view, 1, now);
		if (next == U64_MAX)
			break;
		CHECK(next > now);
		CHECK(kw_rank_ask(&view, 1, next - 1) == 0);
		now = next;
		reason = kw_rank_ask(&view, 1, now);
	}
	CHECK(reason == KEYWAY_REASON_REKEY);
	CHECK(kw_rank_ask_ms(&view, 1, BORN + 180 * SEC) == U64_MAX);
}

TEST(rank_silent_after_ten_seconds_of_waiting)
{
	CHECK(!kw_rank_silent(0, BORN));
	CHECK(!kw_rank_silent(BORN, BORN + 10 * SEC - 1));
	CHECK(kw_rank_silent(BORN, BORN + 10 * SEC));
}

TEST(rank_highest_number_is_the_upper_half)
{
	struct kw_rank_view view[] = {
		session(5ULL << 32 | 0xffffffff, false, false),
		session(7ULL << 32, true, true), session(6ULL << 32 | 1, true, true),
	};

	CHECK(kw_rank_highest(view, 3) == 7);
	CHECK(kw_rank_highest(view, 1) == 5);
}

static void fill(struct kw_rank_view *view, int count, bool initiator,
		 bool confirmed)
{
	int i;

	for (i = 0; i < count; i++)
		view[i] = session(100 + i, initiator, confirmed);
}

TEST(rank_six_stay)
{
	struct kw_rank_view view[6];

	fill(view, 6, false, false);
	CHECK(kw_rank_victim(view, 6, NOW) == -1);
}

TEST(rank_lowest_unconfirmed_answered_goes)
{
	struct kw_rank_view view[7];

	fill(view, 7, true, true);
	view[4] = session(104, false, false);
	view[5] = session(105, false, false);
	CHECK(kw_rank_victim(view, 7, NOW) == 4);
}

TEST(rank_dead_goes_first)
{
	struct kw_rank_view view[7];

	fill(view, 7, true, true);
	view[2] = session(102, false, false);
	view[6].born_ms = 1;
	CHECK(kw_rank_victim(view, 7, NOW) == 6);
}

TEST(rank_sender_never_goes)
{
	struct kw_rank_view view[7];

	fill(view, 7, true, false);
	view[0] = session(100, true, true);
	CHECK(kw_rank_sender(view, 7, NOW) == 0);
	CHECK(kw_rank_victim(view, 7, NOW) == 1);
}

/* Kinds: initiated or answered, confirmed or not, alive, dead or forked. */
#define KINDS	12

static struct kw_rank_view kind(u64 rank, int code)
{
	struct kw_rank_view view = session(rank, code & 1, code & 2);

	if (code / 4 == 1)
		view.born_ms = NOW - KW_REFUSE_MS;
	if (code / 4 == 2)
		view.fork_ms = NOW - 1;
	return view;
}

/* In plain words: alive, and confirmed with no higher such, or ... */
static bool should_send(const struct kw_rank_view *view, int count, int at)
{
	int i;

	if (view[at].born_ms != BORN || view[at].fork_ms ||
	    (!view[at].initiator && !view[at].confirmed_ms))
		return false;
	for (i = 0; i < count; i++) {
		if (i == at || view[i].born_ms != BORN || view[i].fork_ms)
			continue;
		if (view[i].confirmed_ms &&
		    (!view[at].confirmed_ms || view[i].rank > view[at].rank))
			return false;
		if (!view[at].confirmed_ms && view[i].initiator &&
		    view[i].rank > view[at].rank)
			return false;
	}
	return true;
}

static int wrong_in_set(const struct kw_rank_view *view, int count)
{
	int sender = kw_rank_sender(view, count, NOW);
	int wrong = 0;
	u32 reason;
	u64 end;
	int i;

	for (i = 0; i < count; i++) {
		wrong += should_send(view, count, i) != (i == sender);
		end = kw_rank_end_ms(view, count, i, 0, &reason);
		wrong += i == sender && end <= NOW;
		wrong += end > view[i].born_ms + view[i].refuse_ms;
	}
	if (sender >= 0)
		wrong += kw_rank_ask(view, count, NOW) != 0;
	return wrong;
}

TEST(rank_all_sets_of_four_follow_the_rules)
{
	static const u64 order[][4] = {
		{ 1, 2, 3, 4 }, { 4, 3, 2, 1 }, { 2, 4, 1, 3 }, { 3, 1, 4, 2 },
	};
	struct kw_rank_view view[4];
	int code, rest, o, i, wrong = 0;

	for (code = 0; code < KINDS * KINDS * KINDS * KINDS; code++) {
		for (o = 0; o < 4; o++) {
			for (i = 0, rest = code; i < 4; i++, rest /= KINDS)
				view[i] = kind(order[o][i], rest % KINDS);
			wrong += wrong_in_set(view, 1 + code % 4);
		}
	}
	CHECK(wrong == 0);
}

TEST_MAIN()
