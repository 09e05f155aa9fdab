// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about peers. Each reads and checks the whole request, makes what
 * it needs, and only then changes anything. Called by the netlink core through
 * family.c, which holds the device's lock.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "fib.h"
#include "genl.h"
#include "limits.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "timer.h"
#include "tx.h"

/* What the request says about inner sources. */
struct nl_peer_prefixes {
	u32 count;
	struct kw_prefix prefix[KEYWAY_PREFIXES_MAX];
};

/* The peer that the request names, or ERR_PTR with the sentence. */
static struct kw_peer *nl_peer_find(struct genl_info *info)
{
	int err = KW_FAMILY_NEED(info, KEYWAY_A_PEER_ADDRESS,
				 "address of the peer must be given");

	if (err)
		return ERR_PTR(err);
	return kw_attr_find_peer(kw_family_dev(info),
				 info->attrs[KEYWAY_A_PEER_ADDRESS],
				 info->extack);
}

static int nl_peer_read_prefix(const struct nlattr *attr,
			       struct kw_prefix *prefix,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KEYWAY_A_PREFIX_MAX + 1];
	int err;

	err = nla_parse_nested(tb, KEYWAY_A_PREFIX_MAX, attr,
			       kw_nl_prefix_policy, extack);
	if (err)
		return err;
	if (!tb[KEYWAY_A_PREFIX_ADDR] || !tb[KEYWAY_A_PREFIX_LEN]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "prefix: addr and len must be given");
		return -EINVAL;
	}
	prefix->addr = kw_attr_read_addr(tb[KEYWAY_A_PREFIX_ADDR]);
	prefix->len = nla_get_u8(tb[KEYWAY_A_PREFIX_LEN]);
	err = kw_fib_prefix_check(prefix);
	if (err)
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "prefix: has host bits, or is never a peer's (key addresses, loopback, link-local, multicast)");
	return err;
}

static int nl_peer_read_prefixes(struct genl_info *info,
				 struct nl_peer_prefixes *prefixes)
{
	const struct nlattr *attr;
	int rem, err;

	prefixes->count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != KEYWAY_A_PEER_PREFIX)
			continue;
		if (prefixes->count == KEYWAY_PREFIXES_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "prefix: a peer has at most 64");
			return -E2BIG;
		}
		err = nl_peer_read_prefix(attr,
					  &prefixes->prefix[prefixes->count++],
					  info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* What a new grant starts from: what the request leaves unsaid stays. */
static bool nl_peer_keep(struct genl_info *info,
			 const struct kw_fib_grant *old,
			 struct nl_peer_prefixes *prefixes)
{
	struct nlattr *transit = info->attrs[KEYWAY_A_PEER_TRANSIT];

	if (old && !prefixes->count &&
	    !info->attrs[KEYWAY_A_PEER_NO_PREFIXES]) {
		prefixes->count = old->count;
		memcpy(prefixes->prefix, old->prefix,
		       old->count * sizeof(*old->prefix));
	}
	return transit ? nla_get_u8(transit) : old && old->transit;
}

/* The grant that the request asks for, or ERR_PTR with the sentence. */
static struct kw_fib_grant *nl_peer_grant(struct genl_info *info,
					  const struct kw_addr *addr,
					  const struct kw_fib_grant *old)
{
	struct kw_fib_grant *grant = ERR_PTR(-ENOMEM);
	struct nl_peer_prefixes *prefixes;
	bool transit;
	int err;

	prefixes = kmalloc(sizeof(*prefixes), GFP_KERNEL);
	if (!prefixes)
		goto out_say;
	err = nl_peer_read_prefixes(info, prefixes);
	if (err) {
		kfree(prefixes);
		return ERR_PTR(err);
	}
	transit = nl_peer_keep(info, old, prefixes);
	grant = kw_fib_grant_create(addr, transit, prefixes->prefix,
				    prefixes->count);
	kfree(prefixes);
out_say:
	if (IS_ERR(grant))
		NL_SET_ERR_MSG(info->extack,
			       "no memory for the peer's prefixes");
	return grant;
}

static int nl_peer_check(struct genl_info *info)
{
	if (info->attrs[KEYWAY_A_PEER_PREFIX] &&
	    info->attrs[KEYWAY_A_PEER_NO_PREFIXES])
		return KW_FAMILY_REFUSE(info, KEYWAY_A_PEER_NO_PREFIXES, -EINVAL,
					"no-prefixes and prefix exclude each other");
	return 0;
}

static void nl_peer_configure(struct genl_info *info, struct kw_peer *peer)
{
	struct nlattr *keepalive = info->attrs[KEYWAY_A_PEER_KEEPALIVE];
	struct nlattr *origin = info->attrs[KEYWAY_A_PEER_ORIGIN];

	if (origin) {
		memcpy(peer->conf.origin, nla_data(origin), nla_len(origin));
		WRITE_ONCE(peer->conf.origin_len, nla_len(origin));
	}
	if (keepalive)
		WRITE_ONCE(peer->conf.keepalive_ms,
			   nla_get_u16(keepalive) * MSEC_PER_SEC);
}

static int nl_peer_read_id(struct genl_info *info, struct kw_peer_id *id)
{
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_PEER_ADDRESS,
			     "address of the peer must be given");
	if (!err)
		err = KW_FAMILY_NEED(info, KEYWAY_A_PEER_FINGERPRINT,
				     "fingerprint of the peer must be given");
	if (!err)
		err = kw_attr_read_key_addr(info->attrs[KEYWAY_A_PEER_ADDRESS],
					    &id->addr, info->extack);
	if (!err)
		err = nl_peer_check(info);
	if (!err)
		memcpy(id->fingerprint,
		       nla_data(info->attrs[KEYWAY_A_PEER_FINGERPRINT]),
		       sizeof(id->fingerprint));
	return err;
}

/* Is the address free? It may be the device's own, or bound to some key. */
static int nl_peer_check_free(struct genl_info *info,
			      const struct kw_peer_id *id)
{
	struct kw_dev *dev = kw_family_dev(info);
	const struct kw_peer *peer;

	if (dev->conf.addressed && kw_addr_equal(&dev->conf.address, &id->addr))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_PEER_ADDRESS, -EINVAL,
					"this is the device's own address");
	rcu_read_lock();
	peer = kw_peer_lookup(dev->peers, &id->addr);
	rcu_read_unlock();
	if (!peer)
		return 0;
	if (memcmp(peer->id.fingerprint, id->fingerprint,
		   sizeof(id->fingerprint)))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_PEER_FINGERPRINT, -EEXIST,
					"this address is bound to another fingerprint");
	return KW_FAMILY_REFUSE(info, KEYWAY_A_PEER_ADDRESS, -EEXIST,
				"the device has this peer already");
}

static int nl_peer_check_room(struct genl_info *info)
{
	const struct kw_dev *dev = kw_family_dev(info);

	if (dev->peers->count < KW_USER_PEERS || !kw_netdev_is_users(dev))
		return 0;
	NL_SET_ERR_MSG(info->extack, "a user's device has at most 1024 peers");
	return -ENOSPC;
}

static int nl_peer_add(struct genl_info *info, const struct kw_peer_id *id,
		       struct kw_fib_grant *grant)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_peer *peer;
	int err;

	peer = kw_peer_create(dev, id, grant);
	err = PTR_ERR_OR_ZERO(peer);
	if (err)
		goto out_say;
	nl_peer_configure(info, peer);
	err = kw_peer_publish(peer);
	if (err)
		goto out_destroy_peer;
	kw_tx_unstage(peer);
	kw_timer_kick(peer);
	kw_genl_event_peer(dev, peer, KEYWAY_REASON_NEW);
	return 0;

out_destroy_peer:
	kw_peer_destroy(peer);
out_say:
	NL_SET_ERR_MSG(info->extack, "no memory for the peer");
	return err;
}

int kw_nl_peer_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_fib_grant *grant;
	struct kw_peer_id id;
	int err;

	err = nl_peer_read_id(info, &id);
	if (!err)
		err = nl_peer_check_free(info, &id);
	if (!err)
		err = nl_peer_check_room(info);
	if (err)
		return err;
	grant = nl_peer_grant(info, &id.addr, NULL);
	if (IS_ERR(grant))
		return PTR_ERR(grant);
	return nl_peer_add(info, &id, grant);
}

static int nl_peer_check_same(struct genl_info *info,
			      const struct kw_peer *peer)
{
	struct nlattr *attr = info->attrs[KEYWAY_A_PEER_FINGERPRINT];

	if (attr && memcmp(nla_data(attr), peer->id.fingerprint,
			   sizeof(peer->id.fingerprint)))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_PEER_FINGERPRINT, -EEXIST,
					"this address is bound to another fingerprint");
	return nl_peer_check(info);
}

int kw_nl_peer_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_peer *peer = nl_peer_find(info);
	struct kw_fib_grant *grant;
	int err;

	if (IS_ERR(peer))
		return PTR_ERR(peer);
	err = nl_peer_check_same(info, peer);
	if (err)
		return err;
	grant = nl_peer_grant(info, &peer->id.addr,
			      rcu_dereference_protected(peer->conf.grant,
							lockdep_is_held(&dev->lock)));
	if (IS_ERR(grant))
		return PTR_ERR(grant);
	kw_peer_grant(peer, grant);
	nl_peer_configure(info, peer);
	kw_timer_kick(peer);
	kw_genl_event_peer(dev, peer, KEYWAY_REASON_SET);
	return 0;
}

static int nl_peer_write(struct sk_buff *skb, struct kw_dev *dev,
			 struct kw_peer *peer)
{
	int err;

	rcu_read_lock();
	err = kw_attr_write_peer(skb, dev, peer, KW_ATTR_NO_REASON);
	rcu_read_unlock();
	return err;
}

int kw_nl_peer_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_peer *peer = nl_peer_find(info);
	struct sk_buff *reply;
	void *head;
	int err;

	if (IS_ERR(peer))
		return PTR_ERR(peer);
	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nl_peer_write(reply, kw_family_dev(info), peer);
	return kw_family_reply_send(info, reply, head, err);
}

static int nl_peer_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			    struct kw_dev *dev, struct kw_peer *peer)
{
	void *head = kw_family_entry_start(skb, cb, KEYWAY_CMD_PEER_GET);
	int err;

	if (!head)
		return -EMSGSIZE;
	err = nl_peer_write(skb, dev, peer);
	return kw_family_entry_end(skb, head, err);
}

/*
 * The cursor is the last peer's number, not the peer: it may be gone when the
 * dump goes on. The list ascends by it.
 */
int kw_nl_peer_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	u64 *cursor = (u64 *)cb->ctx;
	struct kw_dev *dev = kw_family_dump_begin(cb, KW_NETDEV_PEERS);
	struct kw_peer *peer;
	int err = 0;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	kw_peer_for_each(peer, dev->peers) {
		if (peer->seq < *cursor)
			continue;
		err = nl_peer_dump_one(skb, cb, dev, peer);
		if (err)
			break;
		*cursor = peer->seq + 1;
	}
	kw_family_dump_end(dev);
	return skb->len ?: err;
}

int kw_nl_peer_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_peer *peer = nl_peer_find(info);

	if (IS_ERR(peer))
		return PTR_ERR(peer);
	kw_genl_event_peer(kw_family_dev(info), peer, KEYWAY_REASON_DEL);
	kw_peer_kill(peer);
	return 0;
}
