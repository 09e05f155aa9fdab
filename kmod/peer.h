/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A peer: the list of its parts. Made by a request, published in its device's
 * table by key address, killed by a request or with the device. Found under
 * rcu_read_lock (packets) or dev->lock (requests); nothing is counted, since
 * only requests remove peers and freeing waits for a grace period.
 */
#ifndef KW_PEER_H
#define KW_PEER_H

#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <uapi/linux/keyway.h>

#include "bucket.h"
#include "fib.h"
#include "path.h"
#include "session.h"
#include "stage.h"
#include "stats.h"

struct kw_dev;
struct kw_timer;

/* identity: given at creation */
struct kw_peer_id {
	struct kw_addr addr;		/* key address */
	u8 fingerprint[KEYWAY_KEY_SIZE];
};

/* set: dev->lock; packets read keepalive_ms alone */
struct kw_peer_conf {
	u8 origin[KEYWAY_ORIGIN_MAX];
	u8 origin_len;
	u32 keepalive_ms;		/* 0: none */
	struct kw_fib_grant __rcu *grant;
};

struct kw_peer {
	/* identity */
	struct kw_peer_id id;
	struct kw_dev *dev;
	u64 seq;			/* grows in the table's list */
	struct rhash_head hash;
	struct list_head entry;		/* in the table's list, by seq */
	struct rcu_work free;

	/* set */
	struct kw_peer_conf conf;
	bool dead;			/* dev->lock; READ_ONCE by packets */

	/* state */
	struct kw_session_set sessions;
	struct kw_path_set paths;
	struct kw_stage stage;
	struct kw_timer *timer;

	/* measured */
	struct kw_stats __percpu *stats;
	u64 received_ms;		/* last frame opened, 0 never */
	struct kw_bucket frames;	/* limits frames for the daemon */
	struct kw_bucket asks;		/* limits asks for a session */
};

struct kw_peer_table {
	struct rhashtable hash;		/* by key address, SipHash */
	struct list_head list;		/* dev->lock: by ascending seq */
	u64 next_seq;
	u32 count;
};

/* Parts of the device, for kw_hooks. */
struct kw_peer_table *kw_peer_table_create(void);
void kw_peer_table_destroy(struct kw_peer_table *table);
void kw_peer_kill_all(struct kw_dev *dev);
void kw_peer_unstage_all(struct kw_dev *dev);

/*
 * Not yet found by anyone; the grant (never NULL) becomes the peer's, also on
 * failure. dev->lock, may sleep. ERR_PTR(-ENOMEM).
 */
struct kw_peer *kw_peer_create(struct kw_dev *dev, const struct kw_peer_id *id,
			       struct kw_fib_grant *grant);
/* Free one that was never published. */
void kw_peer_destroy(struct kw_peer *peer);

/*
 * Into the table. dev->lock. 0, -EEXIST (the key address is bound), -ENOMEM;
 * then it is still the caller's to destroy.
 */
int __must_check kw_peer_publish(struct kw_peer *peer);

/*
 * Out of the table, sessions, reservations, paths and staged packets gone,
 * freed after a grace period. dev->lock, may sleep.
 */
void kw_peer_kill(struct kw_peer *peer);

/* Replace what it may source; NULL is not allowed. dev->lock. */
void kw_peer_grant(struct kw_peer *peer, struct kw_fib_grant *grant);

/* By key address, NULL. rcu_read_lock or dev->lock. */
struct kw_peer *kw_peer_lookup(struct kw_peer_table *table,
			       const struct kw_addr *addr);

/* To walk all by ascending seq, for dumps: dev->lock. */
#define kw_peer_for_each(peer, table) \
	list_for_each_entry(peer, &(table)->list, entry)

#endif
