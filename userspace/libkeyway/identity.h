/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A node's own identity key (Ed25519) with what follows from it. Secret: the
 * owner keeps it in locked memory and ends it with kw_identity_destroy(). The
 * file form is PEM PKCS#8 (RFC 8410), which openssl reads too. Pure: entropy
 * and files are the caller's.
 */
#ifndef KW_IDENTITY_H
#define KW_IDENTITY_H

#include "types.h"

#define KW_IDENTITY_TEXT 128 /* room for the PEM form, NUL included */

struct kw_identity {
	/* identity */
	uint8_t secret[64]; /* seed || id */
	struct kw_key id;
	struct kw_hash val;
	struct kw_addr addr;
};

/* From 32 bytes of entropy, which the caller wipes. */
void kw_identity_create(struct kw_identity *i, const struct kw_key *seed);
void kw_identity_destroy(struct kw_identity *i);
/* PEM and NUL; returns its length or -EMSGSIZE. The caller wipes out. */
int KW_MUST kw_identity_format(const struct kw_identity *i, char *out, size_t size);
/*
 * -ENOKEY: no "PRIVATE KEY" block, -EPROTONOSUPPORT: a key of another kind,
 * -EINVAL: damaged. Creates *i on success only.
 */
int KW_MUST kw_identity_parse(const char *text, struct kw_identity *i);

#endif
