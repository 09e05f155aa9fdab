// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * The cheap checks of messages outside a session (protocol.md, messages
 * outside a session): a message that fails them costs a SipHash and wakes
 * nobody. SipHash-2-4 as libsodium's crypto_shorthash writes it: keys and
 * results little endian. Called by rx.c; keys and secrets are the device's.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "drop.h"
#include "mac1.h"

struct mac1_lengths {
	u16 min;
	u16 max;
};

static const struct mac1_lengths mac1_lengths[] = {
	[KW_MESSAGE_INIT] = { KW_MESSAGE_INIT_MIN, KW_MESSAGE_MAX },
	[KW_MESSAGE_RESP] = { KW_MESSAGE_RESP_MIN, KW_MESSAGE_MAX },
	[KW_MESSAGE_COOKIE] = { KW_MESSAGE_COOKIE_LEN, KW_MESSAGE_COOKIE_LEN },
	[KW_MESSAGE_RETRY] = { KW_MESSAGE_RETRY_LEN, KW_MESSAGE_RETRY_LEN },
	[KW_MESSAGE_RECORD_REQ] = { KW_MESSAGE_MAX, KW_MESSAGE_MAX },
	[KW_MESSAGE_RECORD] = { KW_MESSAGE_RECORD_MIN, KW_MESSAGE_MAX },
};

void kw_mac1_key_read(siphash_key_t *key, const u8 *bytes)
{
	key->key[0] = get_unaligned_le64(bytes);
	key->key[1] = get_unaligned_le64(bytes + 8);
}

static void mac1_keys_free(struct rcu_head *rcu)
{
	kfree_sensitive(container_of(rcu, struct kw_mac1_keys, rcu));
}

void kw_mac1_keys_destroy(struct kw_mac1_keys *keys)
{
	if (keys)
		call_rcu(&keys->rcu, mac1_keys_free);
}

static void mac1_secrets_free(struct rcu_head *rcu)
{
	kfree_sensitive(container_of(rcu, struct kw_mac1_secrets, rcu));
}

void kw_mac1_secrets_destroy(struct kw_mac1_secrets *secrets)
{
	if (secrets)
		call_rcu(&secrets->rcu, mac1_secrets_free);
}

int kw_mac1_shape(const struct kw_mac1_message *msg)
{
	struct kw_message_head head;

	if (!msg->len)
		return KEYWAY_DROP_RX_MALFORMED;
	if (msg->head[0] < KW_MESSAGE_INIT || msg->head[0] > KW_MESSAGE_RECORD)
		return KEYWAY_DROP_RX_TYPE;
	if (msg->len < mac1_lengths[msg->head[0]].min ||
	    msg->len > mac1_lengths[msg->head[0]].max)
		return KEYWAY_DROP_RX_MALFORMED;
	memcpy(&head, msg->head, sizeof(head));
	if (head.version != KW_MESSAGE_VERSION || head.flags || !head.index)
		return KEYWAY_DROP_RX_MALFORMED;
	if (head.type != KW_MESSAGE_INIT && head.epoch)
		return KEYWAY_DROP_RX_MALFORMED;
	if (head.type == KW_MESSAGE_RESP && !get_unaligned_be32(msg->head + 8))
		return KEYWAY_DROP_RX_MALFORMED;
	return KW_DROP_NONE;
}

/* Where mac1 is in the tail: INIT has mac2 behind it. */
static const u8 *mac1_bytes(const struct kw_mac1_message *msg)
{
	return msg->head[0] == KW_MESSAGE_INIT ? msg->tail :
						 msg->tail + KW_MESSAGE_MAC_LEN;
}

/* Over the first bytes before mac1, and the length of the whole. */
static u64 mac1_compute(const siphash_key_t *key,
			const struct kw_mac1_message *msg)
{
	u8 input[KW_MESSAGE_MAC1_COVERS + sizeof(__be16)] __aligned(8);
	/* INIT, with two macs at its end, is long enough for it not to matter */
	u32 covered = min_t(u32, KW_MESSAGE_MAC1_COVERS,
			    msg->len - KW_MESSAGE_MAC_LEN);

	memcpy(input, msg->head, covered);
	put_unaligned_be16(msg->len, input + covered);
	return siphash(input, covered + sizeof(__be16), key);
}

int kw_mac1_check(const struct kw_mac1_keys *keys,
		  const struct kw_mac1_message *msg, u8 *id)
{
	u64 mac = get_unaligned_le64(mac1_bytes(msg));
	u32 i;

	for (i = 0; keys && i < keys->count; i++) {
		if (mac1_compute(&keys->key[i].key, msg) == mac) {
			*id = keys->key[i].id;
			return KW_DROP_NONE;
		}
	}
	return KEYWAY_DROP_RX_MAC1;
}

int kw_mac1_answer_check(const siphash_key_t *key,
			 const struct kw_mac1_message *msg)
{
	return mac1_compute(key, msg) == get_unaligned_le64(mac1_bytes(msg)) ?
		       KW_DROP_NONE : KEYWAY_DROP_RX_RESERVATION;
}

bool kw_mac1_has_mac2(const struct kw_mac1_message *msg)
{
	return get_unaligned_le64(msg->tail + KW_MESSAGE_MAC_LEN);
}

bool kw_mac1_cookie_ok(const struct kw_mac1_secrets *secrets,
		       const struct kw_mac1_source *source,
		       const u8 *data, u32 len)
{
	u32 before = len - KW_MESSAGE_MAC_LEN;
	u64 mac2 = get_unaligned_le64(data + before);
	siphash_key_t cookie;
	bool ok = false;
	u32 i;

	for (i = 0; secrets && i < secrets->count && !ok; i++) {
		cookie.key[0] = siphash(source, sizeof(*source),
					&secrets->period[i].s0);
		cookie.key[1] = siphash(source, sizeof(*source),
					&secrets->period[i].s1);
		ok = siphash(data, before, &cookie) == mac2;
	}
	memzero_explicit(&cookie, sizeof(cookie));
	return ok;
}
