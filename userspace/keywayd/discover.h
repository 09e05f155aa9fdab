/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Record sets between nodes: asks a peer at its known endpoints by RECORD-REQ,
 * opens and verifies what comes back against the fingerprint, and answers such
 * requests with our own set. Reports to connect.c by its callback. Sans I/O:
 * time from loop.h, messages by kwnl.h. Loop thread.
 */
#ifndef KEYWAYD_DISCOVER_H
#define KEYWAYD_DISCOVER_H

#include "libkeyway/record.h"
#include "libkwnl/kwnl_event.h"
#include "peer.h"

struct announce;
struct budget;
struct discover;
struct domain;
struct loop;

struct discover_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	struct domain *domain;
	struct budget *budget;
	struct announce *announce;
	/* r was verified to be p's and has a static certificate; borrowed.
	 * NULL: nobody answered for 90 s. */
	void (*found)(void *arg, struct peer *p, const struct kw_record *r);
	void *arg;
};

struct discover *discover_create(const struct discover_conf *conf);
/* Every peer must have been forgotten before. */
void discover_destroy(struct discover *d);

/* Asks p's candidates until one answers, with back-off; again: at once. */
void discover_start(struct discover *d, struct peer *p);
void discover_stop(struct discover *d, struct peer *p);
void discover_forget(struct discover *d, struct peer *p);
bool KW_MUST discover_running(const struct peer *p);

/* Messages of types 5 and 6, as the kernel lets them in. */
void discover_input(struct discover *d, const struct kwnl_control *c);

#endif
