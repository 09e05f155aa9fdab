/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The two netlink sockets that a device's daemon asks the kernel by, opened
 * with sentences for what goes wrong first on a fresh machine: module missing,
 * module of another version, no right. Made by node.c.
 */
#ifndef KEYWAYD_KERNEL_H
#define KEYWAYD_KERNEL_H

#include "libkwnl/kwnl.h"
#include "libkwnl/rtnl.h"

struct failure;

struct kernel {
	struct kwnl *kwnl;
	struct kwnl_rtnl *rtnl;
};

int KW_MUST kernel_create(struct kernel *k, struct failure *f);
void kernel_destroy(struct kernel *k);

#endif
