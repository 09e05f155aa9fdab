// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Opens the netlink sockets of a device's daemon. Owns both. Called by node.c.
 */
#include "kernel.h"

#include <errno.h>
#include <string.h>

#include "failure.h"

static int kernel_explain(int err, struct failure *f)
{
	switch (err) {
	case -ENOENT:
		return failure_set(f, FAILURE_NOT_FOUND,
				   "kernel module keyway not loaded - every device is made by it - run: modprobe keyway (not installed? make install)");
	case -EPROTO:
		return failure_set(f, FAILURE_INTERNAL,
				   "kernel module keyway refused - it is of another version than keywayd - install both from one tree, then: rmmod keyway; modprobe keyway");
	case -EPERM:
		return failure_set(f, FAILURE_PERMISSION,
				   "kernel refused - CAP_NET_ADMIN is needed - use sudo");
	default:
		return failure_set(f, FAILURE_INTERNAL, "kernel not reached - %s - see: dmesg",
				   strerror(-err));
	}
}

int kernel_create(struct kernel *k, struct failure *f)
{
	int err = kwnl_create(&k->kwnl);

	if (err)
		return kernel_explain(err, f);
	err = kwnl_rtnl_create(&k->rtnl);
	if (!err)
		return 0;
	kwnl_destroy(k->kwnl);
	return kernel_explain(err, f);
}

void kernel_destroy(struct kernel *k)
{
	kwnl_rtnl_destroy(k->rtnl);
	kwnl_destroy(k->kwnl);
}
