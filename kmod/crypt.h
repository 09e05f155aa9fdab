/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Seals and opens DATA with one of two AEADs: ChaCha20-Poly1305 by the
 * kernel's library, AES-256-GCM by its crypto API. The only file that knows
 * either. Keys are set in process context and destroyed there, after the last
 * reader's grace period; sealing and opening run anywhere, best with bottom
 * halves off around a whole train.
 */
#ifndef KW_CRYPT_H
#define KW_CRYPT_H

#include <linux/types.h>

#include "message.h"

struct crypto_aead;

#define KW_CRYPT_KEY_LEN	32
#define KW_CRYPT_SALT_LEN	4

/* One direction of one session. Zeroed memory is a key that destroys well. */
struct kw_crypt_key {
	u16 suite;			/* enum keyway_suite */
	u8 salt[KW_CRYPT_SALT_LEN];
	u8 chacha[KW_CRYPT_KEY_LEN];
	struct crypto_aead *fast;	/* maybe only where SIMD may be used */
	struct crypto_aead *any;	/* anywhere; the same if there is but one */
};

/*
 * Copies key and salt; the caller wipes its own. May sleep. 0, -EINVAL for an
 * unknown suite, -EOPNOTSUPP when the kernel has no such cipher, -ENOMEM.
 */
int __must_check kw_crypt_key_init(struct kw_crypt_key *key, u16 suite,
				   const u8 *bytes, const u8 *salt);

/* Wipes. May sleep; nobody may seal or open with it any more. */
void kw_crypt_key_destroy(struct kw_crypt_key *key);

/*
 * Seals in place: head is the DATA header (AAD; its x is the nonce), buf holds
 * len bytes of plaintext and room for KW_MESSAGE_TAG_LEN more. Both in linear
 * memory (kmalloc or pages, never stack or vmalloc). 0, or
 * KEYWAY_DROP_TX_CRYPTO.
 */
int __must_check kw_crypt_seal(const struct kw_crypt_key *key,
			       const struct kw_message_data *head,
			       u8 *buf, u32 len);

/*
 * Opens in place: buf holds len bytes of ciphertext and tag; len minus
 * KW_MESSAGE_TAG_LEN of plaintext remain. 0, or KEYWAY_DROP_RX_CRYPTO, and
 * then buf holds nothing of use.
 */
int __must_check kw_crypt_open(const struct kw_crypt_key *key,
			       const struct kw_message_data *head,
			       u8 *buf, u32 len);

/*
 * Time to seal 1400 bytes, ns; 0 when the suite isn't there. Process context,
 * about a millisecond. For the speed byte of INIT.
 */
u32 kw_crypt_measure(u16 suite);

#endif
