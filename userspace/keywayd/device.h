/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The kernel's device and its peers, made equal to what we trust: found by
 * name and adopted with all its sessions, or made; peers given, changed and
 * taken away. Loop thread; called by node.c.
 */
#ifndef KEYWAYD_DEVICE_H
#define KEYWAYD_DEVICE_H

#include "libkeyway/trust.h"
#include "libkwnl/kwnl.h"

struct device;
struct failure;
struct kwnl_rtnl;
struct trustdb;

struct device_conf {
	struct kwnl *kwnl;
	struct kwnl_rtnl *rtnl;
	const char *name;
	struct kw_addr address; /* our key address */
};

/*
 * Adopts the device of that name, or makes one. One of another identity is
 * made anew. NULL and f.
 */
struct device *device_create(const struct device_conf *conf, struct failure *f);
/* Leaves the kernel's device as it is. */
void device_destroy(struct device *d);
/* It was there before us. */
bool device_adopted(const struct device *d);
const struct kwnl_dev *device_lookup(const struct device *d);

/* Up, with this MTU. */
int KW_MUST device_up(struct device *d, uint32_t mtu);
/* Removes it from the kernel, with all below it. */
int KW_MUST device_remove(struct device *d);
/* After a start that failed: one that it made goes again, one adopted stays. */
void device_discard(struct device *d);

/* Gives the kernel this peer, or makes it equal to e. Logs what failed. */
int KW_MUST device_set_peer(struct device *d, const struct kw_trust_entry *e);
/* Its sessions, packets and paths end in the kernel at once. Logs what failed. */
int KW_MUST device_del_peer(struct device *d, const struct kw_addr *addr);
/* Takes away the kernel's peers that trust lacks or denies: after a restart. -EAGAIN: try later. */
int KW_MUST device_purge(struct device *d, const struct trustdb *trust);
/* The same, and gives all that are trusted again: what the kernel refused for want of memory, say. */
int KW_MUST device_heal(struct device *d, const struct trustdb *trust);

#endif
