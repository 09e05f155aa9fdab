// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about devices. Called by the netlink core through family.c, which
 * holds the device's lock, but for dev-new and dev-del: those take RTNL, as a
 * link request would.
 */
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "genl.h"
#include "limits.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"

#define NL_DEV_STAGE_MAX	65536

static int nl_dev_write(struct sk_buff *skb, struct kw_dev *dev,
			const struct net *net)
{
	int err;

	rcu_read_lock();
	err = kw_attr_write_dev(skb, dev, net, kw_genl_bound(dev->genl),
				KW_ATTR_NO_REASON);
	rcu_read_unlock();
	return err;
}

int kw_nl_dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct sk_buff *reply;
	void *head;
	int err;

	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nl_dev_write(reply, dev, genl_info_net(info));
	return kw_family_reply_send(info, reply, head, err);
}

static int nl_dev_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			   struct kw_dev *dev)
{
	void *head = kw_family_entry_start(skb, cb, KEYWAY_CMD_DEV_GET);
	int err;

	if (!head)
		return -EMSGSIZE;
	err = nl_dev_write(skb, dev, sock_net(cb->skb->sk));
	return kw_family_entry_end(skb, head, err);
}

/* The cursor is the last id told. */
int kw_nl_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct kw_dev *dev;
	int err;

	err = kw_family_dump_permit(cb);
	if (err)
		return err;
	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN)) {
		NL_SET_ERR_MSG(cb->extack,
			       "a dump of all devices takes no attributes");
		return -EINVAL;
	}
	while ((dev = kw_netdev_next(sock_net(cb->skb->sk), cb->args[0]))) {
		u32 id = dev->id;

		err = nl_dev_dump_one(skb, cb, dev);
		kw_netdev_put(dev);
		if (err)
			break;
		cb->args[0] = id;
	}
	return skb->len ?: err;
}

static int nl_dev_answer(struct genl_info *info, u32 id)
{
	struct net *net = genl_info_net(info);
	struct kw_dev *dev = kw_netdev_get(net, id);
	struct sk_buff *reply;
	void *head;
	int err;

	if (!dev)
		return -ENODEV;
	err = -ENOMEM;
	reply = kw_family_reply_start(info, &head);
	if (!reply)
		goto out_put_dev;
	err = nla_put_u32(reply, KEYWAY_A_DEV_ID, id) ||
	      nla_put_u32(reply, KEYWAY_A_DEV_IFINDEX, dev->netdev->ifindex) ||
	      nla_put_string(reply, KEYWAY_A_DEV_IFNAME, dev->netdev->name);
	err = kw_family_reply_send(info, reply, head, err);
out_put_dev:
	kw_netdev_put(dev);
	return err;
}

int kw_nl_dev_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[KEYWAY_A_DEV_IFNAME];
	u32 id;
	int err;

	if (attr && !dev_valid_name(nla_data(attr)))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_IFNAME, -EINVAL,
					"ifname is no name for an interface");
	err = kw_netdev_create(genl_info_net(info),
			       attr ? nla_data(attr) : NULL, info->extack, &id);
	if (err == -EEXIST)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_IFNAME, err,
					"an interface with this name is there already");
	if (err == -ENOMEM)
		NL_SET_ERR_MSG(info->extack, "no memory for the device");
	return err ?: nl_dev_answer(info, id);
}

/* The device's own address, which must be nobody else's and stays. */
static int nl_dev_read_address(struct genl_info *info, struct kw_addr *addr)
{
	struct kw_dev *dev = kw_family_dev(info);
	bool taken;
	int err;

	err = kw_attr_read_key_addr(info->attrs[KEYWAY_A_DEV_ADDRESS], addr,
				    info->extack);
	if (err)
		return err;
	rcu_read_lock();
	taken = kw_peer_lookup(dev->peers, addr);
	rcu_read_unlock();
	if (taken)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_ADDRESS, -EEXIST,
					"a peer of the device has this address");
	if (dev->conf.addressed && !kw_addr_equal(addr, &dev->conf.address))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_ADDRESS, -EBUSY,
					"the device has another address; make a new device for another key");
	return 0;
}

int kw_nl_dev_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *address = info->attrs[KEYWAY_A_DEV_ADDRESS];
	struct nlattr *train = info->attrs[KEYWAY_A_DEV_MAX_TRAIN];
	struct nlattr *stage = info->attrs[KEYWAY_A_DEV_MAX_STAGE];
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_addr addr;
	int err;

	if (address) {
		err = nl_dev_read_address(info, &addr);
		if (err)
			return err;
	}
	if (stage && nla_get_u32(stage) > NL_DEV_STAGE_MAX)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_MAX_STAGE, -ERANGE,
					"max-stage is at most 65536 packets");
	if (address) {
		dev->conf.address = addr;
		/* readers look at the address only when this is set */
		smp_store_release(&dev->conf.addressed, true);
	}
	if (train)
		WRITE_ONCE(dev->conf.max_train, nla_get_u16(train));
	if (stage)
		WRITE_ONCE(dev->stage.max_packets, nla_get_u32(stage));
	kw_genl_event_dev(dev, KEYWAY_REASON_SET);
	return 0;
}

int kw_nl_dev_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *id = info->attrs[KEYWAY_A_DEV_ID];
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_DEV_ID, "dev-id must be given");
	if (err)
		return err;
	err = kw_netdev_remove(genl_info_net(info), nla_get_u32(id));
	if (err)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_DEV_ID, err,
					"no device with this dev-id was made in this network namespace");
	return 0;
}
