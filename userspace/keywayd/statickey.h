/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * This node's own static keys (X25519, each certified by the identity): the
 * current one, renewed daily, and older ones that are still accepted because a
 * record set announced them (protocol.md, Static certificate). Each is on disk
 * before it is used. Loop thread; workers get a pair by value.
 */
#ifndef KEYWAYD_STATICKEY_H
#define KEYWAYD_STATICKEY_H

#include "libkeyway/cert.h"
#include "state.h"

struct clock;
struct kw_identity;
struct loop;
struct statickey;

#define STATICKEY_RENEW 86400 /* seconds */
#define STATICKEY_TTL 3600    /* seconds, of own record sets */

struct statickey_conf {
	struct loop *loop;
	struct clock *clock;
	struct state *state;
	const struct kw_identity *identity; /* borrowed for life */
	/* a new one is current: announce anew */
	void (*renewed)(void *arg);
	void *arg;
};

/* Takes up what state remembers, makes one if none lives. NULL: not stored. */
struct statickey *statickey_create(const struct statickey_conf *conf);
void statickey_destroy(struct statickey *k);

/* Never NULL; borrowed until renewed is called. */
const struct state_static *statickey_current(const struct statickey *k);
/* The accepted one whose epoch has this low byte, or NULL. */
const struct state_static *statickey_lookup(const struct statickey *k, uint8_t epoch);
/* The current one was told to someone with this TTL, in seconds. */
void statickey_announced(struct statickey *k, uint32_t ttl);
/*
 * If the current one is from an earlier run: renews it. For a boot, after which
 * the state may be an old backup's, whose epochs peers refuse.
 */
int KW_MUST statickey_renew_loaded(struct statickey *k);
/* Now, rather than in its time. -EIO: couldn't be stored, the old one stays. */
int KW_MUST statickey_renew(struct statickey *k);

#endif
