// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The live trust table. Owns its nodes, which are in two hash tables of
 * liburcu and are freed after a grace period. The loop's thread writes; any
 * registered thread reads. Called by node.c to fill it, by workers to ask it.
 */
#define URCU_API_MAP
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>
#include <urcu/rculfhash.h>

#include "trustdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"

#define TRUSTDB_BUCKETS 64 /* to begin with; the tables resize */

struct trustdb_node {
	struct cds_lfht_node by_val;
	struct cds_lfht_node by_addr;
	struct rcu_head rcu;
	struct trustdb_entry entry;
	/* of the writer alone */
	struct kw_trust_entry whole;
	uint64_t seen; /* round of the last set that held it */
	struct trustdb_node *stale; /* the next to be removed */
};

struct trustdb {
	struct cds_lfht *by_val;
	struct cds_lfht *by_addr;
	/* of the writer alone */
	uint64_t round;
	size_t n;
	void (*changed)(void *arg, enum trustdb_change change, const struct kw_trust_entry *e);
	void *arg;
};

/* Many tables may live in one thread, which registers once. */
static __thread unsigned int trustdb_threads;

void trustdb_thread_start(void)
{
	if (!trustdb_threads++)
		rcu_register_thread();
}

void trustdb_thread_stop(void)
{
	if (!--trustdb_threads)
		rcu_unregister_thread();
}

/* VALs and key addresses are hashes already. */
static unsigned long trustdb_hash(const uint8_t *p)
{
	unsigned long hash;

	memcpy(&hash, p, sizeof(hash));
	return hash;
}

static int trustdb_match_val(struct cds_lfht_node *node, const void *key)
{
	const struct trustdb_node *n = caa_container_of(node, struct trustdb_node, by_val);

	return !memcmp(n->entry.val.b, key, sizeof(n->entry.val.b));
}

static int trustdb_match_addr(struct cds_lfht_node *node, const void *key)
{
	const struct trustdb_node *n = caa_container_of(node, struct trustdb_node, by_addr);

	return !memcmp(n->entry.addr.b, key, sizeof(n->entry.addr.b));
}

/* Both need rcu_read_lock() held, or to be the writer. */
static struct trustdb_node *trustdb_find(const struct trustdb *t, const struct kw_hash *val)
{
	struct cds_lfht_iter iter;
	struct cds_lfht_node *node;

	cds_lfht_lookup(t->by_val, trustdb_hash(val->b), trustdb_match_val, val, &iter);
	node = cds_lfht_iter_get_node(&iter);
	return node ? caa_container_of(node, struct trustdb_node, by_val) : NULL;
}

static struct trustdb_node *trustdb_find_addr(const struct trustdb *t, const struct kw_addr *addr)
{
	struct cds_lfht_iter iter;
	struct cds_lfht_node *node;

	/* its last 8 bytes: the first hold the prefix of all key addresses */
	cds_lfht_lookup(t->by_addr, trustdb_hash(addr->b + 8), trustdb_match_addr, addr, &iter);
	node = cds_lfht_iter_get_node(&iter);
	return node ? caa_container_of(node, struct trustdb_node, by_addr) : NULL;
}

static int trustdb_judge(const struct trustdb_node *n, const struct kw_time *now,
			 struct trustdb_entry *out)
{
	if (!n)
		return -ENOENT;
	*out = n->entry;
	if (out->flags & KW_TRUST_DENY)
		return -EACCES;
	return out->expires && now->sec > out->expires ? -EKEYEXPIRED : 0;
}

int trustdb_check(const struct trustdb *t, const struct kw_hash *val, const struct kw_time *now,
		  struct trustdb_entry *out)
{
	int err;

	rcu_read_lock();
	err = trustdb_judge(trustdb_find(t, val), now, out);
	rcu_read_unlock();
	return err;
}

int trustdb_check_id(const struct trustdb *t, const struct kw_key *id, const struct kw_time *now,
		     struct trustdb_entry *out)
{
	struct kw_hash val;

	kw_fingerprint_compute(id, &val);
	return trustdb_check(t, &val, now, out);
}

int trustdb_check_addr(const struct trustdb *t, const struct kw_addr *addr,
		       const struct kw_time *now, struct trustdb_entry *out)
{
	int err;

	rcu_read_lock();
	err = trustdb_judge(trustdb_find_addr(t, addr), now, out);
	rcu_read_unlock();
	return err;
}

const struct kw_trust_entry *trustdb_lookup(const struct trustdb *t, const struct kw_hash *val)
{
	struct trustdb_node *n;

	/* only this thread frees nodes, so the borrow outlives the section */
	rcu_read_lock();
	n = trustdb_find(t, val);
	rcu_read_unlock();
	return n ? &n->whole : NULL;
}

const struct kw_trust_entry *trustdb_lookup_addr(const struct trustdb *t,
						 const struct kw_addr *addr)
{
	struct trustdb_node *n;

	rcu_read_lock();
	n = trustdb_find_addr(t, addr);
	rcu_read_unlock();
	return n ? &n->whole : NULL;
}

const char *trustdb_name(const struct trustdb *t, const struct kw_addr *addr)
{
	const struct kw_trust_entry *e = trustdb_lookup_addr(t, addr);

	return e && *e->name ? e->name : "a peer";
}

size_t trustdb_count(const struct trustdb *t)
{
	return t->n;
}

void trustdb_watch(struct trustdb *t,
		   void (*changed)(void *arg, enum trustdb_change change,
				   const struct kw_trust_entry *e),
		   void *arg)
{
	t->changed = changed;
	t->arg = arg;
}

static void trustdb_tell(struct trustdb *t, enum trustdb_change change,
			 const struct kw_trust_entry *e)
{
	if (t->changed)
		t->changed(t->arg, change, e);
}

static void trustdb_free(struct rcu_head *head)
{
	free(caa_container_of(head, struct trustdb_node, rcu));
}

static struct trustdb_node *trustdb_node(const struct trustdb *t, const struct kw_trust_entry *e)
{
	struct trustdb_node *n = alloc_zero(sizeof(*n));

	cds_lfht_node_init(&n->by_val);
	cds_lfht_node_init(&n->by_addr);
	n->whole = *e;
	n->entry.val = e->fp.val;
	n->entry.addr = e->addr;
	n->entry.flags = e->flags;
	n->entry.origin = e->origin;
	n->entry.expires = e->expires;
	n->seen = t->round;
	return n;
}

/* Replacing in each table at once: a reader finds the old node or the new. */
static void trustdb_put(struct trustdb *t, struct trustdb_node *n, struct trustdb_node *old)
{
	rcu_read_lock();
	cds_lfht_add_replace(t->by_val, trustdb_hash(n->entry.val.b), trustdb_match_val,
			     &n->entry.val, &n->by_val);
	cds_lfht_add_replace(t->by_addr, trustdb_hash(n->entry.addr.b + 8), trustdb_match_addr,
			     &n->entry.addr, &n->by_addr);
	rcu_read_unlock();
	if (old)
		call_rcu(&old->rcu, trustdb_free);
	else
		t->n++;
}

static bool trustdb_live(const struct kw_trust_entry *e)
{
	return e && !(e->flags & KW_TRUST_DENY);
}

/* Entries are compared as the bytes they were built from, but for their places. */
static bool trustdb_same(const struct kw_trust_entry *a, const struct kw_trust_entry *b)
{
	struct kw_trust_entry copy = *b;

	copy.line = a->line;
	memcpy(copy.link, a->link, sizeof(copy.link));
	return !memcmp(a, &copy, sizeof(copy));
}

static void trustdb_set_one(struct trustdb *t, const struct kw_trust_entry *e)
{
	struct trustdb_node *old, *fresh;
	bool was;

	rcu_read_lock();
	old = trustdb_find(t, &e->fp.val);
	rcu_read_unlock();
	if (old && trustdb_same(&old->whole, e)) {
		old->seen = t->round;
		return;
	}
	was = old && trustdb_live(&old->whole);
	fresh = trustdb_node(t, e);
	trustdb_put(t, fresh, old);
	if (trustdb_live(e))
		trustdb_tell(t, was ? TRUSTDB_CHANGED : TRUSTDB_ADDED, &fresh->whole);
	else if (was)
		trustdb_tell(t, TRUSTDB_REMOVED, &fresh->whole);
}

static void trustdb_del(struct trustdb *t, struct trustdb_node *n)
{
	rcu_read_lock();
	(void)!cds_lfht_del(t->by_val, &n->by_val);
	(void)!cds_lfht_del(t->by_addr, &n->by_addr);
	rcu_read_unlock();
	t->n--;
	if (trustdb_live(&n->whole))
		trustdb_tell(t, TRUSTDB_REMOVED, &n->whole);
	call_rcu(&n->rcu, trustdb_free);
}

/* Those that this round's store lacks, chained; the watcher is told outside the section. */
static struct trustdb_node *trustdb_stale(const struct trustdb *t)
{
	struct trustdb_node *n, *stale = NULL;
	struct cds_lfht_iter iter;

	rcu_read_lock();
	cds_lfht_for_each_entry(t->by_val, &iter, n, by_val) {
		if (n->seen == t->round)
			continue;
		n->stale = stale;
		stale = n;
	}
	rcu_read_unlock();
	return stale;
}

void trustdb_set(struct trustdb *t, const struct kw_trust *store)
{
	struct trustdb_node *n, *stale;
	size_t i;

	t->round++;
	for (i = 0; i < store->n; i++)
		trustdb_set_one(t, &store->entry[i]);
	for (stale = trustdb_stale(t); (n = stale);) {
		stale = n->stale;
		trustdb_del(t, n);
	}
}

void trustdb_each(const struct trustdb *t,
		  void (*fn)(void *arg, const struct kw_trust_entry *e), void *arg)
{
	struct cds_lfht_iter iter;
	struct trustdb_node *n;

	rcu_read_lock();
	cds_lfht_for_each_entry(t->by_val, &iter, n, by_val)
		fn(arg, &n->whole);
	rcu_read_unlock();
}

struct trustdb *trustdb_create(void)
{
	struct trustdb *t = alloc_zero(sizeof(*t));

	trustdb_thread_start();
	t->by_val = cds_lfht_new(TRUSTDB_BUCKETS, TRUSTDB_BUCKETS, 0, CDS_LFHT_AUTO_RESIZE, NULL);
	t->by_addr = cds_lfht_new(TRUSTDB_BUCKETS, TRUSTDB_BUCKETS, 0, CDS_LFHT_AUTO_RESIZE, NULL);
	if (!t->by_val || !t->by_addr)
		abort();
	return t;
}

void trustdb_destroy(struct trustdb *t)
{
	const struct kw_trust none = { 0 };

	t->changed = NULL;
	trustdb_set(t, &none);
	rcu_barrier();
	if (cds_lfht_destroy(t->by_val, NULL) || cds_lfht_destroy(t->by_addr, NULL))
		abort();
	trustdb_thread_stop();
	free(t);
}
