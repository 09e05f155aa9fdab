// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The secret R lives as long as the process: a challenge of the last one is
 * simply unknown. Used ones are kept in a ring that can't wrap within their
 * 20 s unless thousands of trusted nodes arrive at once; then a challenge is
 * refused rather than taken twice.
 */
#include <stdlib.h>
#include <string.h>

#include "entropy.h"
#include "freshness.h"
#include "libdaemon/alloc.h"
#include "libkeyway/crypto.h"

#define FRESHNESS_SECOND 1000000000ull

struct freshness_used {
	uint8_t c[KW_MESSAGE_CHALLENGE];
	uint64_t bucket; /* at which it was used, plus 1; 0: free */
};

struct freshness {
	struct kw_key secret;
	struct freshness_used used[FRESHNESS_USED];
	unsigned int next;
};

struct freshness *freshness_create(void)
{
	struct freshness *f = alloc_zero(sizeof(*f));

	entropy_fill(&f->secret, sizeof(f->secret));
	return f;
}

void freshness_destroy(struct freshness *f)
{
	kw_crypto_wipe(&f->secret, sizeof(f->secret));
	free(f);
}

static uint64_t freshness_bucket(uint64_t now)
{
	return now / FRESHNESS_SECOND / KW_MESSAGE_BUCKET;
}

void freshness_challenge(struct freshness *f, const struct kw_key *id, uint64_t now,
			 uint8_t out[KW_MESSAGE_CHALLENGE])
{
	uint8_t r[8];

	entropy_fill(r, sizeof(r));
	kw_message_challenge(&f->secret, id, freshness_bucket(now), r, out);
}

/* Still able to verify: used in this bucket or in one of the two before. */
static bool freshness_live(const struct freshness_used *u, uint64_t bucket)
{
	return u->bucket && u->bucket + 1 >= bucket;
}

/* Was it used; else it is from now on. */
static bool freshness_use(struct freshness *f, const uint8_t c[KW_MESSAGE_CHALLENGE],
			  uint64_t bucket)
{
	struct freshness_used *slot = &f->used[f->next];
	unsigned int i;

	for (i = 0; i < FRESHNESS_USED; i++)
		if (f->used[i].bucket && !memcmp(f->used[i].c, c, KW_MESSAGE_CHALLENGE))
			return false;
	if (freshness_live(slot, bucket))
		return false;
	memcpy(slot->c, c, KW_MESSAGE_CHALLENGE);
	slot->bucket = bucket + 1;
	f->next = (f->next + 1) % FRESHNESS_USED;
	return true;
}

enum freshness_verdict freshness_check(struct freshness *f, const struct kw_message_init *in,
				       const struct freshness_view *v)
{
	uint64_t bucket = freshness_bucket(v->now);

	if (v->stamp && in->timestamp > v->stamp && v->stamp_ok && !v->undated)
		return FRESHNESS_ACCEPT;
	if (!kw_message_has_challenge(in->challenge))
		return FRESHNESS_RETRY;
	if (kw_message_check_challenge(&f->secret, &in->id, bucket, in->challenge))
		return FRESHNESS_RETRY;
	return freshness_use(f, in->challenge, bucket) ? FRESHNESS_ACCEPT : FRESHNESS_RETRY;
}
