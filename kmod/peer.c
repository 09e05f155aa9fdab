// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Peers: the table by key address, and the order in which a peer's parts are
 * made and undone. Requests call it under dev->lock; packets look up under
 * RCU. Key addresses come from public keys, which strangers can choose, so the
 * table hashes with SipHash under a secret key.
 */
#include <linux/module.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "netdev.h"
#include "peer.h"

static siphash_key_t peer_hash_key __read_mostly;

static u32 peer_hash(const void *data, u32 len, u32 seed)
{
	const struct kw_addr *addr = data;

	net_get_random_once(&peer_hash_key, sizeof(peer_hash_key));
	return siphash_3u64((__force u64)addr->half[0],
			    (__force u64)addr->half[1], seed, &peer_hash_key);
}

static const struct rhashtable_params peer_params = {
	.key_len = sizeof(struct kw_addr),
	.key_offset = offsetof(struct kw_peer, id.addr),
	.head_offset = offsetof(struct kw_peer, hash),
	.hashfn = peer_hash,
	.automatic_shrinking = true,
};

struct kw_peer_table *kw_peer_table_create(void)
{
	struct kw_peer_table *table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&table->list);
	err = rhashtable_init(&table->hash, &peer_params);
	if (err)
		goto out_free;
	return table;

out_free:
	kfree(table);
	return ERR_PTR(err);
}

void kw_peer_table_destroy(struct kw_peer_table *table)
{
	rhashtable_destroy(&table->hash);
	kfree(table);
}

struct kw_peer *kw_peer_lookup(struct kw_peer_table *table,
			       const struct kw_addr *addr)
{
	return rhashtable_lookup(&table->hash, addr, peer_params);
}

static void peer_free(struct kw_peer *peer)
{
	kw_hooks.timer_destroy(peer->timer);
	kw_fib_grant_destroy(rcu_dereference_protected(peer->conf.grant, true));
	kw_stats_destroy(peer->stats);
	kfree(peer);
}

static void peer_free_work(struct work_struct *work)
{
	peer_free(container_of(to_rcu_work(work), struct kw_peer, free));
}

struct kw_peer *kw_peer_create(struct kw_dev *dev, const struct kw_peer_id *id,
			       struct kw_fib_grant *grant)
{
	struct kw_peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL_ACCOUNT);

	if (!peer)
		goto out_grant;
	peer->id = *id;
	peer->dev = dev;
	INIT_RCU_WORK(&peer->free, peer_free_work);
	kw_session_set_init(&peer->sessions);
	kw_path_set_init(&peer->paths, peer,
			 &dev->generation[KW_NETDEV_PATHS]);
	kw_stage_init(&peer->stage, KW_STAGE_PER_PEER);
	peer->stats = kw_stats_create();
	if (!peer->stats)
		goto out_free;
	peer->timer = kw_hooks.timer_create(peer);
	if (IS_ERR(peer->timer))
		goto out_stats;
	RCU_INIT_POINTER(peer->conf.grant, grant);
	return peer;

out_stats:
	kw_stats_destroy(peer->stats);
out_free:
	kfree(peer);
out_grant:
	kw_fib_grant_destroy(grant);
	return ERR_PTR(-ENOMEM);
}

void kw_peer_destroy(struct kw_peer *peer)
{
	kw_hooks.timer_stop(peer->timer);
	peer_free(peer);
}

int kw_peer_publish(struct kw_peer *peer)
{
	struct kw_peer_table *table = peer->dev->peers;
	int err;

	lockdep_assert_held(&peer->dev->lock);
	err = rhashtable_lookup_insert_fast(&table->hash, &peer->hash,
					    peer_params);
	if (err)
		return err;
	peer->seq = ++table->next_seq;
	list_add_tail(&peer->entry, &table->list);
	table->count++;
	kw_netdev_changed(peer->dev, KW_NETDEV_PEERS);
	return 0;
}

void kw_peer_kill(struct kw_peer *peer)
{
	struct kw_dev *dev = peer->dev;

	lockdep_assert_held(&dev->lock);
	WRITE_ONCE(peer->dead, true);
	rhashtable_remove_fast(&dev->peers->hash, &peer->hash, peer_params);
	list_del(&peer->entry);
	dev->peers->count--;
	kw_hooks.timer_stop(peer->timer);
	kw_session_set_close(&dev->sessions, &peer->sessions);
	kw_path_set_close(&peer->paths);
	kw_stats_drop(dev->drops, KEYWAY_DROP_TX_DOWN,
		      kw_stage_close(&peer->stage));
	kw_netdev_changed(dev, KW_NETDEV_PEERS);
	kw_session_queue(&peer->free);
}

void kw_peer_kill_all(struct kw_dev *dev)
{
	struct kw_peer *peer, *next;

	lockdep_assert_held(&dev->lock);
	list_for_each_entry_safe(peer, next, &dev->peers->list, entry)
		kw_peer_kill(peer);
}

void kw_peer_unstage_all(struct kw_dev *dev)
{
	struct kw_peer *peer;

	lockdep_assert_held(&dev->lock);
	kw_peer_for_each(peer, dev->peers)
		kw_stats_drop(dev->drops, KEYWAY_DROP_TX_DOWN,
			      kw_stage_empty(&peer->stage));
}

void kw_peer_grant(struct kw_peer *peer, struct kw_fib_grant *grant)
{
	struct kw_fib_grant *old;

	lockdep_assert_held(&peer->dev->lock);
	old = rcu_replace_pointer(peer->conf.grant, grant,
				  lockdep_is_held(&peer->dev->lock));
	kw_fib_grant_destroy(old);
	kw_netdev_changed(peer->dev, KW_NETDEV_PEERS);
}
