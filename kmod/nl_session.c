// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about sessions: reserve an index, give it keys once, end it. A
 * session may end from softirq at any time, so each is looked up and used
 * inside one RCU section. Called by the netlink core through family.c, which
 * holds the device's lock and wipes the request afterwards.
 */
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "genl.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "session.h"
#include "timer.h"
#include "tx.h"

/* What session-set must have. */
static const struct nl_session_need {
	u16 type;
	const char *sentence;
} nl_session_needs[] = {
	{ KEYWAY_A_SESSION_INDEX, "index of a reservation must be given" },
	{ KEYWAY_A_SESSION_PEER, "peer must be given" },
	{ KEYWAY_A_SESSION_REMOTE_INDEX, "remote-index must be given" },
	{ KEYWAY_A_SESSION_SUITE, "suite must be given" },
	{ KEYWAY_A_SESSION_RX_KEY, "rx-key must be given" },
	{ KEYWAY_A_SESSION_TX_KEY, "tx-key must be given" },
	{ KEYWAY_A_SESSION_RX_SALT, "rx-salt must be given" },
	{ KEYWAY_A_SESSION_TX_SALT, "tx-salt must be given" },
	{ KEYWAY_A_SESSION_RANK, "rank must be given" },
	{ KEYWAY_A_SESSION_SCOPE, "scope must be given" },
	{ KEYWAY_A_SESSION_ROLE, "role must be given" },
	{ KEYWAY_A_SESSION_SOCKET, "socket must be given" },
	{ KEYWAY_A_SESSION_REMOTE, "remote must be given" },
};

/* What may go wrong with an installation, in words. */
static const struct nl_session_fault {
	int err;
	const char *sentence;
} nl_session_faults[] = {
	{ -ESTALE, "index is not reserved, or its time is over" },
	{ -EALREADY, "index has keys already" },
	{ -EEXIST, "these keys or this rank were used before" },
	{ -EPERM, "index was reserved for another peer" },
	{ -EOPNOTSUPP, "suite is not available in this kernel" },
	{ -ENOSPC, "the device has 4096 reservations" },
	{ -EDQUOT, "the peer has 8 reservations" },
	{ -ENODEV, "the peer is going away" },
	{ -ENOMEM, "no memory for the session" },
};

static int nl_session_fault(struct genl_info *info, int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nl_session_faults); i++)
		if (nl_session_faults[i].err == err)
			NL_SET_ERR_MSG_FMT(info->extack, "%s",
					   nl_session_faults[i].sentence);
	return err;
}

static int nl_session_answer(struct genl_info *info, u32 index, u32 highest)
{
	struct sk_buff *reply;
	void *head;
	int err;

	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nla_put_u32(reply, KEYWAY_A_SESSION_DEV_ID,
			  kw_family_dev(info)->id) ||
	      nla_put_u32(reply, KEYWAY_A_SESSION_INDEX, index) ||
	      nla_put_u32(reply, KEYWAY_A_SESSION_HIGHEST, highest);
	return kw_family_reply_send(info, reply, head, err);
}

int kw_nl_session_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct nlattr *attr = info->attrs[KEYWAY_A_SESSION_PEER];
	struct kw_peer *peer = NULL;
	u32 index, highest;
	int err;

	if (attr)
		peer = kw_attr_find_peer(dev, attr, info->extack);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	err = kw_session_reserve(&dev->sessions, peer,
				 peer ? &peer->sessions : NULL, &index,
				 &highest);
	if (err)
		return nl_session_fault(info, err);
	return nl_session_answer(info, index, highest);
}

static int nl_session_check(struct genl_info *info)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nl_session_needs); i++) {
		const struct nl_session_need *need = &nl_session_needs[i];

		if (info->attrs[need->type])
			continue;
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, need->type);
		NL_SET_ERR_MSG_FMT(info->extack, "%s", need->sentence);
		return -EINVAL;
	}
	return 0;
}

/* Everything but the remote; the keys stay in the request. */
static void nl_session_read(struct genl_info *info,
			    struct kw_session_conf *conf)
{
	struct nlattr *refuse = info->attrs[KEYWAY_A_SESSION_REFUSE_AFTER];
	struct nlattr **attrs = info->attrs;

	conf->index = nla_get_u32(attrs[KEYWAY_A_SESSION_INDEX]);
	conf->remote_index = nla_get_u32(attrs[KEYWAY_A_SESSION_REMOTE_INDEX]);
	conf->suite = nla_get_u16(attrs[KEYWAY_A_SESSION_SUITE]);
	conf->scope = nla_get_u8(attrs[KEYWAY_A_SESSION_SCOPE]);
	conf->role = nla_get_u8(attrs[KEYWAY_A_SESSION_ROLE]);
	conf->rank = nla_get_u64(attrs[KEYWAY_A_SESSION_RANK]);
	conf->refuse_ms = KW_REFUSE_MS;
	if (refuse)
		conf->refuse_ms = nla_get_u32(refuse) * KW_SEC_MS;
	conf->rx_key = nla_data(attrs[KEYWAY_A_SESSION_RX_KEY]);
	conf->tx_key = nla_data(attrs[KEYWAY_A_SESSION_TX_KEY]);
	conf->rx_salt = nla_data(attrs[KEYWAY_A_SESSION_RX_SALT]);
	conf->tx_salt = nla_data(attrs[KEYWAY_A_SESSION_TX_SALT]);
}

static void nl_session_tell(struct kw_dev *dev, u32 index, u32 reason)
{
	struct kw_session *session;

	rcu_read_lock();
	session = kw_session_lookup(&dev->sessions, index);
	if (session)
		kw_genl_event_session(dev, session, reason);
	rcu_read_unlock();
}

int kw_nl_session_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_session_conf conf;
	struct kw_peer *peer;
	u32 evicted = 0;
	int err;

	err = nl_session_check(info);
	if (err)
		return err;
	peer = kw_attr_find_peer(dev, info->attrs[KEYWAY_A_SESSION_PEER],
				 info->extack);
	/* with the peer went its reservations, this one too */
	if (IS_ERR(peer))
		return -ESTALE;
	nl_session_read(info, &conf);
	conf.remote = kw_attr_find_remote(dev,
					  info->attrs[KEYWAY_A_SESSION_SOCKET],
					  info->attrs[KEYWAY_A_SESSION_REMOTE],
					  info->extack);
	if (IS_ERR(conf.remote))
		return PTR_ERR(conf.remote);
	kw_attr_read_local(conf.remote, info->attrs[KEYWAY_A_SESSION_LOCAL],
			   info->attrs[KEYWAY_A_SESSION_LOCAL_IFINDEX]);
	err = kw_session_install(&dev->sessions, peer, &peer->sessions, &conf,
				 &evicted);
	if (err)
		return nl_session_fault(info, err);
	kw_tx_unstage(peer);
	kw_timer_kick(peer);
	if (evicted)
		kw_genl_event_index(dev, peer, evicted, KEYWAY_REASON_EVICTED);
	nl_session_tell(dev, conf.index, KEYWAY_REASON_SET);
	return 0;
}

static int nl_session_need_index(struct genl_info *info, u32 *index)
{
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_SESSION_INDEX,
			     "index of the session must be given");
	if (!err)
		*index = nla_get_u32(info->attrs[KEYWAY_A_SESSION_INDEX]);
	return err;
}

static int nl_session_gone(struct genl_info *info)
{
	return KW_FAMILY_REFUSE(info, KEYWAY_A_SESSION_INDEX, -ENOENT,
				"the device has no session with this index");
}

int kw_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_session *session;
	struct sk_buff *reply;
	int err = 0;
	void *head;
	u32 index;

	if (nl_session_need_index(info, &index))
		return -EINVAL;
	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	rcu_read_lock();
	session = kw_session_lookup(&dev->sessions, index);
	if (session)
		err = kw_attr_write_session(reply, dev, session,
					    KW_ATTR_NO_REASON);
	rcu_read_unlock();
	if (session)
		return kw_family_reply_send(info, reply, head, err);
	nlmsg_free(reply);
	return nl_session_gone(info);
}

static int nl_session_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			       struct kw_dev *dev, struct kw_session *session)
{
	void *head = kw_family_entry_start(skb, cb, KEYWAY_CMD_SESSION_GET);
	int err;

	if (!head)
		return -EMSGSIZE;
	err = kw_attr_write_session(skb, dev, session, KW_ATTR_NO_REASON);
	return kw_family_entry_end(skb, head, err);
}

static int nl_session_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   struct kw_dev *dev, const struct kw_peer *peer)
{
	u64 *cursor = (u64 *)cb->ctx;
	struct kw_session *session;
	int err = 0;

	rcu_read_lock();
	kw_session_for_each(session, &dev->sessions) {
		if (session->seq < *cursor)
			continue;
		if (peer && READ_ONCE(session->peer) != peer)
			continue;
		err = nl_session_dump_one(skb, cb, dev, session);
		if (err)
			break;
		*cursor = session->seq + 1;
	}
	rcu_read_unlock();
	return err;
}

/* The cursor is the last session's number; the list ascends by it. */
int kw_nl_session_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct kw_dev *dev = kw_family_dump_begin(cb, KW_NETDEV_SESSIONS);
	struct kw_peer *peer = NULL;
	int err;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (attrs[KEYWAY_A_SESSION_PEER])
		peer = kw_attr_find_peer(dev, attrs[KEYWAY_A_SESSION_PEER],
					 cb->extack);
	err = PTR_ERR_OR_ZERO(peer);
	if (!err)
		err = nl_session_dump(skb, cb, dev, peer);
	kw_family_dump_end(dev);
	return skb->len ?: err;
}

int kw_nl_session_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_session *session;
	struct kw_peer *peer = NULL;
	u32 index;

	if (nl_session_need_index(info, &index))
		return -EINVAL;
	rcu_read_lock();
	session = kw_session_lookup(&dev->sessions, index);
	if (session) {
		kw_genl_event_session(dev, session, KEYWAY_REASON_DEL);
		peer = READ_ONCE(session->peer);
		kw_session_retire(session);
	}
	rcu_read_unlock();
	if (!session)
		return nl_session_gone(info);
	/* peers go under dev->lock only, so this one is still there */
	if (peer)
		kw_timer_kick(peer);
	return 0;
}
