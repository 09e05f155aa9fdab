/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The trust store: who may talk to us, and as what. A table in the caller's
 * memory, indexed by VAL and by key address, and the keys of the [Peer] sections
 * that describe an entry, here and in a device's configuration. Off by default:
 * who isn't in it is nobody. Pure; keywayd builds its live table from this.
 * Pointers from lookup are borrowed until the next add, del or merge.
 */
#ifndef KW_TRUST_H
#define KW_TRUST_H

#include "fingerprint.h"
#include "prefix.h"
#include "types.h"

#define KW_TRUST_NAME 64      /* NUL included */
#define KW_TRUST_ENDPOINT 272 /* HOST:PORT text, NUL included */
#define KW_TRUST_PREFIXES 64
#define KW_TRUST_ERROR 160

#define KW_TRUST_TRANSIT 0x1 /* may source any address but the reserved ones */
#define KW_TRUST_DENY 0x2    /* refused, whoever else trusts it */

enum kw_trust_origin {
	KW_TRUST_LOCAL, /* our file or configuration; persists */
	KW_TRUST_NETWORK,
	KW_TRUST_DELEGATOR,
};

/* Places in the table's two indexes, by VAL and by address; 0 is nobody. */
struct kw_trust_link {
	uint32_t head; /* of the bucket with this entry's number */
	uint32_t next;
};

struct kw_trust_entry {
	/* identity */
	struct kw_fingerprint fp;
	struct kw_addr addr; /* filled by kw_trust_add */
	/* set */
	char name[KW_TRUST_NAME];	  /* letters, digits, . _ - @ +; may be empty */
	char endpoint[KW_TRUST_ENDPOINT]; /* may be empty */
	struct kw_prefix prefix[KW_TRUST_PREFIXES];
	uint16_t prefixes;
	uint16_t keepalive; /* seconds, 0 off */
	uint32_t flags;
	enum kw_trust_origin origin;
	uint64_t expires; /* seconds since 1970, 0 never */
	uint32_t line;	  /* of its section in the file, 0 if from elsewhere */
	uint32_t said;	  /* bit per key that kw_trust_parse_field has read */
	/* state */
	struct kw_trust_link link[2]; /* nobody's but trust.c's */
};

struct kw_trust {
	struct kw_trust_entry *entry; /* n of them, in no order */
	size_t n;
	size_t max;
};

/* Where a text was refused: line from 1, and a clause "what - why - next". */
struct kw_trust_error {
	uint32_t line;
	char text[KW_TRUST_ERROR];
};

/* Clears and uses room for max entries, which stays the caller's. */
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

/* May e's node send packets from a: its key address, a prefix, or transit. */
bool KW_MUST kw_trust_allows(const struct kw_trust_entry *e, const struct kw_addr *a);

/*
 * One "Key = value" of a [Peer] section into e: Fingerprint, Name, Endpoint,
 * AllowedIPs (adds up, may repeat), PersistentKeepalive, Transit, Deny,
 * Expires; a second time is refused. Keys ignore case. -ENOENT: unknown key; -EINVAL; err->text says why.
 */
int KW_MUST kw_trust_parse_field(struct kw_trust_entry *e, const char *key, const char *value,
				 struct kw_trust_error *err);
/* Has kw_trust_parse_field read this key into e? "off" is said, too. */
bool KW_MUST kw_trust_says(const struct kw_trust_entry *e, const char *key);
/* The key that was probably meant, or NULL. */
const char *kw_trust_suggest(const char *key);
/* As Expires is written: 2026-01-02T03:04:05Z, or "never". */
void kw_trust_format_expires(const struct kw_trust_entry *e, char out[24]);

#endif
