// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The local ends of paths. Owns the list of sockets that we opened or adopted,
 * and the subscription to link and address changes; the sockets themselves are
 * the kernel's and outlive us. Called by pathmgr.c.
 */
#include "uplink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/prefix.h"
#include "libkwnl/rtnl.h"
#include "state.h"

#define UPLINK_SETTLE (200 * LOOP_MS) /* changes come in bursts */
#define UPLINK_OWN 32
#define UPLINK_LINKS 64
#define UPLINK_TRIES 16 /* of random ports */
#define UPLINK_LAN_PORT 47577 /* of LAN discovery, never ours */

/* An address that others may reach us at. */
struct uplink_place {
	struct kw_addr addr;
	uint32_t ifindex;
	bool running;
};

struct uplink {
	/* identity */
	struct uplink_conf conf;
	struct kwnl_rtnl_event *events;
	struct loop_fd *fd;
	struct loop_timer *settle;
	/* state */
	uint16_t port;
	struct kwnl_socket socket[UPLINK_SOCKETS];
	size_t sockets;
	struct uplink_place own[UPLINK_OWN];
	size_t owns;
	uint32_t absent; /* a bit for each of conf.uplink that is no link here */
	/* while reading: links that are no uplinks of anyone, and those without a carrier */
	uint32_t overlay[UPLINK_LINKS], dark[UPLINK_LINKS];
	size_t overlays, darks;
};

static int uplink_fail(const struct uplink *u, const char *what, int err)
{
	log_error("%s - %s - see: keyway device ls", what, kwnl_strerror(u->conf.kwnl));
	return err;
}

static bool uplink_has(const uint32_t *list, size_t n, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i] == ifindex)
			return true;
	}
	return false;
}

/* --- sockets -------------------------------------------------------------- */

static bool uplink_wanted(const struct uplink *u, const struct kwnl_socket *s,
			  const uint32_t *ifindex, size_t n)
{
	return s->port == u->port && uplink_has(ifindex, n, s->bind_ifindex);
}

static struct kwnl_socket *uplink_find(struct uplink *u, uint16_t family, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < u->sockets; i++) {
		if (u->socket[i].family == family && u->socket[i].bind_ifindex == ifindex)
			return &u->socket[i];
	}
	return NULL;
}

static int uplink_see_socket(void *arg, const struct kwnl_socket *s)
{
	struct uplink *u = arg;

	if (u->sockets < UPLINK_SOCKETS)
		u->socket[u->sockets++] = *s;
	return 0;
}

static int uplink_read_sockets(struct uplink *u)
{
	u->sockets = 0;
	return kwnl_dump_socket(u->conf.kwnl, u->conf.dev, uplink_see_socket, u);
}

static void uplink_set_absent(struct uplink *u, size_t i, bool absent)
{
	if (absent == uplink_absent(u, i))
		return;
	u->absent ^= 1u << i;
	if (absent)
		log_warning("uplink %s not used - there is no such interface - it will be once it comes, see: ip link",
			    u->conf.uplink[i]);
	else
		log_notice("uplink %s is there", u->conf.uplink[i]);
}

/* The interfaces to bind to that are there now; 0 is the wildcard. */
static size_t uplink_targets(struct uplink *u, uint32_t *ifindex)
{
	struct kwnl_link link;
	size_t i, n = 0;
	bool absent;

	if (!u->conf.uplinks) {
		ifindex[0] = 0;
		return 1;
	}
	for (i = 0; i < u->conf.uplinks; i++) {
		absent = kwnl_rtnl_get_link(u->conf.rtnl, u->conf.uplink[i], &link);
		uplink_set_absent(u, i, absent);
		if (!absent)
			ifindex[n++] = link.ifindex;
	}
	return n;
}

static int uplink_close_stale(struct uplink *u, const uint32_t *ifindex, size_t n)
{
	size_t i, kept = 0;
	int err;

	for (i = 0; i < u->sockets; i++) {
		if (uplink_wanted(u, &u->socket[i], ifindex, n)) {
			u->socket[kept++] = u->socket[i];
			continue;
		}
		err = kwnl_del_socket(u->conf.kwnl, u->conf.dev, u->socket[i].id);
		if (err && err != -ENOENT)
			return uplink_fail(u, "socket not closed", err);
	}
	u->sockets = kept;
	return 0;
}

static int uplink_open(struct uplink *u, uint16_t family, uint32_t ifindex)
{
	struct kwnl_socket_req req = {
		.dev = u->conf.dev, .family = family, .port = u->port, .bind_ifindex = ifindex
	};
	struct kwnl_socket *s;
	int err;

	if (uplink_find(u, family, ifindex) || u->sockets == UPLINK_SOCKETS)
		return 0;
	s = &u->socket[u->sockets];
	err = kwnl_new_socket(u->conf.kwnl, &req, s);
	if (err == -EAFNOSUPPORT || err == -EPROTONOSUPPORT) {
		log_notice("no sockets of family IPv%d here", family == AF_INET ? 4 : 6);
		return 0;
	}
	if (err)
		return err;
	s->family = family;
	s->bind_ifindex = ifindex;
	u->sockets++;
	return 0;
}

static int uplink_open_all(struct uplink *u)
{
	uint32_t ifindex[UPLINK_SOCKETS / 2];
	size_t i, n;
	int err;

	n = uplink_targets(u, ifindex);
	err = uplink_close_stale(u, ifindex, n);
	for (i = 0; !err && i < n; i++) {
		err = uplink_open(u, AF_INET, ifindex[i]);
		if (!err)
			err = uplink_open(u, AF_INET6, ifindex[i]);
	}
	return err;
}

static uint16_t uplink_draw_port(void)
{
	uint16_t port;

	do
		port = (uint16_t)(1024 + entropy_below(64512));
	while (port == UPLINK_LAN_PORT);
	return port;
}

/* What the kernel holds already counts more than what we remember: paths use it. */
static uint16_t uplink_choose_port(const struct uplink *u)
{
	const struct state_self *self = state_lookup_self(u->conf.state);

	if (u->conf.port)
		return u->conf.port;
	if (u->sockets)
		return u->socket[0].port;
	return self->port ? self->port : uplink_draw_port();
}

static int uplink_open_port(struct uplink *u)
{
	bool drawn = !u->conf.port;
	unsigned int i;
	int err;

	u->port = uplink_choose_port(u);
	err = uplink_open_all(u);
	for (i = 0; err == -EADDRINUSE && drawn && i < UPLINK_TRIES; i++) {
		u->port = uplink_draw_port();
		err = uplink_open_all(u);
	}
	return err ? uplink_fail(u, "no socket opened", err) : 0;
}

static int uplink_remember(struct uplink *u)
{
	struct state_self self = *state_lookup_self(u->conf.state);

	if (u->conf.port || self.port == u->port)
		return 0;
	self.port = u->port;
	return state_set_self(u->conf.state, &self, STATE_NOW);
}

/* --- own addresses --------------------------------------------------------- */

static int uplink_see_link(void *arg, const struct kwnl_link *link)
{
	struct uplink *u = arg;

	if ((link->loopback || !strcmp(link->kind, "keyway")) && u->overlays < UPLINK_LINKS)
		u->overlay[u->overlays++] = link->ifindex;
	else if (!(link->up && link->running) && u->darks < UPLINK_LINKS)
		u->dark[u->darks++] = link->ifindex;
	return 0;
}

static bool uplink_outer(const struct uplink *u, uint32_t ifindex)
{
	size_t i;

	if (uplink_has(u->overlay, u->overlays, ifindex))
		return false;
	for (i = 0; u->conf.uplinks && i < u->sockets; i++) {
		if (u->socket[i].bind_ifindex == ifindex)
			return true;
	}
	return !u->conf.uplinks;
}

static int uplink_see_address(void *arg, const struct kwnl_address *a)
{
	struct uplink *u = arg;
	struct kw_addr addr;

	memcpy(addr.b, a->addr, sizeof(addr.b));
	if (!a->global || a->tentative || a->deprecated || kw_prefix_reserved(&addr) ||
	    !uplink_outer(u, a->ifindex) || u->owns == UPLINK_OWN)
		return 0;
	/* whole, as places are compared with their padding */
	memset(&u->own[u->owns], 0, sizeof(u->own[0]));
	u->own[u->owns].addr = addr;
	u->own[u->owns].ifindex = a->ifindex;
	u->own[u->owns++].running = !uplink_has(u->dark, u->darks, a->ifindex);
	return 0;
}

static void uplink_read_own(struct uplink *u)
{
	u->overlays = 0;
	u->darks = 0;
	u->owns = 0;
	if (kwnl_rtnl_dump_link(u->conf.rtnl, uplink_see_link, u) ||
	    kwnl_rtnl_dump_address(u->conf.rtnl, 0, uplink_see_address, u))
		log_warning("own addresses not read - %s - see: ip addr",
			    kwnl_rtnl_strerror(u->conf.rtnl));
}

/* --- changes --------------------------------------------------------------- */

static void uplink_settled(void *arg)
{
	struct uplink_place before[UPLINK_OWN];
	struct uplink *u = arg;
	size_t n = u->owns;

	memcpy(before, u->own, sizeof(before));
	if (uplink_read_sockets(u) || uplink_open_all(u))
		(void)!uplink_fail(u, "uplinks not followed", -EIO);
	uplink_read_own(u);
	/* a router's advertisement, a container's link: nothing of ours changed */
	if (n != u->owns || memcmp(before, u->own, n * sizeof(before[0])))
		u->conf.moved(u->conf.arg);
}

static void uplink_touch(struct uplink *u)
{
	if (!loop_timer_armed(u->settle))
		loop_timer_set(u->settle, UPLINK_SETTLE);
}

static void uplink_link(void *arg, const struct kwnl_link *link, bool gone)
{
	struct uplink *u = arg;

	if (strcmp(link->kind, "keyway"))
		uplink_touch(u);
	else if (u->conf.overlay)
		u->conf.overlay(u->conf.arg, link->ifindex, link->up && !gone);
}

static void uplink_address(void *arg, const struct kwnl_address *a, bool gone)
{
	struct uplink *u = arg;

	(void)gone;
	if (uplink_outer(u, a->ifindex) || u->conf.uplinks)
		uplink_touch(u);
}

static void uplink_lost(void *arg)
{
	uplink_touch(arg);
}

static const struct kwnl_rtnl_ops uplink_ops = {
	.link = uplink_link,
	.address = uplink_address,
	.lost = uplink_lost,
};

static void uplink_readable(unsigned int ready, void *arg)
{
	struct uplink *u = arg;
	int n;

	(void)ready;
	n = kwnl_rtnl_event_read(u->events, 64, &uplink_ops, u);
	if (n < 0)
		log_warning("link changes not read - %s - they are read again at the next one",
			    strerror(-n));
}

int uplink_start(struct uplink *u)
{
	int err;

	err = kwnl_rtnl_subscribe(&u->events);
	if (err) {
		log_error("link changes not followed - %s - run with CAP_NET_ADMIN", strerror(-err));
		return err;
	}
	u->fd = loop_fd_create(u->conf.loop, kwnl_rtnl_event_fd(u->events), uplink_readable, u);
	err = uplink_read_sockets(u);
	if (err)
		return uplink_fail(u, "sockets not read", err);
	err = uplink_open_port(u);
	if (err)
		return err;
	uplink_read_own(u);
	return uplink_remember(u);
}

bool uplink_absent(const struct uplink *u, size_t i)
{
	return u->absent & 1u << i;
}

uint16_t uplink_port(const struct uplink *u)
{
	return u->port;
}

static bool uplink_mapped(const uint8_t addr[KWNL_ADDR_SIZE])
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, head, sizeof(head));
}

size_t uplink_sockets(const struct uplink *u, const struct kwnl_endpoint *remote, uint32_t *out,
		      size_t max)
{
	uint16_t family = uplink_mapped(remote->addr) ? AF_INET : AF_INET6;
	size_t i, n = 0;

	for (i = 0; i < u->sockets && n < max; i++) {
		if (u->socket[i].family != family)
			continue;
		if (!remote->ifindex || !u->socket[i].bind_ifindex ||
		    remote->ifindex == u->socket[i].bind_ifindex)
			out[n++] = u->socket[i].id;
	}
	return n;
}

size_t uplink_own(const struct uplink *u, struct kw_source *out, size_t max)
{
	size_t i, n = u->owns < max ? u->owns : max;

	for (i = 0; i < n; i++)
		out[i] = (struct kw_source){ .addr = u->own[i].addr, .port = u->port };
	return n;
}

struct uplink *uplink_create(const struct uplink_conf *conf)
{
	struct uplink *u = alloc_zero(sizeof(*u));

	u->conf = *conf;
	u->conf.uplink = alloc_copy(conf->uplink, conf->uplinks * sizeof(*conf->uplink));
	u->settle = loop_timer_create(conf->loop, uplink_settled, u);
	return u;
}

void uplink_destroy(struct uplink *u)
{
	loop_fd_destroy(u->fd);
	if (u->events)
		kwnl_rtnl_event_destroy(u->events);
	loop_timer_destroy(u->settle);
	free((void *)u->conf.uplink);
	free(u);
}
