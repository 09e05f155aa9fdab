// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Open-addressed table that doubles when half full. Keys come from the system
 * under test, not from an attacker, so an unkeyed hash will do.
 * Called by the oracle's main and test.
 */
#include <stdlib.h>
#include <string.h>

#include "seen.h"

#define SEEN_FIRST_SIZE (1 << 16)

static uint64_t seen_mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	return h ^ (h >> 33);
}

static uint64_t seen_hash(const uint8_t *p, size_t len)
{
	uint64_t word, h = len;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		h = seen_mix(h ^ word) + 0x9e3779b97f4a7c15ULL;
	}
	word = 0;
	memcpy(&word, p, len);
	h = seen_mix(h ^ word);
	return h ? h : 1;
}

static void *seen_alloc(size_t size)
{
	void *p = calloc(size, sizeof(struct seen_entry));

	if (!p)
		abort();
	return p;
}

void seen_create(struct seen *s)
{
	s->size = SEEN_FIRST_SIZE;
	s->used = 0;
	s->slots = seen_alloc(s->size);
}

void seen_destroy(struct seen *s)
{
	free(s->slots);
	memset(s, 0, sizeof(*s));
}

/* The slot that holds the key, else the free one where it belongs. */
static struct seen_entry *seen_lookup(const struct seen *s, const struct seen_entry *key)
{
	uint64_t at = seen_mix(key->x ^ ((uint64_t)key->index << 32) ^ key->side);
	struct seen_entry *e;

	for (;; at++) {
		e = &s->slots[at & (s->size - 1)];
		if (!e->hash)
			return e;
		if (e->x == key->x && e->index == key->index && e->side == key->side)
			return e;
	}
}

static void seen_grow(struct seen *s)
{
	struct seen old = *s;
	size_t i;

	s->size *= 2;
	s->slots = seen_alloc(s->size);
	for (i = 0; i < old.size; i++)
		if (old.slots[i].hash)
			*seen_lookup(s, &old.slots[i]) = old.slots[i];
	free(old.slots);
}

enum seen_verdict seen_add(struct seen *s, uint32_t side, const uint8_t *msg, size_t len)
{
	struct seen_entry key = { .side = side, .hash = seen_hash(msg, len) };
	struct seen_entry *e;

	memcpy(&key.index, msg + 4, 4);
	memcpy(&key.x, msg + 8, 8);
	if (s->used * 2 >= s->size)
		seen_grow(s);
	e = seen_lookup(s, &key);
	if (!e->hash) {
		*e = key;
		s->used++;
		return SEEN_NEW;
	}
	return e->hash == key.hash ? SEEN_COPY : SEEN_REUSE;
}
