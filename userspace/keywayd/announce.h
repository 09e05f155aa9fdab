/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * This node's own record set: built and signed from its static key, its outer
 * addresses and its node certificate, kept until one of them changes or it
 * grows old, and never with a timestamp that was used before. Answers to
 * RECORD-REQ carry it. Loop thread.
 */
#ifndef KEYWAYD_ANNOUNCE_H
#define KEYWAYD_ANNOUNCE_H

#include "libkeyway/record.h"

struct announce;
struct clock;
struct kw_identity;
struct loop;
struct state;
struct statickey;

#define ANNOUNCE_TTL 3600 /* seconds */

struct announce_conf {
	struct loop *loop;
	struct clock *clock;
	struct state *state;
	struct statickey *statickey;
	const struct kw_identity *identity; /* borrowed for life */
	/* own outer addresses, at most max; returns how many */
	size_t (*addresses)(void *arg, struct kw_source *out, size_t max);
	void *arg;
};

struct announce *announce_create(const struct announce_conf *conf);
void announce_destroy(struct announce *a);
/* What it is made of changed. */
void announce_expire(struct announce *a);
/* Signed, fit for RECORD, borrowed until the next call; empty: none to give. */
struct kw_slice KW_MUST announce_lookup(struct announce *a);

#endif
