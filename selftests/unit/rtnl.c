// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: userspace/libkwnl/[kr]*.c -lnl-genl-3 -lnl-3 */
/* cflags: -I/usr/include/libnl3 */
/*
 * Links, addresses and routes in a network namespace of the test's own, on a
 * tun device, which is there as long as its descriptor; and that each change is
 * notified.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "libkwnl/rtnl.h"
#include "test.h"

static uint32_t t0; /* its ifindex */
static uint8_t key_a[16], key_b[16], site4[16], site6[16], all_keys[16], own4[16];

static void addr(uint8_t out[16], const char *text)
{
	if (inet_pton(AF_INET6, text, out) != 1)
		exit(1);
}

/* What a dump or the notifications held. */
struct seen {
	unsigned int n;
	bool gone;
	struct kwnl_link link;
	struct kwnl_address address[8];
	struct kwnl_route route[8];
};

static int see_address(void *arg, const struct kwnl_address *address)
{
	struct seen *seen = arg;

	if (seen->n < 8)
		seen->address[seen->n++] = *address;
	return 0;
}

static int see_route(void *arg, const struct kwnl_route *route)
{
	struct seen *seen = arg;

	if (seen->n < 8)
		seen->route[seen->n++] = *route;
	return 0;
}

static int see_link(void *arg, const struct kwnl_link *link)
{
	struct seen *seen = arg;

	seen->link = *link;
	seen->n++;
	return link->loopback ? 0 : 17;
}

static void test_links(struct kwnl_rtnl *rt)
{
	struct seen seen = {0};
	struct kwnl_link link;

	test_eq(kwnl_rtnl_get_link(rt, "none-such", &link), -ENODEV, "no such link");
	test_ok(*kwnl_rtnl_strerror(rt), "with a sentence");
	test_eq(kwnl_rtnl_get_link(rt, "t0", &link), 0, "a link is found");
	test_ok(link.ifindex == t0 && !link.loopback && !link.up &&
			!strcmp(link.kind, "tun"),
		"as it is");
	test_eq(kwnl_rtnl_set_link(rt, t0, true, 1400), 0, "it is set up");
	test_eq(kwnl_rtnl_get_link(rt, "t0", &link), 0, "and read again");
	test_ok(link.up && link.mtu == 1400, "up, with its MTU");
	test_eq(kwnl_rtnl_dump_link(rt, see_link, &seen), 17, "a callback ends a dump");
	test_ok(!strcmp(seen.link.ifname, "t0"), "that had the link");
}

static void test_addresses(struct kwnl_rtnl *rt)
{
	struct seen seen = {0}, routes = {0};
	unsigned int i, found = 0;

	test_eq(kwnl_rtnl_add_address(rt, t0, key_a, 128), 0, "an IPv6 address");
	test_eq(kwnl_rtnl_add_address(rt, t0, key_a, 128), 0, "again is no error");
	test_eq(kwnl_rtnl_add_address(rt, t0, own4, 120), 0, "an IPv4 address");
	test_eq(kwnl_rtnl_dump_address(rt, t0, see_address, &seen), 0, "are read");
	for (i = 0; i < seen.n; i++) {
		found += !memcmp(seen.address[i].addr, key_a, 16) &&
			 seen.address[i].len == 128 && !seen.address[i].tentative;
		found += !memcmp(seen.address[i].addr, own4, 16) &&
			 seen.address[i].len == 120;
	}
	test_eq(found, 2, "as they were added, usable at once");
	(void)!kwnl_rtnl_dump_route(rt, t0, 2 /* RTPROT_KERNEL */, see_route, &routes);
	for (found = 0, i = 0; i < routes.n; i++)
		found += routes.route[i].len == 120;
	test_eq(found, 0, "without a route for the prefix");
	test_eq(kwnl_rtnl_del_address(rt, t0, own4, 120), 0, "one is taken away");
	test_eq(kwnl_rtnl_del_address(rt, t0, own4, 120), -EADDRNOTAVAIL, "once");
}

static void test_routes(struct kwnl_rtnl *rt)
{
	struct kwnl_route keys = {.len = 32, .ifindex = t0};
	struct kwnl_route v4 = {.len = 112, .has_via = true, .ifindex = t0, .metric = 7};
	struct kwnl_route v6 = {.len = 48, .has_via = true, .ifindex = t0};
	struct seen seen = {0};
	unsigned int i, found = 0;

	memcpy(keys.dst, all_keys, 16);
	memcpy(v4.dst, site4, 16);
	memcpy(v6.dst, site6, 16);
	memcpy(v4.via, key_b, 16);
	memcpy(v6.via, key_b, 16);
	test_ok(kwnl_rtnl_add_route(rt, &v4) < 0, "a next hop needs a route first");
	test_eq(kwnl_rtnl_add_route(rt, &keys), 0, "the route of all keys");
	test_eq(kwnl_rtnl_add_route(rt, &v4), 0, "IPv4 by way of a key");
	test_eq(kwnl_rtnl_add_route(rt, &v4), 0, "again is no error");
	test_eq(kwnl_rtnl_add_route(rt, &v6), 0, "IPv6 by way of a key");
	test_eq(kwnl_rtnl_dump_route(rt, t0, KWNL_RTNL_PROTOCOL, see_route, &seen), 0,
		"are read");
	test_eq(seen.n, 3, "those that we made, each once");
	for (i = 0; i < seen.n; i++)
		found += seen.route[i].has_via && !memcmp(seen.route[i].via, key_b, 16);
	test_eq(found, 2, "with their next hop");
	test_eq(kwnl_rtnl_del_route(rt, &v4), 0, "one is taken away");
	test_eq(kwnl_rtnl_del_route(rt, &v4), -ESRCH, "once");
}

static void on_link(void *arg, const struct kwnl_link *link, bool gone)
{
	((struct seen *)arg)->link = *link;
	((struct seen *)arg)->gone |= gone;
}

static void on_address(void *arg, const struct kwnl_address *address, bool gone)
{
	if (gone && !memcmp(address->addr, own4, 16))
		((struct seen *)arg)->address[0] = *address;
}

/* The subscription's socket alone knows: a route's change would be read and passed by. */
static void test_quiet(struct kwnl_rtnl *rt, struct kwnl_rtnl_event *ev)
{
	struct kwnl_route route = {.len = 32, .ifindex = t0, .metric = 9};
	static const struct kwnl_rtnl_ops ops;

	memcpy(route.dst, all_keys, sizeof(route.dst));
	if (kwnl_rtnl_add_route(rt, &route) || kwnl_rtnl_del_route(rt, &route))
		exit(1);
	test_eq(kwnl_rtnl_event_read(ev, 100, &ops, NULL), 0, "routes that come and go wake nobody");
}

/* The kernel's own workers tell of some changes later, so until 1.5 s were quiet. */
static void read_to_end(struct kwnl_rtnl_event *ev, const struct kwnl_rtnl_ops *ops, struct seen *seen)
{
	unsigned int quiet = 0;

	while (quiet < 150) {
		quiet = kwnl_rtnl_event_read(ev, 100, ops, seen) > 0 ? 0 : quiet + 1;
		usleep(10000);
	}
}

static void test_events(struct kwnl_rtnl_event *ev)
{
	static const struct kwnl_rtnl_ops ops = {
		.link = on_link, .address = on_address};
	struct seen seen = {0};

	test_eq(kwnl_rtnl_event_read(ev, 1, &ops, &seen), 1,
		"no more than asked for is read");
	test_ok(kwnl_rtnl_event_read(ev, 100, &ops, &seen) > 1, "then what is waiting");
	read_to_end(ev, &ops, &seen);
	test_eq(kwnl_rtnl_event_read(ev, 100, &ops, &seen), 0, "then nothing");
	test_ok(seen.link.up && seen.link.mtu == 1400 && !seen.gone, "the link came up");
	test_eq(seen.address[0].len, 120, "the address went");
}

static void make_link(void)
{
	struct ifreq ifr = {.ifr_name = "t0", .ifr_flags = IFF_TUN};
	int fd = open("/dev/net/tun", O_RDWR);

	if (ioctl(fd, TUNSETIFF, &ifr)) {
		test_ok(1, "rtnl # SKIP no tun device may be made here");
		exit(test_done());
	}
	t0 = if_nametoindex("t0");
}

int main(void)
{
	struct kwnl_rtnl_event *ev;
	struct kwnl_rtnl *rt;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		test_ok(1, "rtnl # SKIP no network namespace may be made here");
		return test_done();
	}
	make_link();
	addr(key_a, "2001:2f::a");
	addr(key_b, "2001:2f::b");
	addr(all_keys, "2001:2f::");
	addr(site4, "::ffff:10.2.0.0");
	addr(site6, "fd02::");
	addr(own4, "::ffff:10.1.0.1");
	test_eq(kwnl_rtnl_create(&rt), 0, "a socket");
	test_eq(kwnl_rtnl_subscribe(&ev), 0, "a subscription");
	test_links(rt);
	test_addresses(rt);
	test_routes(rt);
	test_events(ev);
	test_quiet(rt, ev);
	kwnl_rtnl_event_destroy(ev);
	kwnl_rtnl_destroy(rt);
	return test_done();
}
