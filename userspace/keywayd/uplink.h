/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The local ends of paths: the device's UDP sockets in the kernel, one
 * wildcard per family or one per uplink and family, all on one port, and this
 * host's own outer addresses. Follows links and addresses as they come and go.
 * Used by the path manager alone. Loop thread.
 */
#ifndef KEYWAYD_UPLINK_H
#define KEYWAYD_UPLINK_H

#include "libkeyway/types.h"
#include "libkwnl/kwnl.h"

#define UPLINK_SOCKETS 34 /* both families of 16 uplinks, or of the wildcard */

struct kwnl_rtnl;
struct loop;
struct state;
struct uplink;

struct uplink_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	struct kwnl_rtnl *rtnl;
	struct state *state;
	uint32_t dev;
	uint16_t port; /* 0: the remembered one, or a random one, remembered */
	const char (*uplink)[KWNL_NAME_SIZE]; /* copied */
	size_t uplinks;			      /* 0: wildcard */
	/* sockets or own addresses changed; at most a few times a second */
	void (*moved)(void *arg);
	/* a device of the overlay, ours or not, came up, went or changed; may be NULL */
	void (*overlay)(void *arg, uint32_t ifindex, bool up);
	void *arg;
};

struct uplink *uplink_create(const struct uplink_conf *conf);
/* Leaves the sockets in the kernel. */
void uplink_destroy(struct uplink *u);
/* Opens or adopts the sockets. Negative errno after saying why in the log. */
int KW_MUST uplink_start(struct uplink *u);
/* The i-th configured uplink is no link of this host now. */
bool uplink_absent(const struct uplink *u, size_t i);
uint16_t uplink_port(const struct uplink *u);
/* Sockets that can reach remote, as ids; 0 once for "the kernel chooses". */
size_t uplink_sockets(const struct uplink *u, const struct kwnl_endpoint *remote, uint32_t *out,
		      size_t max);
/* Own global addresses with our port. */
size_t uplink_own(const struct uplink *u, struct kw_source *out, size_t max);

#endif
