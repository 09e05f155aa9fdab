/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Where a path leads: a remote endpoint by a local uplink. kw_remote_uplink is
 * the local end, made by sock.c and outliving its socket; kw_remote is
 * immutable and replaced whole under RCU by who owns it: a path, a session, a
 * candidate, or a request while it lasts.
 */
#ifndef KW_REMOTE_H
#define KW_REMOTE_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <net/dst_cache.h>

#include "addr.h"

struct kw_sock;

/* The local end: counted, sock is NULL once the socket is closed. */
struct kw_remote_uplink {
	refcount_t users;
	struct kw_sock __rcu *sock;
	u32 id;				/* the socket's number in its device */
	u16 family;			/* AF_INET or AF_INET6 */
	struct rcu_head rcu;
};

/* Where to send: endpoint by uplink, with its route. Immutable. */
struct kw_remote {
	struct kw_endpoint endpoint;
	struct kw_local local;		/* to send from; zero: as the route says */
	struct kw_remote_uplink *uplink;	/* counted */
	struct dst_cache cache;
	struct rcu_head rcu;
};

/* sock.c's: with one use, or NULL. put frees after a grace period. */
struct kw_remote_uplink *kw_remote_uplink_create(u32 id, u16 family);
struct kw_remote_uplink *kw_remote_uplink_get(struct kw_remote_uplink *uplink);
void kw_remote_uplink_put(struct kw_remote_uplink *uplink);

/*
 * Takes a use of the uplink. What is sent leaves from local's address as long
 * as we have it and the route leads by local's interface: a filter or NAT
 * before the peer knows no other. NULL: from whatever the route says. Any
 * context. NULL when out of memory.
 */
struct kw_remote *kw_remote_create(struct kw_remote_uplink *uplink,
				   const struct kw_endpoint *endpoint,
				   const struct kw_local *local);
/* After a grace period; NULL is allowed. Any context. */
void kw_remote_destroy(struct kw_remote *remote);

#endif
