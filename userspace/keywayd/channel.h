/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What the kernel sends to this daemon unasked: the device's three unicast
 * channels, read in their order of importance, and the events that everybody
 * may hear; and what it holds already. It goes to connect.c and the path
 * manager. Loop thread; made by node.c.
 */
#ifndef KEYWAYD_CHANNEL_H
#define KEYWAYD_CHANNEL_H

#include "libkwnl/kwnl_event.h"

struct channel;
struct connect;
struct failure;
struct loop;
struct pathmgr;
struct trustdb;

struct channel_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	const char *name; /* of the device, for sentences; borrowed for create */
	struct connect *connect;
	struct pathmgr *pathmgr;
	const struct trustdb *trust;
	/* the device was removed from the kernel; not to be ended from inside */
	void (*gone)(void *arg);
	/* somebody else removed a peer that is trusted; may be NULL */
	void (*peer_gone)(void *arg);
	void *arg;
};

/* NULL and f; code DENIED when another daemon is bound. */
struct channel *channel_create(const struct channel_conf *conf, struct failure *f);
/* Unbinds, which voids all reservations. Not from a callback. */
void channel_destroy(struct channel *c);
/*
 * Tells of the sessions and paths that the kernel holds, which is the truth:
 * after a restart, and by itself after events were lost.
 */
void channel_adopt(struct channel *c);

#endif
