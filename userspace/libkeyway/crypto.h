/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The primitives of protocol.md under our own names. crypto.c is the only file
 * that includes sodium.h and openssl/evp.h (dh.c holds X25519 apart, so that
 * a simulator can replace it). Random bytes always come from the caller.
 * Nothing here keeps state but the SHA3 implementation fetched by
 * kw_crypto_init(), which must succeed once, on one thread, before anything
 * else of libkeyway is called; everything after it is thread-safe.
 */
#ifndef KW_CRYPTO_H
#define KW_CRYPTO_H

#include "types.h"

#define KW_CRYPTO_TAG 16	   /* bytes that sealing adds */
#define KW_CRYPTO_SIGNED_MAX 16384 /* longest body that is signed or verified */

/* Who signs what: one purpose, one verify function (protocol.md, Signatures). */
enum kw_crypto_purpose {
	KW_CRYPTO_STATIC,
	KW_CRYPTO_NODE,
	KW_CRYPTO_RECORD,
	KW_CRYPTO_LIST,
	KW_CRYPTO_REVOKE,
	KW_CRYPTO_ENROL,
};

/* One sealing or opening: the nonce is 12 bytes, for the _x calls 24. */
struct kw_crypto_aead {
	const struct kw_key *key;
	const uint8_t *nonce;
	struct kw_slice ad;
};

/* 0, or -ENOSYS if the libraries lack what is needed. */
int KW_MUST kw_crypto_init(void);

/* H(parts joined), and H(key, parts joined) when key isn't NULL: BLAKE2b-256. */
void kw_crypto_hash(const struct kw_key *key, const struct kw_slice *parts, size_t n,
		    struct kw_hash *out);
/* Keyed BLAKE2b-128; the key is 16..64 bytes. */
void kw_crypto_hash128(struct kw_slice key, const struct kw_slice *parts, size_t n,
		       uint8_t out[16]);
/* BLAKE2b-512, Noise's HASH. */
void kw_crypto_longhash(const struct kw_slice *parts, size_t n, struct kw_longhash *out);
/* SHA3-256. */
void kw_crypto_sha3(const struct kw_slice *parts, size_t n, struct kw_hash *out);

/* HMAC-BLAKE2b-512 (RFC 2104, block 128); the key is 64 bytes at most. */
void kw_crypto_hmac(struct kw_slice key, const struct kw_slice *parts, size_t n,
		    struct kw_longhash *out);
/* Noise's HKDF (Noise rev 34 §4.3): n outputs, 1..3; out[0] may be *ck. */
void kw_crypto_hkdf(const struct kw_longhash *ck, struct kw_slice ikm, struct kw_longhash *out,
		    size_t n);

/* ChaCha20-Poly1305 (RFC 8439). out takes in.n + 16 bytes and may equal in.p. */
void kw_crypto_seal(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out);
/* out takes in.n - 16 bytes and may equal in.p; -EBADMSG leaves it undefined. */
int KW_MUST kw_crypto_open(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out);
/* The same with XChaCha20-Poly1305. */
void kw_crypto_seal_x(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out);
int KW_MUST kw_crypto_open_x(const struct kw_crypto_aead *a, struct kw_slice in, uint8_t *out);

/* SipHash-2-4; the 8 bytes are its number in little endian. */
void kw_crypto_siphash(const struct kw_mackey *key, struct kw_slice in, uint8_t out[8]);

/* Ed25519 key pair (RFC 8032): secret = seed || id, as signing wants it. */
void kw_crypto_ed25519(const struct kw_key *seed, uint8_t secret[64], struct kw_key *id);
/* Signs pad || "keyway/v1/PURPOSE\0" || body. -EMSGSIZE above SIGNED_MAX. */
int KW_MUST kw_crypto_sign(enum kw_crypto_purpose purpose, const uint8_t secret[64],
			   struct kw_slice body, struct kw_sig *out);
/* -EKEYREJECTED: wrong signature, or a small-order or non-canonical key. */
int KW_MUST kw_crypto_verify(enum kw_crypto_purpose purpose, const struct kw_key *id,
			     struct kw_slice body, const struct kw_sig *sig);

/* Constant time in the contents. */
bool KW_MUST kw_crypto_equal(const void *a, const void *b, size_t n);
/* Never optimised away. */
void kw_crypto_wipe(void *p, size_t n);

#endif
