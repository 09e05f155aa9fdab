/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Sessions: reserved index, then keys, then retired; which of a peer's
 * sessions sends; packet numbers. kw_session_table is a device's part, finds
 * by local index; kw_session_set is a peer's part. Every session is found
 * under rcu_read_lock only and lives until the end of that section; it may be
 * retired from softirq at any time, also while dev->lock is held. Nothing is
 * counted. Times are ms of boot time (kw_session_now).
 */
#ifndef KW_SESSION_H
#define KW_SESSION_H

#include <linux/math64.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <uapi/linux/keyway.h>

#include "addr.h"
#include "bucket.h"
#include "crypt.h"
#include "limits.h"
#include "mac1.h"
#include "number.h"
#include "rank.h"
#include "seen.h"
#include "space.h"

struct kw_remote;
struct kw_peer;
struct netlink_ext_ack;

#define KW_SESSION_BUCKETS	4096

/* What a request gives a reservation, once. */
struct kw_session_conf {
	u32 index;
	u32 remote_index;
	u16 suite;			/* enum keyway_suite */
	u8 scope;			/* enum keyway_scope */
	u8 role;			/* enum keyway_role */
	u64 rank;
	u64 refuse_ms;			/* age, KW_REFUSE_MS to KW_REFUSE_MAX_MS */
	const u8 *rx_key, *tx_key;	/* KW_CRYPT_KEY_LEN each */
	const u8 *rx_salt, *tx_salt;	/* KW_CRYPT_SALT_LEN each */
	struct kw_remote *remote;	/* taken over, also on failure */
};

struct kw_session_traffic {
	atomic64_t rx_packets, rx_bytes;	/* plaintext, frames included */
	atomic64_t tx_packets, tx_bytes;
};

struct kw_session {
	/* identity */
	u32 index;			/* local */
	u64 seq;			/* grows in the table's list */
	struct kw_session_table *table;
	struct kw_peer *peer;		/* NULL: a reservation of none */
	struct kw_session_set *set;	/* the peer's; NULL likewise */
	struct hlist_node hash;
	struct list_head entry;		/* in table->list */
	struct list_head waiting;	/* in table->reserved, until keys */
	struct list_head promised;	/* in set->reserved, likewise */

	/* set: of a reservation */
	siphash_key_t answer_key;	/* valid with answer_state */
	u8 answer_state;		/* KW_SESSION_ANSWER_*, smp_load_acquire */
	struct kw_bucket answers;	/* limits those let in by their mac1 */
	struct kw_bucket keyless;	/* and those by the index alone */

	/* set: with the keys, immutable afterwards */
	u32 remote_index;
	u16 suite;
	u8 scope;
	u8 role;
	u8 jitter;
	u64 rank;
	u64 refuse_ms;			/* age at which it is dead */
	u64 born_ms;
	struct kw_crypt_key rx, tx;
	struct kw_remote *remote;	/* where RESP went to or came from */

	/* state */
	u8 state;			/* enum keyway_session_state, acquire */
	bool dead;			/* table->lock */
	u64 fork_ms;			/* the machine was cloned, 0 never */
	u64 confirmed_ms;
	u64 proven_ms;			/* the peer is known to send on it */
	u64 reserved_until_ms;

	/* measured */
	struct kw_addr local;		/* outer address that frames come to */
	u64 opened_ms;
	struct kw_bucket keepalives;	/* limits answers to keepalives */
	struct kw_bucket echoes;	/* limits answers to probes, challenges */
	struct kw_session_traffic traffic;
	struct kw_space_rx spaces_rx;
	struct kw_number number;

	struct rcu_work free;
};

enum kw_session_answer {
	KW_SESSION_ANSWER_NONE,		/* nothing was sent for it: nothing in */
	KW_SESSION_ANSWER_KEYLESS,	/* types 3 and 6 */
	KW_SESSION_ANSWER_KEYED,	/* types 2, 3, 4 and 6 */
};

/* A device's part. */
struct kw_session_table {
	spinlock_t lock;		/* guards all below but seen; a leaf */
	struct hlist_head *buckets;	/* by index; read under RCU */
	struct list_head list;		/* all, by ascending seq; read under RCU */
	struct list_head reserved;	/* oldest first */
	struct timer_list timer;	/* ends the oldest reservation */
	atomic64_t *generation;		/* the device's, of this table */
	u64 next_seq;
	u32 reservations;
	u32 installed;
	struct kw_seen seen;		/* dev->lock */
};

/* A peer's part. */
struct kw_session_set {
	spinlock_t lock;		/* guards all but reserved; a leaf */
	struct kw_session __rcu *sender;
	struct kw_session *installed[KW_SESSIONS_PER_PEER + 1];
	int count;
	bool closed;
	struct list_head reserved;	/* guarded by the table's lock */
	u64 handshake_ms;		/* when keys were last set, 0 never */
};

static inline u64 kw_session_now(void)
{
	return div_u64(ktime_get_boottime_ns(), NSEC_PER_MSEC) + 1;
}

/*
 * The module's queue of frees that must sleep, after a grace period; exit
 * waits for all of them. Any context may queue.
 */
int __must_check kw_session_init(void);
void kw_session_exit(void);
void kw_session_queue(struct rcu_work *work);
/* Wait until all that were retired are wiped. Process context. */
void kw_session_flush(void);

/*
 * While the machine goes to sleep no reservation gets keys (-ESTALE): an image
 * on disk would bring them back with the counters of the past.
 */
void kw_session_sleep(bool asleep);

/* May sleep. 0 or -ENOMEM. */
int __must_check kw_session_table_init(struct kw_session_table *table,
				       atomic64_t *generation);
/* All sessions are gone already; waits for nothing. */
void kw_session_table_destroy(struct kw_session_table *table);

void kw_session_set_init(struct kw_session_set *set);
/* Ends all sessions of the set and refuses more. dev->lock. */
void kw_session_set_close(struct kw_session_table *table,
			  struct kw_session_set *set);

/* Borrow by local index, in any state; NULL. rcu_read_lock. */
struct kw_session *kw_session_lookup(struct kw_session_table *table, u32 index);

/* Has it keys (is it unconfirmed or confirmed)? Orders reads of them. */
static inline bool kw_session_installed(const struct kw_session *session)
{
	/* pairs with the release that publishes the keys */
	return smp_load_acquire(&session->state) !=
	       KEYWAY_SESSION_STATE_RESERVED;
}

/* To walk all by ascending seq, for dumps: rcu_read_lock. */
#define kw_session_for_each(session, table) \
	list_for_each_entry_rcu(session, &(table)->list, entry)

/*
 * Reserve a random index; peer and its set may both be NULL. dev->lock, may
 * sleep. *index and *highest (session number n among the peer's). 0, -ENOMEM,
 * -ENOSPC (device full), -EDQUOT (peer full).
 */
int __must_check kw_session_reserve(struct kw_session_table *table,
				    struct kw_peer *peer,
				    struct kw_session_set *set,
				    u32 *index, u32 *highest);

/*
 * Let answers to a reservation in; key is KW_MAC1_KEY_LEN bytes or NULL.
 * dev->lock. 0, or -ESTALE when it is none.
 */
int __must_check kw_session_expect(struct kw_session_table *table, u32 index,
				   const u8 *key);

/*
 * Give a reservation its keys, exactly once; the caller wipes its copies. A
 * reservation of no peer becomes the peer's. dev->lock, may sleep. 0, -ESTALE
 * (no such reservation), -EALREADY (has keys), -EEXIST (keys seen before, or a
 * rank that another has), -EPERM (reserved for another peer), -EOPNOTSUPP
 * (suite), -ENOMEM, -ENODEV. *evicted is the index of one that ended for room,
 * or 0: a number only, it can't be found any more.
 */
int __must_check kw_session_install(struct kw_session_table *table,
				    struct kw_peer *peer,
				    struct kw_session_set *set,
				    const struct kw_session_conf *conf,
				    u32 *evicted);

/*
 * End a session or give a reservation back: unlinked at once, keys wiped after
 * a grace period. Idempotent. Any context.
 */
void kw_session_retire(struct kw_session *session);

/* Void all reservations (the daemon is gone). Any context. */
void kw_session_void(struct kw_session_table *table);
/* Retire all sessions and reservations (suspend). dev->lock. */
void kw_session_wipe(struct kw_session_table *table);
/* A clone of this machine runs: receive only, briefly. dev->lock. */
void kw_session_fork(struct kw_session_table *table);

/* The one that sends, or NULL. rcu_read_lock. */
static inline struct kw_session *
kw_session_current(struct kw_session_set *set)
{
	return rcu_dereference(set->sender);
}

/* Dead by time or volume: nothing may be opened or sealed with it. */
static inline bool kw_session_spent(const struct kw_session *session,
				    u64 now_ms)
{
	if (now_ms >= session->born_ms + session->refuse_ms)
		return true;
	return session->suite == KEYWAY_SUITE_AES_256_GCM &&
	       (atomic64_read(&session->traffic.rx_bytes) >= KW_GCM_REFUSE_LEN ||
		atomic64_read(&session->traffic.tx_bytes) >= KW_GCM_REFUSE_LEN);
}

/*
 * A frame was opened and accepted on it; empty: a keepalive, which an
 * initiator also sends before it has heard us. True the first time: the
 * session is confirmed now and may have become the sender. Softirq,
 * rcu_read_lock.
 */
bool kw_session_confirm(struct kw_session *session, bool empty, u64 now_ms);

#endif
