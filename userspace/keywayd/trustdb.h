/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The live trust table: who may talk to us, as handshake workers read it while
 * the loop edits it. Hash tables of liburcu by VAL and by key address; the loop
 * is the only writer; answers are copied out by value. Filled from libkeyway's
 * store (configuration and trust file). Local deny wins. Who isn't in it is
 * nobody. A library to every engine.
 */
#ifndef KEYWAYD_TRUSTDB_H
#define KEYWAYD_TRUSTDB_H

#include "libkeyway/trust.h"

struct trustdb;

/* A reader's copy: what a handshake needs, and no more. */
struct trustdb_entry {
	struct kw_hash val;
	struct kw_addr addr;
	uint32_t flags; /* KW_TRUST_TRANSIT, KW_TRUST_DENY */
	enum kw_trust_origin origin;
	uint64_t expires; /* seconds since 1970, 0 never */
};

enum trustdb_change {
	TRUSTDB_ADDED,
	TRUSTDB_CHANGED,
	TRUSTDB_REMOVED, /* or denied: sessions end at once */
};

struct trustdb *trustdb_create(void);
/* No reader may be left. */
void trustdb_destroy(struct trustdb *t);

/* Each thread but the one that created the table, before and after its reads. */
void trustdb_thread_start(void);
void trustdb_thread_stop(void);

/* Any registered thread. -ENOENT: nobody; -EACCES: denied; -EKEYEXPIRED. */
int KW_MUST trustdb_check(const struct trustdb *t, const struct kw_hash *val,
			  const struct kw_time *now, struct trustdb_entry *out);
int KW_MUST trustdb_check_id(const struct trustdb *t, const struct kw_key *id,
			     const struct kw_time *now, struct trustdb_entry *out);
int KW_MUST trustdb_check_addr(const struct trustdb *t, const struct kw_addr *addr,
			       const struct kw_time *now, struct trustdb_entry *out);

/* Loop thread: the whole entry, borrowed until the next set; NULL: nobody. */
const struct kw_trust_entry *trustdb_lookup(const struct trustdb *t, const struct kw_hash *val);
const struct kw_trust_entry *trustdb_lookup_addr(const struct trustdb *t,
						 const struct kw_addr *addr);
/* What to call it in the log: its name, or "a peer". Borrowed likewise. */
const char *trustdb_name(const struct trustdb *t, const struct kw_addr *addr);
size_t trustdb_count(const struct trustdb *t);

/*
 * Called on the loop's thread after readers see the change; e is the entry as
 * it is now, or for TRUSTDB_REMOVED as it was (flags hold DENY if denied now).
 */
void trustdb_watch(struct trustdb *t,
		   void (*changed)(void *arg, enum trustdb_change change,
				   const struct kw_trust_entry *e),
		   void *arg);

/*
 * Makes the table equal to store; each difference is told to the watcher. A
 * denied entry counts as removed. Readers see each entry change at once, never
 * half of one.
 */
void trustdb_set(struct trustdb *t, const struct kw_trust *store);
void trustdb_each(const struct trustdb *t,
		  void (*fn)(void *arg, const struct kw_trust_entry *e), void *arg);

#endif
