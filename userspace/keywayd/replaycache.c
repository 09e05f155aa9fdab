// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Two rings in order of time, each with a hash index of its own: the filter
 * holds mac1 and when, the answers hold the bytes. Rings grow by doubling up
 * to their bound; then the oldest goes, early. Entries are found by mac1 under
 * a keyed hash, as mac1 is the sender's choice.
 */
#include <stdlib.h>
#include <string.h>

#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libkeyway/crypto.h"
#include "replaycache.h"

#define REPLAYCACHE_NONE UINT32_MAX

struct replaycache_answer {
	uint8_t *bytes;
	size_t n;
	struct replaycache_source source[REPLAYCACHE_SOURCES];
	unsigned int sources;
};

struct replaycache_entry {
	uint8_t mac1[8];
	uint64_t at; /* ns of boot time */
	uint32_t next;	 /* in its bucket */
	struct replaycache_answer *answer; /* NULL: too long ago */
};

/* The ring's oldest entry is number first; both numbers only grow. */
struct replaycache {
	struct kw_mackey key;
	struct replaycache_entry *ring;
	uint32_t *bucket;
	uint32_t size; /* a power of two */
	uint64_t first, answers_first, end;
};

static struct replaycache_entry *replaycache_at(struct replaycache *c, uint64_t number)
{
	return &c->ring[number & (c->size - 1)];
}

static uint32_t *replaycache_bucket(struct replaycache *c, const uint8_t mac1[8])
{
	uint8_t h[8];
	uint32_t v;

	kw_crypto_siphash(&c->key, KW_BYTES(mac1, 8), h);
	memcpy(&v, h, sizeof(v));
	return &c->bucket[v & (c->size - 1)];
}

static void replaycache_link(struct replaycache *c, uint64_t number)
{
	struct replaycache_entry *e = replaycache_at(c, number);
	uint32_t *head = replaycache_bucket(c, e->mac1);

	e->next = *head;
	*head = (uint32_t)(number & (c->size - 1));
}

static void replaycache_alloc(struct replaycache *c, uint32_t size)
{
	c->size = size;
	c->ring = alloc_zero(size * sizeof(*c->ring));
	c->bucket = alloc_zero(size * sizeof(*c->bucket));
	memset(c->bucket, 0xff, size * sizeof(*c->bucket));
}

struct replaycache *replaycache_create(void)
{
	struct replaycache *c = alloc_zero(sizeof(*c));

	entropy_fill(&c->key, sizeof(c->key));
	replaycache_alloc(c, 256);
	return c;
}

static void replaycache_drop_answer(struct replaycache_entry *e)
{
	if (!e->answer)
		return;
	free(e->answer->bytes);
	free(e->answer);
	e->answer = NULL;
}

/* The oldest of a bucket is the last of its chain. */
static void replaycache_unlink(struct replaycache *c, uint64_t number)
{
	struct replaycache_entry *e = replaycache_at(c, number);
	uint32_t *at = replaycache_bucket(c, e->mac1);

	while (&c->ring[*at] != e)
		at = &c->ring[*at].next;
	*at = e->next;
}

static void replaycache_expire(struct replaycache *c, uint64_t now)
{
	struct replaycache_entry *e;

	while (c->answers_first < c->end) {
		e = replaycache_at(c, c->answers_first);
		if (c->end - c->answers_first < REPLAYCACHE_ANSWERS &&
		    now - e->at < REPLAYCACHE_ANSWER_NS)
			break;
		replaycache_drop_answer(e);
		c->answers_first++;
	}
	while (c->first < c->answers_first) {
		e = replaycache_at(c, c->first);
		if (c->end - c->first < REPLAYCACHE_ENTRIES && now - e->at < REPLAYCACHE_FILTER_NS)
			break;
		replaycache_unlink(c, c->first++);
	}
}

static void replaycache_grow(struct replaycache *c)
{
	struct replaycache old = *c;
	uint64_t i;

	replaycache_alloc(c, old.size * 2);
	for (i = c->first; i < c->end; i++) {
		*replaycache_at(c, i) = *replaycache_at(&old, i);
		replaycache_link(c, i);
	}
	free(old.ring);
	free(old.bucket);
}

void replaycache_destroy(struct replaycache *c)
{
	for (; c->answers_first < c->end; c->answers_first++)
		replaycache_drop_answer(replaycache_at(c, c->answers_first));
	free(c->ring);
	free(c->bucket);
	free(c);
}

static bool replaycache_same(const struct replaycache_source *a, const struct replaycache_source *b)
{
	return a->socket == b->socket && a->from.port == b->from.port &&
	       a->from.tag == b->from.tag &&
	       !memcmp(&a->from.addr, &b->from.addr, sizeof(a->from.addr));
}

static enum replaycache_verdict replaycache_copy(struct replaycache_answer *a,
						 const struct replaycache_source *source,
						 struct kw_slice *answer)
{
	unsigned int i;

	for (i = 0; i < a->sources; i++)
		if (replaycache_same(&a->source[i], source))
			return REPLAYCACHE_DROP;
	if (a->sources == REPLAYCACHE_SOURCES)
		return REPLAYCACHE_DROP;
	a->source[a->sources++] = *source;
	*answer = KW_BYTES(a->bytes, a->n);
	return REPLAYCACHE_COPY;
}

static struct replaycache_entry *replaycache_find(struct replaycache *c, const uint8_t mac1[8])
{
	uint32_t at;

	for (at = *replaycache_bucket(c, mac1); at != REPLAYCACHE_NONE; at = c->ring[at].next)
		if (!memcmp(c->ring[at].mac1, mac1, 8))
			return &c->ring[at];
	return NULL;
}

enum replaycache_verdict replaycache_check(struct replaycache *c, const uint8_t mac1[8],
					   const struct replaycache_source *source, uint64_t now,
					   struct kw_slice *answer)
{
	struct replaycache_entry *e;

	replaycache_expire(c, now);
	e = replaycache_find(c, mac1);
	if (!e)
		return REPLAYCACHE_NEW;
	return e->answer ? replaycache_copy(e->answer, source, answer) : REPLAYCACHE_DROP;
}

void replaycache_add(struct replaycache *c, const uint8_t mac1[8], struct kw_slice answer,
		     uint64_t now)
{
	struct replaycache_entry *e;

	replaycache_expire(c, now);
	if (c->end - c->first == c->size)
		replaycache_grow(c);
	e = replaycache_at(c, c->end);
	memcpy(e->mac1, mac1, sizeof(e->mac1));
	e->at = now;
	e->answer = alloc_zero(sizeof(*e->answer));
	e->answer->bytes = alloc_copy(answer.p, answer.n);
	e->answer->n = answer.n;
	replaycache_link(c, c->end++);
}

size_t replaycache_count(const struct replaycache *c)
{
	return (size_t)(c->end - c->first);
}
