// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/uplink.c userspace/libkeyway/prefix.c userspace/libdaemon/alloc.c */
/*
 * Which changes of links and addresses count as a move, as each move asks all
 * peers for a challenge: not those that leave our own places as they were.
 */
#include <errno.h>
#include <string.h>

#include "fakeloop.h"
#include "keywayd/entropy.h"
#include "keywayd/state.h"
#include "keywayd/uplink.h"
#include "libdaemon/log.h"
#include "libkwnl/rtnl.h"
#include "test.h"

/* --- the kernel -------------------------------------------------------------- */

static struct kwnl_link links[2];
static struct kwnl_address addresses[2];
static size_t n_addresses;
static const struct kwnl_rtnl_ops *told; /* by the next event */

int kwnl_rtnl_dump_link(struct kwnl_rtnl *rt, int (*fn)(void *arg, const struct kwnl_link *link),
			void *arg)
{
	(void)rt;
	return fn(arg, &links[0]) || fn(arg, &links[1]) ? -1 : 0;
}

int kwnl_rtnl_dump_address(struct kwnl_rtnl *rt, uint32_t ifindex,
			   int (*fn)(void *arg, const struct kwnl_address *address), void *arg)
{
	size_t i;

	(void)rt;
	(void)ifindex;
	for (i = 0; i < n_addresses; i++)
		if (fn(arg, &addresses[i]))
			return -1;
	return 0;
}

int kwnl_rtnl_event_read(struct kwnl_rtnl_event *ev, int max, const struct kwnl_rtnl_ops *ops,
			 void *arg)
{
	(void)ev;
	(void)max;
	told = ops;
	ops->link(arg, &links[0], false);
	return 1;
}

int kwnl_rtnl_subscribe(struct kwnl_rtnl_event **ev)
{
	*ev = (struct kwnl_rtnl_event *)&told;
	return 0;
}

void kwnl_rtnl_event_destroy(struct kwnl_rtnl_event *ev)
{
	(void)ev;
}

int kwnl_rtnl_event_fd(const struct kwnl_rtnl_event *ev)
{
	(void)ev;
	return 0;
}

int kwnl_rtnl_get_link(struct kwnl_rtnl *rt, const char *ifname, struct kwnl_link *link)
{
	(void)rt;
	*link = links[0];
	return strcmp(ifname, links[0].ifname) ? -ENODEV : 0;
}

const char *kwnl_rtnl_strerror(const struct kwnl_rtnl *rt)
{
	(void)rt;
	return "";
}

const char *kwnl_strerror(const struct kwnl *k)
{
	(void)k;
	return "";
}

int kwnl_dump_socket(struct kwnl *k, uint32_t dev,
		     int (*fn)(void *arg, const struct kwnl_socket *s), void *arg)
{
	(void)k;
	(void)dev;
	(void)fn;
	(void)arg;
	return 0;
}

int kwnl_new_socket(struct kwnl *k, const struct kwnl_socket_req *req, struct kwnl_socket *s)
{
	(void)k;
	memset(s, 0, sizeof(*s));
	s->port = req->port;
	return 0;
}

int kwnl_del_socket(struct kwnl *k, uint32_t dev, uint32_t id)
{
	(void)k;
	(void)dev;
	(void)id;
	return 0;
}

/* --- the daemon -------------------------------------------------------------- */

const struct state_self *state_lookup_self(const struct state *s)
{
	static const struct state_self self;

	(void)s;
	return &self;
}

int state_set_self(struct state *s, const struct state_self *self, enum state_when when)
{
	(void)s;
	(void)self;
	(void)when;
	return 0;
}

uint32_t entropy_below(uint32_t n)
{
	return n / 2;
}

static unsigned int warnings;

void log_line(int level, const char *fmt, ...)
{
	(void)fmt;
	warnings += level == LOG_WARNING;
}

/* --- what is asserted -------------------------------------------------------- */

static unsigned int moves;

static void moved(void *arg)
{
	(void)arg;
	moves++;
}

static unsigned int overlay_told;
static bool overlay_up;

static void overlay(void *arg, uint32_t ifindex, bool up)
{
	(void)arg;
	overlay_told = ifindex;
	overlay_up = up;
}

static unsigned int after_event(struct loop *loop)
{
	moves = 0;
	fakeloop_ready(loop, 0);
	fakeloop_pass(loop, 1);
	return moves;
}

static void set_address(size_t i, uint8_t last)
{
	addresses[i] = (struct kwnl_address){ .ifindex = 2, .len = 64, .global = true };
	memcpy(addresses[i].addr, (uint8_t[]){ 0x20, 0x01, 0x0d, 0xb8 }, 4);
	addresses[i].addr[15] = last;
}

static void misses_uplinks(void)
{
	static const char names[2][KWNL_NAME_SIZE] = { "wan0", "wan9" };
	struct loop loop = { 0 };
	struct uplink_conf conf = { .loop = &loop, .port = 51900, .uplink = names, .uplinks = 2, .moved = moved };
	struct uplink *u = uplink_create(&conf);

	strcpy(links[0].kind, "");
	strcpy(links[0].ifname, "wan0");
	warnings = 0;
	if (uplink_start(u))
		exit(1);
	test_ok(!uplink_absent(u, 0) && uplink_absent(u, 1), "an uplink that isn't there is known");
	(void)after_event(&loop);
	test_eq(warnings, 1, "and told once");
	strcpy(links[0].ifname, "wan9");
	(void)after_event(&loop);
	test_ok(uplink_absent(u, 0) && !uplink_absent(u, 1), "until it comes, as when one goes");
	test_eq(warnings, 2, "which is told too");
	uplink_destroy(u);
}

int main(void)
{
	struct loop loop = { 0 };
	struct uplink_conf conf = { .loop = &loop, .port = 51900, .moved = moved, .overlay = overlay };
	struct uplink *u = uplink_create(&conf);

	links[0] = (struct kwnl_link){ .ifindex = 2, .up = true, .running = true };
	links[1] = (struct kwnl_link){ .ifindex = 3, .up = true, .running = true };
	set_address(0, 1);
	n_addresses = 1;
	test_eq(uplink_start(u), 0, "follows the links");
	test_eq(after_event(&loop), 0, "an address told again is no move");
	links[1].running = false;
	test_eq(after_event(&loop), 0, "nor is a link without addresses of ours");
	set_address(0, 9);
	test_eq(after_event(&loop), 1, "another address is");
	set_address(1, 10);
	n_addresses = 2;
	test_eq(after_event(&loop), 1, "one more is");
	addresses[1].deprecated = true;
	test_eq(after_event(&loop), 1, "one that ends is");
	links[0].running = false;
	test_eq(after_event(&loop), 1, "a carrier lost is");
	links[0].running = true;
	test_eq(after_event(&loop), 1, "and one found");
	addresses[0].ifindex = 3;
	test_eq(after_event(&loop), 1, "the same address on another link is");
	test_eq(overlay_told, 0, "none of these was an overlay's link");
	strcpy(links[0].kind, "keyway");
	links[0].up = false;
	test_eq(after_event(&loop), 0, "which is no move");
	test_ok(overlay_told == 2 && !overlay_up, "and told when it goes down");
	links[0].up = true;
	(void)after_event(&loop);
	test_ok(overlay_up, "and up");
	uplink_destroy(u);
	misses_uplinks();
	return test_done();
}
