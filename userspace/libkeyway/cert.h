/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Static certificates (an identity certifies its X25519 key S) and node
 * certificates (a network key certifies a node): layouts, building, verifying,
 * dates, epochs (protocol.md, Signatures). Pure; slices in a node certificate
 * borrow from the bytes it was read from. What was seen before (highest
 * epochs) is remembered by the caller and judged here.
 */
#ifndef KW_CERT_H
#define KW_CERT_H

#include "types.h"

struct kw_identity;

#define KW_CERT_STATIC 124     /* wire size */
#define KW_CERT_STATIC_TAIL 92 /* without S, as INIT carries it */
#define KW_CERT_STATIC_LIFE (7 * 86400)
#define KW_CERT_BACKDATE 86400 /* signers set not-before one day back */
#define KW_CERT_NODE_MAX 600   /* wire size at most */
#define KW_CERT_NAME_MAX 255   /* bytes of name or user that are written */

/* Flags of a node certificate; unknown ones are offers and ignored. */
#define KW_CERT_TRANSIT 0x1
#define KW_CERT_RELAY 0x2
#define KW_CERT_PARENT 0x4

struct kw_cert_static {
	struct kw_key s;
	uint64_t epoch;
	uint64_t not_before; /* seconds since 1970; both 0: made without a clock */
	uint64_t not_after;
	struct kw_sig sig;
};

struct kw_cert_node {
	struct kw_key network;
	struct kw_key node;
	uint64_t epoch;
	uint64_t not_before;
	uint64_t not_after;
	uint32_t flags;
	struct kw_slice name; /* UTF-8, empty if absent */
	struct kw_slice user;
	struct kw_slice tlvs; /* all of them: attributes and prefixes too */
	struct kw_sig sig;
};

/* Highest epoch seen of one identity, and the S it came with. */
struct kw_cert_seen {
	uint64_t epoch;
	struct kw_key s;
};

/* Signs c->s, epoch and dates; fills c->sig. */
int KW_MUST kw_cert_sign_static(struct kw_cert_static *c, const struct kw_identity *i);
/* -EKEYREJECTED unless id signed it. */
int KW_MUST kw_cert_verify_static(const struct kw_cert_static *c, const struct kw_key *id);
void kw_cert_write_static(const struct kw_cert_static *c, uint8_t out[KW_CERT_STATIC]);
/* -EBADMSG: other length, or flags. Judges no signature. */
int KW_MUST kw_cert_read_static(struct kw_slice in, struct kw_cert_static *c);
/* The form of INIT, where S went before. */
void kw_cert_write_tail(const struct kw_cert_static *c, uint8_t out[KW_CERT_STATIC_TAIL]);
int KW_MUST kw_cert_read_tail(struct kw_slice in, const struct kw_key *s,
			      struct kw_cert_static *c);

/*
 * Of a static certificate: -EKEYEXPIRED, -ENOKEY (not valid yet), 0. Dates both
 * 0 pass, see undated; a node certificate always has dates.
 */
int KW_MUST kw_cert_check_dates(uint64_t not_before, uint64_t not_after, const struct kw_time *t);
/* Made without a clock: accepted by epoch, and only with a challenge. */
bool KW_MUST kw_cert_undated(const struct kw_cert_static *c);
/* -ESTALE: lower epoch; -EEXIST: the same with another S. seen NULL: first. */
int KW_MUST kw_cert_check_epoch(const struct kw_cert_static *c, const struct kw_cert_seen *seen);
/* A clause on what a check found: why, and what it may come from. */
const char *kw_cert_strerror(int err);
/*
 * Epoch of the next S: max(last + 1, now), raised until its low byte differs
 * from each of the n epochs still accepted. now is 0 without a clock.
 */
uint64_t KW_MUST kw_cert_next_epoch(uint64_t last, uint64_t now, const uint64_t *accepted,
				    size_t n);

/* Reads and judges layout: -EBADMSG. The signature isn't looked at. */
int KW_MUST kw_cert_read_node(struct kw_slice in, struct kw_cert_node *c);
/* Reads, then -EKEYREJECTED unless its own network key signed it: the caller
 * decides whether that key is trusted, and checks dates, epoch and node. */
int KW_MUST kw_cert_verify_node(struct kw_slice in, struct kw_cert_node *c);
/* One after another, *at starting at 0; false at the end. */
bool KW_MUST kw_cert_next_prefix(const struct kw_cert_node *c, size_t *at, struct kw_prefix *p);
bool KW_MUST kw_cert_next_attribute(const struct kw_cert_node *c, size_t *at, struct kw_slice *kv);
/*
 * Signs body (sorted TLVs, checked) with a network key and appends the
 * signature: out takes body.n + 64. Returns the size; -EBADMSG, -EMSGSIZE.
 */
int KW_MUST kw_cert_sign_node(struct kw_slice body, const struct kw_identity *network,
			      uint8_t *out, size_t size);

#endif
