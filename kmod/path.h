/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Paths of a peer: a local uplink and a remote endpoint. State, RTT, MTU,
 * counts, and the rules by which an endpoint moves: data never moves one, a
 * challenge answered does (protocol.md, Paths). Readers: rcu_read_lock;
 * writers: set->lock.
 */
#ifndef KW_PATH_H
#define KW_PATH_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "addr.h"
#include "challenge.h"
#include "limits.h"
#include "remote.h"
#include "sched.h"

struct kw_peer;

/* Where a packet came from, on the receiver's stack; borrowed. */
struct kw_path_source {
	struct kw_endpoint endpoint;
	struct kw_local local;		/* where it came to */
	struct kw_remote_uplink *uplink;
	u8 ecn;				/* of the outer header, 0 to 3 */
};

struct kw_path {
	/* identity */
	u32 id;				/* in its peer, never 0, never reused */
	u32 slot;			/* index in set->slots and in sessions */
	struct kw_path_set *set;
	struct rcu_head rcu;

	/* state */
	struct kw_remote __rcu *remote;
	u64 local_ms;			/* when remote's local was set, 0 never */
	u8 state;			/* enum keyway_path_state */
	struct kw_challenge challenge;

	/* measured */
	u32 mtu;			/* outer IP packet size that fits */
	u32 rtt_us;			/* smoothed, 0 before the first */
	u64 received_ms;		/* last opened from there, 0 never */
	u64 sent_ms;
	atomic64_t rx_packets, rx_bytes;
	atomic64_t tx_packets, tx_bytes;
};

/* A peer's part. */
struct kw_path_set {
	spinlock_t lock;		/* guards writes of all below; a leaf */
	struct kw_path __rcu *slots[KW_PATHS_PER_PEER];
	struct kw_path __rcu *sender;	/* validated and best, or NULL */
	struct kw_remote __rcu *candidate;	/* packets came from there */
	struct kw_challenge challenge;	/* sent to the candidate */
	atomic64_t *generation;		/* the device's, of all paths */
	u64 moved_ms;			/* when last to where it was seen */
	u64 probe_us;			/* added to times that peers see */
	u32 next_id;
	bool closed;
	struct kw_peer *peer;
};

void kw_path_set_init(struct kw_path_set *set, struct kw_peer *peer,
		      atomic64_t *generation);
/* Removes all and refuses more. dev->lock. */
void kw_path_set_close(struct kw_path_set *set);

/* By id; NULL. rcu_read_lock, or dev->lock (only requests remove paths). */
struct kw_path *kw_path_lookup(struct kw_path_set *set, u32 id);

/* The path in this slot or the next used one, *slot is left behind it; NULL. */
struct kw_path *kw_path_next(struct kw_path_set *set, u32 *slot);

/* To walk all by slot (a u32): rcu_read_lock. */
#define kw_path_for_each(path, slot, set) \
	for ((slot) = 0; ((path) = kw_path_next(set, &(slot)));)

/*
 * Requests, under dev->lock. remote is taken over, also on failure. add: *id.
 * 0, -EEXIST (an equal one), -ENOSPC (KW_PATHS_PER_PEER, all in order), -ENOMEM,
 * -ENOENT. Without room, add moves the one heard least recently.
 */
int __must_check kw_path_add(struct kw_path_set *set,
			     struct kw_remote *remote, u32 *id);
int __must_check kw_path_move(struct kw_path_set *set, u32 id,
			      struct kw_remote *remote);
int __must_check kw_path_del(struct kw_path_set *set, u32 id);

/* The validated path that sends, or NULL. rcu_read_lock. */
static inline struct kw_path *kw_path_current(struct kw_path_set *set)
{
	return rcu_dereference(set->sender);
}

/* Where the candidate is, or NULL. rcu_read_lock. */
static inline struct kw_remote *
kw_path_candidate(struct kw_path_set *set)
{
	return rcu_dereference(set->candidate);
}

/* The uplink's socket is closed, and it never gets another. dev->lock. */
void kw_path_leave(struct kw_path_set *set,
		   const struct kw_remote_uplink *uplink);

static inline void kw_path_sent(struct kw_path *path, u32 packets, u32 bytes,
				u64 now_ms)
{
	if (READ_ONCE(path->sent_ms) != now_ms)
		WRITE_ONCE(path->sent_ms, now_ms);
	atomic64_add(packets, &path->tx_packets);
	atomic64_add(bytes, &path->tx_bytes);
}

/* What to do about the address that authentic packets came from. */
enum kw_path_verdict {
	KW_PATH_KNOWN,			/* a path is there */
	KW_PATH_ASK,			/* challenge the candidate now */
	KW_PATH_WAIT,			/* its challenge is out, or too soon */
};

/*
 * Packets were opened that came from source. Counts them on the path that has
 * this remote; without one remembers the source as candidate and says whether
 * to challenge it. Softirq, rcu_read_lock.
 */
enum kw_path_verdict kw_path_received(struct kw_path_set *set,
				      const struct kw_path_source *source,
				      u32 packets, u32 bytes, u64 now_ms);

/*
 * A confirming frame came from where its handshake message was sent to, so
 * that address is valid: a path is made or moved there. The path if something
 * changed, else NULL. rcu_read_lock.
 */
struct kw_path *kw_path_settle(struct kw_path_set *set,
			       const struct kw_path_source *source, u64 now_ms);

/*
 * Draw a nonce for a challenge of the path, or of the candidate when path is
 * NULL; *nonce in wire bytes. False when none is due. rcu_read_lock.
 */
bool kw_path_challenge_start(struct kw_path_set *set, struct kw_path *path,
			     u64 now_ms, __be64 *nonce);

/*
 * A RESPONSE came: validates its path or moves one to the candidate. The path
 * if its state or remote changed, else NULL. *moved tells roaming from
 * validation. rcu_read_lock.
 */
struct kw_path *kw_path_response(struct kw_path_set *set, __be64 nonce,
				 u64 now_ms, bool *moved);

/*
 * The id of a PROBE sent now: the time, us, from a start that no peer knows. And
 * its ECHO came: softirq, rcu_read_lock.
 */
__be64 kw_path_probe_id(const struct kw_path_set *set);
void kw_path_echo(struct kw_path *path, __be64 id);

/* The local end is gone or silent: no longer the sender if another is there. */
void kw_path_suspect(struct kw_path *path);

/* Largest smoothed RTT of paths that work, ms; KW_RTT_UNKNOWN_MS without any. */
u64 kw_path_rtt_ms(struct kw_path_set *set);

#endif
