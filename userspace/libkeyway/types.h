/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Typed bytes that every part of libkeyway, libkwnl and the daemons hand
 * around. Owns nothing but layouts; included by every header here. Everything
 * is plain memory of the caller: copy by value, wipe secrets with
 * kw_crypto_wipe(). Multi-byte numbers inside byte arrays are big endian, as
 * on the wire; members of integer type are in host order.
 */
#ifndef KW_TYPES_H
#define KW_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KW_MUST __attribute__((warn_unused_result))

/* A 32-byte key: X25519 or AEAD secret, X25519 public (S), Ed25519 public (ID). */
struct kw_key {
	uint8_t b[32];
};

/* BLAKE2b-256 or SHA3-256; a fingerprint's VAL is one. */
struct kw_hash {
	uint8_t b[32];
};

/* BLAKE2b-512: Noise's h and ck. */
struct kw_longhash {
	uint8_t b[64];
};

/* An Ed25519 signature. */
struct kw_sig {
	uint8_t b[64];
};

/* A SipHash key: mac1 key, half a cookie secret. */
struct kw_mackey {
	uint8_t b[16];
};

/* An address, overlay or outer: IPv6, or IPv4 v4-mapped (::ffff:a.b.c.d). */
struct kw_addr {
	uint8_t b[16];
};

/* len 0..128; an IPv4 prefix is v4-mapped with 96 added to its length. */
struct kw_prefix {
	struct kw_addr addr;
	uint8_t len;
};

/* Where a datagram came from or goes to; tag is the ingress tag, 0 direct. */
struct kw_source {
	struct kw_addr addr;
	uint16_t port;
	uint32_t tag;
};

/*
 * What is known of the time (protocol.md, Clock). synchronised: sec is
 * max(clock, floor). Otherwise sec is the floor alone: not-before isn't
 * checked and not-after fails only below it.
 */
struct kw_time {
	uint64_t sec; /* since 1970 */
	bool synchronised;
};

/* Borrowed bytes: valid as long as what they point into. */
struct kw_slice {
	const uint8_t *p;
	size_t n;
};

#define KW_BYTES(ptr, len) ((struct kw_slice){ (const uint8_t *)(ptr), (len) })
#define KW_TEXT(literal) KW_BYTES(literal, sizeof(literal) - 1)
#define KW_OBJECT(obj) KW_BYTES((obj).b, sizeof((obj).b))

#endif
