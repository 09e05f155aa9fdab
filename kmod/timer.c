// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * A peer's clock: one lazy timer that looks at everything that depends on
 * time, does what is due and sleeps until the next thing is. Packets only
 * leave time stamps here. Owns the part kw_timer of a peer; runs in softirq
 * under rcu_read_lock.
 */
#include <linux/slab.h>
#include <linux/timer.h>

#include "compat.h"
#include "frame.h"
#include "genl.h"
#include "netdev.h"
#include "peer.h"
#include "probe.h"
#include "roster.h"
#include "timer.h"

#define TIMER_ASK_MS		(5 * KW_SEC_MS)	/* the same ask again */
#define TIMER_CHALLENGES	5	/* of a path never validated */
#define TIMER_SUSPECT		3	/* challenges without an answer */
#define TIMER_DOUBLINGS		6	/* of the second between them, then */

struct kw_timer {
	/* identity */
	struct timer_list timer;
	struct kw_peer *peer;

	/* measured: stores of packets */
	u64 waiting_ms;		/* first sent since anything was opened, 0 none */
	u64 traffic_ms;		/* last data in or out */
	u64 sent_ms;		/* last data out */

	/* state: the timer's own */
	u64 probe_ms;
	u64 keepalive_ms;
	u64 asked_ms;
	u32 asked;		/* enum keyway_reason */
	u32 confirming;		/* index of the session kept alive */
	u32 step;
};

static const u32 timer_steps_ms[] = KW_CONFIRM_STEPS_MS;

static void timer_count(struct kw_peer *peer, int drop)
{
	if (drop)
		kw_stats_drop(peer->dev->drops, drop, 1);
}

static u64 timer_end_sessions(struct kw_peer *peer, u64 now_ms)
{
	u64 rtt_ms = kw_path_rtt_ms(&peer->paths), next;
	struct kw_session *session;
	u32 reason;

	while ((session = kw_roster_due(&peer->sessions, now_ms, rtt_ms,
					&reason, &next))) {
		kw_genl_event_session(peer->dev, session, reason);
		kw_session_retire(session);
	}
	return next;
}

/* The initiator speaks until the responder has answered on the session. */
static u64 timer_confirm(struct kw_timer *timer, u64 now_ms)
{
	struct kw_session_set *set = &timer->peer->sessions;
	struct kw_session *session = kw_roster_unconfirmed(set);
	struct kw_frame_way way;

	if (!session)
		return U64_MAX;
	if (timer->confirming != session->index) {
		timer->confirming = session->index;
		timer->step = 0;
	}
	if (timer->step == ARRAY_SIZE(timer_steps_ms))
		return U64_MAX;
	if (now_ms < session->born_ms + timer_steps_ms[timer->step])
		return session->born_ms + timer_steps_ms[timer->step];
	timer->step++;
	if (kw_frame_way(session, &way))
		timer_count(timer->peer,
			    kw_frame_send(session, &way, 0, NULL, 0));
	return timer->step == ARRAY_SIZE(timer_steps_ms) ? U64_MAX :
	       session->born_ms + timer_steps_ms[timer->step];
}

static u32 timer_reason(struct kw_timer *timer, u64 now_ms, u32 *index,
			u64 *next_ms)
{
	struct kw_peer *peer = timer->peer;
	u32 reason;

	reason = kw_roster_ask(&peer->sessions, now_ms, index, next_ms);
	if (reason)
		return reason;
	if (kw_rank_silent(READ_ONCE(timer->waiting_ms), now_ms) &&
	    !kw_roster_waiting(&peer->sessions, now_ms))
		return KEYWAY_REASON_SILENT;
	return 0;
}

static u64 timer_ask(struct kw_timer *timer, u64 now_ms)
{
	struct kw_peer *peer = timer->peer;
	u32 reason, index;
	u64 next;

	reason = timer_reason(timer, now_ms, &index, &next);
	if (!reason) {
		timer->asked = 0;
		return next;
	}
	if (timer->asked == reason &&
	    now_ms < timer->asked_ms + TIMER_ASK_MS)
		return timer->asked_ms + TIMER_ASK_MS;
	timer->asked = reason;
	timer->asked_ms = now_ms;
	kw_genl_ask(peer->dev, &peer->id.addr, index, reason);
	return now_ms + TIMER_ASK_MS;
}

static bool timer_busy(const struct kw_timer *timer, u64 now_ms)
{
	u64 traffic = READ_ONCE(timer->traffic_ms);

	return traffic && now_ms < traffic + KW_PROBE_TRAFFIC_MS;
}

static u64 timer_probe(struct kw_timer *timer, struct kw_session *session,
		       u64 now_ms)
{
	if (!timer_busy(timer, now_ms))
		return U64_MAX;
	if (now_ms >= timer->probe_ms + KW_PROBE_MS) {
		timer->probe_ms = now_ms;
		kw_probe_send(session);
	}
	return timer->probe_ms + KW_PROBE_MS;
}

/* The peer may have left for good: whoever is there now is to be left alone. */
static u64 timer_challenge_pause(const struct kw_path *path, u32 unanswered)
{
	if (!unanswered)
		return KW_CHALLENGE_MS;
	if (unanswered < TIMER_SUSPECT || READ_ONCE(path->received_ms) >
					  READ_ONCE(path->challenge.sent_ms))
		return KW_SEC_MS;
	return KW_SEC_MS << min(unanswered - TIMER_SUSPECT, TIMER_DOUBLINGS);
}

/* When a path is to be challenged next; U64_MAX never. */
static u64 timer_challenge_due(const struct kw_timer *timer,
			       const struct kw_path *path, u64 now_ms)
{
	const struct kw_challenge *challenge = &path->challenge;
	u32 unanswered = READ_ONCE(challenge->unanswered);
	u64 sent = READ_ONCE(challenge->sent_ms);

	if (!sent)
		return now_ms;
	if (READ_ONCE(path->state) == KEYWAY_PATH_STATE_UNVALIDATED)
		return unanswered < TIMER_CHALLENGES ?
		       sent + (KW_SEC_MS << unanswered) : U64_MAX;
	if (!timer_busy(timer, now_ms))
		return U64_MAX;
	return sent + timer_challenge_pause(path, unanswered);
}

static u64 timer_challenge(struct kw_timer *timer, struct kw_session *session,
			   u64 now_ms)
{
	struct kw_path_set *set = &timer->peer->paths;
	u64 next = U64_MAX, due;
	struct kw_path *path;
	u32 slot;

	kw_path_for_each(path, slot, set) {
		due = timer_challenge_due(timer, path, now_ms);
		if (due <= now_ms) {
			if (READ_ONCE(path->challenge.unanswered) >=
			    TIMER_SUSPECT)
				kw_path_suspect(path);
			kw_probe_challenge(session, path);
			if (!READ_ONCE(timer->waiting_ms))
				WRITE_ONCE(timer->waiting_ms, now_ms);
			due = now_ms + KW_SEC_MS;
		}
		next = min(next, due);
	}
	return next;
}

static u64 timer_keepalive(struct kw_timer *timer, struct kw_session *session,
			   u64 now_ms)
{
	u32 period = READ_ONCE(timer->peer->conf.keepalive_ms);
	u64 last = max(READ_ONCE(timer->sent_ms), timer->keepalive_ms);
	struct kw_frame_way way;

	if (!period)
		return U64_MAX;
	if (now_ms < last + period)
		return last + period;
	timer->keepalive_ms = now_ms;
	if (kw_frame_way(session, &way))
		timer_count(timer->peer,
			    kw_frame_send(session, &way, 0, NULL, 0));
	return now_ms + period;
}

static u64 timer_stage(struct kw_peer *peer, u64 now_ms)
{
	kw_hooks.expire(peer->dev, &peer->stage, KEYWAY_DROP_TX_NO_SESSION);
	if (!kw_stage_count(&peer->stage))
		return U64_MAX;
	if (!kw_session_current(&peer->sessions))
		kw_genl_acquire(peer);
	return now_ms + KW_SEC_MS;
}

/* A peer kept alive is to have a session, even if nobody has data for it. */
static u64 timer_want(struct kw_timer *timer, u64 now_ms)
{
	struct kw_peer *peer = timer->peer;

	if (!READ_ONCE(peer->conf.keepalive_ms))
		return U64_MAX;
	if (now_ms < timer->asked_ms + TIMER_ASK_MS)
		return timer->asked_ms + TIMER_ASK_MS;
	timer->asked_ms = now_ms;
	kw_genl_acquire(peer);
	return now_ms + TIMER_ASK_MS;
}

static u64 timer_paths(struct kw_timer *timer, u64 now_ms)
{
	struct kw_session *session;
	u64 next;

	session = kw_session_current(&timer->peer->sessions);
	if (!session || kw_session_spent(session, now_ms))
		return timer_want(timer, now_ms);
	next = timer_probe(timer, session, now_ms);
	next = min(next, timer_keepalive(timer, session, now_ms));
	if (READ_ONCE(session->state) != KEYWAY_SESSION_STATE_CONFIRMED)
		return next;
	return min(next, timer_challenge(timer, session, now_ms));
}

static void timer_run(struct timer_list *list)
{
	struct kw_timer *timer = timer_container_of(timer, list, timer);
	struct kw_peer *peer = timer->peer;
	u64 now = kw_session_now(), next;

	rcu_read_lock();
	next = timer_end_sessions(peer, now);
	next = min(next, timer_confirm(timer, now));
	next = min(next, timer_ask(timer, now));
	next = min(next, timer_paths(timer, now));
	next = min(next, timer_stage(peer, now));
	rcu_read_unlock();
	if (next == U64_MAX)
		return;
	next = clamp_t(u64, next - min(next, now), 1, 3600 * KW_SEC_MS);
	/* a kick that came meanwhile is earlier and stays */
	timer_reduce(&timer->timer, jiffies + msecs_to_jiffies(next) + 1);
}

struct kw_timer *kw_timer_create(struct kw_peer *peer)
{
	struct kw_timer *timer = kzalloc(sizeof(*timer), GFP_KERNEL_ACCOUNT);

	if (!timer)
		return ERR_PTR(-ENOMEM);
	timer->peer = peer;
	timer_setup(&timer->timer, timer_run, 0);
	return timer;
}

void kw_timer_stop(struct kw_timer *timer)
{
	timer_shutdown_sync(&timer->timer);
}

void kw_timer_destroy(struct kw_timer *timer)
{
	kfree(timer);
}

void kw_timer_kick(struct kw_peer *peer)
{
	mod_timer(&peer->timer->timer, jiffies);
}

void kw_timer_kick_all(struct kw_dev *dev)
{
	struct kw_peer *peer;

	lockdep_assert_held(&dev->lock);
	kw_peer_for_each(peer, dev->peers)
		kw_timer_kick(peer);
}

/* Something may be due in a second; an earlier end stays as it is. */
static void timer_wake(struct kw_timer *timer)
{
	unsigned long soon = jiffies + HZ;

	if (!timer_pending(&timer->timer) ||
	    time_after(READ_ONCE(timer->timer.expires), soon))
		mod_timer(&timer->timer, soon);
}

static void timer_stamp(u64 *stamp, u64 now_ms)
{
	if (READ_ONCE(*stamp) != now_ms)
		WRITE_ONCE(*stamp, now_ms);
}

void kw_timer_data_sent(struct kw_peer *peer, u64 now_ms)
{
	struct kw_timer *timer = peer->timer;

	if (!READ_ONCE(timer->waiting_ms))
		WRITE_ONCE(timer->waiting_ms, now_ms);
	timer_stamp(&timer->traffic_ms, now_ms);
	timer_stamp(&timer->sent_ms, now_ms);
	timer_wake(timer);
}

void kw_timer_received(struct kw_peer *peer, bool data, u64 now_ms)
{
	struct kw_timer *timer = peer->timer;

	if (READ_ONCE(timer->waiting_ms))
		WRITE_ONCE(timer->waiting_ms, 0);
	timer_stamp(&peer->received_ms, now_ms);
	if (!data)
		return;
	timer_stamp(&timer->traffic_ms, now_ms);
	timer_wake(timer);
}
