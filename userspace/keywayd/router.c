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
	/* state: wanted, and those of them that two peers are granted: now, and when last told */
	struct kwnl_route *want;
	size_t n, max;
	struct kwnl_route *twin, *told;
	size_t n_twin, max_twin, n_told, max_told;
	/* while syncing: what the kernel has too much, and which of the wanted it has */
	struct kwnl_route *stale;
	size_t n_stale, max_stale;
	bool *there;
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

/* Once, until it is granted to one alone. */
static void router_tell_twin(struct router *r, const struct kwnl_route *twin)
{
	struct kw_prefix p = { .len = twin->len };
	char text[KW_PREFIX_TEXT];

	router_push(&r->twin, &r->n_twin, &r->max_twin, twin);
	memcpy(p.addr.b, twin->dst, sizeof(twin->dst));
	if (r->n_told && bsearch(twin, r->told, r->n_told, sizeof(*twin), router_compare))
		return;
	if (kw_prefix_format(&p, text, sizeof(text)) >= 0)
		log_warning("%s is granted to two peers - one of them alone gets the route - "
			    "see: keyway trust ls",
			    text);
}

static void router_swap_told(struct router *r)
{
	struct kwnl_route *list = r->told;
	size_t max = r->max_told;

	r->told = r->twin;
	r->n_told = r->n_twin;
	r->max_told = r->max_twin;
	r->twin = list;
	r->n_twin = 0;
	r->max_twin = max;
}

/* A prefix granted to two peers goes to one of them, and to the same each time. */
static void router_sort(struct router *r)
{
	size_t i, n = 0;

	qsort(r->want, r->n, sizeof(*r->want), router_compare);
	for (i = 1; i < r->n; i++) {
		if (router_compare(&r->want[n], &r->want[i])) {
			r->want[++n] = r->want[i];
			continue;
		}
		router_tell_twin(r, &r->want[i]);
		if (memcmp(r->want[i].via, r->want[n].via, sizeof(r->want[n].via)) < 0)
			r->want[n] = r->want[i];
	}
	r->n = n + 1;
	router_swap_told(r);
}

static int router_see(void *arg, const struct kwnl_route *route)
{
	const struct kwnl_route *w;
	struct router *r = arg;

	w = bsearch(route, r->want, r->n, sizeof(*route), router_compare);
	if (!w)
		router_push(&r->stale, &r->n_stale, &r->max_stale, route);
	else
		r->there[w - r->want] = !memcmp(w->via, route->via, sizeof(w->via));
	return 0;
}

static int router_fail(const struct router *r, const char *what, int err)
{
	log_error("%s - %s - see: ip -6 route", what, kwnl_rtnl_strerror(r->conf.rtnl));
	return err;
}

static int router_del_stale(struct router *r)
{
	int err, res = 0;
	size_t i;

	for (i = 0; i < r->n_stale; i++) {
		err = kwnl_rtnl_del_route(r->conf.rtnl, &r->stale[i]);
		if (err && err != -ESRCH)
			res = router_fail(r, "route not removed", err);
	}
	return res;
}

static int router_add_missing(struct router *r)
{
	int err, res = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->there[i])
			continue;
		err = kwnl_rtnl_add_route(r->conf.rtnl, &r->want[i]);
		if (err)
			res = router_fail(r, "route not added", err);
	}
	return res;
}

static int router_sync(struct router *r)
{
	int err;

	r->n_stale = 0;
	r->there = alloc_zero((r->n + 1) * sizeof(*r->there));
	err = kwnl_rtnl_dump_route(r->conf.rtnl, r->conf.ifindex, KWNL_RTNL_PROTOCOL, router_see, r);
	if (err) {
		(void)!router_fail(r, "routes not read", err);
	} else {
		err = router_del_stale(r);
		err = router_add_missing(r) ?: err;
	}
	free(r->there);
	return err;
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
	bool own_there;
	uint32_t there; /* a bit for each of keep */
	struct kwnl_address stale[64];
	size_t n_stale;
};

static int router_see_address(void *arg, const struct kwnl_address *address)
{
	struct router_addresses *a = arg;
	size_t i;

	if (!memcmp(address->addr, a->own->b, 16)) {
		a->own_there = true;
		return 0;
	}
	for (i = 0; i < a->n; i++) {
		if (a->keep[i].len != address->len || memcmp(a->keep[i].addr.b, address->addr, 16))
			continue;
		a->there |= 1u << i;
		return 0;
	}
	/* link-local ones are the kernel's */
	if (address->global && a->n_stale < 64)
		a->stale[a->n_stale++] = *address;
	return 0;
}

static int router_read_addresses(struct router *r, struct router_addresses *a)
{
	int err = kwnl_rtnl_dump_address(r->conf.rtnl, r->conf.ifindex, router_see_address, a);

	return err ? router_fail(r, "addresses not read", err) : 0;
}

static int router_add_address(struct router *r, const struct kw_addr *addr, uint8_t len)
{
	int err = kwnl_rtnl_add_address(r->conf.rtnl, r->conf.ifindex, addr->b, len);

	return err ? router_fail(r, "address not set", err) : 0;
}

static int router_add_absent(struct router *r, const struct router_addresses *a)
{
	int err = 0;
	size_t i;

	if (!a->own_there)
		err = router_add_address(r, a->own, 128);
	for (i = 0; !err && i < a->n; i++) {
		if (!(a->there & 1u << i))
			err = router_add_address(r, &a->keep[i].addr, a->keep[i].len);
	}
	return err;
}

int router_add_addresses(struct router *r, const struct kw_prefix *addresses, size_t n)
{
	struct router_addresses a = { .keep = addresses, .n = n, .own = &r->conf.address };

	if (!r->conf.ifindex)
		return 0;
	return router_read_addresses(r, &a) ?: router_add_absent(r, &a);
}

int router_set_addresses(struct router *r, const struct kw_prefix *addresses, size_t n)
{
	struct router_addresses a = { .keep = addresses, .n = n, .own = &r->conf.address };
	size_t i;
	int err;

	if (!r->conf.ifindex)
		return 0;
	err = router_read_addresses(r, &a);
	for (i = 0; !err && i < a.n_stale; i++) {
		err = kwnl_rtnl_del_address(r->conf.rtnl, r->conf.ifindex, a.stale[i].addr,
					    a.stale[i].len);
		if (err == -EADDRNOTAVAIL)
			err = 0;
		if (err)
			(void)!router_fail(r, "address not removed", err);
	}
	return err ? err : router_add_absent(r, &a);
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
	free(r->twin);
	free(r->told);
	free(r);
}
