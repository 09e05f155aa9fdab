// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Netlink attributes of the objects, read and written in one place. Called by
 * the request handlers and by genl.c for events. No state, no locks of its
 * own.
 */
#include "attr.h"

#include <linux/ipv6.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/ipv6.h>

#include "crypt.h"
#include "drop.h"
#include "netdev.h"
#include "netlink-gen.h"
#include "peer.h"
#include "session.h"
#include "sock.h"
#include "stats.h"

/* One helper writes 64 bits for all objects, so their padding must agree. */
#define ATTR_PAD		1
static_assert(ATTR_PAD == (int)KEYWAY_A_DEV_PAD);
static_assert(ATTR_PAD == (int)KEYWAY_A_SOCKET_PAD);
static_assert(ATTR_PAD == (int)KEYWAY_A_PEER_PAD);
static_assert(ATTR_PAD == (int)KEYWAY_A_SESSION_PAD);
static_assert(ATTR_PAD == (int)KEYWAY_A_PATH_PAD);

struct kw_addr kw_attr_read_addr(const struct nlattr *attr)
{
	return kw_addr_v6(nla_data(attr));
}

int kw_attr_read_key_addr(const struct nlattr *attr, struct kw_addr *addr,
			  struct netlink_ext_ack *extack)
{
	*addr = kw_attr_read_addr(attr);
	if (kw_addr_is_key(addr))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "address is no key address (2001:2f::/32)");
	return -EINVAL;
}

static bool attr_is_unicast(const struct kw_addr *addr)
{
	const struct in6_addr *in6 = (const void *)addr;
	__be32 v4 = addr->word[3];

	if (kw_addr_is_v4(addr))
		return !ipv4_is_zeronet(v4) && !ipv4_is_multicast(v4) &&
		       !ipv4_is_lbcast(v4);
	return !ipv6_addr_any(in6) && !ipv6_addr_is_multicast(in6);
}

/* The sentence that speaks against it, or NULL. */
static const char *attr_endpoint_fault(const struct kw_endpoint *endpoint)
{
	bool local = kw_addr_is_link_local(&endpoint->addr);

	if (!attr_is_unicast(&endpoint->addr))
		return "remote: addr is no unicast address";
	if (kw_addr_is_key(&endpoint->addr))
		return "remote: addr is a key address, not an outer one";
	if (local && !endpoint->ifindex)
		return "remote: a link-local addr needs its ifindex";
	if (!local && endpoint->ifindex)
		return "remote: ifindex is for link-local addresses only";
	return NULL;
}

int kw_attr_read_endpoint(const struct nlattr *attr,
			  struct kw_endpoint *endpoint,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KEYWAY_A_ENDPOINT_MAX + 1];
	const char *fault;
	int err;

	err = nla_parse_nested(tb, KEYWAY_A_ENDPOINT_MAX, attr,
			       kw_nl_endpoint_policy, extack);
	if (err)
		return err;
	if (!tb[KEYWAY_A_ENDPOINT_ADDR] || !tb[KEYWAY_A_ENDPOINT_PORT]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "remote: addr and port must be given");
		return -EINVAL;
	}
	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->addr = kw_attr_read_addr(tb[KEYWAY_A_ENDPOINT_ADDR]);
	endpoint->port = nla_get_be16(tb[KEYWAY_A_ENDPOINT_PORT]);
	if (tb[KEYWAY_A_ENDPOINT_IFINDEX])
		endpoint->ifindex = nla_get_u32(tb[KEYWAY_A_ENDPOINT_IFINDEX]);
	fault = attr_endpoint_fault(endpoint);
	if (!fault)
		return 0;
	NL_SET_BAD_ATTR(extack, attr);
	NL_SET_ERR_MSG_FMT(extack, "%s", fault);
	return -EINVAL;
}

struct kw_peer *kw_attr_find_peer(struct kw_dev *dev, const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	struct kw_addr addr = kw_attr_read_addr(attr);
	struct kw_peer *peer;

	lockdep_assert_held(&dev->lock);
	rcu_read_lock();
	peer = kw_peer_lookup(dev->peers, &addr);
	rcu_read_unlock();
	if (peer)
		return peer;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the device has no peer with this address");
	return ERR_PTR(-ENOENT);
}

struct kw_sock *kw_attr_find_sock(struct kw_dev *dev, const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	struct kw_sock *sock = kw_sock_lookup(dev, nla_get_u32(attr));

	if (sock)
		return sock;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the device has no socket with this id");
	return ERR_PTR(-ENOENT);
}

struct kw_remote *kw_attr_read_remote(struct kw_sock *sock,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	struct kw_remote *remote;
	struct kw_endpoint endpoint;
	u16 family;
	int err;

	err = kw_attr_read_endpoint(attr, &endpoint, extack);
	if (err)
		return ERR_PTR(err);
	family = kw_addr_is_v4(&endpoint.addr) ? AF_INET : AF_INET6;
	if (family != sock->conf.family) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "remote is not of the socket's family");
		return ERR_PTR(-EAFNOSUPPORT);
	}
	remote = kw_remote_create(sock->uplink, &endpoint, NULL);
	if (remote)
		return remote;
	NL_SET_ERR_MSG(extack, "no memory for the remote");
	return ERR_PTR(-ENOMEM);
}

struct kw_remote *kw_attr_find_remote(struct kw_dev *dev,
				      const struct nlattr *sock,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	struct kw_sock *by = kw_attr_find_sock(dev, sock, extack);

	if (IS_ERR(by))
		return ERR_CAST(by);
	return kw_attr_read_remote(by, attr, extack);
}

void kw_attr_read_local(struct kw_remote *remote, const struct nlattr *addr,
			const struct nlattr *ifindex)
{
	if (addr)
		remote->local.addr = kw_attr_read_addr(addr);
	if (ifindex)
		remote->local.ifindex = nla_get_u32(ifindex);
}

int kw_attr_write_endpoint(struct sk_buff *skb, int type,
			   const struct kw_endpoint *endpoint)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put(skb, KEYWAY_A_ENDPOINT_ADDR, sizeof(endpoint->addr),
		    &endpoint->addr) ||
	    nla_put_be16(skb, KEYWAY_A_ENDPOINT_PORT, endpoint->port) ||
	    nla_put_u32(skb, KEYWAY_A_ENDPOINT_IFINDEX, endpoint->ifindex)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int attr_write_traffic(struct sk_buff *skb, int type,
			      const struct kw_stats_sum *sum)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put(skb, KEYWAY_A_TRAFFIC_RX_PACKETS, 8, &sum->rx_packets) ||
	    nla_put(skb, KEYWAY_A_TRAFFIC_RX_BYTES, 8, &sum->rx_bytes) ||
	    nla_put(skb, KEYWAY_A_TRAFFIC_TX_PACKETS, 8, &sum->tx_packets) ||
	    nla_put(skb, KEYWAY_A_TRAFFIC_TX_BYTES, 8, &sum->tx_bytes)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Left out when it never happened. */
static int attr_write_since(struct sk_buff *skb, int type, u64 then_ms)
{
	u64 now_ms = kw_session_now();

	if (!then_ms)
		return 0;
	return nla_put_u64_64bit(skb, type,
				 now_ms > then_ms ? now_ms - then_ms : 0,
				 ATTR_PAD);
}

static int attr_write_reason(struct sk_buff *skb, int type, u32 reason)
{
	return reason == KW_ATTR_NO_REASON ? 0 : nla_put_u32(skb, type, reason);
}

static int attr_write_generation(struct sk_buff *skb, int type,
				 const struct kw_dev *dev)
{
	return nla_put_u64_64bit(skb, type, kw_netdev_generation(dev),
				 ATTR_PAD);
}

/* Device */

static int attr_write_drops(struct sk_buff *skb, const struct kw_dev *dev)
{
	struct nlattr *nest;
	u64 packets;
	u32 reason;

	for (reason = 1; reason < KW_DROP_COUNT; reason++) {
		packets = kw_stats_drops_read(dev->drops, reason);
		if (!packets)
			continue;
		nest = nla_nest_start(skb, KEYWAY_A_DEV_DROPS);
		if (!nest ||
		    nla_put_u32(skb, KEYWAY_A_DROP_COUNT_REASON, reason) ||
		    nla_put(skb, KEYWAY_A_DROP_COUNT_PACKETS, 8, &packets))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int attr_write_dev_conf(struct sk_buff *skb, struct kw_dev *dev,
			       const struct net *net)
{
	const struct net_device *netdev = dev->netdev;
	bool here = net_eq(dev_net(netdev), net);

	if (nla_put_u32(skb, KEYWAY_A_DEV_IFINDEX, here ? netdev->ifindex : 0) ||
	    nla_put_string(skb, KEYWAY_A_DEV_IFNAME, netdev->name) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_MTU, READ_ONCE(netdev->mtu)) ||
	    nla_put_u16(skb, KEYWAY_A_DEV_MAX_TRAIN,
			READ_ONCE(dev->conf.max_train)) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_MAX_STAGE,
			READ_ONCE(dev->stage.max_packets)))
		return -EMSGSIZE;
	if (READ_ONCE(dev->conf.addressed) &&
	    nla_put(skb, KEYWAY_A_DEV_ADDRESS, sizeof(dev->conf.address),
		    &dev->conf.address))
		return -EMSGSIZE;
	return 0;
}

static int attr_write_dev_state(struct sk_buff *skb, struct kw_dev *dev)
{
	struct kw_stats_sum sum = {};

	kw_stats_read(dev->stats, &sum);
	if (nla_put_u32(skb, KEYWAY_A_DEV_PEERS,
			READ_ONCE(dev->peers->count)) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_SESSIONS,
			READ_ONCE(dev->sessions.installed)) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_RESERVATIONS,
			READ_ONCE(dev->sessions.reservations)) ||
	    attr_write_traffic(skb, KEYWAY_A_DEV_TRAFFIC, &sum))
		return -EMSGSIZE;
	return attr_write_drops(skb, dev);
}

static u32 attr_chacha_ns, attr_gcm_ns;

void __init kw_attr_measure(void)
{
	attr_chacha_ns = kw_crypt_measure(KEYWAY_SUITE_CHACHA20_POLY1305);
	attr_gcm_ns = kw_crypt_measure(KEYWAY_SUITE_AES_256_GCM);
}

int kw_attr_write_dev(struct sk_buff *skb, struct kw_dev *dev,
		      const struct net *net, u32 bound, u32 reason)
{
	if (nla_put_u32(skb, KEYWAY_A_DEV_ID, dev->id) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_BOUND, bound) ||
	    attr_write_generation(skb, KEYWAY_A_DEV_GENERATION, dev) ||
	    attr_write_dev_conf(skb, dev, net) ||
	    attr_write_dev_state(skb, dev) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_CHACHA_NS, attr_chacha_ns) ||
	    nla_put_u32(skb, KEYWAY_A_DEV_GCM_NS, attr_gcm_ns) ||
	    nla_put_string(skb, KEYWAY_A_DEV_VERSION, THIS_MODULE->version))
		return -EMSGSIZE;
	return attr_write_reason(skb, KEYWAY_A_DEV_REASON, reason);
}

/* Socket */

int kw_attr_write_sock(struct sk_buff *skb, struct kw_dev *dev,
		       struct kw_sock *sock)
{
	const struct kw_sock_conf *conf = &sock->conf;

	if (nla_put_u32(skb, KEYWAY_A_SOCKET_DEV_ID, dev->id) ||
	    attr_write_generation(skb, KEYWAY_A_SOCKET_GENERATION, dev) ||
	    nla_put_u32(skb, KEYWAY_A_SOCKET_ID, sock->uplink->id) ||
	    nla_put_u16(skb, KEYWAY_A_SOCKET_FAMILY, conf->family) ||
	    nla_put_be16(skb, KEYWAY_A_SOCKET_PORT, conf->port) ||
	    nla_put_u32(skb, KEYWAY_A_SOCKET_BIND_IFINDEX, conf->ifindex) ||
	    nla_put_u32(skb, KEYWAY_A_SOCKET_MARK, conf->mark))
		return -EMSGSIZE;
	return 0;
}

/* Peer */

static int attr_write_grant(struct sk_buff *skb,
			    const struct kw_fib_grant *grant)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < grant->count; i++) {
		const struct kw_prefix *prefix = &grant->prefix[i];

		nest = nla_nest_start(skb, KEYWAY_A_PEER_PREFIX);
		if (!nest ||
		    nla_put(skb, KEYWAY_A_PREFIX_ADDR, sizeof(prefix->addr),
			    &prefix->addr) ||
		    nla_put_u8(skb, KEYWAY_A_PREFIX_LEN, prefix->len))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return nla_put_u8(skb, KEYWAY_A_PEER_TRANSIT, grant->transit);
}

static int attr_write_peer_state(struct sk_buff *skb, struct kw_peer *peer)
{
	struct kw_session *session = kw_session_current(&peer->sessions);
	struct kw_stats_sum sum = {};

	kw_stats_read(peer->stats, &sum);
	if (attr_write_traffic(skb, KEYWAY_A_PEER_TRAFFIC, &sum) ||
	    nla_put_u32(skb, KEYWAY_A_PEER_STAGED,
			kw_stage_count(&peer->stage)) ||
	    attr_write_since(skb, KEYWAY_A_PEER_LAST_RX,
			     READ_ONCE(peer->received_ms)))
		return -EMSGSIZE;
	if (!session)
		return 0;
	if (nla_put_u32(skb, KEYWAY_A_PEER_SESSION, session->index))
		return -EMSGSIZE;
	return attr_write_since(skb, KEYWAY_A_PEER_LAST_HANDSHAKE,
				session->born_ms);
}

int kw_attr_write_peer(struct sk_buff *skb, struct kw_dev *dev,
		       struct kw_peer *peer, u32 reason)
{
	if (nla_put_u32(skb, KEYWAY_A_PEER_DEV_ID, dev->id) ||
	    attr_write_generation(skb, KEYWAY_A_PEER_GENERATION, dev) ||
	    nla_put(skb, KEYWAY_A_PEER_ADDRESS, sizeof(peer->id.addr),
		    &peer->id.addr) ||
	    nla_put(skb, KEYWAY_A_PEER_FINGERPRINT,
		    sizeof(peer->id.fingerprint), peer->id.fingerprint) ||
	    nla_put(skb, KEYWAY_A_PEER_ORIGIN, peer->conf.origin_len,
		    peer->conf.origin) ||
	    nla_put_u16(skb, KEYWAY_A_PEER_KEEPALIVE,
			READ_ONCE(peer->conf.keepalive_ms) / MSEC_PER_SEC) ||
	    attr_write_grant(skb, rcu_dereference(peer->conf.grant)) ||
	    attr_write_peer_state(skb, peer))
		return -EMSGSIZE;
	return attr_write_reason(skb, KEYWAY_A_PEER_REASON, reason);
}

/* Session */

static int attr_write_session_keyed(struct sk_buff *skb,
				    struct kw_session *session)
{
	struct kw_stats_sum sum = {
		.rx_packets = atomic64_read(&session->traffic.rx_packets),
		.rx_bytes = atomic64_read(&session->traffic.rx_bytes),
		.tx_packets = atomic64_read(&session->traffic.tx_packets),
		.tx_bytes = atomic64_read(&session->traffic.tx_bytes),
	};

	if (nla_put_u32(skb, KEYWAY_A_SESSION_REMOTE_INDEX,
			session->remote_index) ||
	    nla_put_u16(skb, KEYWAY_A_SESSION_SUITE, session->suite) ||
	    nla_put_u64_64bit(skb, KEYWAY_A_SESSION_RANK, session->rank,
			      ATTR_PAD) ||
	    nla_put_u8(skb, KEYWAY_A_SESSION_SCOPE, session->scope) ||
	    nla_put_u8(skb, KEYWAY_A_SESSION_ROLE, session->role) ||
	    nla_put_u32(skb, KEYWAY_A_SESSION_REFUSE_AFTER,
			div_u64(session->refuse_ms, MSEC_PER_SEC)) ||
	    nla_put_u8(skb, KEYWAY_A_SESSION_SENDING,
		       kw_session_current(session->set) == session) ||
	    attr_write_since(skb, KEYWAY_A_SESSION_AGE, session->born_ms) ||
	    attr_write_since(skb, KEYWAY_A_SESSION_IDLE,
			     READ_ONCE(session->opened_ms)) ||
	    attr_write_traffic(skb, KEYWAY_A_SESSION_TRAFFIC, &sum))
		return -EMSGSIZE;
	return nla_put_u32(skb, KEYWAY_A_SESSION_SPACES,
			   READ_ONCE(session->number.spaces.next));
}

int kw_attr_write_session(struct sk_buff *skb, struct kw_dev *dev,
			  struct kw_session *session, u32 reason)
{
	/* orders reads of what came with the keys */
	u8 state = smp_load_acquire(&session->state);
	struct kw_peer *peer = READ_ONCE(session->peer);

	if (nla_put_u32(skb, KEYWAY_A_SESSION_DEV_ID, dev->id) ||
	    attr_write_generation(skb, KEYWAY_A_SESSION_GENERATION, dev) ||
	    nla_put_u32(skb, KEYWAY_A_SESSION_INDEX, session->index) ||
	    nla_put_u8(skb, KEYWAY_A_SESSION_STATE, state))
		return -EMSGSIZE;
	if (peer && nla_put(skb, KEYWAY_A_SESSION_PEER, sizeof(peer->id.addr),
			    &peer->id.addr))
		return -EMSGSIZE;
	if (state != KEYWAY_SESSION_STATE_RESERVED &&
	    attr_write_session_keyed(skb, session))
		return -EMSGSIZE;
	return attr_write_reason(skb, KEYWAY_A_SESSION_REASON, reason);
}

/* Path */

static int attr_write_path_state(struct sk_buff *skb, struct kw_path *path)
{
	struct kw_stats_sum sum = {
		.rx_packets = atomic64_read(&path->rx_packets),
		.rx_bytes = atomic64_read(&path->rx_bytes),
		.tx_packets = atomic64_read(&path->tx_packets),
		.tx_bytes = atomic64_read(&path->tx_bytes),
	};
	const struct kw_addr local = rcu_dereference(path->remote)->local.addr;
	u32 rtt_us = READ_ONCE(path->rtt_us);

	if (nla_put_u8(skb, KEYWAY_A_PATH_STATE, READ_ONCE(path->state)) ||
	    nla_put_u8(skb, KEYWAY_A_PATH_IN_USE,
		       kw_path_current(path->set) == path) ||
	    nla_put_u32(skb, KEYWAY_A_PATH_MTU, READ_ONCE(path->mtu)) ||
	    attr_write_traffic(skb, KEYWAY_A_PATH_TRAFFIC, &sum) ||
	    attr_write_since(skb, KEYWAY_A_PATH_LAST_RX,
			     READ_ONCE(path->received_ms)))
		return -EMSGSIZE;
	if (!kw_addr_is_zero(&local) &&
	    nla_put(skb, KEYWAY_A_PATH_LOCAL, sizeof(local), &local))
		return -EMSGSIZE;
	return rtt_us ? nla_put_u32(skb, KEYWAY_A_PATH_RTT, rtt_us) : 0;
}

int kw_attr_write_path(struct sk_buff *skb, struct kw_dev *dev,
		       struct kw_path *path, u32 reason)
{
	const struct kw_remote *remote = rcu_dereference(path->remote);
	const struct kw_peer *peer = path->set->peer;

	if (nla_put_u32(skb, KEYWAY_A_PATH_DEV_ID, dev->id) ||
	    attr_write_generation(skb, KEYWAY_A_PATH_GENERATION, dev) ||
	    nla_put_u32(skb, KEYWAY_A_PATH_ID, path->id) ||
	    nla_put(skb, KEYWAY_A_PATH_PEER, sizeof(peer->id.addr),
		    &peer->id.addr) ||
	    nla_put_u32(skb, KEYWAY_A_PATH_SOCKET, remote->uplink->id) ||
	    kw_attr_write_endpoint(skb, KEYWAY_A_PATH_REMOTE,
				   &remote->endpoint) ||
	    attr_write_path_state(skb, path))
		return -EMSGSIZE;
	return attr_write_reason(skb, KEYWAY_A_PATH_REASON, reason);
}
