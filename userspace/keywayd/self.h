/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What this node is and remembers, made from its state directory: identity,
 * domain secrets, state, clock, static keys. Loop thread; made by node.c, whose
 * parts borrow from it.
 */
#ifndef KEYWAYD_SELF_H
#define KEYWAYD_SELF_H

#include "clock.h"
#include "libkeyway/identity.h"

struct failure;
struct loop;
struct state;
struct statickey;

#define SELF_SECRETS 7 /* domain secrets at most; the kernel takes 8 keys */

struct self {
	/* identity */
	struct kw_identity identity;
	/* set */
	struct kw_key secret[SELF_SECRETS]; /* newest first */
	size_t secrets;
	/* parts */
	struct state *state;
	struct clock *clock;
	struct statickey *statickey;
	/* whom to tell of a new static key */
	void (*renewed)(void *arg);
	void *arg;
};

struct self_conf {
	struct loop *loop;
	const char *dir;      /* state directory */
	const char *identity; /* key file, made when it isn't there */
	const char *domain;   /* file of domain secrets, "" none */
	int64_t clock_offset; /* this and below: clock.h */
	enum clock_state clock_state;
	void (*renewed)(void *arg);
	void *arg;
};

/* NULL and f. */
struct self *self_create(const struct self_conf *conf, struct failure *f);
void self_destroy(struct self *s);

#endif
