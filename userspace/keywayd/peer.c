// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The table of peers: two chained hash tables that double when full, by
 * fingerprint and by key address. Both are hashes already, so their own bytes
 * choose the bucket; only trusted peers are in it, so nobody can aim.
 */
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"
#include "libkeyway/fingerprint.h"
#include "peer.h"

struct peer_node {
	struct peer peer; /* first: a peer is its node */
	struct peer_node *by_val, *by_addr;
};

struct peers {
	struct peer_node **val, **addr;
	size_t n, mask;
};

static size_t peer_hash(const uint8_t *b)
{
	uint64_t v;

	memcpy(&v, b, sizeof(v));
	return (size_t)v;
}

static struct peer_node **peer_val_bucket(const struct peers *t, const struct kw_hash *val)
{
	return &t->val[peer_hash(val->b) & t->mask];
}

/* The first four bytes of a key address are the same for all. */
static struct peer_node **peer_addr_bucket(const struct peers *t, const struct kw_addr *addr)
{
	return &t->addr[peer_hash(addr->b + 8) & t->mask];
}

static void peer_insert(struct peers *t, struct peer_node *n)
{
	struct peer_node **val = peer_val_bucket(t, &n->peer.val);
	struct peer_node **addr = peer_addr_bucket(t, &n->peer.addr);

	n->by_val = *val;
	*val = n;
	n->by_addr = *addr;
	*addr = n;
}

static void peer_grow(struct peers *t)
{
	struct peers old = *t;
	struct peer_node *n, *next;
	size_t i;

	t->mask = old.mask * 2 + 1;
	t->val = alloc_zero((t->mask + 1) * sizeof(*t->val));
	t->addr = alloc_zero((t->mask + 1) * sizeof(*t->addr));
	for (i = 0; i <= old.mask; i++) {
		for (n = old.val[i]; n; n = next) {
			next = n->by_val;
			peer_insert(t, n);
		}
	}
	free(old.val);
	free(old.addr);
}

struct peers *peer_table_create(void)
{
	struct peers *t = alloc_zero(sizeof(*t));

	t->mask = 63;
	t->val = alloc_zero((t->mask + 1) * sizeof(*t->val));
	t->addr = alloc_zero((t->mask + 1) * sizeof(*t->addr));
	return t;
}

void peer_table_destroy(struct peers *t)
{
	if (t->n)
		abort();
	free(t->val);
	free(t->addr);
	free(t);
}

struct peer *peer_lookup(const struct peers *t, const struct kw_hash *val)
{
	struct peer_node *n;

	for (n = *peer_val_bucket(t, val); n; n = n->by_val)
		if (!memcmp(n->peer.val.b, val->b, sizeof(val->b)))
			return &n->peer;
	return NULL;
}

struct peer *peer_lookup_addr(const struct peers *t, const struct kw_addr *addr)
{
	struct peer_node *n;

	for (n = *peer_addr_bucket(t, addr); n; n = n->by_addr)
		if (!memcmp(n->peer.addr.b, addr->b, sizeof(addr->b)))
			return &n->peer;
	return NULL;
}

struct peer *peer_add(struct peers *t, const struct kw_hash *val)
{
	struct peer_node *n;
	struct kw_addr addr;

	kw_fingerprint_address(val, &addr);
	if (peer_lookup_addr(t, &addr))
		return NULL;
	if (t->n++ > t->mask)
		peer_grow(t);
	n = alloc_zero(sizeof(*n));
	n->peer.val = *val;
	n->peer.addr = addr;
	peer_insert(t, n);
	return &n->peer;
}

void peer_del(struct peers *t, struct peer *p)
{
	struct peer_node *n = (struct peer_node *)p;
	struct peer_node **at;

	if (p->connect || p->discover || p->handshake)
		abort();
	for (at = peer_val_bucket(t, &p->val); *at != n; at = &(*at)->by_val)
		;
	*at = n->by_val;
	for (at = peer_addr_bucket(t, &p->addr); *at != n; at = &(*at)->by_addr)
		;
	*at = n->by_addr;
	t->n--;
	free(n);
}

size_t peer_count(const struct peers *t)
{
	return t->n;
}

void peer_each(struct peers *t, void (*fn)(void *arg, struct peer *p), void *arg)
{
	struct peer_node *n, *next;
	size_t i;

	for (i = 0; i <= t->mask; i++) {
		for (n = t->val[i]; n; n = next) {
			next = n->by_val;
			fn(arg, &n->peer);
		}
	}
}
