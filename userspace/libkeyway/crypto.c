// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The primitives under our own names: libsodium for everything but SHA3-256,
 * which 1.0.18 lacks and OpenSSL has. Owns the one global of libkeyway, the
 * fetched SHA3 implementation (an implicit fetch per hash costs 40 %).
 */
#include "crypto.h"

#include <errno.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#define CRYPTO_PAD 64	      /* bytes of 0x4b before a signed body */
#define CRYPTO_PURPOSE 24     /* room for the longest purpose string */
#define CRYPTO_BLOCK 128      /* BLAKE2b's, for HMAC */

static EVP_MD *crypto_sha3;

/* Without the final NUL of C: each string ends in one that counts. */
static const char *const crypto_purpose[] = {
	[KW_CRYPTO_STATIC] = "keyway/v1/static",
	[KW_CRYPTO_NODE] = "keyway/v1/node",
	[KW_CRYPTO_RECORD] = "keyway/v1/record",
	[KW_CRYPTO_LIST] = "keyway/v1/list",
	[KW_CRYPTO_REVOKE] = "keyway/v1/revoke",
	[KW_CRYPTO_ENROL] = "keyway/v1/enrol",
};

int kw_crypto_init(void)
{
	if (sodium_init() < 0)
		return -ENOSYS;
	if (!crypto_sha3)
		crypto_sha3 = EVP_MD_fetch(NULL, "SHA3-256", NULL);
	return crypto_sha3 ? 0 : -ENOSYS;
}

/* libsodium's streaming BLAKE2b can't fail with sizes in range. */
static void crypto_blake2b(struct kw_slice key, const struct kw_slice *parts, size_t n,
			   uint8_t *out, size_t size)
{
	crypto_generichash_state st;
	size_t i;

	crypto_generichash_init(&st, key.p, key.n, size);
	for (i = 0; i < n; i++)
		crypto_generichash_update(&st, parts[i].p, parts[i].n);
	crypto_generichash_final(&st, out, size);
	sodium_memzero(&st, sizeof(st));
}

void kw_crypto_hash(const struct kw_key *key, const struct kw_slice *parts, size_t n,
		    struct kw_hash *out)
{
	crypto_blake2b(key ? KW_OBJECT(*key) : KW_BYTES(NULL, 0), parts, n, out->b, 32);
}

void kw_crypto_hash128(struct kw_slice key, const struct kw_slice *parts, size_t n,
		       uint8_t out[16])
{
	crypto_blake2b(key, parts, n, out, 16);
}

void kw_crypto_longhash(const struct kw_slice *parts, size_t n, struct kw_longhash *out)
{
	crypto_blake2b(KW_BYTES(NULL, 0), parts, n, out->b, 64);
}

/*
 * A digest of a few hundred bytes fails only without memory; then no name and
 * no signature could be judged, and an abort is the one safe end.
 */
void kw_crypto_sha3(const struct kw_slice *parts, size_t n, struct kw_hash *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestInit_ex2(ctx, crypto_sha3, NULL);
	size_t i;

	for (i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, parts[i].p, parts[i].n);
	if (!ok || !EVP_DigestFinal_ex(ctx, out->b, NULL))
		sodium_misuse();
	EVP_MD_CTX_free(ctx);
}

/* One pass of HMAC: H((key ^ pad) || parts), through the streaming state. */
static void crypto_hmac_pass(const uint8_t block[CRYPTO_BLOCK], uint8_t pad,
			     const struct kw_slice *parts, size_t n, struct kw_longhash *out)
{
	crypto_generichash_state st;
	uint8_t b[CRYPTO_BLOCK];
	size_t i;

	for (i = 0; i < CRYPTO_BLOCK; i++)
		b[i] = block[i] ^ pad;
	crypto_generichash_init(&st, NULL, 0, 64);
	crypto_generichash_update(&st, b, sizeof(b));
	for (i = 0; i < n; i++)
		crypto_generichash_update(&st, parts[i].p, parts[i].n);
	crypto_generichash_final(&st, out->b, 64);
	sodium_memzero(b, sizeof(b));
	sodium_memzero(&st, sizeof(st));
}

void kw_crypto_hmac(struct kw_slice key, const struct kw_slice *parts, size_t n,
		    struct kw_longhash *out)
{
	uint8_t block[CRYPTO_BLOCK] = { 0 };
	struct kw_longhash inner;
	struct kw_slice in = KW_OBJECT(inner);

	memcpy(block, key.p, key.n <= 64 ? key.n : 64);
	crypto_hmac_pass(block, 0x36, parts, n, &inner);
	crypto_hmac_pass(block, 0x5c, &in, 1, out);
	sodium_memzero(block, sizeof(block));
	sodium_memzero(&inner, sizeof(inner));
}

void kw_crypto_hkdf(const struct kw_longhash *ck, struct kw_slice ikm, struct kw_longhash *out,
		    size_t n)
{
	struct kw_longhash temp, last;
	struct kw_slice parts[2];
	uint8_t count;

	kw_crypto_hmac(KW_OBJECT(*ck), &ikm, 1, &temp);
	parts[0] = KW_BYTES(last.b, 0);
	parts[1] = KW_BYTES(&count, 1);
	for (count = 1; count <= n; count++) {
		kw_crypto_hmac(KW_OBJECT(temp), parts, 2, &last);
		out[count - 1] = last;
		parts[0] = KW_OBJECT(last);
	}
	sodium_memzero(&temp, sizeof(temp));
	sodium_memzero(&last, sizeof(last));
}

void kw_crypto_seal(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out)
{
	crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, in.p, in.n, a->ad.p, a->ad.n, NULL,
						  a->nonce, a->key->b);
}

int kw_crypto_open(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out)
{
	if (crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, in.p, in.n, a->ad.p,
						      a->ad.n, a->nonce, a->key->b))
		return -EBADMSG;
	return 0;
}

void kw_crypto_seal_x(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out)
{
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, in.p, in.n, a->ad.p, a->ad.n, NULL,
						   a->nonce, a->key->b);
}

int kw_crypto_open_x(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out)
{
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in.p, in.n, a->ad.p,
						       a->ad.n, a->nonce, a->key->b))
		return -EBADMSG;
	return 0;
}

void kw_crypto_siphash(const struct kw_mackey *key, struct kw_slice in, uint8_t out[8])
{
	crypto_shorthash(out, in.p, in.n, key->b);
}

void kw_crypto_ed25519(const struct kw_key *seed, uint8_t secret[64], struct kw_key *id)
{
	crypto_sign_seed_keypair(id->b, secret, seed->b);
}

/* Joins pad, purpose with its NUL, and body: Ed25519 wants one piece. */
static size_t crypto_signed(enum kw_crypto_purpose purpose, struct kw_slice body, uint8_t *buf)
{
	size_t n = strlen(crypto_purpose[purpose]) + 1;

	memset(buf, 0x4b, CRYPTO_PAD);
	memcpy(buf + CRYPTO_PAD, crypto_purpose[purpose], n);
	if (body.n)
		memcpy(buf + CRYPTO_PAD + n, body.p, body.n);
	return CRYPTO_PAD + n + body.n;
}

int kw_crypto_sign(enum kw_crypto_purpose purpose, const uint8_t secret[64],
		   struct kw_slice body, struct kw_sig *out)
{
	uint8_t buf[CRYPTO_PAD + CRYPTO_PURPOSE + KW_CRYPTO_SIGNED_MAX];

	if (body.n > KW_CRYPTO_SIGNED_MAX)
		return -EMSGSIZE;
	crypto_sign_detached(out->b, NULL, buf, crypto_signed(purpose, body, buf), secret);
	return 0;
}

int kw_crypto_verify(enum kw_crypto_purpose purpose, const struct kw_key *id,
		     struct kw_slice body, const struct kw_sig *sig)
{
	uint8_t buf[CRYPTO_PAD + CRYPTO_PURPOSE + KW_CRYPTO_SIGNED_MAX];

	if (body.n > KW_CRYPTO_SIGNED_MAX)
		return -EKEYREJECTED;
	if (crypto_sign_verify_detached(sig->b, buf, crypto_signed(purpose, body, buf), id->b))
		return -EKEYREJECTED;
	return 0;
}

bool kw_crypto_equal(const void *a, const void *b, size_t n)
{
	return !sodium_memcmp(a, b, n);
}

void kw_crypto_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
