/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The trust store: who may talk to us, and as what. A table in the caller's
 * memory, sorted by VAL, plus the file form that people edit: [Peer] sections
 * as in a device's configuration. Off by default: who isn't in it is nobody.
 * Pure; keywayd reads and writes the file and builds its live table from this.
 * Pointers from lookup are borrowed until the next add, del or merge.
 */
#ifndef KW_TRUST_H
#define KW_TRUST_H

#include "fingerprint.h"
#include "types.h"

#define KW_TRUST_NAME 64      /* NUL included */
#define KW_TRUST_ENDPOINT 272 /* HOST:PORT text, NUL included */
#define KW_TRUST_PREFIXES 64
#define KW_TRUST_ERROR 160
#define KW_TRUST_ENTRY_TEXT 4096 /* room for any entry formatted */

#define KW_TRUST_TRANSIT 0x1 /* may source any address but the reserved ones */
#define KW_TRUST_DENY 0x2    /* refused, whoever else trusts it */

enum kw_trust_origin {
	KW_TRUST_LOCAL, /* our file or configuration; persists */
	KW_TRUST_NETWORK,
	KW_TRUST_DELEGATOR,
};

struct kw_trust_entry {
	/* identity */
	struct kw_fingerprint fp;
	struct kw_addr addr; /* filled by kw_trust_add */
	/* set */
	char name[KW_TRUST_NAME];	  /* printable UTF-8 without blanks, may be empty */
	char endpoint[KW_TRUST_ENDPOINT]; /* may be empty */
	struct kw_prefix prefix[KW_TRUST_PREFIXES];
	uint16_t prefixes;
	uint16_t keepalive; /* seconds, 0 off */
	uint32_t flags;
	enum kw_trust_origin origin;
	uint64_t expires; /* seconds since 1970, 0 never */
	uint32_t line;	  /* of its section in the file, 0 if from elsewhere */
};

struct kw_trust {
	struct kw_trust_entry *entry; /* sorted by fp.val */
	size_t n;
	size_t max;
};

/* Where a text was refused: line from 1, and a clause "what - why - next". */
struct kw_trust_error {
	uint32_t line;
	char text[KW_TRUST_ERROR];
};

/* Uses room for max entries, which stays the caller's. */
void kw_trust_create(struct kw_trust *t, struct kw_trust_entry *room, size_t max);

/*
 * Copies e in. -EEXIST: VAL is there; -EADDRINUSE: another key has its
 * address; -ENOSPC: full; -EINVAL: a prefix that can't be granted.
 */
int KW_MUST kw_trust_add(struct kw_trust *t, const struct kw_trust_entry *e);
/* -ENOENT. */
int KW_MUST kw_trust_del(struct kw_trust *t, const struct kw_hash *val);
/* NULL if nobody. */
const struct kw_trust_entry *kw_trust_lookup(const struct kw_trust *t, const struct kw_hash *val);
const struct kw_trust_entry *kw_trust_lookup_id(const struct kw_trust *t, const struct kw_key *id);
const struct kw_trust_entry *kw_trust_lookup_addr(const struct kw_trust *t,
						  const struct kw_addr *addr);
/*
 * Adds from's entries that t lacks; a local entry of t, a deny above all,
 * stays as it is. Stops at the first error of add but -EEXIST.
 */
int KW_MUST kw_trust_merge(struct kw_trust *t, const struct kw_trust *from);
/* May we talk now? -EACCES: denied (or e NULL); -EKEYEXPIRED. */
int KW_MUST kw_trust_check(const struct kw_trust_entry *e, const struct kw_time *t);

/* -EINVAL: lies inside a reserved range, or len above 128. */
int KW_MUST kw_trust_check_prefix(const struct kw_prefix *p);
/* Key addresses, loopback, link-local, multicast, unspecified: never granted. */
bool KW_MUST kw_trust_reserved(const struct kw_addr *a);
/* May e's node send packets from a: its key address, a prefix, or transit. */
bool KW_MUST kw_trust_allows(const struct kw_trust_entry *e, const struct kw_addr *a);

/*
 * One "Key = value" of a [Peer] section into e: Fingerprint, Name, Endpoint,
 * AllowedIPs (adds up), PersistentKeepalive, Transit, Deny, Expires. Keys
 * ignore case. -ENOENT: unknown key; -EINVAL; err->text says why.
 */
int KW_MUST kw_trust_parse_field(struct kw_trust_entry *e, const char *key, const char *value,
				 struct kw_trust_error *err);
/* The key that was probably meant, or NULL. */
const char *kw_trust_suggest(const char *key);
/*
 * A whole trust file, of local origin, into t. Errors as add and parse_field,
 * with err's line; t then holds what came before.
 */
int KW_MUST kw_trust_parse(struct kw_trust *t, struct kw_slice text, struct kw_trust_error *err);
/* One section and NUL; returns its length or -EMSGSIZE. */
int KW_MUST kw_trust_format(const struct kw_trust_entry *e, char *out, size_t size);
/*
 * Where the section of val lies in text, its own comments included, so that
 * it can be cut or replaced and all else stays as people wrote it. -ENOENT.
 */
int KW_MUST kw_trust_find(struct kw_slice text, const struct kw_hash *val, struct kw_slice *section);

/* "10.1.0.0/16", "2001:db8::/32" or a bare address; host bits are cleared. */
int KW_MUST kw_trust_parse_prefix(const char *text, struct kw_prefix *p);
/* Writes text and NUL; returns its length or -EMSGSIZE. 50 bytes suffice. */
int KW_MUST kw_trust_format_prefix(const struct kw_prefix *p, char *out, size_t size);

#endif
