/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The cheap checks of messages outside a session, types 1 to 6: shape, mac1
 * and cookies (protocol.md, messages outside a session). They decide what may
 * wake the daemon. Keys and secrets live in one immutable object each, replaced
 * whole under RCU by its owner. Pure: no allocation but of those objects.
 *
 * A message is given in two parts so that a fragmented one needn't be copied:
 * its first min(len, KW_MAC1_HEAD_LEN) bytes and its last min(len,
 * KW_MAC1_TAIL_LEN).
 */
#ifndef KW_MAC1_H
#define KW_MAC1_H

#include <linux/rcupdate.h>
#include <linux/siphash.h>
#include <linux/types.h>

#include "addr.h"
#include "limits.h"
#include "message.h"

#define KW_MAC1_HEAD_LEN	KW_MESSAGE_MAC1_COVERS
#define KW_MAC1_TAIL_LEN	16
#define KW_MAC1_KEY_LEN		16

struct kw_mac1_message {
	const u8 *head;
	const u8 *tail;
	u32 len;		/* of the whole message */
};

/* One mac1 key of the device and the daemon's number for it. */
struct kw_mac1_key {
	siphash_key_t key;
	u8 id;
};

struct kw_mac1_keys {
	struct rcu_head rcu;
	u32 count;
	struct kw_mac1_key key[KW_MAC1_KEYS];
};

/* Both secrets of one cookie period. */
struct kw_mac1_secret {
	siphash_key_t s0;
	siphash_key_t s1;
};

struct kw_mac1_secrets {
	struct rcu_head rcu;
	u32 count;		/* current first */
	struct kw_mac1_secret period[KW_COOKIE_PERIODS];
};

/* What a cookie is bound to, as wire bytes. */
struct kw_mac1_source {
	struct kw_addr addr;
	__be16 port;
	__be32 tag;		/* ingress tag, 0 when direct */
} __packed;

/* A SipHash key from its 16 bytes. */
void kw_mac1_key_read(siphash_key_t *key, const u8 *bytes);

/* Wipe and free after a grace period; NULL is allowed. */
void kw_mac1_keys_destroy(struct kw_mac1_keys *keys);
void kw_mac1_secrets_destroy(struct kw_mac1_secrets *secrets);

/*
 * Length, version, flags and zero fields of types 1 to 6. 0, or
 * KEYWAY_DROP_RX_TYPE for any other type, KEYWAY_DROP_RX_MALFORMED. To be
 * called first: the other checks rely on it.
 */
int __must_check kw_mac1_shape(const struct kw_mac1_message *msg);

/*
 * Types 1 and 5: 0 and the number of the key in *id, or KEYWAY_DROP_RX_MAC1.
 * keys may be NULL (none set).
 */
int __must_check kw_mac1_check(const struct kw_mac1_keys *keys,
			       const struct kw_mac1_message *msg, u8 *id);

/*
 * Types 2 and 4: with the key of their reservation. 0, or
 * KEYWAY_DROP_RX_RESERVATION.
 */
int __must_check kw_mac1_answer_check(const siphash_key_t *key,
				      const struct kw_mac1_message *msg);

/* Does the INIT carry a mac2 at all? If not, no cookie was used. */
bool kw_mac1_has_mac2(const struct kw_mac1_message *msg);

/*
 * Is the INIT's mac2 right for a cookie of this source and a secret of
 * either period? data: the whole message, len bytes, contiguous. secrets may
 * be NULL.
 */
bool kw_mac1_cookie_ok(const struct kw_mac1_secrets *secrets,
		       const struct kw_mac1_source *source,
		       const u8 *data, u32 len);

#endif
