/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The device: struct kw_dev, link operations, namespaces, and struct kw_hooks,
 * the one table of upward calls. A device is found by its id in its transport
 * namespace, the one it was made in. dev->lock serialises all requests; it
 * nests inside RTNL, so no request that holds it takes RTNL. A kw_dev is the
 * netdev's private part and lives as long.
 */
#ifndef KW_NETDEV_H
#define KW_NETDEV_H

#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/timer.h>
#include <net/gro_cells.h>

#include "addr.h"
#include "session.h"
#include "stage.h"
#include "stats.h"

struct kw_genl;
struct kw_peer;
struct kw_peer_table;
struct kw_sock;
struct kw_sock_table;
struct kw_timer;
struct netlink_ext_ack;

/* set: by dev-set, under dev->lock; read with READ_ONCE */
struct kw_netdev_conf {
	struct kw_addr address;		/* own key address, zero until set */
	bool addressed;
	u16 max_train;			/* 1 to KW_TRAIN_MAX */
};

/* What a dump reads; each counts its own changes, so that none tears another. */
enum kw_netdev_table {
	KW_NETDEV_SELF,
	KW_NETDEV_SOCKETS,
	KW_NETDEV_PEERS,
	KW_NETDEV_SESSIONS,
	KW_NETDEV_PATHS,
	KW_NETDEV_TABLES
};

struct kw_dev {
	/* identity */
	u32 id;
	struct net_device *netdev;
	struct list_head entry;		/* of all devices; RTNL, RCU */
	struct net *net;		/* transport; not counted, NULL when dying */

	/* set */
	struct mutex lock;
	struct kw_netdev_conf conf;
	atomic64_t generation[KW_NETDEV_TABLES]; /* of each table: its changes */
	bool dead;			/* lock: refuse all requests */

	/* parts */
	struct kw_peer_table *peers;
	struct kw_sock_table *socks;
	struct kw_genl *genl;
	struct kw_session_table sessions;
	struct kw_stage stage;		/* for key addresses without a peer */
	struct timer_list stage_timer;	/* pending while any wait in it */

	/* measured */
	struct gro_cells cells;
	struct kw_stats __percpu *stats;
	struct kw_stats_drops __percpu *drops;
};

/* Calls from lower files into higher ones; filled by main.c. */
struct kw_hooks {
	/* parts of a device: may sleep, ERR_PTR; destroyed after its last packet */
	struct kw_peer_table *(*peers_create)(void);
	void (*peers_destroy)(struct kw_peer_table *peers);
	struct kw_sock_table *(*socks_create)(void);
	void (*socks_destroy)(struct kw_sock_table *socks);
	struct kw_genl *(*genl_create)(void);
	void (*genl_destroy)(struct kw_genl *genl);

	/* the device is down, nothing waits for it: dev->lock, RTNL */
	void (*peers_unstage)(struct kw_dev *dev);
	/* the device goes, or its transport namespace does: dev->lock, RTNL */
	void (*peers_kill)(struct kw_dev *dev);
	void (*socks_close)(struct kw_dev *dev);

	/* part of a peer: stop before, destroy after the last reader */
	struct kw_timer *(*timer_create)(struct kw_peer *peer);
	void (*timer_stop)(struct kw_timer *timer);
	void (*timer_destroy)(struct kw_timer *timer);
	/* something happened to all peers: dev->lock */
	void (*timers_kick)(struct kw_dev *dev);

	/* softirq entries */
	netdev_tx_t (*xmit)(struct sk_buff *skb, struct net_device *netdev);
	void (*expire)(struct kw_dev *dev, struct kw_stage *stage, int drop);
	void (*receive)(struct kw_sock *sock, struct sk_buff *skb);

	void (*dev_event)(struct kw_dev *dev, u32 reason);
};

extern const struct kw_hooks kw_hooks;

/* Link kind and per-namespace part. */
int __must_check kw_netdev_init(void);
void kw_netdev_exit(void);

/* Does a user have it, not an administrator? By its transport namespace. */
bool kw_netdev_is_users(const struct kw_dev *dev);

/* Is it one of ours? */
bool kw_netdev_is(const struct net_device *netdev);

/*
 * Make a device as a link request would; takes RTNL, so without dev->lock.
 * ifname NULL picks kw%d. *id; 0, -EEXIST, -ENOMEM, -EOPNOTSUPP (no IPv6),
 * -ENOSPC (no more ids, or no more for this user).
 */
int __must_check kw_netdev_create(struct net *net, const char *ifname,
				  struct netlink_ext_ack *extack, u32 *id);
/* Remove by id; takes RTNL, so without dev->lock. 0 or -ENODEV. */
int __must_check kw_netdev_remove(struct net *net, u32 id);

/* Count one by id in its transport namespace, or NULL. Any context. */
struct kw_dev *kw_netdev_get(struct net *net, u32 id);
void kw_netdev_put(struct kw_dev *dev);

/*
 * For dumps: count the one with the smallest id > after whose transport
 * namespace is net (any if NULL), or NULL.
 */
struct kw_dev *kw_netdev_next(struct net *net, u32 after);

/* Transport namespace, NULL once it is dying. rcu_read_lock or dev->lock. */
static inline struct net *kw_netdev_net(const struct kw_dev *dev)
{
	return READ_ONCE(dev->net);
}

/* A table was changed; not before, or a dump in between passes for whole. */
static inline void kw_netdev_changed(struct kw_dev *dev,
				     enum kw_netdev_table table)
{
	atomic64_inc(&dev->generation[table]);
}

/* Of all tables together. */
static inline u64 kw_netdev_generation(const struct kw_dev *dev)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < KW_NETDEV_TABLES; i++)
		sum += atomic64_read(&dev->generation[i]);
	return sum;
}

/* Wipe or freeze all keys of all devices: suspend, and a fork of the machine. */
void kw_netdev_wipe_all(void);
void kw_netdev_fork_all(void);

#endif
