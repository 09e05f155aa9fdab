/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * UDP sockets of a device, one per uplink, owned by the kernel, and the one
 * place that knows the outer address families. Both ways of receiving trains
 * begin here: the socket's GRO hook and the LOCAL_IN hook (train.h). Opened
 * and closed by requests under dev->lock; packets reach a socket by the uplink
 * of their path, under rcu_read_lock.
 */
#ifndef KW_SOCK_H
#define KW_SOCK_H

#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/types.h>

#include "addr.h"
#include "path.h"

struct dst_entry;
struct kw_dev;
struct netlink_ext_ack;
struct sk_buff;
struct sock;

struct kw_sock_conf {
	u16 family;			/* AF_INET or AF_INET6 (IPv6 only) */
	__be16 port;			/* 0: any; told after opening */
	u32 ifindex;			/* interface it is bound to, 0 none */
	u32 mark;			/* of sent packets, 0 none */
};

struct kw_sock {
	struct kw_remote_uplink *uplink;	/* id and family are there */
	struct kw_dev *dev;
	struct kw_sock_conf conf;	/* immutable, port filled in */
	struct sock *sk;		/* counted; may be used until freed */
	struct nf_hook_ops hook;	/* LOCAL_IN: keeps trains whole */
	struct list_head entry;		/* by ascending id */
	struct rcu_head rcu;
};

struct kw_sock_table {
	struct list_head list;		/* dev->lock */
	u32 next_id;
};

/* What the outer header says, besides addresses. */
struct kw_sock_header {
	u8 ds;				/* DSCP and ECN */
	bool fragment;			/* DF clear, may be split */
};

/* A way out of the host, looked up once for many datagrams. */
struct kw_sock_route {
	struct kw_sock *sock;		/* borrowed, RCU */
	const struct kw_endpoint *to;	/* borrowed, RCU */
	struct dst_entry *dst;		/* counted */
	struct kw_addr from;		/* local address */
	u32 mtu;			/* outer IP packet size */
	u32 max_segs;			/* of one train, by the interface */
};

/* Parts of the device, for kw_hooks. */
struct kw_sock_table *kw_sock_table_create(void);
void kw_sock_table_destroy(struct kw_sock_table *table);
void kw_sock_close_all(struct kw_dev *dev);

/*
 * dev->lock, may sleep. ERR_PTR with a sentence in extack: -EINVAL (family,
 * wildcard beside bound ones), -ENODEV (no such interface), -EADDRINUSE,
 * -ENOMEM, -ENONET (the transport namespace is gone).
 */
struct kw_sock *kw_sock_open(struct kw_dev *dev, const struct kw_sock_conf *conf,
			     struct netlink_ext_ack *extack);
/* Unusable at once, freed after a grace period. dev->lock, may sleep. */
void kw_sock_close(struct kw_sock *sock);

/* By id; NULL. dev->lock. */
struct kw_sock *kw_sock_lookup(struct kw_dev *dev, u32 id);
/* The first of the family of an address; NULL. dev->lock. */
struct kw_sock *kw_sock_default(struct kw_dev *dev, const struct kw_addr *addr);

#define kw_sock_for_each(sock, dev) \
	list_for_each_entry(sock, &(dev)->socks->list, entry)

/*
 * Route to a remote: 0, or KEYWAY_DROP_TX_NO_SOCKET, _NO_PATH (no route),
 * _LOOP. rcu_read_lock, BH off, until put.
 */
int __must_check kw_sock_route_get(struct kw_remote *remote,
				   struct kw_sock_route *route);
void kw_sock_route_put(struct kw_sock_route *route);

/*
 * Send one datagram or train. skb: its UDP payload alone, headroom
 * KW_SOCK_HEADROOM, GSO fields set if it is a train. Consumes the skb.
 * rcu_read_lock, BH off.
 */
#define KW_SOCK_HEADROOM	128
void kw_sock_send_by(const struct kw_sock_route *route, struct sk_buff *skb,
		     const struct kw_sock_header *header);

/* The same by a remote, for a datagram alone: 0 or a drop reason. */
int __must_check kw_sock_send(struct kw_remote *remote, struct sk_buff *skb,
			      const struct kw_sock_header *header);

/* Largest outer IP packet to there, by route; 0 when there is none. */
u32 kw_sock_mtu(struct kw_remote *remote);

/* Bytes of IP and UDP header towards an endpoint. */
u32 kw_sock_overhead(const struct kw_endpoint *endpoint);

#endif
