// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * The device: made by a link request or by netlink, found by its id in its
 * transport namespace, undone in the order packets, sockets, peers, parts.
 * Owns the list of all devices (changed under RTNL, read under RCU) and their
 * ids. Everything per packet goes on through kw_hooks.
 */
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/user_namespace.h>
#include <net/addrconf.h>
#include <net/dst.h>
#include <net/ip_tunnels.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "compat.h"
#include "netdev.h"

#define NETDEV_KIND		"keyway"
#define NETDEV_OVERHEAD		(40 + 8 + KW_MESSAGE_DATA_MIN)	/* IPv6, UDP */
#define NETDEV_FEATURES		(NETIF_F_HW_CSUM | NETIF_F_RXCSUM |	\
				 NETIF_F_SG | NETIF_F_GSO |		\
				 NETIF_F_GSO_SOFTWARE | NETIF_F_HIGHDMA)

static LIST_HEAD(netdev_list);
static u32 netdev_last_id;	/* RTNL */

static int netdev_ndo_init(struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);

	return gro_cells_init(&dev->cells, netdev);
}

static void netdev_ndo_uninit(struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);

	gro_cells_destroy(&dev->cells);
}

/*
 * Routes name a key as IPv6 next hop, so the device needs IPv6 even where it
 * is switched off for all others; it has no address of its own making.
 */
static int netdev_ndo_open(struct net_device *netdev)
{
	struct inet6_dev *in6_dev = __in6_dev_get(netdev);

	if (!in6_dev)
		return -EAFNOSUPPORT;
	WRITE_ONCE(in6_dev->cnf.disable_ipv6, 0);
	WRITE_ONCE(in6_dev->cnf.addr_gen_mode, IN6_ADDR_GEN_MODE_NONE);
	return 0;
}

/*
 * What waits holds routes and connections of this namespace, which may end
 * once the device is out of it. Nobody adds any more: who does looks whether
 * the device runs, under RCU, and a grace period has passed since it stopped.
 */
static int netdev_ndo_stop(struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);

	mutex_lock(&dev->lock);
	kw_stats_drop(dev->drops, KEYWAY_DROP_TX_DOWN,
		      kw_stage_empty(&dev->stage));
	kw_hooks.peers_unstage(dev);
	mutex_unlock(&dev->lock);
	return 0;
}

static void netdev_ndo_stats(struct net_device *netdev,
			     struct rtnl_link_stats64 *stats)
{
	struct kw_dev *dev = netdev_priv(netdev);
	struct kw_stats_sum sum = {};
	u32 reason;

	kw_stats_read(dev->stats, &sum);
	stats->rx_packets = sum.rx_packets;
	stats->rx_bytes = sum.rx_bytes;
	stats->tx_packets = sum.tx_packets;
	stats->tx_bytes = sum.tx_bytes;
	for (reason = 1; reason < KEYWAY_DROP_RX_MALFORMED; reason++)
		stats->tx_dropped += kw_stats_drops_read(dev->drops, reason);
	for (; reason < KW_DROP_COUNT; reason++)
		stats->rx_dropped += kw_stats_drops_read(dev->drops, reason);
}

static netdev_tx_t netdev_ndo_xmit(struct sk_buff *skb,
				   struct net_device *netdev)
{
	return kw_hooks.xmit(skb, netdev);
}

static const struct net_device_ops netdev_ops = {
	.ndo_init = netdev_ndo_init,
	.ndo_uninit = netdev_ndo_uninit,
	.ndo_open = netdev_ndo_open,
	.ndo_stop = netdev_ndo_stop,
	.ndo_start_xmit = netdev_ndo_xmit,
	.ndo_get_stats64 = netdev_ndo_stats,
};

static const struct device_type netdev_type = { .name = NETDEV_KIND };

bool kw_netdev_is(const struct net_device *netdev)
{
	return netdev->netdev_ops == &netdev_ops;
}

static void netdev_setup(struct net_device *netdev)
{
	netdev->netdev_ops = &netdev_ops;
	netdev->header_ops = &ip_tunnel_header_ops;
	netdev->type = ARPHRD_NONE;
	netdev->flags = IFF_POINTOPOINT | IFF_NOARP;
	netdev->priv_flags |= IFF_NO_QUEUE;
	netdev->lltx = true;
	netdev->features |= NETDEV_FEATURES;
	netdev->hw_features |= NETDEV_FEATURES;
	netdev->hw_enc_features |= NETDEV_FEATURES;
	netdev->mtu = ETH_DATA_LEN - NETDEV_OVERHEAD;
	netdev->min_mtu = KW_MTU_MIN;
	netdev->max_mtu = IP_MAX_MTU - NETDEV_OVERHEAD;
	netdev->needs_free_netdev = true;
	SET_NETDEV_DEVTYPE(netdev, &netdev_type);
	/* the next hop must survive until the packet is here */
	netif_keep_dst(netdev);
}

static void netdev_stage_run(struct timer_list *list)
{
	struct kw_dev *dev = timer_container_of(dev, list, stage_timer);

	kw_hooks.expire(dev, &dev->stage, KEYWAY_DROP_TX_NO_PEER);
	if (kw_stage_count(&dev->stage))
		mod_timer(&dev->stage_timer, jiffies + HZ);
}

static void netdev_parts_destroy(struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);

	kw_session_table_destroy(&dev->sessions);
	if (!IS_ERR_OR_NULL(dev->genl))
		kw_hooks.genl_destroy(dev->genl);
	if (!IS_ERR_OR_NULL(dev->socks))
		kw_hooks.socks_destroy(dev->socks);
	if (!IS_ERR_OR_NULL(dev->peers))
		kw_hooks.peers_destroy(dev->peers);
	kw_stats_drops_destroy(dev->drops);
	kw_stats_destroy(dev->stats);
	mutex_destroy(&dev->lock);
}

/* What was made is undone by netdev_parts_destroy, also after a failure. */
static int netdev_parts_create(struct kw_dev *dev)
{
	int err;

	mutex_init(&dev->lock);
	kw_stage_init(&dev->stage, KW_STAGE_PER_DEVICE);
	timer_setup(&dev->stage_timer, netdev_stage_run, 0);
	err = kw_session_table_init(&dev->sessions,
				    &dev->generation[KW_NETDEV_SESSIONS]);
	if (err)
		return err;
	dev->stats = kw_stats_create();
	dev->drops = kw_stats_drops_create();
	if (!dev->stats || !dev->drops)
		return -ENOMEM;
	dev->peers = kw_hooks.peers_create();
	dev->socks = kw_hooks.socks_create();
	dev->genl = kw_hooks.genl_create();
	if (IS_ERR(dev->peers) || IS_ERR(dev->socks) || IS_ERR(dev->genl))
		return -ENOMEM;
	return 0;
}

/*
 * No id is given twice while the module is loaded: who still holds that of a
 * device which is gone must not reach another.
 */
static int netdev_number(struct kw_dev *dev, struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	if (netdev_last_id == U32_MAX) {
		NL_SET_ERR_MSG(extack,
			       "all dev-ids were used: load the module again");
		return -ENOSPC;
	}
	dev->id = ++netdev_last_id;
	return 0;
}

/* As asked by netlink too, whose family has its own rule of permission. */
static int netdev_make(struct net_device *netdev, struct net *net,
		       struct netlink_ext_ack *extack)
{
	struct kw_dev *dev = netdev_priv(netdev);
	int err;

	if (!ipv6_mod_enabled()) {
		NL_SET_ERR_MSG(extack,
			       "keyway needs IPv6: boot without ipv6.disable=1");
		return -EOPNOTSUPP;
	}
	dev->netdev = netdev;
	dev->net = net;
	dev->conf.max_train = KW_TRAIN_MAX;
	err = netdev_parts_create(dev);
	if (!err)
		err = netdev_number(dev, extack);
	if (err)
		goto out_parts;
	err = register_netdevice(netdev);
	if (err)
		goto out_parts;
	/* from here on the core calls it, never before */
	netdev->priv_destructor = netdev_parts_destroy;
	list_add_tail_rcu(&dev->entry, &netdev_list);
	kw_hooks.dev_event(dev, KEYWAY_REASON_NEW);
	return 0;

out_parts:
	netdev_parts_destroy(netdev);
	return err;
}

static int netdev_newlink(struct net_device *netdev,
			  struct rtnl_newlink_params *params,
			  struct netlink_ext_ack *extack)
{
	if (capable(CAP_NET_ADMIN))
		return netdev_make(netdev, rtnl_newlink_link_net(params) ?:
				   dev_net(netdev), extack);
	NL_SET_ERR_MSG(extack,
		       "a keyway link needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

KW_COMPAT_NEWLINK(netdev_newlink)

/* Everything below the device goes. RTNL. */
static void netdev_clear(struct kw_dev *dev)
{
	lockdep_assert_held(&dev->lock);
	kw_hooks.socks_close(dev);
	/* those that were reserved for no peer too */
	kw_session_wipe(&dev->sessions);
	kw_hooks.peers_kill(dev);
}

static void netdev_dellink(struct net_device *netdev, struct list_head *head)
{
	struct kw_dev *dev = netdev_priv(netdev);

	list_del_rcu(&dev->entry);
	mutex_lock(&dev->lock);
	dev->dead = true;
	netdev_clear(dev);
	kw_stats_drop(dev->drops, KEYWAY_DROP_TX_DOWN,
		      kw_stage_close(&dev->stage));
	timer_shutdown_sync(&dev->stage_timer);
	kw_hooks.dev_event(dev, KEYWAY_REASON_DEL);
	mutex_unlock(&dev->lock);
	unregister_netdevice_queue(netdev, head);
}

/* As the core does for a link request. RTNL. */
static void netdev_dellink_now(struct net_device *netdev)
{
	LIST_HEAD(gone);

	netdev_dellink(netdev, &gone);
	unregister_netdevice_many(&gone);
}

static struct net *netdev_link_net(const struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);

	return kw_netdev_net(dev) ?: dev_net(netdev);
}

static struct rtnl_link_ops netdev_link_ops __read_mostly = {
	.kind = NETDEV_KIND,
	.priv_size = sizeof(struct kw_dev),
	.setup = netdev_setup,
	.newlink = kw_compat_newlink(netdev_newlink),
	.dellink = netdev_dellink,
	.get_link_net = netdev_link_net,
};

bool kw_netdev_is_users(const struct kw_dev *dev)
{
	return netdev_link_net(dev->netdev)->user_ns != &init_user_ns;
}

/* Whose namespace it is: one nested in another counts for the same user. */
static kuid_t netdev_user(const struct net *net)
{
	const struct user_namespace *ns = net->user_ns;

	while (ns->parent && ns->parent != &init_user_ns)
		ns = ns->parent;
	return ns->owner;
}

static int netdev_check_user(const struct net *net,
			     struct netlink_ext_ack *extack)
{
	const struct kw_dev *dev;
	u32 count = 0;

	if (net->user_ns == &init_user_ns)
		return 0;
	list_for_each_entry(dev, &netdev_list, entry)
		if (kw_netdev_is_users(dev) &&
		    uid_eq(netdev_user(netdev_link_net(dev->netdev)),
			   netdev_user(net)))
			count++;
	if (count < KW_USER_DEVICES)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "a user has at most 16 devices in all his namespaces");
	return -ENOSPC;
}

int kw_netdev_create(struct net *net, const char *ifname,
		     struct netlink_ext_ack *extack, u32 *id)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	struct net_device *netdev;
	struct kw_dev *dev;
	int err;

	rtnl_lock();
	err = netdev_check_user(net, extack);
	if (err)
		goto out_unlock;
	netdev = rtnl_create_link(net, ifname ?: "kw%d",
				  ifname ? NET_NAME_USER : NET_NAME_ENUM,
				  &netdev_link_ops, tb, extack);
	err = PTR_ERR_OR_ZERO(netdev);
	if (err)
		goto out_unlock;
	err = netdev_make(netdev, net, extack);
	if (err) {
		free_netdev(netdev);
		goto out_unlock;
	}
	dev = netdev_priv(netdev);
	*id = dev->id;
	err = rtnl_configure_link(netdev, NULL, 0, NULL);
	if (err)
		netdev_dellink_now(netdev);
out_unlock:
	rtnl_unlock();
	return err;
}

int kw_netdev_remove(struct net *net, u32 id)
{
	struct kw_dev *dev;
	int err = -ENODEV;

	rtnl_lock();
	list_for_each_entry(dev, &netdev_list, entry)
		if (dev->id == id && kw_netdev_net(dev) == net) {
			netdev_dellink_now(dev->netdev);
			err = 0;
			break;
		}
	rtnl_unlock();
	return err;
}

struct kw_dev *kw_netdev_get(struct net *net, u32 id)
{
	struct kw_dev *dev;

	rcu_read_lock();
	list_for_each_entry_rcu(dev, &netdev_list, entry)
		if (dev->id == id && kw_netdev_net(dev) == net) {
			dev_hold(dev->netdev);
			rcu_read_unlock();
			return dev;
		}
	rcu_read_unlock();
	return NULL;
}

void kw_netdev_put(struct kw_dev *dev)
{
	dev_put(dev->netdev);
}

struct kw_dev *kw_netdev_next(struct net *net, u32 after)
{
	struct kw_dev *dev, *next = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(dev, &netdev_list, entry) {
		if (net && kw_netdev_net(dev) != net)
			continue;
		if (dev->id > after && (!next || dev->id < next->id))
			next = dev;
	}
	if (next)
		dev_hold(next->netdev);
	rcu_read_unlock();
	return next;
}

/* Calls act on each device, its lock held, then tells. Without RTNL. */
static void netdev_for_all(void (*act)(struct kw_session_table *table),
			   u32 reason)
{
	struct kw_dev *dev;
	u32 id = 0;

	while ((dev = kw_netdev_next(NULL, id))) {
		id = dev->id;
		mutex_lock(&dev->lock);
		act(&dev->sessions);
		/* what ended or may not send any more is asked for anew */
		kw_hooks.timers_kick(dev);
		kw_hooks.dev_event(dev, reason);
		mutex_unlock(&dev->lock);
		kw_netdev_put(dev);
	}
}

void kw_netdev_wipe_all(void)
{
	netdev_for_all(kw_session_wipe, KEYWAY_REASON_SET);
}

void kw_netdev_fork_all(void)
{
	netdev_for_all(kw_session_fork, KEYWAY_REASON_FORK);
}

/*
 * The transport namespace dies before the device, which lives on elsewhere
 * without sockets, sessions or hope.
 */
static void __net_exit netdev_net_pre_exit(struct net *net)
{
	struct kw_dev *dev;

	rtnl_lock();
	list_for_each_entry(dev, &netdev_list, entry) {
		if (dev->net != net)
			continue;
		netif_carrier_off(dev->netdev);
		mutex_lock(&dev->lock);
		netdev_clear(dev);
		WRITE_ONCE(dev->net, NULL);
		mutex_unlock(&dev->lock);
	}
	rtnl_unlock();
}

/* Sessions free their routes late, which must not be after their namespace's tables. */
static void __net_exit netdev_net_exit_batch(struct list_head *nets)
{
	kw_session_flush();
	rcu_barrier();
}

static struct pernet_operations netdev_net_ops = {
	.pre_exit = netdev_net_pre_exit,
	.exit_batch = netdev_net_exit_batch,
};

int kw_netdev_init(void)
{
	int err;

	err = kw_session_init();
	if (err)
		return err;
	err = register_pernet_device(&netdev_net_ops);
	if (err)
		goto out_session;
	err = rtnl_link_register(&netdev_link_ops);
	if (err)
		goto out_pernet;
	return 0;

out_pernet:
	unregister_pernet_device(&netdev_net_ops);
out_session:
	kw_session_exit();
	return err;
}

void kw_netdev_exit(void)
{
	rtnl_link_unregister(&netdev_link_ops);
	unregister_pernet_device(&netdev_net_ops);
	kw_session_exit();
}
