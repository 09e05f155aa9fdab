/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What handshake workers needn't compute twice: which signatures were good
 * (by hash of key and signed bytes) and the DH of two static keys (ss). Both
 * are of fixed size, and a newer entry takes an older one's place. Shared by
 * the workers under its own lock; ss is secret and wiped at destroy.
 */
#ifndef KEYWAYD_KEYCACHE_H
#define KEYWAYD_KEYCACHE_H

#include "libkeyway/types.h"

struct keycache;

struct keycache *keycache_create(void);
void keycache_destroy(struct keycache *c);

bool KW_MUST keycache_signed(struct keycache *c, const struct kw_hash *what);
void keycache_add_signed(struct keycache *c, const struct kw_hash *what);

/* ss of our S (public) and theirs; -ENOENT. The caller wipes *ss. */
int KW_MUST keycache_ss(struct keycache *c, const struct kw_key *ours, const struct kw_key *theirs,
			struct kw_key *ss);
/* Only for a peer whose INIT was authentic and trusted. */
void keycache_add_ss(struct keycache *c, const struct kw_key *ours, const struct kw_key *theirs,
		     const struct kw_key *ss);
/* Forgets every ss: our static key is gone. */
void keycache_forget_ss(struct keycache *c);

#endif
