/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Addresses and routes of the overlay device in its namespace: our key
 * address, configured ones, 2001:2f::/32, and each peer's prefixes via its key
 * address. Made equal to what is wanted; routes that others made through the
 * device stay. Loop thread; called by node.c.
 */
#ifndef KEYWAYD_ROUTER_H
#define KEYWAYD_ROUTER_H

#include "libkeyway/types.h"

struct kwnl_rtnl;
struct router;
struct trustdb;

struct router_conf {
	struct kwnl_rtnl *rtnl;
	uint32_t ifindex; /* of the device; 0: it is in another namespace, do nothing */
	struct kw_addr address;
};

struct router *router_create(const struct router_conf *conf);
void router_destroy(struct router *r);
/* The configured addresses with their lengths, besides the key address; no others stay. */
int KW_MUST router_set_addresses(struct router *r, const struct kw_prefix *addresses, size_t n);
/* Those of them that are missing; what others added stays. */
int KW_MUST router_add_addresses(struct router *r, const struct kw_prefix *addresses, size_t n);
/* Routes for the prefixes of all that trust holds and doesn't deny. */
int KW_MUST router_set_routes(struct router *r, const struct trustdb *trust);

#endif
