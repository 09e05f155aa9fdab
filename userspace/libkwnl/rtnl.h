/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The few rtnetlink requests that keywayd needs: addresses, routes whose next
 * hop is a key, links, neighbour table thresholds, and notifications about
 * links and addresses of this network namespace. Synchronous; called by
 * keywayd: device.c, router.c and, for the path manager, uplink.c. Every call
 * returns 0 or a negative errno, then kwnl_rtnl_strerror() says more.
 * Addresses are 16 bytes, IPv4 v4-mapped with 96 added to prefix lengths.
 */
#ifndef KEYWAY_RTNL_H
#define KEYWAY_RTNL_H

#include <stdbool.h>
#include <stdint.h>
#include "libkeyway/types.h"

#define KWNL_RTNL_PROTOCOL 75 /* rtm_protocol of routes that keywayd made */

struct kwnl_rtnl;
struct kwnl_rtnl_event;

struct kwnl_link {
	uint32_t ifindex;
	char ifname[16];
	char kind[16]; /* "keyway", "veth", …; empty for hardware */
	bool up;       /* administratively */
	bool running;  /* and has a carrier */
	bool loopback;
	uint32_t mtu;
};

struct kwnl_address {
	uint32_t ifindex;
	uint8_t addr[16];
	uint8_t len;
	bool global;	/* scope global: fit for the outer side */
	bool tentative; /* duplicate detection has not ended, or failed */
	bool deprecated;
};

struct kwnl_route {
	uint8_t dst[16];
	uint8_t len;
	bool has_via;
	uint8_t via[16]; /* next hop, of either family */
	uint32_t ifindex;
	uint32_t metric;  /* 0: the kernel's */
	uint32_t table;	  /* 0: main */
	uint8_t protocol; /* 0: KWNL_RTNL_PROTOCOL */
};

/* Where a callback is told of a removed object, gone is true. */
struct kwnl_rtnl_ops {
	void (*link)(void *arg, const struct kwnl_link *link, bool gone);
	void (*address)(void *arg, const struct kwnl_address *address, bool gone);
	void (*lost)(void *arg); /* notifications were lost: dump again */
};

int kwnl_rtnl_create(struct kwnl_rtnl **rt) KW_MUST;
void kwnl_rtnl_destroy(struct kwnl_rtnl *rt);

/* One sentence on the last call that failed; valid until the next call. */
const char *kwnl_rtnl_strerror(const struct kwnl_rtnl *rt);

/* -ENODEV: no such link in this namespace. */
int kwnl_rtnl_get_link(struct kwnl_rtnl *rt, const char *ifname,
		       struct kwnl_link *link) KW_MUST;
int kwnl_rtnl_dump_link(struct kwnl_rtnl *rt,
			int (*fn)(void *arg, const struct kwnl_link *link),
			void *arg) KW_MUST;

/* Sets a link up or down, and its MTU unless that is 0. */
int kwnl_rtnl_set_link(struct kwnl_rtnl *rt, uint32_t ifindex, bool up,
		       uint32_t mtu) KW_MUST;
int kwnl_rtnl_del_link(struct kwnl_rtnl *rt, uint32_t ifindex) KW_MUST;

/*
 * Adds an address, or refreshes it when it is there, without a route for its
 * prefix (a route of kw0 needs a key as its next hop) and without duplicate
 * detection. Deleting one that is not there is -EADDRNOTAVAIL.
 */
int kwnl_rtnl_add_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16],
			  uint8_t len) KW_MUST;
int kwnl_rtnl_del_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16],
			  uint8_t len) KW_MUST;

/* ifindex 0: those of all links. */
int kwnl_rtnl_dump_address(struct kwnl_rtnl *rt, uint32_t ifindex,
			   int (*fn)(void *arg, const struct kwnl_address *address),
			   void *arg) KW_MUST;

/*
 * Adds a route or replaces the one with the same prefix, metric and table.
 * The next hop may be of the other family (via inet6), and must lie in a
 * route of ifindex already. Deleting a route that is not there is -ESRCH.
 */
int kwnl_rtnl_add_route(struct kwnl_rtnl *rt, const struct kwnl_route *route) KW_MUST;
int kwnl_rtnl_del_route(struct kwnl_rtnl *rt, const struct kwnl_route *route) KW_MUST;

/* Routes through ifindex whose protocol is protocol; 0 of either: all. */
int kwnl_rtnl_dump_route(struct kwnl_rtnl *rt, uint32_t ifindex, uint8_t protocol,
			 int (*fn)(void *arg, const struct kwnl_route *route),
			 void *arg) KW_MUST;

/*
 * Raises the garbage collection thresholds of the IPv6 neighbour table to at
 * least entries, soft, and twice that, hard; never lowers them. Only the
 * initial namespace may: -ENOENT elsewhere, and nothing is lost but time.
 */
int kwnl_rtnl_raise_neightbl(struct kwnl_rtnl *rt, uint32_t entries) KW_MUST;

/*
 * Opens a non-blocking subscription to links and addresses. Not to routes: a
 * router that speaks BGP changes thousands a second.
 */
int kwnl_rtnl_subscribe(struct kwnl_rtnl_event **ev) KW_MUST;
void kwnl_rtnl_event_destroy(struct kwnl_rtnl_event *ev);
int kwnl_rtnl_event_fd(const struct kwnl_rtnl_event *ev);

/* Reads what is waiting, at most max messages; returns how many it read. */
int kwnl_rtnl_event_read(struct kwnl_rtnl_event *ev, int max,
			 const struct kwnl_rtnl_ops *ops, void *arg) KW_MUST;

#endif
