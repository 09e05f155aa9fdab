/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Conductor out: a packet of the device to sealed datagrams on a path.
 */
#ifndef KW_TX_H
#define KW_TX_H

#include <linux/netdevice.h>

struct kw_dev;
struct kw_peer;
struct kw_stage;
struct sk_buff;

/* ndo_start_xmit, by kw_hooks. */
netdev_tx_t kw_tx_xmit(struct sk_buff *skb, struct net_device *netdev);

/*
 * Frees and counts for drop what has waited too long, its senders told. By
 * kw_hooks, softirq.
 */
void kw_tx_expire(struct kw_dev *dev, struct kw_stage *stage, int drop);

/*
 * A session or a peer came: packets that waited go on their way; those staged
 * on the device for the peer's address too. Any context, rcu_read_lock or
 * dev->lock.
 */
void kw_tx_unstage(struct kw_peer *peer);

#endif
