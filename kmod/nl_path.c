// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about paths: the remote endpoints of a peer. Called by the netlink
 * core through family.c, which holds the device's lock; only requests remove
 * paths, so one that was found stays until the handler is done.
 */
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "genl.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "path.h"
#include "peer.h"
#include "probe.h"
#include "timer.h"

/* The peer of the request, or ERR_PTR with the sentence. */
static struct kw_peer *nl_path_peer(struct genl_info *info)
{
	int err = KW_FAMILY_NEED(info, KEYWAY_A_PATH_PEER, "peer must be given");

	if (err)
		return ERR_PTR(err);
	return kw_attr_find_peer(kw_family_dev(info),
				 info->attrs[KEYWAY_A_PATH_PEER], info->extack);
}

/* The path that the request names, or ERR_PTR with the sentence. */
static struct kw_path *nl_path_find(struct genl_info *info)
{
	struct kw_path *path;
	struct kw_peer *peer;
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_PATH_ID,
			     "id of the path must be given");
	if (err)
		return ERR_PTR(err);
	peer = nl_path_peer(info);
	if (IS_ERR(peer))
		return ERR_CAST(peer);
	rcu_read_lock();
	path = kw_path_lookup(&peer->paths,
			      nla_get_u32(info->attrs[KEYWAY_A_PATH_ID]));
	rcu_read_unlock();
	if (path)
		return path;
	return ERR_PTR(KW_FAMILY_REFUSE(info, KEYWAY_A_PATH_ID, -ENOENT,
					"the peer has no path with this id"));
}

static int nl_path_need_remote(struct genl_info *info)
{
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_PATH_SOCKET, "socket must be given");
	if (err)
		return err;
	return KW_FAMILY_NEED(info, KEYWAY_A_PATH_REMOTE,
			      "remote must be given");
}

/* Socket and endpoint of the request, or ERR_PTR with the sentence. */
static struct kw_remote *nl_path_remote(struct genl_info *info)
{
	return kw_attr_find_remote(kw_family_dev(info),
				   info->attrs[KEYWAY_A_PATH_SOCKET],
				   info->attrs[KEYWAY_A_PATH_REMOTE],
				   info->extack);
}

static int nl_path_fault(struct genl_info *info, int err)
{
	if (err == -EEXIST)
		NL_SET_ERR_MSG(info->extack,
			       "the peer has a path to this remote already");
	else if (err == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "the peer has 8 validated paths already");
	else if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "the peer has no path with this id");
	else
		NL_SET_ERR_MSG(info->extack, "no memory for the path");
	return err;
}

static void nl_path_tell(struct kw_dev *dev, struct kw_peer *peer, u32 id,
			 u32 reason)
{
	struct kw_path *path;

	rcu_read_lock();
	path = kw_path_lookup(&peer->paths, id);
	if (path)
		kw_genl_event_path(dev, path, reason);
	rcu_read_unlock();
}

static int nl_path_answer(struct genl_info *info, const struct kw_peer *peer,
			  u32 id)
{
	struct sk_buff *reply;
	void *head;
	int err;

	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nla_put_u32(reply, KEYWAY_A_PATH_DEV_ID,
			  kw_family_dev(info)->id) ||
	      nla_put(reply, KEYWAY_A_PATH_PEER, sizeof(peer->id.addr),
		      &peer->id.addr) ||
	      nla_put_u32(reply, KEYWAY_A_PATH_ID, id);
	return kw_family_reply_send(info, reply, head, err);
}

int kw_nl_path_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_remote *remote;
	struct kw_peer *peer;
	int err;
	u32 id;

	err = nl_path_need_remote(info);
	if (err)
		return err;
	peer = nl_path_peer(info);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	remote = nl_path_remote(info);
	if (IS_ERR(remote))
		return PTR_ERR(remote);
	err = kw_path_add(&peer->paths, remote, &id);
	if (err)
		return nl_path_fault(info, err);
	kw_timer_kick(peer);
	nl_path_tell(kw_family_dev(info), peer, id, KEYWAY_REASON_NEW);
	return nl_path_answer(info, peer, id);
}

static int nl_path_write(struct sk_buff *skb, struct kw_dev *dev,
			 struct kw_path *path)
{
	int err;

	rcu_read_lock();
	err = kw_attr_write_path(skb, dev, path, KW_ATTR_NO_REASON);
	rcu_read_unlock();
	return err;
}

int kw_nl_path_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_path *path = nl_path_find(info);
	struct sk_buff *reply;
	void *head;
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nl_path_write(reply, kw_family_dev(info), path);
	return kw_family_reply_send(info, reply, head, err);
}

static int nl_path_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			    struct kw_dev *dev, struct kw_path *path)
{
	void *head = kw_family_entry_start(skb, cb, KEYWAY_CMD_PATH_GET);
	int err;

	if (!head)
		return -EMSGSIZE;
	err = kw_attr_write_path(skb, dev, path, KW_ATTR_NO_REASON);
	return kw_family_entry_end(skb, head, err);
}

/* cursor[0]: the peer's number, cursor[1]: the next slot of that peer. */
static int nl_path_dump_peer(struct sk_buff *skb, struct netlink_callback *cb,
			     struct kw_peer *peer)
{
	u64 *cursor = (u64 *)cb->ctx;
	struct kw_path *path;
	int err = 0;
	u32 i;

	if (peer->seq > cursor[0])
		cursor[1] = 0;
	cursor[0] = peer->seq;
	rcu_read_lock();
	for (i = cursor[1]; i < KW_PATHS_PER_PEER && !err; i++) {
		path = rcu_dereference(peer->paths.slots[i]);
		if (path)
			err = nl_path_dump_one(skb, cb, peer->dev, path);
		if (!err)
			cursor[1] = i + 1;
	}
	rcu_read_unlock();
	return err;
}

int kw_nl_path_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *only = genl_info_dump(cb)->attrs[KEYWAY_A_PATH_PEER];
	struct kw_dev *dev = kw_family_dump_begin(cb, KW_NETDEV_PATHS);
	u64 *cursor = (u64 *)cb->ctx;
	struct kw_peer *peer = NULL;
	int err = 0;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (only)
		peer = kw_attr_find_peer(dev, only, cb->extack);
	if (IS_ERR(peer))
		err = PTR_ERR(peer);
	else if (peer)
		err = nl_path_dump_peer(skb, cb, peer);
	else
		kw_peer_for_each(peer, dev->peers) {
			if (peer->seq < cursor[0])
				continue;
			err = nl_path_dump_peer(skb, cb, peer);
			if (err)
				break;
		}
	kw_family_dump_end(dev);
	return skb->len ?: err;
}

/* Without a new place the path is challenged where it is. */
static int nl_path_move(struct genl_info *info, struct kw_path *path)
{
	struct kw_remote *remote;
	int err;

	if (!info->attrs[KEYWAY_A_PATH_SOCKET] &&
	    !info->attrs[KEYWAY_A_PATH_REMOTE])
		return 0;
	err = nl_path_need_remote(info);
	if (err)
		return err;
	remote = nl_path_remote(info);
	if (IS_ERR(remote))
		return PTR_ERR(remote);
	err = kw_path_move(path->set, path->id, remote);
	return err ? nl_path_fault(info, err) : 0;
}

int kw_nl_path_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_path *path = nl_path_find(info);
	struct kw_session *session;
	struct kw_peer *peer;
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	peer = path->set->peer;
	err = nl_path_move(info, path);
	if (err)
		return err;
	rcu_read_lock();
	local_bh_disable();
	session = kw_session_current(&peer->sessions);
	if (session)
		kw_probe_challenge(session, path);
	local_bh_enable();
	rcu_read_unlock();
	nl_path_tell(kw_family_dev(info), peer, path->id, KEYWAY_REASON_SET);
	return 0;
}

int kw_nl_path_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_path *path = nl_path_find(info);
	struct kw_peer *peer;
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	peer = path->set->peer;
	nl_path_tell(kw_family_dev(info), peer, path->id, KEYWAY_REASON_DEL);
	err = kw_path_del(&peer->paths, path->id);
	if (err)
		return nl_path_fault(info, err);
	kw_timer_kick(peer);
	return 0;
}
