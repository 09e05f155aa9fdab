// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Remotes and uplinks: made, counted, freed after a grace period. What they
 * hold is read by sock.c alone. Called by path.c, sock.c and by whatever makes
 * a remote of its own; any context.
 */
#include <linux/slab.h>

#include "remote.h"

struct kw_remote_uplink *kw_remote_uplink_create(u32 id, u16 family)
{
	struct kw_remote_uplink *uplink = kzalloc(sizeof(*uplink), GFP_KERNEL_ACCOUNT);

	if (!uplink)
		return NULL;
	refcount_set(&uplink->users, 1);
	uplink->id = id;
	uplink->family = family;
	return uplink;
}

struct kw_remote_uplink *kw_remote_uplink_get(struct kw_remote_uplink *uplink)
{
	refcount_inc(&uplink->users);
	return uplink;
}

void kw_remote_uplink_put(struct kw_remote_uplink *uplink)
{
	if (refcount_dec_and_test(&uplink->users))
		kfree_rcu(uplink, rcu);
}

struct kw_remote *kw_remote_create(struct kw_remote_uplink *uplink,
				   const struct kw_endpoint *endpoint,
				   const struct kw_local *local)
{
	/* a request's is its asker's to pay for, a packet's nobody's */
	const gfp_t gfp = GFP_ATOMIC | __GFP_ACCOUNT;
	struct kw_remote *remote;

	remote = kzalloc(sizeof(*remote), gfp);
	if (!remote)
		return NULL;
	if (dst_cache_init(&remote->cache, gfp))
		goto out_free;
	remote->endpoint = *endpoint;
	if (local)
		remote->local = *local;
	remote->uplink = kw_remote_uplink_get(uplink);
	return remote;

out_free:
	kfree(remote);
	return NULL;
}

static void remote_free(struct rcu_head *rcu)
{
	struct kw_remote *remote = container_of(rcu, struct kw_remote, rcu);

	dst_cache_destroy(&remote->cache);
	kw_remote_uplink_put(remote->uplink);
	kfree(remote);
}

void kw_remote_destroy(struct kw_remote *remote)
{
	if (remote)
		call_rcu(&remote->rcu, remote_free);
}
