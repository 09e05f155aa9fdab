// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/router.c userspace/keywayd/trustdb.c userspace/libdaemon/alloc.c */
/*
 * Addresses and routes of the device over a kernel that is two tables: what is
 * asked for, that what went is brought back and what is there is left alone.
 */
#include <errno.h>
#include <stdarg.h>

#include "keywayd/router.h"
#include "keywayd/trustdb.h"
#include "libdaemon/log.h"
#include "libkeyway/crypto.h"
#include "libkwnl/rtnl.h"
#include "test.h"

/* --- the kernel -------------------------------------------------------------- */

static struct kwnl_route routes[8];
static struct kwnl_address addresses[8];
static size_t n_routes, n_addresses;
static unsigned int requests, warnings;

static bool same_route(const struct kwnl_route *a, const struct kwnl_route *b)
{
	return a->len == b->len && !memcmp(a->dst, b->dst, sizeof(a->dst));
}

int kwnl_rtnl_add_route(struct kwnl_rtnl *rt, const struct kwnl_route *route)
{
	size_t i;

	(void)rt;
	requests++;
	for (i = 0; i < n_routes && !same_route(&routes[i], route); i++)
		;
	routes[i] = *route;
	n_routes += i == n_routes;
	return 0;
}

int kwnl_rtnl_del_route(struct kwnl_rtnl *rt, const struct kwnl_route *route)
{
	size_t i;

	(void)rt;
	requests++;
	for (i = 0; i < n_routes && !same_route(&routes[i], route); i++)
		;
	if (i == n_routes)
		return -ESRCH;
	routes[i] = routes[--n_routes];
	return 0;
}

int kwnl_rtnl_dump_route(struct kwnl_rtnl *rt, uint32_t ifindex, uint8_t protocol,
			 int (*fn)(void *arg, const struct kwnl_route *route), void *arg)
{
	size_t i;
	int err = 0;

	(void)rt;
	(void)protocol;
	for (i = 0; !err && i < n_routes; i++)
		err = fn(arg, &routes[i]);
	return ifindex ? err : -ENODEV;
}

int kwnl_rtnl_add_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16], uint8_t len)
{
	(void)rt;
	requests++;
	addresses[n_addresses] = (struct kwnl_address){ .ifindex = ifindex, .len = len, .global = true };
	memcpy(addresses[n_addresses++].addr, addr, 16);
	return 0;
}

int kwnl_rtnl_del_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16], uint8_t len)
{
	size_t i;

	(void)rt;
	(void)len;
	requests++;
	for (i = 0; i < n_addresses && memcmp(addresses[i].addr, addr, 16); i++)
		;
	if (i == n_addresses)
		return -EADDRNOTAVAIL;
	addresses[i] = addresses[--n_addresses];
	return ifindex ? 0 : -ENODEV;
}

int kwnl_rtnl_dump_address(struct kwnl_rtnl *rt, uint32_t ifindex,
			   int (*fn)(void *arg, const struct kwnl_address *address), void *arg)
{
	size_t i;
	int err = 0;

	(void)rt;
	for (i = 0; !err && i < n_addresses; i++)
		err = fn(arg, &addresses[i]);
	return ifindex ? err : -ENODEV;
}

int kwnl_rtnl_raise_neightbl(struct kwnl_rtnl *rt, uint32_t entries)
{
	return rt || !entries;
}

const char *kwnl_rtnl_strerror(const struct kwnl_rtnl *rt)
{
	return rt ? "" : "none";
}

void log_line(int level, const char *fmt, ...)
{
	(void)fmt;
	warnings += level == LOG_WARNING;
}

/* --- what is asserted -------------------------------------------------------- */

static struct kw_trust_entry peer(uint8_t n, const char *prefix)
{
	struct kw_trust_entry e;
	struct kw_trust_error err;

	memset(&e, 0, sizeof(e));
	memset(e.fp.val.b, n, sizeof(e.fp.val.b));
	if (kw_trust_parse_field(&e, "AllowedIPs", prefix, &err))
		exit(1);
	return e;
}

static void trust(struct trustdb *db, const struct kw_trust_entry *e, size_t n)
{
	struct kw_trust_entry room[4];
	struct kw_trust t;
	size_t i;

	kw_trust_create(&t, room, 4);
	for (i = 0; i < n; i++) {
		if (kw_trust_add(&t, &e[i]))
			exit(1);
	}
	trustdb_set(db, &t);
}

/* How many requests it took. */
static unsigned int synced(struct router *r, const struct trustdb *db)
{
	requests = 0;
	warnings = 0;
	return router_set_routes(r, db) ? 99 : requests;
}

static void follows_trust(struct router *r, struct trustdb *db)
{
	struct kw_trust_entry e[] = { peer(1, "10.1.0.0/16"), peer(2, "10.2.0.0/16, 10.3.0.0/16") };

	trust(db, e, 2);
	test_eq(synced(r, db), 4, "a route for key addresses and for each prefix");
	test_ok(!routes[0].has_via && routes[0].len == 32, "that of key addresses first");
	test_eq(synced(r, db), 0, "what is there is left alone");
	routes[2] = routes[--n_routes];
	test_eq(synced(r, db), 1, "what went is brought back");
	routes[1].via[15] ^= 1;
	test_eq(synced(r, db), 1, "as is one that leads elsewhere");
	test_eq(synced(r, db), 0, "to where it should");
	trust(db, e, 1);
	test_eq(synced(r, db), 2, "whoever goes takes its routes along");
}

static void settles_twins(struct router *r, struct trustdb *db)
{
	struct kw_trust_entry e[] = { peer(1, "10.1.0.0/16"), peer(2, "10.1.0.0/16") };
	struct kw_trust_entry turned[] = { e[1], e[0] };

	trust(db, e, 2);
	(void)synced(r, db);
	test_eq(warnings, 1, "a prefix of two peers is told");
	trust(db, turned, 2);
	test_eq(synced(r, db), 0, "it stays where it is");
	test_eq(warnings, 0, "and is told once");
	trust(db, e, 1);
	(void)synced(r, db);
	trust(db, e, 2);
	(void)synced(r, db);
	test_eq(warnings, 1, "until it comes again");
}

static void keeps_addresses(struct router *r)
{
	struct kw_prefix p[3];

	if (kw_prefix_parse("10.9.0.1/32", &p[0]) || kw_prefix_parse("10.9.0.2/32", &p[1]) ||
	    kw_prefix_parse("10.9.0.3/32", &p[2]))
		exit(1);
	requests = 0;
	test_ok(!router_set_addresses(r, p, 2) && requests == 3, "the key address and those configured");
	n_addresses--;
	test_ok(!router_add_addresses(r, p, 2) && requests == 4, "one that went is brought back");
	test_ok(!kwnl_rtnl_add_address(NULL, 7, p[2].addr.b, 128), "one is set by hand");
	test_ok(!router_add_addresses(r, p, 2) && requests == 5, "which stays meanwhile");
	test_ok(!router_set_addresses(r, p, 1) && n_addresses == 2, "until the configuration is read");
}

int main(void)
{
	struct router_conf conf = { .ifindex = 7, .address = { .b = { 0x20, 1, 0, 0x2f, [15] = 1 } } };
	struct trustdb *db = trustdb_create();
	struct router *r = router_create(&conf);

	if (kw_crypto_init())
		return 1;
	follows_trust(r, db);
	settles_twins(r, db);
	keeps_addresses(r);
	router_destroy(r);
	trustdb_destroy(db);
	return test_done();
}
