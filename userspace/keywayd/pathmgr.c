// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Path manager. Owns what is known of where each peer may be reached; local
 * ends are uplink's, names are the resolver's. Sessions move endpoints by
 * themselves in the kernel: this file only offers more of them. Called by
 * node.c and connect.c.
 */
#include "pathmgr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "resolver.h"
#include "uplink.h"

#define PATHMGR_BUCKETS 1024
#define PATHMGR_RECORD 8 /* addresses kept of a record set */
#define PATHMGR_AGAIN (60 * LOOP_SECOND)      /* names that resolved */
#define PATHMGR_RETRY_FIRST (2 * LOOP_SECOND) /* names that didn't, doubling */

/* Where one source of knowledge says that the peer is. */
struct pathmgr_ends {
	struct kwnl_endpoint at[PATHMGR_RECORD];
	size_t n;
};

struct pathmgr_peer {
	/* identity */
	struct pathmgr *manager;
	struct pathmgr_peer *next;
	struct kw_addr addr;
	struct loop_timer *timer; /* NULL: the endpoint is no name */
	/* set */
	char text[RESOLVER_TEXT];
	/* state */
	struct pathmgr_candidate seen; /* port 0: none */
	struct pathmgr_ends named;
	struct pathmgr_ends record;
	uint64_t retry;
	bool up;   /* the kernel has a session: offer it paths */
	bool wide; /* nobody answers where we usually try */
};

struct pathmgr {
	struct pathmgr_conf conf;
	struct uplink *uplink;
	struct resolver *resolver;
	struct pathmgr_peer *bucket[PATHMGR_BUCKETS];
};

static struct pathmgr_peer **pathmgr_slot(struct pathmgr *p, const struct kw_addr *peer)
{
	struct pathmgr_peer **at = &p->bucket[(peer->b[14] << 8 | peer->b[15]) % PATHMGR_BUCKETS];

	while (*at && memcmp((*at)->addr.b, peer->b, sizeof(peer->b)))
		at = &(*at)->next;
	return at;
}

static struct pathmgr_peer *pathmgr_find(const struct pathmgr *p, const struct kw_addr *peer)
{
	return *pathmgr_slot((struct pathmgr *)p, peer);
}

static struct pathmgr_peer *pathmgr_make(struct pathmgr *p, const struct kw_addr *peer)
{
	struct pathmgr_peer **slot = pathmgr_slot(p, peer);

	if (!*slot) {
		*slot = alloc_zero(sizeof(**slot));
		(*slot)->manager = p;
		(*slot)->addr = *peer;
	}
	return *slot;
}

static bool pathmgr_same(const struct kwnl_endpoint *a, const struct kwnl_endpoint *b)
{
	return a->port == b->port && a->ifindex == b->ifindex &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

/* --- candidates ------------------------------------------------------------ */

/* An end, with the sockets that can reach it. */
struct pathmgr_end {
	struct kwnl_endpoint at;
	uint32_t socket[UPLINK_SOCKETS];
	size_t n;
};

/* Ends within reach, best first. */
struct pathmgr_reach {
	struct pathmgr_end end[1 + 2 * PATHMGR_RECORD];
	size_t n;
};

static void pathmgr_reach(const struct pathmgr *p, struct pathmgr_reach *r,
			  const struct pathmgr_ends *ends)
{
	struct pathmgr_end *e;
	size_t i;

	for (i = 0; i < ends->n; i++) {
		e = &r->end[r->n];
		e->at = ends->at[i];
		e->n = uplink_sockets(p->uplink, &e->at, e->socket, UPLINK_SOCKETS);
		r->n += e->n > 0;
	}
}

/* Where it was seen last, and by the socket that it was seen on first. */
static void pathmgr_reach_seen(const struct pathmgr *p, struct pathmgr_reach *r,
			       const struct pathmgr_candidate *seen)
{
	struct pathmgr_ends ends = { .n = 1, .at = { seen->remote } };
	struct pathmgr_end *e = &r->end[r->n];
	size_t i;

	if (!seen->remote.port)
		return;
	pathmgr_reach(p, r, &ends);
	for (i = 1; i < e->n; i++) {
		if (e->socket[i] != seen->socket)
			continue;
		e->socket[i] = e->socket[0];
		e->socket[0] = seen->socket;
	}
}

static size_t pathmgr_add(struct pathmgr_candidate *out, size_t n, uint32_t socket,
			  const struct kwnl_endpoint *remote)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (out[i].socket == socket && pathmgr_same(&out[i].remote, remote))
			return n;
	}
	out[n] = (struct pathmgr_candidate){ .socket = socket, .remote = *remote };
	return n + 1;
}

/* A socket of each end before a second one of any: uplinks crowd no end out. */
static size_t pathmgr_list(const struct pathmgr_reach *r, struct pathmgr_candidate *out, size_t max)
{
	size_t i, j, n = 0;

	for (j = 0; j < UPLINK_SOCKETS; j++) {
		for (i = 0; i < r->n && n < max; i++) {
			if (j < r->end[i].n)
				n = pathmgr_add(out, n, r->end[i].socket[j], &r->end[i].at);
		}
	}
	return n;
}

size_t pathmgr_candidates(const struct pathmgr *p, const struct kw_addr *peer,
			  struct pathmgr_candidate *out, size_t max)
{
	const struct pathmgr_peer *k = pathmgr_find(p, peer);
	struct pathmgr_reach r;

	if (!k)
		return 0;
	r.n = 0;
	/* last good, then what people wrote, then what the peer says of itself */
	pathmgr_reach_seen(p, &r, &k->seen);
	pathmgr_reach(p, &r, &k->named);
	if (k->wide || !r.n)
		pathmgr_reach(p, &r, &k->record);
	return pathmgr_list(&r, out, max);
}

static void pathmgr_changed(struct pathmgr_peer *k)
{
	struct pathmgr *p = k->manager;

	p->conf.candidates(p->conf.arg, &k->addr);
}

void pathmgr_widen(struct pathmgr *p, const struct kw_addr *peer)
{
	struct pathmgr_peer *k = pathmgr_make(p, peer);

	if (k->wide)
		return;
	k->wide = true;
	pathmgr_changed(k);
}

/* A path is of use once its challenge was answered, so that is sent at once. */
static void pathmgr_offer(const struct pathmgr_peer *k, const struct pathmgr_candidate *c)
{
	struct kwnl *kwnl = k->manager->conf.kwnl;
	struct kwnl_path_req req = {
		.dev = k->manager->conf.dev, .socket = c->socket, .remote = c->remote
	};
	int err;

	memcpy(req.peer, k->addr.b, sizeof(req.peer));
	err = kwnl_new_path(kwnl, &req, &req.id);
	if (!err) {
		req.socket = 0;
		req.remote.port = 0;
		err = kwnl_set_path(kwnl, &req);
	}
	if (err && err != -EEXIST)
		log_debug("path not offered: %s", kwnl_strerror(kwnl));
}

static void pathmgr_offer_named(const struct pathmgr_peer *k)
{
	struct pathmgr_candidate c[PATHMGR_CANDIDATES];
	struct pathmgr_reach r;
	size_t i, n;

	r.n = 0;
	pathmgr_reach(k->manager, &r, &k->named);
	n = pathmgr_list(&r, c, PATHMGR_CANDIDATES);
	for (i = 0; i < n; i++)
		pathmgr_offer(k, &c[i]);
}

void pathmgr_peer_up(struct pathmgr *p, const struct kw_addr *peer)
{
	struct pathmgr_peer *k = pathmgr_make(p, peer);

	k->up = true;
	k->wide = false;
}

/* --- the configured endpoint ------------------------------------------------ */

static void pathmgr_ask(void *arg)
{
	struct pathmgr_peer *k = arg;

	resolver_ask(k->manager->resolver, &k->addr, k->text);
}

static void pathmgr_again(struct pathmgr_peer *k, uint64_t delay)
{
	/* jitter, so that a thousand names aren't asked in one second */
	loop_timer_set(k->timer, delay + delay / 10000 * entropy_below(1000));
}

static bool pathmgr_same_ends(const struct pathmgr_ends *a, const struct pathmgr_ends *b)
{
	size_t i, j;

	if (a->n != b->n)
		return false;
	/* resolvers rotate the order */
	for (i = 0; i < a->n; i++) {
		for (j = 0; j < b->n && !pathmgr_same(&a->at[i], &b->at[j]); j++)
			;
		if (j == b->n)
			return false;
	}
	return true;
}

static void pathmgr_resolved(void *arg, const struct resolver_answer *a)
{
	struct pathmgr *p = arg;
	struct pathmgr_peer *k = pathmgr_find(p, &a->peer);
	struct pathmgr_ends ends = { .n = a->n };

	if (!k || !k->timer || strcmp(k->text, a->text))
		return;
	if (!a->n) {
		if (k->retry == PATHMGR_RETRY_FIRST)
			log_warning("%s not resolved - %s - trying again", a->text, a->error);
		pathmgr_again(k, k->retry);
		k->retry = 2 * k->retry < PATHMGR_AGAIN ? 2 * k->retry : PATHMGR_AGAIN;
		return;
	}
	k->retry = PATHMGR_RETRY_FIRST;
	pathmgr_again(k, PATHMGR_AGAIN);
	memcpy(ends.at, a->at, a->n * sizeof(*a->at));
	if (pathmgr_same_ends(&k->named, &ends))
		return;
	k->named = ends;
	if (k->up)
		pathmgr_offer_named(k);
	pathmgr_changed(k);
}

void pathmgr_set_endpoint(struct pathmgr *p, const struct kw_addr *peer, const char *text)
{
	struct pathmgr_peer *k = pathmgr_make(p, peer);
	struct kwnl_endpoint at;
	int err;

	if (!strcmp(k->text, text) || strlen(text) >= sizeof(k->text))
		return;
	strcpy(k->text, text);
	loop_timer_destroy(k->timer);
	k->timer = NULL;
	k->named.n = 0;
	err = resolver_parse(text, &at);
	if (!err) {
		k->named.at[k->named.n++] = at;
		pathmgr_changed(k);
	} else if (err == -EAGAIN) {
		k->retry = PATHMGR_RETRY_FIRST;
		k->timer = loop_timer_create(p->conf.loop, pathmgr_ask, k);
		pathmgr_ask(k);
	}
}

/* --- what the network tells --------------------------------------------------- */

void pathmgr_set_record(struct pathmgr *p, const struct kw_addr *peer, const struct kw_source *at,
			size_t n)
{
	struct pathmgr_peer *k = pathmgr_make(p, peer);
	struct pathmgr_ends ends = { .n = n < PATHMGR_RECORD ? n : PATHMGR_RECORD };
	size_t i;

	for (i = 0; i < ends.n; i++) {
		memcpy(ends.at[i].addr, at[i].addr.b, sizeof(ends.at[i].addr));
		ends.at[i].port = at[i].port;
	}
	if (pathmgr_same_ends(&k->record, &ends))
		return;
	k->record = ends;
	pathmgr_changed(k);
}

void pathmgr_set_seen(struct pathmgr *p, const struct kw_addr *peer, uint32_t socket,
		      const struct kwnl_endpoint *remote)
{
	struct pathmgr_peer *k = pathmgr_make(p, peer);

	k->seen.socket = socket;
	k->seen.remote = *remote;
}

void pathmgr_del_peer(struct pathmgr *p, const struct kw_addr *peer)
{
	struct pathmgr_peer **slot = pathmgr_slot(p, peer);
	struct pathmgr_peer *k = *slot;

	if (!k)
		return;
	*slot = k->next;
	loop_timer_destroy(k->timer);
	free(k);
}

/* --- this end moved ------------------------------------------------------------ */

static int pathmgr_challenge(void *arg, const struct kwnl_path *path)
{
	struct pathmgr *p = arg;
	struct kwnl_path_req req = { .dev = path->dev, .id = path->id };

	memcpy(req.peer, path->peer, sizeof(req.peer));
	if (path->in_use && kwnl_set_path(p->conf.kwnl, &req))
		log_debug("path not challenged: %s", kwnl_strerror(p->conf.kwnl));
	return 0;
}

/* A challenge makes a packet leave from our new address, so peers follow now
 * rather than at the next packet of somebody's traffic. */
static void pathmgr_moved(void *arg)
{
	struct pathmgr *p = arg;

	if (kwnl_dump_path(p->conf.kwnl, p->conf.dev, NULL, pathmgr_challenge, p))
		log_debug("paths not read: %s", kwnl_strerror(p->conf.kwnl));
	p->conf.moved(p->conf.arg);
}

static void pathmgr_overlay(void *arg, uint32_t ifindex, bool up)
{
	struct pathmgr *p = arg;

	p->conf.overlay(p->conf.arg, ifindex, up);
}

size_t pathmgr_own(const struct pathmgr *p, struct kw_source *out, size_t max)
{
	return uplink_own(p->uplink, out, max);
}

bool pathmgr_absent(const struct pathmgr *p, size_t i)
{
	return uplink_absent(p->uplink, i);
}

uint16_t pathmgr_port(const struct pathmgr *p)
{
	return uplink_port(p->uplink);
}

int pathmgr_start(struct pathmgr *p)
{
	return uplink_start(p->uplink);
}

struct pathmgr *pathmgr_create(const struct pathmgr_conf *conf)
{
	struct pathmgr *p = alloc_zero(sizeof(*p));
	struct uplink_conf uplink = {
		.loop = conf->loop,
		.kwnl = conf->kwnl,
		.rtnl = conf->rtnl,
		.state = conf->state,
		.dev = conf->dev,
		.port = conf->port,
		.uplink = conf->uplink,
		.uplinks = conf->uplinks,
		.moved = pathmgr_moved,
		.overlay = pathmgr_overlay,
		.arg = p,
	};

	p->conf = *conf;
	p->uplink = uplink_create(&uplink);
	p->resolver = resolver_create(conf->loop, pathmgr_resolved, p);
	return p;
}

void pathmgr_destroy(struct pathmgr *p)
{
	size_t i;

	resolver_destroy(p->resolver);
	uplink_destroy(p->uplink);
	for (i = 0; i < PATHMGR_BUCKETS; i++) {
		while (p->bucket[i])
			pathmgr_del_peer(p, &p->bucket[i]->addr);
	}
	free(p);
}
