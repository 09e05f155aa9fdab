/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What the kernel sends to this daemon unasked: the device's three unicast
 * channels, read in their order of importance, and the events that everybody
 * may hear. Loop thread; made by node.c, which gives the callbacks.
 */
#ifndef KEYWAYD_CHANNEL_H
#define KEYWAYD_CHANNEL_H

#include "libkwnl/kwnl_event.h"

struct channel;
struct failure;
struct loop;

struct channel_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	const char *name; /* of the device, for sentences; borrowed for create */
	const struct kwnl_event_ops *ops;
	void *arg;
};

/* NULL and f; code DENIED when another daemon is bound. */
struct channel *channel_create(const struct channel_conf *conf, struct failure *f);
/* Unbinds, which voids all reservations. Not from a callback. */
void channel_destroy(struct channel *c);

#endif
