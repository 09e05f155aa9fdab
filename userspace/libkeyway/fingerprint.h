/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A node's name: the hash of its public key, as ni URI (RFC 6920), as overlay
 * address (ORCHIDv2, RFC 7343) and as DNS name (protocol.md, Names). Two
 * fingerprints are equal when their VALs are; the authority only says which
 * directory to ask. Pure; called by everyone who shows or reads a name.
 */
#ifndef KW_FINGERPRINT_H
#define KW_FINGERPRINT_H

#include "types.h"

#define KW_FINGERPRINT_DER 44	     /* SubjectPublicKeyInfo of an Ed25519 key */
#define KW_FINGERPRINT_AUTHORITY 264 /* longest authority text, NUL included */
#define KW_FINGERPRINT_TEXT 324	     /* longest URI, NUL included */
#define KW_FINGERPRINT_DNS 330	     /* longest DNS name, NUL included */

struct kw_fingerprint {
	struct kw_hash val;
	char authority[KW_FINGERPRINT_AUTHORITY]; /* may be empty: no directory */
};

/* DER SubjectPublicKeyInfo of id (RFC 8410). */
void kw_fingerprint_der(const struct kw_key *id, uint8_t out[KW_FINGERPRINT_DER]);
/* -EBADMSG unless in is exactly such a DER. */
int KW_MUST kw_fingerprint_read_der(struct kw_slice in, struct kw_key *id);
/* VAL of a public key. */
void kw_fingerprint_compute(const struct kw_key *id, struct kw_hash *val);
/* Key address of a VAL, in 2001:2f::/32. */
void kw_fingerprint_address(const struct kw_hash *val, struct kw_addr *addr);

/*
 * Parses a whole ni URI; *fp is written on success only. -EINVAL: not
 * ni://AUTHORITY/ALG;VAL; -EPROTONOSUPPORT: an algorithm other than sha3-256
 * (upper case counts as other); -EILSEQ: padding; -EBADMSG: spare bits set or
 * a character outside base64url; -EMSGSIZE: VAL not 43 characters;
 * -EDESTADDRREQ: the authority is no DNS name or IP address with optional
 * port; -EOPNOTSUPP: a query.
 */
int KW_MUST kw_fingerprint_parse(const char *text, struct kw_fingerprint *fp);
/* One clause for a user about an error of parse, without a full stop. */
const char *kw_fingerprint_strerror(int err);
/* Writes URI and NUL; returns its length, or -EMSGSIZE. */
int KW_MUST kw_fingerprint_format(const struct kw_fingerprint *fp, char *out, size_t size);
/*
 * Writes the DNS name and NUL; returns its length. -EADDRNOTAVAIL: the
 * authority is empty or an IP address, so only HTTPS can be asked.
 */
int KW_MUST kw_fingerprint_dns(const struct kw_fingerprint *fp, char *out, size_t size);
/* -EDESTADDRREQ unless text is "", a DNS name or IP address, with optional :port. */
int KW_MUST kw_fingerprint_check_authority(const char *text);

#endif
