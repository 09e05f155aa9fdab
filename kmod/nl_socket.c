// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about a device's UDP sockets. Called by the netlink core through
 * family.c, which holds the device's lock.
 */
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "genl.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "sock.h"

/* The socket that the request names, or ERR_PTR with the sentence. */
static struct kw_sock *nl_socket_find(struct genl_info *info)
{
	int err = KW_FAMILY_NEED(info, KEYWAY_A_SOCKET_ID,
				 "id of the socket must be given");

	if (err)
		return ERR_PTR(err);
	return kw_attr_find_sock(kw_family_dev(info),
				 info->attrs[KEYWAY_A_SOCKET_ID], info->extack);
}

static int nl_socket_answer(struct genl_info *info, const struct kw_sock *sock)
{
	struct sk_buff *reply;
	void *head;
	int err;

	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = nla_put_u32(reply, KEYWAY_A_SOCKET_DEV_ID,
			  kw_family_dev(info)->id) ||
	      nla_put_u32(reply, KEYWAY_A_SOCKET_ID, sock->uplink->id) ||
	      nla_put_be16(reply, KEYWAY_A_SOCKET_PORT, sock->conf.port);
	return kw_family_reply_send(info, reply, head, err);
}

static void nl_socket_read(struct genl_info *info, struct kw_sock_conf *conf)
{
	struct nlattr *ifindex = info->attrs[KEYWAY_A_SOCKET_BIND_IFINDEX];
	struct nlattr *port = info->attrs[KEYWAY_A_SOCKET_PORT];
	struct nlattr *mark = info->attrs[KEYWAY_A_SOCKET_MARK];

	memset(conf, 0, sizeof(*conf));
	conf->family = nla_get_u16(info->attrs[KEYWAY_A_SOCKET_FAMILY]);
	if (port)
		conf->port = nla_get_be16(port);
	if (ifindex)
		conf->ifindex = nla_get_u32(ifindex);
	if (mark)
		conf->mark = nla_get_u32(mark);
}

int kw_nl_socket_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_sock_conf conf;
	struct kw_sock *sock;
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_SOCKET_FAMILY,
			     "family must be given");
	if (err)
		return err;
	nl_socket_read(info, &conf);
	if (conf.family != AF_INET && conf.family != AF_INET6)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_SOCKET_FAMILY, -EINVAL,
					"family is neither AF_INET nor AF_INET6");
	sock = kw_sock_open(dev, &conf, info->extack);
	if (IS_ERR(sock))
		return PTR_ERR(sock);
	return nl_socket_answer(info, sock);
}

int kw_nl_socket_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_sock *sock = nl_socket_find(info);
	struct sk_buff *reply;
	void *head;
	int err;

	if (IS_ERR(sock))
		return PTR_ERR(sock);
	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	err = kw_attr_write_sock(reply, kw_family_dev(info), sock);
	return kw_family_reply_send(info, reply, head, err);
}

static int nl_socket_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			      struct kw_dev *dev, struct kw_sock *sock)
{
	void *head = kw_family_entry_start(skb, cb, KEYWAY_CMD_SOCKET_GET);
	int err;

	if (!head)
		return -EMSGSIZE;
	err = kw_attr_write_sock(skb, dev, sock);
	return kw_family_entry_end(skb, head, err);
}

/* The cursor is the last id told; the list ascends by id. */
int kw_nl_socket_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct kw_dev *dev = kw_family_dump_begin(cb, KW_NETDEV_SOCKETS);
	struct kw_sock *sock;
	int err = 0;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	kw_sock_for_each(sock, dev) {
		if (sock->uplink->id <= cb->args[0])
			continue;
		err = nl_socket_dump_one(skb, cb, dev, sock);
		if (err)
			break;
		cb->args[0] = sock->uplink->id;
	}
	kw_family_dump_end(dev);
	return skb->len ?: err;
}

/* Its paths go with it. */
static void nl_socket_tell_paths(struct kw_dev *dev, struct kw_sock *sock)
{
	struct kw_peer *peer;
	struct kw_path *path;
	u32 slot;

	rcu_read_lock();
	kw_peer_for_each(peer, dev->peers)
		kw_path_for_each(path, slot, &peer->paths)
			if (rcu_dereference(path->remote)->uplink == sock->uplink)
				kw_genl_event_path(dev, path,
						   KEYWAY_REASON_DEL);
	rcu_read_unlock();
}

int kw_nl_socket_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_sock *sock = nl_socket_find(info);

	if (IS_ERR(sock))
		return PTR_ERR(sock);
	nl_socket_tell_paths(kw_family_dev(info), sock);
	kw_sock_close(sock);
	return 0;
}
