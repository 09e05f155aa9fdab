// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * The two AEADs. ChaCha20-Poly1305 is the kernel's library, right in every
 * context. AES-256-GCM comes from the crypto API, synchronous only. On the
 * floor kernel's x86 the fast driver is internal and may run only where SIMD
 * may be used; a second, slow transform stands in where a softirq interrupted
 * another user of the FPU. Called by tx.c, rx.c and frame.c; keys belong to
 * session.c.
 */
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/simd.h>
#include <crypto/aead.h>
#include <crypto/chacha20poly1305.h>

#include <uapi/linux/keyway.h>

#include "crypt.h"
#include "drop.h"

#define CRYPT_IV_LEN		12
#define CRYPT_MEASURE_LEN	1400
#define CRYPT_MEASURE_ROUNDS	64

MODULE_SOFTDEP("pre: aesni-intel ghash-ce aes-ce-blk");

static struct crypto_aead *crypt_aead_create(const char *name, u32 type,
					     u32 mask, const u8 *bytes)
{
	struct crypto_aead *aead;
	int ret;

	aead = crypto_alloc_aead(name, type, mask);
	if (IS_ERR(aead))
		return aead;
	ret = crypto_aead_setkey(aead, bytes, KW_CRYPT_KEY_LEN);
	if (!ret)
		ret = crypto_aead_setauthsize(aead, KW_MESSAGE_TAG_LEN);
	if (!ret)
		return aead;
	crypto_free_aead(aead);
	return ERR_PTR(ret);
}

/*
 * Asking for "gcm(aes)" without asynchronous drivers gives, on 6.12, the slow
 * composed one: right everywhere, known by its request memory. There the
 * internal driver behind the SIMD wrapper is the fast one. Newer kernels have
 * no wrapper and give the fast one at once; asking them for an internal one
 * would start modprobe for each key.
 */
static int crypt_gcm_init(struct kw_crypt_key *key, const u8 *bytes)
{
	struct crypto_aead *any, *fast;

	any = crypt_aead_create("gcm(aes)", 0, CRYPTO_ALG_ASYNC, bytes);
	if (IS_ERR(any))
		return PTR_ERR(any) == -ENOMEM ? -ENOMEM : -EOPNOTSUPP;
	key->fast = any;
	key->any = any;
	if (!crypto_aead_reqsize(any))
		return 0;
	fast = crypt_aead_create("__gcm(aes)", CRYPTO_ALG_INTERNAL,
				 CRYPTO_ALG_INTERNAL | CRYPTO_ALG_ASYNC, bytes);
	if (!IS_ERR(fast))
		key->fast = fast;
	return 0;
}

int kw_crypt_key_init(struct kw_crypt_key *key, u16 suite, const u8 *bytes,
		      const u8 *salt)
{
	int ret = -EINVAL;

	memset(key, 0, sizeof(*key));
	if (suite == KEYWAY_SUITE_CHACHA20_POLY1305) {
		memcpy(key->chacha, bytes, sizeof(key->chacha));
		ret = 0;
	} else if (suite == KEYWAY_SUITE_AES_256_GCM) {
		ret = crypt_gcm_init(key, bytes);
	}
	if (ret)
		return ret;
	memcpy(key->salt, salt, sizeof(key->salt));
	key->suite = suite;
	return 0;
}

void kw_crypt_key_destroy(struct kw_crypt_key *key)
{
	if (key->fast && key->fast != key->any)
		crypto_free_aead(key->fast);
	if (key->any)
		crypto_free_aead(key->any);
	memzero_explicit(key, sizeof(*key));
}

static int crypt_gcm_do(struct aead_request *req, const struct kw_crypt_key *key,
			struct scatterlist *sg, u32 len, bool seal)
{
	const struct kw_message_data *head = sg_virt(sg);
	u8 iv[CRYPT_IV_LEN];

	memcpy(iv, key->salt, KW_CRYPT_SALT_LEN);
	memcpy(iv + KW_CRYPT_SALT_LEN, &head->x, sizeof(head->x));
	aead_request_set_callback(req, 0, NULL, NULL);
	aead_request_set_ad(req, KW_MESSAGE_DATA_LEN);
	aead_request_set_crypt(req, sg, sg, len, iv);
	return seal ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req);
}

/* The drivers we want need no request memory; others pay for it. */
static int crypt_gcm(const struct kw_crypt_key *key, struct scatterlist *sg,
		     u32 len, bool seal)
{
	struct crypto_aead *aead = may_use_simd() ? key->fast : key->any;
	struct aead_request *req;
	int ret;

	if (!crypto_aead_reqsize(aead)) {
		struct aead_request on_stack = {};

		aead_request_set_tfm(&on_stack, aead);
		return crypt_gcm_do(&on_stack, key, sg, len, seal);
	}
	req = aead_request_alloc(aead, GFP_ATOMIC | __GFP_NOWARN);
	if (!req)
		return -ENOMEM;
	ret = crypt_gcm_do(req, key, sg, len, seal);
	aead_request_free(req);
	return ret;
}

/* The header mostly stands right before the text: then one entry is enough. */
static int crypt_gcm_linear(const struct kw_crypt_key *key,
			    const struct kw_message_data *head, u8 *buf,
			    u32 len, bool seal)
{
	u32 room = seal ? len + KW_MESSAGE_TAG_LEN : len;
	struct scatterlist sg[2];

	if ((const u8 *)(head + 1) == buf) {
		sg_init_one(sg, head, KW_MESSAGE_DATA_LEN + room);
	} else {
		sg_init_table(sg, 2);
		sg_set_buf(&sg[0], head, KW_MESSAGE_DATA_LEN);
		sg_set_buf(&sg[1], buf, room);
	}
	return crypt_gcm(key, sg, len, seal);
}

int kw_crypt_seal(const struct kw_crypt_key *key,
		  const struct kw_message_data *head, u8 *buf, u32 len)
{
	if (key->suite != KEYWAY_SUITE_CHACHA20_POLY1305)
		return crypt_gcm_linear(key, head, buf, len, true) ?
			       KEYWAY_DROP_TX_CRYPTO : KW_DROP_NONE;
	chacha20poly1305_encrypt(buf, buf, len, (const u8 *)head,
				 KW_MESSAGE_DATA_LEN, be64_to_cpu(head->x),
				 key->chacha);
	return KW_DROP_NONE;
}

int kw_crypt_open(const struct kw_crypt_key *key,
		  const struct kw_message_data *head, u8 *buf, u32 len)
{
	bool ok;

	if (len < KW_MESSAGE_TAG_LEN)
		return KEYWAY_DROP_RX_MALFORMED;
	if (key->suite == KEYWAY_SUITE_CHACHA20_POLY1305)
		ok = chacha20poly1305_decrypt(buf, buf, len, (const u8 *)head,
					      KW_MESSAGE_DATA_LEN,
					      be64_to_cpu(head->x), key->chacha);
	else
		ok = !crypt_gcm_linear(key, head, buf, len, false);
	return ok ? KW_DROP_NONE : KEYWAY_DROP_RX_CRYPTO;
}

/* The best of many rounds: what the cipher takes when nothing interrupts. */
static u32 crypt_measure_key(const struct kw_crypt_key *key,
			     struct kw_message_data *head)
{
	u64 best = U64_MAX;
	u64 start;
	int i;

	for (i = 0; i < CRYPT_MEASURE_ROUNDS; i++) {
		local_bh_disable();
		start = ktime_get_ns();
		if (kw_crypt_seal(key, head, (u8 *)(head + 1), CRYPT_MEASURE_LEN))
			best = 0;
		best = min(best, ktime_get_ns() - start);
		local_bh_enable();
	}
	return min_t(u64, best, U32_MAX);
}

u32 kw_crypt_measure(u16 suite)
{
	static const u8 zero[KW_CRYPT_KEY_LEN];
	struct kw_message_data *head;
	struct kw_crypt_key key;
	u32 ns = 0;

	head = kzalloc(sizeof(*head) + CRYPT_MEASURE_LEN + KW_MESSAGE_TAG_LEN,
		       GFP_KERNEL);
	if (!head)
		return 0;
	if (!kw_crypt_key_init(&key, suite, zero, zero)) {
		ns = crypt_measure_key(&key, head);
		kw_crypt_key_destroy(&key);
	}
	kfree(head);
	return ns;
}
