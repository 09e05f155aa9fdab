// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * A short table of our own domains; its row is the number that the kernel
 * knows the key by. Number 0 is the zero secret, which quiet leaves out of
 * what the kernel is given, but never of the table.
 */
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "libdaemon/alloc.h"
#include "libkeyway/crypto.h"

struct domain {
	/* set */
	struct kwnl *kwnl;
	uint32_t dev;
	bool quiet;
	struct kw_message_domain row[KEYWAY_MAC1_KEYS_MAX];
	size_t n;
};

struct domain *domain_create(const struct domain_conf *conf)
{
	struct domain *d = alloc_zero(sizeof(*d));
	size_t i;

	d->kwnl = conf->kwnl;
	d->dev = conf->dev;
	d->quiet = conf->quiet && conf->n;
	d->row[d->n++].val = conf->val;
	for (i = 0; i < conf->n && d->n < KEYWAY_MAC1_KEYS_MAX; i++) {
		d->row[d->n].val = conf->val;
		d->row[d->n++].secret = conf->secrets[i];
	}
	return d;
}

void domain_destroy(struct domain *d)
{
	kw_crypto_wipe(d, sizeof(*d));
	free(d);
}

int domain_install(struct domain *d)
{
	struct kwnl_domain_req req = { .dev = d->dev };
	struct kwnl_mac1_key *to;
	struct kw_mackey key;
	size_t i;
	int err;

	for (i = d->quiet; i < d->n; i++) {
		to = &req.mac1_keys[req.n_mac1_keys++];
		to->id = (uint8_t)i;
		kw_message_mac1_key(&d->row[i], &key);
		memcpy(to->key, key.b, sizeof(to->key));
	}
	err = kwnl_set_domain(d->kwnl, &req);
	kw_crypto_wipe(&req, sizeof(req));
	kw_crypto_wipe(&key, sizeof(key));
	return err;
}

const struct kw_message_domain *domain_lookup(const struct domain *d, uint8_t id)
{
	return id < d->n && id >= d->quiet ? &d->row[id] : NULL;
}

void domain_choose(const struct domain *d, const struct kw_hash *val, unsigned int nth,
		   struct kw_message_domain *out)
{
	size_t i = d->n > 1 && nth % 2 == 0 ? 1 : 0;

	*out = d->row[i];
	out->val = *val;
}
