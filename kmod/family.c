// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * The generic netlink family. Every request passes here first: permission,
 * device, lock; and last: unlock, wipe. A closed socket of the daemon is
 * noticed here too. Called by main.c and the netlink core. dev->lock is taken
 * here for all handlers.
 */
#include "family.h"

#include <linux/capability.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <net/sock.h>

#include "genl.h"
#include "netdev.h"
#include "netlink-gen.h"

static bool family_userns;
module_param_named(userns, family_userns, bool, 0644);
MODULE_PARM_DESC(userns, "let the owner of a network namespace use keyway in it (default N: only the initial user namespace's CAP_NET_ADMIN)");

/* dev-id has the same number in each object's set, so one look finds it. */
#define FAMILY_DEV_ID	2
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_SOCKET_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_PEER_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_SESSION_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_PATH_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_CONTROL_DEV_ID);
static_assert(FAMILY_DEV_ID == (int)KEYWAY_A_DOMAIN_DEV_ID);

/*
 * The operations' own flag asks for CAP_NET_ADMIN over the asker's network
 * namespace, which any user can have in one of his own making.
 */
static int family_permit(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct net *net = sock_net(skb->sk);

	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	if (READ_ONCE(family_userns) &&
	    netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "CAP_NET_ADMIN in the initial user namespace is needed, unless the module's parameter userns is set");
	return -EPERM;
}

/* Counted and locked, or ERR_PTR. */
static struct kw_dev *family_lock(struct net *net, struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	struct kw_dev *dev;

	if (!attr) {
		NL_SET_ERR_ATTR_MISS(extack, NULL, FAMILY_DEV_ID);
		NL_SET_ERR_MSG(extack, "dev-id must be given");
		return ERR_PTR(-EINVAL);
	}
	dev = kw_netdev_get(net, nla_get_u32(attr));
	if (!dev)
		goto out_refuse;
	mutex_lock(&dev->lock);
	if (!dev->dead)
		return dev;
	kw_family_dump_end(dev);
out_refuse:
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "no device with this dev-id was made in this network namespace");
	return ERR_PTR(-ENODEV);
}

/*
 * A request that its policy refuses never comes here: its keys live until the
 * skb is freed, and only its sender gets them back.
 */
static void family_wipe(const struct genl_split_ops *ops,
			struct genl_info *info)
{
	switch (ops->cmd) {
	case KEYWAY_CMD_SESSION_SET:
	case KEYWAY_CMD_CONTROL_NEW:
	case KEYWAY_CMD_DOMAIN_SET:
		/* attributes only: the head is still needed for the answer */
		memzero_explicit((void *)nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
				 nlmsg_attrlen(info->nlhdr, GENL_HDRLEN));
	}
}

int kw_family_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info)
{
	struct kw_dev *dev;
	int err;

	info->user_ptr[0] = NULL;
	err = family_permit(skb, info->extack);
	if (err)
		goto out_wipe;
	/* these two take RTNL, which is taken before dev->lock */
	if (ops->cmd == KEYWAY_CMD_DEV_NEW || ops->cmd == KEYWAY_CMD_DEV_DEL)
		return 0;
	dev = family_lock(genl_info_net(info), info->attrs[FAMILY_DEV_ID],
			  info->extack);
	err = PTR_ERR_OR_ZERO(dev);
	if (err)
		goto out_wipe;
	info->user_ptr[0] = dev;
	return 0;

out_wipe:
	family_wipe(ops, info);
	return err;
}

void kw_family_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			 struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);

	family_wipe(ops, info);
	if (dev)
		kw_family_dump_end(dev);
}

struct sk_buff *kw_family_reply_start(struct genl_info *info, void **head)
{
	struct sk_buff *reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (reply)
		*head = genlmsg_iput(reply, info);
	if (reply && *head)
		return reply;
	nlmsg_free(reply);
	NL_SET_ERR_MSG(info->extack, "no memory for the answer");
	return NULL;
}

int kw_family_reply_send(struct genl_info *info, struct sk_buff *reply,
			 void *head, int err)
{
	if (err) {
		NL_SET_ERR_MSG(info->extack, "the answer does not fit");
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, head);
	return genlmsg_reply(reply, info);
}

int kw_family_dump_permit(struct netlink_callback *cb)
{
	return family_permit(cb->skb, cb->extack);
}

struct kw_dev *kw_family_dump_begin(struct netlink_callback *cb,
				    enum kw_netdev_table table)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct kw_dev *dev;
	int err;

	err = family_permit(cb->skb, cb->extack);
	if (err)
		return ERR_PTR(err);
	dev = family_lock(sock_net(cb->skb->sk), attrs[FAMILY_DEV_ID],
			  cb->extack);
	if (!IS_ERR(dev))
		cb->seq = (u32)atomic64_read(&dev->generation[table]) ?: 1;
	return dev;
}

void kw_family_dump_end(struct kw_dev *dev)
{
	mutex_unlock(&dev->lock);
	kw_netdev_put(dev);
}

void *kw_family_entry_start(struct sk_buff *skb, struct netlink_callback *cb,
			    u8 cmd)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				 cb->nlh->nlmsg_seq, &kw_nl_family, NLM_F_MULTI,
				 cmd);

	if (head)
		genl_dump_check_consistent(cb, head);
	return head;
}

int kw_family_entry_end(struct sk_buff *skb, void *head, int err)
{
	if (err) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static void family_unbind_port(struct kw_dev *dev, u32 portid)
{
	bool found = false;
	u32 channel;

	mutex_lock(&dev->lock);
	for (channel = 0; channel <= KEYWAY_CHANNEL_HANDSHAKE; channel++) {
		if (kw_genl_port(dev, channel) != portid)
			continue;
		kw_genl_unbind(dev, channel);
		found = true;
	}
	if (found)
		kw_genl_event_dev(dev, KEYWAY_REASON_SET);
	mutex_unlock(&dev->lock);
}

/* A netlink socket was closed: whatever it had bound is free again. */
static int family_released(struct notifier_block *block, unsigned long event,
			   void *data)
{
	struct netlink_notify *notify = data;
	struct kw_dev *dev;
	u32 id = 0;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC ||
	    !notify->portid)
		return NOTIFY_DONE;
	while ((dev = kw_netdev_next(notify->net, id))) {
		id = dev->id;
		family_unbind_port(dev, notify->portid);
		kw_netdev_put(dev);
	}
	return NOTIFY_DONE;
}

static struct notifier_block family_notifier = {
	.notifier_call = family_released,
};

/* The generator knows no flags of groups; these replace what it made. */
static const struct genl_multicast_group family_groups[] = {
	[KEYWAY_NLGRP_EVENTS] = {
		.name = KEYWAY_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

int __init kw_family_init(void)
{
	int err;

	err = netlink_register_notifier(&family_notifier);
	if (err)
		return err;
	kw_nl_family.mcgrps = family_groups;
	kw_nl_family.n_mcgrps = ARRAY_SIZE(family_groups);
	err = genl_register_family(&kw_nl_family);
	if (err)
		netlink_unregister_notifier(&family_notifier);
	return err;
}

void kw_family_exit(void)
{
	genl_unregister_family(&kw_nl_family);
	netlink_unregister_notifier(&family_notifier);
}
