// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * One row of buckets, chosen by a keyed hash of the source. A bucket holds
 * the time at which it would be full: one number, no timer. A collision makes
 * two sources share; the key keeps anyone from arranging one.
 */
#include <stdlib.h>
#include <string.h>

#include "budget.h"
#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libkeyway/crypto.h"

#define BUDGET_BUCKETS 8192
#define BUDGET_COST (1000000000ull / BUDGET_RATE)

struct budget {
	struct kw_mackey key;
	uint64_t full[BUDGET_BUCKETS]; /* ns of boot time */
};

struct budget *budget_create(void)
{
	struct budget *b = alloc_zero(sizeof(*b));

	entropy_fill(&b->key, sizeof(b->key));
	return b;
}

void budget_destroy(struct budget *b)
{
	kw_crypto_wipe(&b->key, sizeof(b->key));
	free(b);
}

/* By the address's first n bytes; behind a relay its tag tells clients apart. */
static uint64_t *budget_bucket(struct budget *b, const struct kw_source *from, uint8_t n)
{
	uint8_t in[21] = { 0 }, h[8];

	memcpy(in, from->addr.b, n);
	memcpy(in + 16, &from->tag, sizeof(from->tag));
	in[20] = n;
	kw_crypto_siphash(&b->key, KW_BYTES(in, sizeof(in)), h);
	return &b->full[(h[0] | (size_t)h[1] << 8) % BUDGET_BUCKETS];
}

static bool budget_has(const uint64_t *full, uint64_t cost, uint64_t now)
{
	return *full + cost <= now + BUDGET_BURST * BUDGET_COST;
}

static void budget_charge(uint64_t *full, uint64_t cost, uint64_t now)
{
	*full = (*full > now ? *full : now) + cost;
}

bool budget_take(struct budget *b, const struct kw_source *from, unsigned int tokens, uint64_t now)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool v4 = !memcmp(from->addr.b, mapped, sizeof(mapped));
	uint64_t *near = budget_bucket(b, from, v4 ? 16 : 8);
	uint64_t *wide = v4 ? NULL : budget_bucket(b, from, 6);
	uint64_t cost = tokens * BUDGET_COST;

	if (!budget_has(near, cost, now) ||
	    (wide && !budget_has(wide, cost / BUDGET_WIDE, now)))
		return false;
	budget_charge(near, cost, now);
	if (wide)
		budget_charge(wide, cost / BUDGET_WIDE, now);
	return true;
}
