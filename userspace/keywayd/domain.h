/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The domain secrets under which we take INIT and RECORD-REQ, and what the
 * kernel checks mac1 with: the zero secret unless quiet, and those of our
 * network. The kernel names the one that matched by its number; answers that
 * are sealed under K_dom ask here for the secret. Loop thread.
 */
#ifndef KEYWAYD_DOMAIN_H
#define KEYWAYD_DOMAIN_H

#include "libkeyway/message.h"
#include "libkwnl/kwnl.h"

struct domain;

struct domain_conf {
	struct kwnl *kwnl;
	uint32_t dev;
	struct kw_hash val; /* ours */
	bool quiet;	    /* don't take the zero secret */
	const struct kw_key *secrets; /* newest first */
	size_t n;		      /* at most 7 */
};

struct domain *domain_create(const struct domain_conf *conf);
void domain_destroy(struct domain *d);
/* Gives the kernel the keys; again after a device was made anew. */
int KW_MUST domain_install(struct domain *d);

/* Ours, under the secret whose key has this number; NULL: no such number. */
const struct kw_message_domain *domain_lookup(const struct domain *d, uint8_t id);
/*
 * Which secret the nth message to a peer is sent under: the newest first, and
 * the zero secret in turn with it, as the peer may not be of our network.
 */
void domain_choose(const struct domain *d, const struct kw_hash *val, unsigned int nth,
		   struct kw_message_domain *out);

#endif
