// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * The gate of messages outside a session. Each check comes before those that
 * cost more, and each budget after the checks that only an honest sender or
 * one who knows our fingerprint passes. Called by genl.c for each message.
 * Lock-free but for the buckets' leaves.
 */
#include "gate.h"

#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <uapi/linux/keyway.h>

#include "bucket.h"
#include "drop.h"
#include "limits.h"
#include "session.h"

struct kw_gate {
	/* set: RCU */
	struct kw_mac1_keys __rcu *keys;
	struct kw_mac1_secrets __rcu *secrets;

	/* measured, by source: a forged source drains plain alone */
	struct kw_bucket_table *plain;	/* types 1 and 5 */
	struct kw_bucket_table *proven;	/* type 1 with a good mac2 */
};

static const struct kw_bucket_rate gate_answer_rate = {
	KW_ANSWERS_PER_S, KW_ANSWERS_BURST,
};

struct kw_gate *kw_gate_create(void)
{
	struct kw_gate *gate = kzalloc(sizeof(*gate), GFP_KERNEL_ACCOUNT);

	if (!gate)
		return ERR_PTR(-ENOMEM);
	gate->plain = kw_bucket_table_create();
	if (IS_ERR(gate->plain))
		goto out_free_gate;
	gate->proven = kw_bucket_table_create();
	if (IS_ERR(gate->proven))
		goto out_destroy_plain;
	return gate;

out_destroy_plain:
	kw_bucket_table_destroy(gate->plain);
out_free_gate:
	kfree(gate);
	return ERR_PTR(-ENOMEM);
}

void kw_gate_destroy(struct kw_gate *gate)
{
	kw_mac1_keys_destroy(rcu_dereference_protected(gate->keys, true));
	kw_mac1_secrets_destroy(rcu_dereference_protected(gate->secrets, true));
	kw_bucket_table_destroy(gate->proven);
	kw_bucket_table_destroy(gate->plain);
	kfree(gate);
}

void kw_gate_keys_set(struct kw_gate *gate, struct kw_mac1_keys *keys)
{
	kw_mac1_keys_destroy(unrcu_pointer(xchg(&gate->keys,
						RCU_INITIALIZER(keys))));
}

void kw_gate_secrets_set(struct kw_gate *gate, struct kw_mac1_secrets *secrets)
{
	kw_mac1_secrets_destroy(unrcu_pointer(xchg(&gate->secrets,
						   RCU_INITIALIZER(secrets))));
}

void kw_gate_count(const struct kw_gate *gate, u32 *keys, u32 *secrets)
{
	const struct kw_mac1_secrets *s;
	const struct kw_mac1_keys *k;

	rcu_read_lock();
	k = rcu_dereference(gate->keys);
	s = rcu_dereference(gate->secrets);
	*keys = k ? k->count : 0;
	*secrets = s ? s->count : 0;
	rcu_read_unlock();
}

bool kw_gate_read(struct kw_gate_message *in, const struct sk_buff *skb,
		  const struct kw_gate_source *source)
{
	u32 head = min_t(u32, skb->len, KW_MAC1_HEAD_LEN);
	u32 tail = min_t(u32, skb->len, KW_MAC1_TAIL_LEN);

	in->source = source;
	in->skb = skb;
	in->index = 0;
	in->keyed = false;
	in->cookied = false;
	in->msg.len = skb->len;
	in->msg.head = skb_header_pointer(skb, 0, head, in->head);
	in->msg.tail = skb_header_pointer(skb, skb->len - tail, tail, in->tail);
	return in->msg.head && in->msg.tail;
}

/* On its own for the room that a copy takes on the stack. */
static noinline_for_stack bool gate_cookied(struct kw_gate *gate,
					    const struct kw_gate_message *in)
{
	struct kw_mac1_source source = {
		.addr = in->source->remote.addr,
		.port = in->source->remote.port,
		.tag = in->source->tag,
	};
	u8 copy[KW_MESSAGE_MAX];
	const u8 *data;

	if (!kw_mac1_has_mac2(&in->msg))
		return false;
	data = skb_header_pointer(in->skb, 0, in->msg.len, copy);
	return data && kw_mac1_cookie_ok(rcu_dereference(gate->secrets),
					 &source, data, in->msg.len);
}

/* Types 1 and 5. */
static int gate_admit_request(struct kw_gate *gate, u32 bound,
			      struct kw_gate_message *in)
{
	struct kw_bucket_table *bucket = gate->plain;
	int drop;

	drop = kw_mac1_check(rcu_dereference(gate->keys), &in->msg,
			     &in->key_id);
	if (drop)
		return drop;
	in->keyed = true;
	in->channel = KEYWAY_CHANNEL_HANDSHAKE;
	if (in->msg.head[0] == KW_MESSAGE_INIT && gate_cookied(gate, in)) {
		in->cookied = true;
		in->channel = KEYWAY_CHANNEL_UPCALL;
		bucket = gate->proven;
	}
	if (!(bound & BIT(in->channel)))
		return KEYWAY_DROP_RX_UNBOUND;
	if (!kw_bucket_source_take(bucket, &in->source->remote.addr,
				   in->source->tag, ktime_get_ns()))
		return KEYWAY_DROP_RX_BUDGET;
	return KW_DROP_NONE;
}

/* COOKIE and RECORD carry no mac1: the reservation alone lets them in. */
static bool gate_keyless(const struct kw_mac1_message *msg)
{
	return msg->head[0] == KW_MESSAGE_COOKIE ||
	       msg->head[0] == KW_MESSAGE_RECORD;
}

static int gate_answer_check(const struct kw_session *session,
			     const struct kw_mac1_message *msg)
{
	/* orders the read of the key that it vouches for */
	u8 expected = smp_load_acquire(&session->answer_state);

	if (kw_session_installed(session) ||
	    expected == KW_SESSION_ANSWER_NONE)
		return KEYWAY_DROP_RX_RESERVATION;
	if (gate_keyless(msg))
		return KW_DROP_NONE;
	if (expected != KW_SESSION_ANSWER_KEYED)
		return KEYWAY_DROP_RX_RESERVATION;
	return kw_mac1_answer_check(&session->answer_key, msg);
}

/* Types 2, 3, 4 and 6. */
static int gate_admit_answer(struct kw_session_table *sessions, u32 bound,
			     struct kw_gate_message *in)
{
	struct kw_message_head head;
	struct kw_session *session;
	struct kw_bucket *bucket;
	int drop;

	memcpy(&head, in->msg.head, sizeof(head));
	in->index = be32_to_cpu(head.index);
	in->channel = KEYWAY_CHANNEL_UPCALL;
	session = kw_session_lookup(sessions, in->index);
	if (!session)
		return KEYWAY_DROP_RX_RESERVATION;
	drop = gate_answer_check(session, &in->msg);
	if (drop)
		return drop;
	if (!(bound & BIT(in->channel)))
		return KEYWAY_DROP_RX_UNBOUND;
	/* who only saw the index on the wire can't use up the room for RESP */
	bucket = gate_keyless(&in->msg) ? &session->keyless : &session->answers;
	if (!kw_bucket_take(bucket, &gate_answer_rate, ktime_get_ns()))
		return KEYWAY_DROP_RX_BUDGET;
	return KW_DROP_NONE;
}

int kw_gate_admit(struct kw_gate *gate, struct kw_session_table *sessions,
		  u32 bound, struct kw_gate_message *in)
{
	int drop = kw_mac1_shape(&in->msg);

	if (drop)
		return drop;
	if (in->msg.head[0] == KW_MESSAGE_INIT ||
	    in->msg.head[0] == KW_MESSAGE_RECORD_REQ)
		return gate_admit_request(gate, bound, in);
	return gate_admit_answer(sessions, bound, in);
}
