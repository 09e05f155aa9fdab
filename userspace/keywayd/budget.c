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

/* IPv4 whole; IPv6 by /64; behind a relay its tag tells its clients apart. */
static size_t budget_bucket(const struct budget *b, const struct kw_source *from)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool v4 = !memcmp(from->addr.b, mapped, sizeof(mapped));
	uint8_t in[20] = { 0 }, h[8];

	memcpy(in, from->addr.b, v4 ? 16 : 8);
	memcpy(in + 16, &from->tag, sizeof(from->tag));
	kw_crypto_siphash(&b->key, KW_BYTES(in, sizeof(in)), h);
	return (h[0] | (size_t)h[1] << 8) % BUDGET_BUCKETS;
}

bool budget_take(struct budget *b, const struct kw_source *from, uint64_t now)
{
	uint64_t *full = &b->full[budget_bucket(b, from)];
	uint64_t start = *full > now ? *full : now;

	if (start + BUDGET_COST > now + BUDGET_BURST * BUDGET_COST)
		return false;
	*full = start + BUDGET_COST;
	return true;
}
