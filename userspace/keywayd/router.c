// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Addresses and routes of the overlay device. Owns the list of what is wanted;
 * what the kernel holds is read each time, so a restart or a hand that removed
 * a route is healed by the next call. Called by node.c.
 */
#include "router.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libkeyway/prefix.h"
#include "libkeyway/trust.h"
#include "libkwnl/rtnl.h"
#include "trustdb.h"

#define ROUTER_NEIGHBOURS 16384 /* soft; NOARP entries are reclaimed anyway */
/*
 * The kernel replaces whatever route has the same prefix and metric, also the
 * host's own default route or LAN. Nobody else's default is this number, and
 * it gives way to all that people and other daemons set.
 */
#define ROUTER_METRIC 7575

struct router {
	/* identity */
	struct router_conf conf;
	/* state: wanted and, while syncing, stale */
	struct kwnl_route *want;
	size_t n, max;
	struct kwnl_route *stale;
	size_t n_stale, max_stale;
};

static const struct kw_prefix router_keys = { .addr = { { 0x20, 0x01, 0x00, 0x2f } }, .len = 32 };

static void router_push(struct kwnl_route **list, size_t *n, size_t *max,
			const struct kwnl_route *route)
{
	if (*n == *max) {
		*max = *max ? 2 * *max : 16;
		*list = alloc_resize(*list, *max, sizeof(**list));
	}
	(*list)[(*n)++] = *route;
}

static void router_want(struct router *r, const struct kw_prefix *p, const struct kw_addr *via)
{
	struct kwnl_route route = {
		.len = p->len, .ifindex = r->conf.ifindex, .metric = ROUTER_METRIC
	};

	memcpy(route.dst, p->addr.b, sizeof(route.dst));
	if (via) {
		route.has_via = true;
		memcpy(route.via, via->b, sizeof(route.via));
	}
	router_push(&r->want, &r->n, &r->max, &route);
}

static void router_want_peer(void *arg, const struct kw_trust_entry *e)
{
	struct router *r = arg;
	size_t i;

	if (e->flags & KW_TRUST_DENY)
		return;
	for (i = 0; i < e->prefixes; i++)
		router_want(r, &e->prefix[i], &e->addr);
}

/* The route of key addresses first: the next hops of the others lie in it. */
static int router_compare(const void *a, const void *b)
{
	const struct kwnl_route *x = a, *y = b;
	int order = x->has_via - y->has_via;

	order = order ? order : memcmp(x->dst, y->dst, sizeof(x->dst));
	order = order ? order : x->len - y->len;
	return order ? order : (x->metric > y->metric) - (x->metric < y->metric);
}

/* A prefix granted to two peers goes to one of them, and to the same each time. */
static void router_settle_twin(struct kwnl_route *kept, const struct kwnl_route *twin)
{
	char text[KW_PREFIX_TEXT];
	struct kw_prefix p = { .len = kept->len };

	memcpy(p.addr.b, kept->dst, sizeof(kept->dst));
	if (kw_prefix_format(&p, text, sizeof(text)) >= 0)
		log_warning("%s is granted to two peers - one of them alone gets the route - "
			    "see: keyway trust ls",
			    text);
	if (memcmp(twin->via, kept->via, sizeof(kept->via)) < 0)
		*kept = *twin;
}

static void router_sort(struct router *r)
{
	size_t i, n = 0;

	qsort(r->want, r->n, sizeof(*r->want), router_compare);
	for (i = 1; i < r->n; i++) {
		if (!router_compare(&r->want[n], &r->want[i]))
			router_settle_twin(&r->want[n], &r->want[i]);
		else
			r->want[++n] = r->want[i];
	}
	r->n = n + 1;
}

static int router_see(void *arg, const struct kwnl_route *route)
{
	struct router *r = arg;

	if (!bsearch(route, r->want, r->n, sizeof(*route), router_compare))
		router_push(&r->stale, &r->n_stale, &r->max_stale, route);
	return 0;
}

static int router_fail(const struct router *r, const char *what, int err)
{
	log_error("%s - %s - see: ip -6 route", what, kwnl_rtnl_strerror(r->conf.rtnl));
	return err;
}

static int router_sync(struct router *r)
{
	int err, res = 0;
	size_t i;

	r->n_stale = 0;
	err = kwnl_rtnl_dump_route(r->conf.rtnl, r->conf.ifindex, KWNL_RTNL_PROTOCOL, router_see, r);
	if (err)
		return router_fail(r, "routes not read", err);
	for (i = 0; i < r->n_stale; i++) {
		err = kwnl_rtnl_del_route(r->conf.rtnl, &r->stale[i]);
		if (err && err != -ESRCH)
			res = router_fail(r, "route not removed", err);
	}
	for (i = 0; i < r->n; i++) {
		err = kwnl_rtnl_add_route(r->conf.rtnl, &r->want[i]);
		if (err)
			res = router_fail(r, "route not added", err);
	}
	return res;
}

int router_set_routes(struct router *r, const struct trustdb *trust)
{
	if (!r->conf.ifindex)
		return 0;
	r->n = 0;
	router_want(r, &router_keys, NULL);
	trustdb_each(trust, router_want_peer, r);
	router_sort(r);
	return router_sync(r);
}

struct router_addresses {
	const struct kw_prefix *keep;
	size_t n;
	const struct kw_addr *own;
	struct kwnl_address stale[64];
	size_t n_stale;
};

static int router_see_address(void *arg, const struct kwnl_address *address)
{
	struct router_addresses *a = arg;
	size_t i;

	/* link-local ones are the kernel's */
	if (!memcmp(address->addr, a->own->b, 16) || !address->global || a->n_stale == 64)
		return 0;
	for (i = 0; i < a->n; i++) {
		if (a->keep[i].len == address->len && !memcmp(a->keep[i].addr.b, address->addr, 16))
			return 0;
	}
	a->stale[a->n_stale++] = *address;
	return 0;
}

static int router_add_addresses(struct router *r, const struct kw_prefix *addresses, size_t n)
{
	size_t i;
	int err;

	err = kwnl_rtnl_add_address(r->conf.rtnl, r->conf.ifindex, r->conf.address.b, 128);
	if (err)
		return router_fail(r, "key address not set", err);
	for (i = 0; i < n; i++) {
		err = kwnl_rtnl_add_address(r->conf.rtnl, r->conf.ifindex, addresses[i].addr.b,
					    addresses[i].len);
		if (err)
			return router_fail(r, "address not set", err);
	}
	return 0;
}

int router_set_addresses(struct router *r, const struct kw_prefix *addresses, size_t n)
{
	struct router_addresses a = { .keep = addresses, .n = n, .own = &r->conf.address };
	size_t i;
	int err;

	if (!r->conf.ifindex)
		return 0;
	err = kwnl_rtnl_dump_address(r->conf.rtnl, r->conf.ifindex, router_see_address, &a);
	if (err)
		return router_fail(r, "addresses not read", err);
	for (i = 0; i < a.n_stale; i++) {
		err = kwnl_rtnl_del_address(r->conf.rtnl, r->conf.ifindex, a.stale[i].addr,
					    a.stale[i].len);
		if (err && err != -EADDRNOTAVAIL)
			return router_fail(r, "address not removed", err);
	}
	return router_add_addresses(r, addresses, n);
}

struct router *router_create(const struct router_conf *conf)
{
	struct router *r = alloc_zero(sizeof(*r));

	r->conf = *conf;
	/* best effort: other namespaces may not, and lose only time */
	if (conf->ifindex && kwnl_rtnl_raise_neightbl(conf->rtnl, ROUTER_NEIGHBOURS))
		log_debug("neighbour table thresholds left as they are");
	return r;
}

void router_destroy(struct router *r)
{
	free(r->want);
	free(r->stale);
	free(r);
}
