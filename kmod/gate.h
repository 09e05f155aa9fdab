/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * The gate of messages outside a session, types 1 to 6: shape, mac1 or
 * reservation, cookie, budget, in the order in which they cost (protocol.md,
 * messages outside a session). Decides what may wake the daemon and by which
 * channel. A device's part, reached through its struct kw_genl; keys and
 * secrets are replaced whole and read under RCU.
 */
#ifndef KW_GATE_H
#define KW_GATE_H

#include <linux/types.h>

#include "addr.h"
#include "mac1.h"

struct kw_gate;
struct kw_session_table;
struct sk_buff;

/* Where a datagram came from. tag: ingress tag, 0 when direct. */
struct kw_gate_source {
	struct kw_endpoint remote;
	struct kw_local local;
	u32 socket;		/* id of the socket it came in on */
	__be32 tag;
};

/* One message at the gate. skb->data is its first byte; borrowed. */
struct kw_gate_message {
	/* given by kw_gate_read */
	const struct kw_gate_source *source;
	const struct sk_buff *skb;
	struct kw_mac1_message msg;
	u8 head[KW_MAC1_HEAD_LEN];
	u8 tail[KW_MAC1_TAIL_LEN];

	/* found by kw_gate_admit */
	u32 index;		/* our reservation, 0 for types 1 and 5 */
	u8 channel;		/* enum keyway_channel */
	u8 key_id;		/* mac1 key that matched, types 1 and 5 */
	bool keyed;		/* key_id is valid */
	bool cookied;		/* mac2 matched a cookie of ours */
};

/* May sleep. ERR_PTR(-ENOMEM). */
struct kw_gate *kw_gate_create(void);
/* After the last message and a grace period. */
void kw_gate_destroy(struct kw_gate *gate);

/* Replace all keys or secrets, which become the gate's; NULL for none. */
void kw_gate_keys_set(struct kw_gate *gate, struct kw_mac1_keys *keys);
void kw_gate_secrets_set(struct kw_gate *gate, struct kw_mac1_secrets *secrets);

/* How many are set. Any context. */
void kw_gate_count(const struct kw_gate *gate, u32 *keys, u32 *secrets);

/* False when the skb can't be read. */
bool __must_check kw_gate_read(struct kw_gate_message *in,
			       const struct sk_buff *skb,
			       const struct kw_gate_source *source);

/*
 * May it pass? bound: bit per channel that takes messages. 0 or a drop
 * reason. Softirq, rcu_read_lock.
 */
int __must_check kw_gate_admit(struct kw_gate *gate,
			       struct kw_session_table *sessions, u32 bound,
			       struct kw_gate_message *in);

#endif /* KW_GATE_H */
