/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Conductor in: datagrams of a socket to packets of the device.
 */
#ifndef KW_RX_H
#define KW_RX_H

struct kw_sock;
struct sk_buff;

/*
 * By kw_hooks from the socket, softirq, rcu_read_lock. skb->data is the UDP
 * header; consumes the skb.
 */
void kw_rx_receive(struct kw_sock *sock, struct sk_buff *skb);

#endif
