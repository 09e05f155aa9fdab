/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Our static keys, prepared for DH and counted: a Noise machine borrows its
 * pair, and machines outlive a renewal. A pair is wiped when the last user
 * puts it and the table has let it go. Loop thread; workers only compute with
 * what a job's submitter holds.
 */
#ifndef KEYWAYD_PAIR_H
#define KEYWAYD_PAIR_H

#include "libkeyway/dh.h"
#include "statickey.h"

struct pairs;

struct pair {
	struct kw_dh dh;
	struct kw_cert_static cert;
	unsigned int users;
};

struct pairs *pair_table_create(struct statickey *from);
/* Users may still hold pairs. */
void pair_table_destroy(struct pairs *t);
/* Lets go of those that are no longer accepted. */
void pair_expire(struct pairs *t);

/* The current one; the one whose epoch has this low byte, or NULL. */
struct pair *pair_get_current(struct pairs *t);
struct pair *pair_get(struct pairs *t, uint8_t epoch);
struct pair *pair_hold(struct pair *p);
void pair_put(struct pair *p); /* NULL is fine */

#endif
