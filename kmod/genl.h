/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * What the module tells user space without being asked: messages, asks and
 * frames to the bound daemon's three unicast sockets, and events to whoever
 * listens. What one device needs for that is a struct kw_genl, made with the
 * device and reached by dev->genl. Senders run in any context and never sleep;
 * what can't be delivered is lost: a dump is the truth, an ask is repeated.
 */
#ifndef KW_GENL_H
#define KW_GENL_H

#include <linux/types.h>

#include "addr.h"
#include "gate.h"

struct kw_dev;
struct kw_genl;
struct kw_path;
struct kw_peer;
struct kw_session;
struct sk_buff;

/*
 * The device's part, for kw_hooks. create may sleep; ERR_PTR(-ENOMEM).
 * destroy: after the device's last packet and a grace period.
 */
struct kw_genl *kw_genl_create(void);
void kw_genl_destroy(struct kw_genl *genl);

/*
 * A message of type 1 to 6: skb->data is its first byte, skb->len its length.
 * Past the gate it is copied to the daemon. The skb stays the caller's. 0 or
 * a drop reason. Softirq, rcu_read_lock.
 */
int __must_check kw_genl_control(struct kw_dev *dev,
				 const struct kw_gate_source *source,
				 const struct sk_buff *skb);

/*
 * A control frame of type 16 and above that a session opened; body without
 * the frame's head. 0 or a drop reason. Softirq, rcu_read_lock.
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

/*
 * The same for a packet that waits, at most once a second per peer, and per
 * key address without a peer. Any context.
 */
void kw_genl_acquire(struct kw_peer *peer);
void kw_genl_acquire_stranger(struct kw_dev *dev, const struct kw_addr *addr);

/*
 * Events, hints to every listener in the device's transport namespace; each
 * makes the device's generation grow. The object is still readable. Any
 * context, under rcu_read_lock or dev->lock.
 */
void kw_genl_event_dev(struct kw_dev *dev, u32 reason);
void kw_genl_event_peer(struct kw_dev *dev, struct kw_peer *peer, u32 reason);
void kw_genl_event_session(struct kw_dev *dev, struct kw_session *session,
			   u32 reason);
void kw_genl_event_path(struct kw_dev *dev, struct kw_path *path, u32 reason);

/* For a session that can't be read any more: its number and peer alone. */
void kw_genl_event_index(struct kw_dev *dev, struct kw_peer *peer, u32 index,
			 u32 reason);

/*
 * The binding of the daemon's sockets, under dev->lock. bind: -EBUSY while
 * another process holds any. unbind voids all reservations.
 */
int __must_check kw_genl_bind(struct kw_dev *dev, u32 channel, u32 portid);
void kw_genl_unbind(struct kw_dev *dev, u32 channel);
/* Port of the socket that is bound to the channel, 0 for none. Any context. */
u32 kw_genl_port(const struct kw_dev *dev, u32 channel);
/* Bit per channel that is bound. Any context. */
u32 kw_genl_bound(const struct kw_genl *genl);

/* The device's gate, for its keys and secrets. */
struct kw_gate *kw_genl_gate(const struct kw_dev *dev);

#endif /* KW_GENL_H */
