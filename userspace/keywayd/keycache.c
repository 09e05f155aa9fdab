// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Two direct-mapped tables under one lock, which is held for a compare and a
 * copy only. Slots are chosen by a hash under a secret of this process: who is
 * trusted still can't aim at another's slot.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "entropy.h"
#include "keycache.h"
#include "libdaemon/alloc.h"
#include "libkeyway/crypto.h"

#define KEYCACHE_SLOTS 4096

struct keycache_ss {
	struct kw_key ours, theirs, ss;
};

struct keycache {
	pthread_mutex_t lock; /* of both tables */
	struct kw_mackey key;
	struct kw_hash sig[KEYCACHE_SLOTS];
	struct keycache_ss ss[KEYCACHE_SLOTS];
};

static size_t keycache_slot(const struct keycache *c, const uint8_t b[32])
{
	uint8_t h[8];

	kw_crypto_siphash(&c->key, KW_BYTES(b, 32), h);
	return (h[0] | (size_t)h[1] << 8) % KEYCACHE_SLOTS;
}

struct keycache *keycache_create(void)
{
	struct keycache *c = alloc_zero(sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	entropy_fill(&c->key, sizeof(c->key));
	return c;
}

void keycache_destroy(struct keycache *c)
{
	kw_crypto_wipe(c->ss, sizeof(c->ss));
	pthread_mutex_destroy(&c->lock);
	free(c);
}

bool keycache_signed(struct keycache *c, const struct kw_hash *what)
{
	size_t at = keycache_slot(c, what->b);
	bool hit;

	pthread_mutex_lock(&c->lock);
	hit = !memcmp(&c->sig[at], what, sizeof(*what));
	pthread_mutex_unlock(&c->lock);
	return hit;
}

void keycache_add_signed(struct keycache *c, const struct kw_hash *what)
{
	size_t at = keycache_slot(c, what->b);

	pthread_mutex_lock(&c->lock);
	c->sig[at] = *what;
	pthread_mutex_unlock(&c->lock);
}

int keycache_ss(struct keycache *c, const struct kw_key *ours, const struct kw_key *theirs,
		struct kw_key *ss)
{
	struct keycache_ss *slot = &c->ss[keycache_slot(c, theirs->b)];
	bool hit;

	pthread_mutex_lock(&c->lock);
	hit = !memcmp(&slot->ours, ours, sizeof(*ours)) &&
	      !memcmp(&slot->theirs, theirs, sizeof(*theirs));
	if (hit)
		*ss = slot->ss;
	pthread_mutex_unlock(&c->lock);
	return hit ? 0 : -ENOENT;
}

void keycache_add_ss(struct keycache *c, const struct kw_key *ours, const struct kw_key *theirs,
		     const struct kw_key *ss)
{
	struct keycache_ss *slot = &c->ss[keycache_slot(c, theirs->b)];

	pthread_mutex_lock(&c->lock);
	slot->ours = *ours;
	slot->theirs = *theirs;
	slot->ss = *ss;
	pthread_mutex_unlock(&c->lock);
}

void keycache_forget_ss(struct keycache *c)
{
	pthread_mutex_lock(&c->lock);
	kw_crypto_wipe(c->ss, sizeof(c->ss));
	pthread_mutex_unlock(&c->lock);
}
