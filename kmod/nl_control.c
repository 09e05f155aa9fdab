// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests of the daemon's own business: binding its channels, sending a
 * message of the handshake, sending a control frame. Called by the netlink
 * core through family.c, which holds the device's lock and wipes the request
 * afterwards.
 */
#include <linux/skbuff.h>
#include <net/genetlink.h>

#include "attr.h"
#include "drop.h"
#include "family.h"
#include "frame.h"
#include "genl.h"
#include "mac1.h"
#include "message.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "session.h"
#include "sock.h"

#define NL_CONTROL_BODY_MAX	1020

/* The channels */

static int nl_control_channel(struct genl_info *info, u32 *channel)
{
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_CONTROL_CHANNEL,
			     "channel must be given");
	if (!err)
		*channel = nla_get_u32(info->attrs[KEYWAY_A_CONTROL_CHANNEL]);
	return err;
}

int kw_nl_control_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	u32 channel;
	int err;

	err = nl_control_channel(info, &channel);
	if (err)
		return err;
	err = kw_genl_bind(dev, channel, info->snd_portid);
	if (err)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_CHANNEL, err,
					"another process serves this device");
	kw_genl_event_dev(dev, KEYWAY_REASON_SET);
	return 0;
}

int kw_nl_control_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	u32 channel, port;
	int err;

	err = nl_control_channel(info, &channel);
	if (err)
		return err;
	port = kw_genl_port(dev, channel);
	if (!port)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_CHANNEL, -ENOENT,
					"channel is not bound");
	if (port != info->snd_portid)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_CHANNEL, -EBUSY,
					"channel is bound by another socket");
	kw_genl_unbind(dev, channel);
	kw_genl_event_dev(dev, KEYWAY_REASON_SET);
	return 0;
}

/* Sending */

/* In words, why a datagram or frame did not leave. */
static int nl_control_fault(struct genl_info *info, int drop)
{
	switch (drop) {
	case KW_DROP_NONE:
		return 0;
	case KEYWAY_DROP_TX_NO_MEMORY:
		NL_SET_ERR_MSG(info->extack, "no memory for the message");
		return -ENOMEM;
	case KEYWAY_DROP_TX_NO_SOCKET:
		NL_SET_ERR_MSG(info->extack, "the socket is closed");
		return -ENOTCONN;
	case KEYWAY_DROP_TX_TOO_BIG:
		NL_SET_ERR_MSG(info->extack, "the message exceeds the path's size");
		return -EMSGSIZE;
	case KEYWAY_DROP_TX_LOOP:
		NL_SET_ERR_MSG(info->extack, "the route to remote leads into the device itself");
		return -ELOOP;
	default:
		NL_SET_ERR_MSG(info->extack, "no route to remote");
		return -EHOSTUNREACH;
	}
}

static int nl_control_check_message(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[KEYWAY_A_CONTROL_PAYLOAD];
	u32 tail = min_t(u32, nla_len(attr), KW_MAC1_TAIL_LEN);
	struct kw_mac1_message msg = {
		.head = nla_data(attr),
		.tail = (u8 *)nla_data(attr) + nla_len(attr) - tail,
		.len = nla_len(attr),
	};

	if (kw_mac1_shape(&msg))
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_PAYLOAD, -EINVAL,
					"payload is no message of types 1 to 6");
	if (info->attrs[KEYWAY_A_CONTROL_ANSWER_KEY] &&
	    !info->attrs[KEYWAY_A_CONTROL_INDEX])
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_ANSWER_KEY,
					-EINVAL,
					"answer-key needs the index of its reservation");
	return 0;
}

/* The socket to send by, or ERR_PTR with the sentence. */
static struct kw_sock *nl_control_sock(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[KEYWAY_A_CONTROL_SOCKET];
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_endpoint endpoint;
	struct kw_sock *sock;
	int err;

	if (attr)
		return kw_attr_find_sock(dev, attr, info->extack);
	attr = info->attrs[KEYWAY_A_CONTROL_REMOTE];
	err = kw_attr_read_endpoint(attr, &endpoint, info->extack);
	if (err)
		return ERR_PTR(err);
	sock = kw_sock_default(dev, &endpoint.addr);
	if (sock)
		return sock;
	return ERR_PTR(KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_REMOTE,
					-EAFNOSUPPORT,
					"the device has no socket of remote's family"));
}

static struct kw_remote *nl_control_remote(struct genl_info *info)
{
	struct kw_sock *sock;
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_CONTROL_REMOTE,
			     "remote must be given");
	if (err)
		return ERR_PTR(err);
	sock = nl_control_sock(info);
	if (IS_ERR(sock))
		return ERR_CAST(sock);
	return kw_attr_read_remote(sock, info->attrs[KEYWAY_A_CONTROL_REMOTE],
				   info->extack);
}

/* Lets answers in, before they can come. */
static int nl_control_expect(struct genl_info *info)
{
	struct nlattr *key = info->attrs[KEYWAY_A_CONTROL_ANSWER_KEY];
	struct nlattr *index = info->attrs[KEYWAY_A_CONTROL_INDEX];
	int err;

	if (!index)
		return 0;
	err = kw_session_expect(&kw_family_dev(info)->sessions,
				nla_get_u32(index), key ? nla_data(key) : NULL);
	if (!err)
		return 0;
	return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_INDEX, err,
				"index is not reserved, or its time is over");
}

static int nl_control_emit(struct genl_info *info,
			   struct kw_remote *remote)
{
	static const struct kw_sock_header header = { .fragment = true };
	struct nlattr *attr = info->attrs[KEYWAY_A_CONTROL_PAYLOAD];
	struct sk_buff *skb;
	int drop;

	skb = alloc_skb(KW_SOCK_HEADROOM + nla_len(attr), GFP_KERNEL);
	if (!skb)
		return nl_control_fault(info, KEYWAY_DROP_TX_NO_MEMORY);
	skb_reserve(skb, KW_SOCK_HEADROOM);
	skb_put_data(skb, nla_data(attr), nla_len(attr));
	rcu_read_lock();
	local_bh_disable();
	drop = kw_sock_send(remote, skb, &header);
	local_bh_enable();
	rcu_read_unlock();
	return nl_control_fault(info, drop);
}

static int nl_control_message(struct genl_info *info)
{
	struct kw_remote *remote;
	int err;

	err = nl_control_check_message(info);
	if (err)
		return err;
	remote = nl_control_remote(info);
	if (IS_ERR(remote))
		return PTR_ERR(remote);
	kw_attr_read_local(remote, info->attrs[KEYWAY_A_CONTROL_LOCAL],
			   info->attrs[KEYWAY_A_CONTROL_LOCAL_IFINDEX]);
	err = nl_control_expect(info);
	if (!err)
		err = nl_control_emit(info, remote);
	kw_remote_destroy(remote);
	return err;
}

static int nl_control_check_frame(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_CONTROL_PEER,
			     "peer must be given with frame-type");
	if (!err)
		err = KW_FAMILY_NEED(info, KEYWAY_A_CONTROL_FRAME_TYPE,
				     "frame-type must be given with peer");
	if (err)
		return err;
	if (nla_get_u8(attrs[KEYWAY_A_CONTROL_FRAME_TYPE]) < KW_FRAME_DAEMON)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_FRAME_TYPE,
					-EINVAL,
					"frame types below 16 are the kernel's own");
	if (nla_len(attrs[KEYWAY_A_CONTROL_PAYLOAD]) > NL_CONTROL_BODY_MAX)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_PAYLOAD,
					-EMSGSIZE,
					"the body of a frame is at most 1020 bytes");
	if (attrs[KEYWAY_A_CONTROL_REMOTE] || attrs[KEYWAY_A_CONTROL_SOCKET] ||
	    attrs[KEYWAY_A_CONTROL_ANSWER_KEY]) {
		NL_SET_ERR_MSG(info->extack,
			       "a frame takes its session's way: no remote, socket or answer-key");
		return -EINVAL;
	}
	return 0;
}

/* The session to send on: the one named, if it is the peer's, or its sender. */
static struct kw_session *nl_control_session(struct genl_info *info,
					     struct kw_peer *peer)
{
	struct nlattr *index = info->attrs[KEYWAY_A_CONTROL_INDEX];
	struct kw_session *session;

	if (!index)
		return kw_session_current(&peer->sessions);
	session = kw_session_lookup(&kw_family_dev(info)->sessions,
				    nla_get_u32(index));
	if (!session || READ_ONCE(session->peer) != peer ||
	    !kw_session_installed(session))
		return NULL;
	return session;
}

static int nl_control_emit_frame(struct genl_info *info, struct kw_peer *peer)
{
	struct nlattr *body = info->attrs[KEYWAY_A_CONTROL_PAYLOAD];
	u8 type = nla_get_u8(info->attrs[KEYWAY_A_CONTROL_FRAME_TYPE]);
	struct kw_session *session = nl_control_session(info, peer);
	struct kw_frame_way way;

	if (!session || !kw_frame_way(session, &way)) {
		NL_SET_ERR_MSG(info->extack,
			       "the peer has no session or path to send a frame on");
		return -ENOTCONN;
	}
	return nl_control_fault(info, kw_frame_control(session, &way, type,
						       nla_data(body),
						       nla_len(body)));
}

static int nl_control_frame(struct genl_info *info)
{
	struct kw_peer *peer;
	struct kw_addr addr;
	int err;

	err = nl_control_check_frame(info);
	if (err)
		return err;
	addr = kw_attr_read_addr(info->attrs[KEYWAY_A_CONTROL_PEER]);
	rcu_read_lock();
	local_bh_disable();
	peer = kw_peer_lookup(kw_family_dev(info)->peers, &addr);
	if (peer)
		err = nl_control_emit_frame(info, peer);
	local_bh_enable();
	rcu_read_unlock();
	if (!peer)
		return KW_FAMILY_REFUSE(info, KEYWAY_A_CONTROL_PEER, -ENOENT,
					"the device has no such peer");
	return err;
}

int kw_nl_control_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	err = KW_FAMILY_NEED(info, KEYWAY_A_CONTROL_PAYLOAD,
			     "payload must be given");
	if (err)
		return err;
	if (info->attrs[KEYWAY_A_CONTROL_PEER] ||
	    info->attrs[KEYWAY_A_CONTROL_FRAME_TYPE])
		return nl_control_frame(info);
	return nl_control_message(info);
}
