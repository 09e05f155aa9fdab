/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * The netlink family: permission, finding the device of a request, events,
 * and the bound daemon's three unicast sockets with their budgets. What one
 * device needs for that is a struct kw_genl, made with the device and reached
 * by dev->genl. Senders here run in any context and never sleep; what cannot
 * be delivered is lost, since a dump is the truth and an ask is repeated.
 */
#ifndef KW_GENL_H
#define KW_GENL_H

#include <linux/types.h>

#include "addr.h"

struct genl_info;
struct kw_dev;
struct kw_genl;
struct kw_mac1_keys;
struct kw_mac1_secrets;
struct kw_path;
struct kw_peer;
struct kw_session;
struct netlink_callback;
struct netlink_ext_ack;
struct sk_buff;

/* Where a datagram came from. tag: ingress tag, 0 when direct. */
struct kw_genl_source {
	struct kw_endpoint remote;
	u32 socket;		/* id of the socket it came in on */
	__be32 tag;
};

/* Register and unregister the family; first opened door, first closed. */
int __must_check kw_genl_init(void);
void kw_genl_exit(void);

/*
 * The device's part, for kw_hooks. create may sleep; ERR_PTR(-ENOMEM).
 * destroy: after the device's last packet and a grace period.
 */
struct kw_genl *kw_genl_create(void);
void kw_genl_destroy(struct kw_genl *genl);

/*
 * A message of type 1 to 6: skb->data is its first byte, skb->len its length.
 * Checks shape, mac1 or reservation, and budgets, and copies it to the
 * daemon. The skb stays the caller's. 0 or a drop reason. Softirq, RCU.
 */
int __must_check kw_genl_control(struct kw_dev *dev,
				 const struct kw_genl_source *source,
				 const struct sk_buff *skb);

/*
 * A control frame of type 16 and above that a session opened; body without
 * the frame's head. 0 or a drop reason. Softirq, RCU.
 */
int __must_check kw_genl_frame(struct kw_dev *dev, struct kw_session *session,
			       u8 type, const u8 *body, u32 len);

/*
 * Ask the daemon for a session with the peer of this key address; session is
 * the local index the ask is about, 0 for none. reason: KEYWAY_REASON_ACQUIRE,
 * _REKEY, _UNCONFIRMED, _SILENT, _EXPIRED. Any context.
 */
void kw_genl_ask(struct kw_dev *dev, const struct kw_addr *addr, u32 session,
		 u32 reason);

/* The same for a packet that waits, at most once a second per address. */
void kw_genl_acquire(struct kw_dev *dev, const struct kw_addr *addr);

/*
 * Events, hints to every listener in the device's transport namespace. The
 * object is still readable. Any context, under rcu_read_lock or dev->lock.
 */
void kw_genl_event_dev(struct kw_dev *dev, u32 reason);
void kw_genl_event_peer(struct kw_dev *dev, struct kw_peer *peer, u32 reason);
void kw_genl_event_session(struct kw_dev *dev, struct kw_session *session,
			   u32 reason);
void kw_genl_event_path(struct kw_dev *dev, struct kw_path *path, u32 reason);

#endif /* KW_GENL_H */
