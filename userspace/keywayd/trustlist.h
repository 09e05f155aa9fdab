/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The trust file STATEDIR/trust, which people and `keyway trust` both edit:
 * read whole, one entry replaced or cut with all comments kept, watched for
 * changes by others. Loop thread; called by node.c.
 */
#ifndef KEYWAYD_TRUSTLIST_H
#define KEYWAYD_TRUSTLIST_H

#include <jansson.h>

#include "libkeyway/trust.h"

struct config;
struct failure;
struct loop;
struct trustdb;
struct trustlist;

/* changed: somebody else wrote the file. */
struct trustlist *trustlist_create(struct loop *loop, const char *dir, void (*changed)(void *arg),
				   void *arg);
void trustlist_destroy(struct trustlist *l);

/* Reads the file anew; after an error the last good entries stay. */
int KW_MUST trustlist_load(struct trustlist *l, struct failure *f);
/* The same in two steps, when more may fail between: take fresh, or free its entries. */
int KW_MUST trustlist_read(const struct trustlist *l, struct kw_trust *fresh, struct failure *f);
void trustlist_take(struct trustlist *l, const struct kw_trust *fresh);
/*
 * Makes db equal to configuration and file together. The configuration's entry
 * wins, but for a deny, which always does; own is left out; an entry past its
 * date counts as denied; who says nothing of a keepalive gets the
 * configuration's. The two stores stay as they are.
 */
void trustlist_apply(const struct trustlist *l, const struct config *config,
		     const struct kw_hash *own, const struct kw_time *now, struct trustdb *db);

/*
 * On disk when it returns 0. Replaces the entry of the same fingerprint. DENIED:
 * the configuration has it, and would win.
 */
int KW_MUST trustlist_add(struct trustlist *l, const struct kw_trust_entry *e,
			  const struct kw_trust *config, struct failure *f);
/* who: ni URI or the entry's name; *fp is whose entry went. */
int KW_MUST trustlist_del(struct trustlist *l, const char *who, const struct kw_trust *config,
			  struct kw_fingerprint *fp, struct failure *f);
/* Array of entries as control-socket.md says, a new reference. */
json_t *trustlist_json(const struct trustlist *l, const struct kw_trust *config);

#endif
