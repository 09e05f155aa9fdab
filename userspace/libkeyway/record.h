/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Record sets, version 1, in their binary form (protocol.md, Record set): what
 * a node announces about itself. Build with start, add, sign; take apart with
 * verify and next. Pure; slices borrow from the bytes verified. JSON and TXT
 * forms are libdaemon's, made from the same TLVs.
 */
#ifndef KW_RECORD_H
#define KW_RECORD_H

#include "cert.h"
#include "types.h"
#include "wire.h"

struct kw_identity;

#define KW_RECORD_MAX 8192	/* a longer set is refused */
#define KW_RECORD_FIT 1112	/* fits a RECORD message */
#define KW_RECORD_TEXT 255	/* longest text */
#define KW_RECORD_SLACK 600	/* seconds that a timestamp may lie ahead */
#define KW_RECORD_BLOB_MAX 16384
#define KW_RECORD_TIME_MAX 253402300799ull /* 9999-12-31T23:59:59Z */

enum kw_record_tag {
	KW_RECORD_KEY = 1,
	KW_RECORD_TIMESTAMP = 2,
	KW_RECORD_TTL = 3,
	KW_RECORD_ADDRESS = 4, /* may repeat */
	KW_RECORD_RELAY = 5,   /* may repeat */
	KW_RECORD_BLOBHASH = 6,
	KW_RECORD_STATIC = 7,
	KW_RECORD_NODE = 8, /* may repeat */
};

struct kw_record {
	struct kw_key id;
	struct kw_hash val;
	uint64_t timestamp; /* seconds since 1970 */
	uint32_t ttl;	    /* seconds */
	bool has_blobhash;
	bool has_static; /* verified */
	struct kw_hash blobhash;
	struct kw_cert_static cert;
	struct kw_slice tlvs; /* all, sorted, unknown ones too */
};

/* A set being built in the caller's buffer; size limits it (KW_RECORD_FIT). */
struct kw_record_builder {
	uint8_t *p;
	size_t size;
	size_t n;
};

/*
 * Starts a set of i's: version, key, timestamp, ttl. -EMSGSIZE, -ERANGE (a
 * timestamp above KW_RECORD_TIME_MAX).
 */
int KW_MUST kw_record_start(struct kw_record_builder *b, const struct kw_identity *i,
			    uint64_t timestamp, uint32_t ttl);
/*
 * Adds one TLV at its place. -EMSGSIZE leaves the set as it was: so add tag 8
 * last and go on without it. -EEXIST: it is there already, or its tag is and
 * may not repeat; -EINVAL: a text or size that a verifier would refuse.
 */
int KW_MUST kw_record_add(struct kw_record_builder *b, uint8_t tag, struct kw_slice value);
/* Appends the signature; returns the whole size. start left room for it. */
int KW_MUST kw_record_sign(struct kw_record_builder *b, const struct kw_identity *i);

/*
 * Reads and judges a set that must belong to val (NULL: to whatever key it
 * names). -EBADMSG: layout; -EPROTONOSUPPORT: version; -EADDRNOTAVAIL: another
 * key's; -EKEYREJECTED: a signature, the set's or its static certificate's.
 * Time isn't judged.
 */
int KW_MUST kw_record_verify(struct kw_slice in, const struct kw_hash *val, struct kw_record *r);
/* Next TLV with this tag (0: any), *at starting at 0; false at the end. */
bool KW_MUST kw_record_next(const struct kw_record *r, uint8_t tag, size_t *at,
			    struct kw_wire_tlv *tlv);
/* -EKEYEXPIRED: older than its TTL; -ETIME: from the future. */
int KW_MUST kw_record_check_time(const struct kw_record *r, const struct kw_time *t);
/* -ENODATA: the set names no blob; -EBADMSG: another one; -EMSGSIZE. */
int KW_MUST kw_record_check_blob(const struct kw_record *r, struct kw_slice blob);
/* max(now, last + 1), at most KW_RECORD_TIME_MAX. */
uint64_t KW_MUST kw_record_next_timestamp(uint64_t now, uint64_t last);

/* "keyway+udp://IP:PORT". -EPROTONOSUPPORT: another scheme; -EINVAL. */
int KW_MUST kw_record_parse_address(struct kw_slice text, struct kw_source *out);
/* Writes text and NUL; returns its length or -EMSGSIZE. 64 bytes suffice. */
int KW_MUST kw_record_format_address(const struct kw_source *s, char *out, size_t size);

#endif
