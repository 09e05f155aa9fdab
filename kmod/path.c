// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Paths: where a peer is, what is known about each place, and the proofs by
 * which a place becomes known. Owns all that a kw_path_set points to. Written
 * by requests and by received frames under the set's lock, read by packets
 * under RCU. Sends nothing itself: it says what is to be asked.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <uapi/linux/keyway.h>

#include "path.h"

#define PATH_GET(p, set) \
	rcu_dereference_protected(p, lockdep_is_held(&(set)->lock))

void kw_path_set_init(struct kw_path_set *set, struct kw_peer *peer,
		      atomic64_t *generation)
{
	spin_lock_init(&set->lock);
	set->peer = peer;
	set->generation = generation;
	set->next_id = 1;
	set->probe_us = get_random_u64();
}

struct kw_path *kw_path_next(struct kw_path_set *set, u32 *slot)
{
	struct kw_path *path;

	while (*slot < KW_PATHS_PER_PEER) {
		path = rcu_dereference_check(set->slots[(*slot)++], true);
		if (path)
			return path;
	}
	return NULL;
}

struct kw_path *kw_path_lookup(struct kw_path_set *set, u32 id)
{
	struct kw_path *path;
	u32 slot;

	kw_path_for_each(path, slot, set)
		if (path->id == id)
			return path;
	return NULL;
}

/* Does this remote lead there, by that uplink? */
static bool path_leads(const struct kw_remote *remote,
		       const struct kw_remote_uplink *uplink,
		       const struct kw_endpoint *endpoint)
{
	return remote->uplink == uplink &&
	       kw_endpoint_equal(&remote->endpoint, endpoint);
}

static struct kw_path *path_find(struct kw_path_set *set,
				 const struct kw_remote_uplink *uplink,
				 const struct kw_endpoint *endpoint)
{
	struct kw_path *path;
	u32 slot;

	kw_path_for_each(path, slot, set)
		if (path_leads(rcu_dereference_check(path->remote, true),
			       uplink, endpoint))
			return path;
	return NULL;
}

/* set->lock held */
static enum kw_sched_state path_sched_state(struct kw_path_set *set,
					    const struct kw_path *path)
{
	struct kw_remote *remote = PATH_GET(path->remote, set);

	if (!rcu_access_pointer(remote->uplink->sock))
		return KW_SCHED_DOWN;
	if (path->state == KEYWAY_PATH_STATE_ACTIVE)
		return KW_SCHED_ACTIVE;
	if (path->state == KEYWAY_PATH_STATE_SUSPECT)
		return KW_SCHED_SUSPECT;
	/* data goes to the session's own endpoint rather than there */
	return KW_SCHED_DOWN;
}

/* set->lock held */
static void path_elect(struct kw_path_set *set)
{
	struct kw_sched_view view[KW_PATHS_PER_PEER];
	struct kw_path *of[KW_PATHS_PER_PEER], *path;
	struct kw_path *before = PATH_GET(set->sender, set);
	int count = 0, current_at = -1, at;
	u32 slot;

	kw_path_for_each(path, slot, set) {
		if (path == before)
			current_at = count;
		view[count] = (struct kw_sched_view){
			path_sched_state(set, path), path->rtt_us,
		};
		of[count++] = path;
	}
	at = kw_sched_pick(view, count, current_at);
	path = at < 0 ? NULL : of[at];
	rcu_assign_pointer(set->sender, path);
	if (path != before)
		atomic64_inc(set->generation);
}

/* set->lock held; remote is taken over on success only */
static struct kw_path *path_create(struct kw_path_set *set,
				   struct kw_remote *remote)
{
	struct kw_path *path;
	u32 slot;

	for (slot = 0; slot < KW_PATHS_PER_PEER; slot++)
		if (!rcu_access_pointer(set->slots[slot]))
			break;
	if (slot == KW_PATHS_PER_PEER)
		return ERR_PTR(-ENOSPC);
	path = kzalloc(sizeof(*path), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!path)
		return ERR_PTR(-ENOMEM);
	path->id = set->next_id++;
	path->slot = slot;
	path->set = set;
	path->state = KEYWAY_PATH_STATE_UNVALIDATED;
	RCU_INIT_POINTER(path->remote, remote);
	rcu_assign_pointer(set->slots[slot], path);
	atomic64_inc(set->generation);
	return path;
}

static void path_state_set(struct kw_path_set *set, struct kw_path *path,
			   u8 state)
{
	WRITE_ONCE(path->state, state);
	atomic64_inc(set->generation);
}

/* set->lock held */
static void path_replace(struct kw_path_set *set, struct kw_path *path,
			 struct kw_remote *remote)
{
	struct kw_remote *old = PATH_GET(path->remote, set);

	rcu_assign_pointer(path->remote, remote);
	kw_remote_destroy(old);
	path->challenge = (struct kw_challenge){};
	WRITE_ONCE(path->rtt_us, 0);
}

/* set->lock held */
static void path_destroy(struct kw_path_set *set, struct kw_path *path)
{
	RCU_INIT_POINTER(set->slots[path->slot], NULL);
	if (PATH_GET(set->sender, set) == path)
		RCU_INIT_POINTER(set->sender, NULL);
	atomic64_inc(set->generation);
	kw_remote_destroy(PATH_GET(path->remote, set));
	kfree_rcu(path, rcu);
}

/* set->lock held; remote is taken over */
static void path_candidate_set(struct kw_path_set *set,
			       struct kw_remote *remote)
{
	kw_remote_destroy(PATH_GET(set->candidate, set));
	rcu_assign_pointer(set->candidate, remote);
	set->challenge = (struct kw_challenge){};
}

/* set->lock held; false once the last packet of a closed socket is here */
static bool path_open(const struct kw_path_set *set,
		      const struct kw_remote_uplink *uplink)
{
	return !set->closed && rcu_access_pointer(uplink->sock);
}

/* set->lock held; all that go by this uplink, NULL for any */
static void path_sweep(struct kw_path_set *set,
		       const struct kw_remote_uplink *uplink)
{
	struct kw_remote *candidate = PATH_GET(set->candidate, set);
	struct kw_path *path;
	u32 slot;

	kw_path_for_each(path, slot, set)
		if (!uplink || PATH_GET(path->remote, set)->uplink == uplink)
			path_destroy(set, path);
	if (candidate && (!uplink || candidate->uplink == uplink))
		path_candidate_set(set, NULL);
}

void kw_path_leave(struct kw_path_set *set, const struct kw_remote_uplink *uplink)
{
	spin_lock_bh(&set->lock);
	path_sweep(set, uplink);
	path_elect(set);
	spin_unlock_bh(&set->lock);
}

void kw_path_set_close(struct kw_path_set *set)
{
	spin_lock_bh(&set->lock);
	set->closed = true;
	path_sweep(set, NULL);
	spin_unlock_bh(&set->lock);
}

/*
 * set->lock held; the one heard least recently but the sender. It is moved for
 * room rather than removed: only requests may remove one.
 */
static struct kw_path *path_stalest(struct kw_path_set *set)
{
	struct kw_path *path, *stalest = NULL;
	u32 slot;

	kw_path_for_each(path, slot, set) {
		if (path == PATH_GET(set->sender, set))
			continue;
		if (!stalest || path->received_ms < stalest->received_ms)
			stalest = path;
	}
	return stalest;
}

/* set->lock held: an unproven place gets no room that a proven one has */
static struct kw_path *path_add(struct kw_path_set *set,
				struct kw_remote *remote)
{
	struct kw_path *path = path_create(set, remote), *stalest;

	if (path != ERR_PTR(-ENOSPC))
		return path;
	stalest = path_stalest(set);
	if (stalest->state == KEYWAY_PATH_STATE_ACTIVE)
		return path;
	path_replace(set, stalest, remote);
	WRITE_ONCE(stalest->received_ms, 0);
	path_state_set(set, stalest, KEYWAY_PATH_STATE_UNVALIDATED);
	return stalest;
}

int kw_path_add(struct kw_path_set *set, struct kw_remote *remote, u32 *id)
{
	struct kw_path *path = ERR_PTR(-EEXIST);

	spin_lock_bh(&set->lock);
	if (!path_find(set, remote->uplink, &remote->endpoint))
		path = path_add(set, remote);
	if (!IS_ERR(path))
		*id = path->id;
	spin_unlock_bh(&set->lock);
	if (IS_ERR(path))
		kw_remote_destroy(remote);
	return PTR_ERR_OR_ZERO(path);
}

int kw_path_move(struct kw_path_set *set, u32 id, struct kw_remote *remote)
{
	struct kw_path *path;
	int err = 0;

	spin_lock_bh(&set->lock);
	path = kw_path_lookup(set, id);
	if (!path)
		err = -ENOENT;
	else if (path_find(set, remote->uplink, &remote->endpoint))
		err = -EEXIST;
	if (!err) {
		path_replace(set, path, remote);
		path_state_set(set, path, KEYWAY_PATH_STATE_UNVALIDATED);
		path_elect(set);
	}
	spin_unlock_bh(&set->lock);
	if (err)
		kw_remote_destroy(remote);
	return err;
}

int kw_path_del(struct kw_path_set *set, u32 id)
{
	struct kw_path *path;

	spin_lock_bh(&set->lock);
	path = kw_path_lookup(set, id);
	if (path) {
		path_destroy(set, path);
		path_elect(set);
	}
	spin_unlock_bh(&set->lock);
	return path ? 0 : -ENOENT;
}

/* The source becomes the candidate, unless a younger one is being asked. */
static enum kw_path_verdict path_suspicion(struct kw_path_set *set,
					   const struct kw_path_source *source)
{
	struct kw_remote *candidate;

	candidate = kw_remote_create(source->uplink, &source->endpoint,
				     &source->local);
	if (!candidate || !path_open(set, source->uplink)) {
		kw_remote_destroy(candidate);
		return KW_PATH_WAIT;
	}
	path_candidate_set(set, candidate);
	return KW_PATH_ASK;
}

static enum kw_path_verdict path_unknown(struct kw_path_set *set,
					 const struct kw_path_source *source,
					 u64 now_ms)
{
	enum kw_path_verdict verdict = KW_PATH_ASK;
	struct kw_remote *candidate;

	spin_lock(&set->lock);
	candidate = PATH_GET(set->candidate, set);
	if (set->moved_ms && now_ms < set->moved_ms + KW_MOVE_MS)
		verdict = KW_PATH_WAIT;
	else if (kw_challenge_waits(&set->challenge, now_ms, kw_path_rtt_ms(set)))
		verdict = KW_PATH_WAIT;
	else if (!candidate ||
		 !path_leads(candidate, source->uplink, &source->endpoint))
		verdict = path_suspicion(set, source);
	spin_unlock(&set->lock);
	return verdict;
}

/* Others may have moved or removed the path since it was found. */
static void path_follow(struct kw_path *path, const struct kw_path_source *source,
			u64 now_ms)
{
	struct kw_path_set *set = path->set;
	struct kw_remote *remote, *old;

	remote = kw_remote_create(source->uplink, &source->endpoint,
				  &source->local);
	old = remote;
	spin_lock(&set->lock);
	if (remote && path == path_find(set, source->uplink, &source->endpoint)) {
		old = PATH_GET(path->remote, set);
		rcu_assign_pointer(path->remote, remote);
		WRITE_ONCE(path->local_ms, now_ms);
	}
	spin_unlock(&set->lock);
	kw_remote_destroy(old);
}

/*
 * A filter or NAT before the peer lets in only what comes from the address
 * that it sends to. At most once a second, for what it costs.
 */
static bool path_strays(const struct kw_path *path,
			const struct kw_path_source *source, u64 now_ms)
{
	const struct kw_local *local = &rcu_dereference(path->remote)->local;
	u64 followed = READ_ONCE(path->local_ms);

	return !kw_local_equal(local, &source->local) &&
	       (!followed || now_ms >= followed + KW_FOLLOW_MS);
}

enum kw_path_verdict kw_path_received(struct kw_path_set *set,
				      const struct kw_path_source *source,
				      u32 packets, u32 bytes, u64 now_ms)
{
	struct kw_path *path = path_find(set, source->uplink,
					 &source->endpoint);

	if (!path)
		return path_unknown(set, source, now_ms);
	if (READ_ONCE(path->received_ms) != now_ms)
		WRITE_ONCE(path->received_ms, now_ms);
	if (path_strays(path, source, now_ms))
		path_follow(path, source, now_ms);
	atomic64_add(packets, &path->rx_packets);
	atomic64_add(bytes, &path->rx_bytes);
	return KW_PATH_KNOWN;
}

/* set->lock held: the path that a peer seen elsewhere on this uplink has left */
static struct kw_path *path_left(struct kw_path_set *set,
				 const struct kw_remote_uplink *uplink)
{
	struct kw_path *path, *left = NULL;
	u32 slot;

	kw_path_for_each(path, slot, set) {
		if (PATH_GET(path->remote, set)->uplink != uplink)
			continue;
		if (!left || READ_ONCE(path->received_ms) >
			     READ_ONCE(left->received_ms))
			left = path;
	}
	return left;
}

/* set->lock held; remote, whose place is proven, is taken over on success */
static struct kw_path *path_arrive(struct kw_path_set *set,
				   struct kw_remote *remote, u64 now_ms)
{
	struct kw_path *left = path_left(set, remote->uplink), *path;

	path = left ?: path_create(set, remote);
	if (path == ERR_PTR(-ENOSPC)) {
		left = path_stalest(set);
		path = left;
	}
	if (IS_ERR(path))
		return NULL;
	if (left)
		path_replace(set, left, remote);
	path_state_set(set, path, KEYWAY_PATH_STATE_ACTIVE);
	WRITE_ONCE(path->received_ms, now_ms);
	path_elect(set);
	return path;
}

/* set->lock held; true when that changed anything */
static bool path_validate(struct kw_path_set *set, struct kw_path *path)
{
	bool changed = path->state != KEYWAY_PATH_STATE_ACTIVE;

	if (changed)
		path_state_set(set, path, KEYWAY_PATH_STATE_ACTIVE);
	path_elect(set);
	return changed;
}

struct kw_path *kw_path_settle(struct kw_path_set *set,
			       const struct kw_path_source *source, u64 now_ms)
{
	struct kw_remote *remote = NULL;
	struct kw_path *path;

	spin_lock(&set->lock);
	path = path_find(set, source->uplink, &source->endpoint);
	if (path) {
		WRITE_ONCE(path->received_ms, now_ms);
		if (!path_validate(set, path))
			path = NULL;
	} else if (path_open(set, source->uplink)) {
		remote = kw_remote_create(source->uplink, &source->endpoint,
					  &source->local);
		path = remote ? path_arrive(set, remote, now_ms) : NULL;
		if (!path)
			kw_remote_destroy(remote);
	}
	spin_unlock(&set->lock);
	return path;
}

bool kw_path_challenge_start(struct kw_path_set *set, struct kw_path *path,
			     u64 now_ms, __be64 *nonce)
{
	struct kw_challenge *challenge = path ? &path->challenge : &set->challenge;
	u64 now_us = ktime_to_us(ktime_get());
	bool due;

	spin_lock_bh(&set->lock);
	due = (path || rcu_access_pointer(set->candidate)) &&
	      !kw_challenge_waits(challenge, now_ms, kw_path_rtt_ms(set));
	if (due)
		*nonce = cpu_to_be64(kw_challenge_start(challenge, get_random_u64(),
							now_ms, now_us));
	spin_unlock_bh(&set->lock);
	return due;
}

/* set->lock held; RFC 6298's smoothing, 1/8 */
static void path_measure(struct kw_path *path, u64 rtt)
{
	if (!rtt)
		return;
	rtt = min_t(u64, rtt, 60 * USEC_PER_SEC);
	if (path->rtt_us)
		rtt = (7 * (u64)path->rtt_us + rtt) / 8;
	WRITE_ONCE(path->rtt_us, rtt);
}

/* set->lock held */
static struct kw_path *path_candidate_answered(struct kw_path_set *set,
					       u32 rtt_us, u64 now_ms)
{
	struct kw_remote *remote = PATH_GET(set->candidate, set);
	struct kw_path *path;

	set->moved_ms = now_ms;
	RCU_INIT_POINTER(set->candidate, NULL);
	set->challenge = (struct kw_challenge){};
	path = path_find(set, remote->uplink, &remote->endpoint);
	if (path) {
		kw_remote_destroy(remote);
		path_validate(set, path);
		return path;
	}
	path = path_arrive(set, remote, now_ms);
	if (path)
		path_measure(path, rtt_us);
	else
		kw_remote_destroy(remote);
	return path;
}

struct kw_path *kw_path_response(struct kw_path_set *set, __be64 nonce_be,
				 u64 now_ms, bool *moved)
{
	u64 nonce = be64_to_cpu(nonce_be), now_us = ktime_to_us(ktime_get());
	struct kw_path *path, *changed = NULL;
	u32 slot, rtt_us;

	*moved = false;
	spin_lock(&set->lock);
	if (rcu_access_pointer(set->candidate) &&
	    kw_challenge_answer(&set->challenge, nonce, now_us, &rtt_us)) {
		changed = path_candidate_answered(set, rtt_us, now_ms);
		*moved = changed;
		goto out_unlock;
	}
	kw_path_for_each(path, slot, set) {
		if (!kw_challenge_answer(&path->challenge, nonce, now_us, &rtt_us))
			continue;
		path_measure(path, rtt_us);
		changed = path_validate(set, path) ? path : NULL;
		break;
	}
out_unlock:
	spin_unlock(&set->lock);
	return changed;
}

__be64 kw_path_probe_id(const struct kw_path_set *set)
{
	return cpu_to_be64(ktime_to_us(ktime_get()) + set->probe_us);
}

void kw_path_echo(struct kw_path *path, __be64 id)
{
	struct kw_path_set *set = path->set;
	u64 took = be64_to_cpu(kw_path_probe_id(set)) - be64_to_cpu(id);

	/* an echo of what was never asked says nothing */
	if (took > 60 * USEC_PER_SEC)
		return;
	spin_lock(&set->lock);
	path_measure(path, max_t(u64, took, 1));
	spin_unlock(&set->lock);
}

void kw_path_suspect(struct kw_path *path)
{
	struct kw_path_set *set = path->set;

	spin_lock_bh(&set->lock);
	if (path->state == KEYWAY_PATH_STATE_ACTIVE) {
		path_state_set(set, path, KEYWAY_PATH_STATE_SUSPECT);
		path_elect(set);
	}
	spin_unlock_bh(&set->lock);
}

u64 kw_path_rtt_ms(struct kw_path_set *set)
{
	struct kw_path *path;
	u32 slot, rtt_us = 0;

	rcu_read_lock();
	kw_path_for_each(path, slot, set)
		if (READ_ONCE(path->state) == KEYWAY_PATH_STATE_ACTIVE ||
		    path == rcu_access_pointer(set->sender))
			rtt_us = max(rtt_us, READ_ONCE(path->rtt_us));
	rcu_read_unlock();
	return rtt_us ? rtt_us / USEC_PER_MSEC + 1 : KW_RTT_UNKNOWN_MS;
}
