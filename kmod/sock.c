// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * UDP sockets: open, bind, receive, route and send. The only file that knows
 * the outer address families. Sockets belong to the kernel and to the
 * transport namespace of their device, so traffic outlives the daemon. Opened
 * and closed by requests under dev->lock, used by packets under RCU.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>
#include <net/route.h>
#include <net/udp.h>
#include <net/udp_tunnel.h>

#include "compat.h"
#include "netdev.h"
#include "peer.h"
#include "slice.h"
#include "sock.h"

#define SOCK_ENCAP_TYPE		100	/* no other user of UDP has it */

struct kw_sock_table *kw_sock_table_create(void)
{
	struct kw_sock_table *table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);

	if (!table)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&table->list);
	table->next_id = 1;
	return table;
}

void kw_sock_table_destroy(struct kw_sock_table *table)
{
	kfree(table);
}

static int sock_encap_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct kw_sock *sock = rcu_dereference_sk_user_data(sk);

	if (sock)
		kw_hooks.receive(sock, skb);
	else
		kfree_skb(skb);
	return 0;
}

/*
 * A train that another host's UDP GSO or the interface's GRO put together
 * would be split again before it gets to the socket.
 */
static unsigned int sock_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	const struct kw_sock *sock = priv;
	const struct udphdr *uh;

	if (!skb_is_gso(skb) ||
	    !(skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4))
		return NF_ACCEPT;
	/* by another interface the port may be a program's */
	if (sock->conf.ifindex && sock->conf.ifindex != skb->dev->ifindex)
		return NF_ACCEPT;
	if (!skb_transport_header_was_set(skb))
		return NF_ACCEPT;
	uh = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(*uh),
				&(struct udphdr){});
	if (uh && uh->dest == sock->conf.port)
		kw_slice_keep(sock, skb);
	return NF_ACCEPT;
}

static int sock_conf_check(struct kw_dev *dev, const struct kw_sock_conf *conf,
			   struct netlink_ext_ack *extack)
{
	struct kw_sock *other;

	if (conf->family != AF_INET && conf->family != AF_INET6) {
		NL_SET_ERR_MSG(extack, "the family is neither IPv4 nor IPv6");
		return -EINVAL;
	}
	kw_sock_for_each(other, dev) {
		if (other->conf.family != conf->family)
			continue;
		if (other->conf.ifindex && conf->ifindex &&
		    other->conf.ifindex != conf->ifindex)
			continue;
		NL_SET_ERR_MSG(extack,
			       "a family has one wildcard socket, or one for each interface");
		return -EEXIST;
	}
	return 0;
}

/* The stack takes any number: the socket would never hear a word. */
static bool sock_has_interface(struct net *net, u32 ifindex)
{
	bool there;

	rcu_read_lock();
	there = dev_get_by_index_rcu(net, ifindex);
	rcu_read_unlock();
	return there;
}

static int sock_make(struct kw_dev *dev, struct kw_sock *sock)
{
	struct udp_port_cfg cfg = {
		.family = sock->conf.family,
		.local_udp_port = sock->conf.port,
		.bind_ifindex = sock->conf.ifindex,
		.use_udp_checksums = true,
		.use_udp6_tx_checksums = true,
		.use_udp6_rx_checksums = true,
		.ipv6_v6only = true,
	};
	struct net *net = kw_netdev_net(dev);
	struct socket *made;
	int err;

	if (!net)
		return -ENONET;
	if (cfg.bind_ifindex && !sock_has_interface(net, cfg.bind_ifindex))
		return -ENODEV;
	err = udp_sock_create(net, &cfg, &made);
	if (!err)
		sock->sk = made->sk;
	return err;
}

static void sock_setup(struct kw_sock *sock)
{
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = sock,
		.encap_type = SOCK_ENCAP_TYPE,
		.encap_rcv = sock_encap_rcv,
		.gro_receive = kw_slice_gro_receive,
		.gro_complete = kw_slice_gro_complete,
	};
	struct sock *sk = sock->sk;

	sk->sk_allocation = GFP_ATOMIC;
	sk->sk_sndbuf = INT_MAX;
	/* by this an ICMP finds the route whose MTU it lowers */
	sk->sk_mark = sock->conf.mark;
	sock->conf.port = inet_sk(sk)->inet_sport;
	rcu_assign_pointer(sock->uplink->sock, sock);
	setup_udp_tunnel_sock(sock_net(sk), sk, &cfg);
	/* or each datagram of a split train is summed up in software */
	inet_dec_convert_csum(sk);
}

static int sock_hook(struct kw_sock *sock)
{
	sock->hook = (struct nf_hook_ops){
		.hook = sock_local_in,
		.priv = sock,
		.pf = sock->conf.family == AF_INET ? NFPROTO_IPV4 :
						     NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	};
	return nf_register_net_hook(sock_net(sock->sk), &sock->hook);
}

static void sock_free(struct rcu_head *rcu)
{
	struct kw_sock *sock = container_of(rcu, struct kw_sock, rcu);

	kw_remote_uplink_put(sock->uplink);
	kfree(sock);
}

/*
 * Packets may be in here until the grace period ends: not every kernel waits
 * for them as it releases the socket, whose memory lasts as long.
 */
static void sock_end(struct kw_sock *sock)
{
	udp_tunnel_sock_release(sock->sk);
	call_rcu(&sock->rcu, sock_free);
}

struct kw_sock *kw_sock_open(struct kw_dev *dev, const struct kw_sock_conf *conf,
			     struct netlink_ext_ack *extack)
{
	struct kw_sock *sock;
	int err;

	lockdep_assert_held(&dev->lock);
	err = sock_conf_check(dev, conf, extack);
	if (err)
		return ERR_PTR(err);
	sock = kzalloc(sizeof(*sock), GFP_KERNEL_ACCOUNT);
	if (!sock)
		return ERR_PTR(-ENOMEM);
	sock->dev = dev;
	sock->conf = *conf;
	err = -ENOMEM;
	sock->uplink = kw_remote_uplink_create(dev->socks->next_id, conf->family);
	if (!sock->uplink)
		goto out_free;
	err = sock_make(dev, sock);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "the socket could not be opened: is the port free, the interface there?");
		goto out_uplink;
	}
	sock_setup(sock);
	err = sock_hook(sock);
	if (err) {
		RCU_INIT_POINTER(sock->uplink->sock, NULL);
		sock_end(sock);
		return ERR_PTR(err);
	}
	dev->socks->next_id++;
	list_add_tail(&sock->entry, &dev->socks->list);
	kw_netdev_changed(dev, KW_NETDEV_SOCKETS);
	return sock;

out_uplink:
	kw_remote_uplink_put(sock->uplink);
out_free:
	kfree(sock);
	return ERR_PTR(err);
}

/* Peers that sent by it may have another way. */
static void sock_leave(struct kw_sock *sock)
{
	struct kw_peer *peer;

	kw_peer_for_each(peer, sock->dev->peers)
		kw_path_leave(&peer->paths, sock->uplink);
}

void kw_sock_close(struct kw_sock *sock)
{
	lockdep_assert_held(&sock->dev->lock);
	list_del(&sock->entry);
	RCU_INIT_POINTER(sock->uplink->sock, NULL);
	sock_leave(sock);
	nf_unregister_net_hook(sock_net(sock->sk), &sock->hook);
	kw_netdev_changed(sock->dev, KW_NETDEV_SOCKETS);
	sock_end(sock);
}

void kw_sock_close_all(struct kw_dev *dev)
{
	struct kw_sock *sock, *next;

	list_for_each_entry_safe(sock, next, &dev->socks->list, entry)
		kw_sock_close(sock);
}

struct kw_sock *kw_sock_lookup(struct kw_dev *dev, u32 id)
{
	struct kw_sock *sock;

	kw_sock_for_each(sock, dev)
		if (sock->uplink->id == id)
			return sock;
	return NULL;
}

struct kw_sock *kw_sock_default(struct kw_dev *dev, const struct kw_addr *addr)
{
	u16 family = kw_addr_is_v4(addr) ? AF_INET : AF_INET6;
	struct kw_sock *sock;

	kw_sock_for_each(sock, dev)
		if (sock->conf.family == family)
			return sock;
	return NULL;
}

u32 kw_sock_overhead(const struct kw_endpoint *endpoint)
{
	return sizeof(struct udphdr) + (kw_addr_is_v4(&endpoint->addr) ?
		sizeof(struct iphdr) : sizeof(struct ipv6hdr));
}

static int sock_oif(const struct kw_sock_route *route)
{
	return route->sock->conf.ifindex ?: route->to->ifindex;
}

/* As the remote wants it, while it's ours and on the way there. */
static bool sock_may_leave(const struct dst_entry *dst, const struct kw_remote *remote)
{
	const u32 came_by = remote->local.ifindex;
	struct net_device *out = dst_dev(dst);

	/* what came by a VRF's interface says the VRF */
	return !came_by || out->ifindex == came_by ||
	       l3mdev_master_ifindex_rcu(out) == came_by;
}

/* NULL if the address that was asked isn't ours, or not on the way there. */
static struct rtable *sock_lookup4_asked(struct sock *sk, struct flowi4 *fl,
					 const struct kw_remote *remote)
{
	struct flowi4 asked = *fl;	/* a lookup binds it to what it finds */
	struct rtable *rt;

	if (!kw_addr_is_v4(&remote->local.addr))
		return NULL;
	asked.saddr = remote->local.addr.word[3];
	rt = ip_route_output_flow(sock_net(sk), &asked, sk);
	if (IS_ERR(rt))
		return NULL;
	if (!sock_may_leave(&rt->dst, remote)) {
		ip_rt_put(rt);
		return NULL;
	}
	fl->saddr = asked.saddr;
	return rt;
}

static struct rtable *sock_lookup4(struct sock *sk, struct flowi4 *fl,
				   const struct kw_remote *remote)
{
	return sock_lookup4_asked(sk, fl, remote) ?:
	       ip_route_output_flow(sock_net(sk), fl, sk);
}

static int sock_route4(struct kw_sock_route *route, struct kw_remote *remote)
{
	struct dst_cache *cache = &remote->cache;
	struct sock *sk = route->sock->sk;
	struct flowi4 fl = {
		.daddr = route->to->addr.word[3],
		.fl4_sport = route->sock->conf.port,
		.fl4_dport = route->to->port,
		.flowi4_proto = IPPROTO_UDP,
		.flowi4_oif = sock_oif(route),
		.flowi4_mark = route->sock->conf.mark,
	};
	struct rtable *rt = dst_cache_get_ip4(cache, &fl.saddr);

	if (!rt) {
		rt = sock_lookup4(sk, &fl, remote);
		if (IS_ERR(rt))
			return KEYWAY_DROP_TX_NO_PATH;
		dst_cache_set_ip4(cache, &rt->dst, fl.saddr);
	}
	route->dst = &rt->dst;
	route->from = kw_addr_v4(fl.saddr);
	return 0;
}

static struct dst_entry *sock_lookup6(struct sock *sk, struct flowi6 *fl,
				      const struct kw_remote *remote)
{
	struct dst_entry *dst;

	memcpy(&fl->saddr, &remote->local.addr, sizeof(fl->saddr));
	if (ipv6_chk_addr(sock_net(sk), &fl->saddr, NULL, 0)) {
		dst = ip6_dst_lookup_flow(sock_net(sk), sk, fl, NULL);
		if (!IS_ERR(dst)) {
			if (sock_may_leave(dst, remote))
				return dst;
			dst_release(dst);
		}
	}
	fl->saddr = in6addr_any;
	return ip6_dst_lookup_flow(sock_net(sk), sk, fl, NULL);
}

static int sock_route6(struct kw_sock_route *route, struct kw_remote *remote)
{
	struct dst_cache *cache = &remote->cache;
	struct sock *sk = route->sock->sk;
	struct flowi6 fl = {
		.fl6_sport = route->sock->conf.port,
		.fl6_dport = route->to->port,
		.flowi6_proto = IPPROTO_UDP,
		.flowi6_oif = sock_oif(route),
		.flowi6_mark = route->sock->conf.mark,
	};
	struct dst_entry *dst = dst_cache_get_ip6(cache, &fl.saddr);

	if (!dst) {
		memcpy(&fl.daddr, &route->to->addr, sizeof(fl.daddr));
		dst = sock_lookup6(sk, &fl, remote);
		if (IS_ERR(dst))
			return KEYWAY_DROP_TX_NO_PATH;
		dst_cache_set_ip6(cache, dst, &fl.saddr);
	}
	route->dst = dst;
	route->from = kw_addr_v6(&fl.saddr);
	return 0;
}

int kw_sock_route_get(struct kw_remote *remote, struct kw_sock_route *route)
{
	struct net_device *out;
	int drop;

	route->sock = rcu_dereference(remote->uplink->sock);
	if (!route->sock)
		return KEYWAY_DROP_TX_NO_SOCKET;
	route->to = &remote->endpoint;
	if (route->sock->conf.family == AF_INET)
		drop = sock_route4(route, remote);
	else
		drop = sock_route6(route, remote);
	if (drop)
		return drop;
	out = dst_dev(route->dst);
	if (out == route->sock->dev->netdev) {
		dst_cache_reset(&remote->cache);
		kw_sock_route_put(route);
		return KEYWAY_DROP_TX_LOOP;
	}
	route->mtu = dst_mtu(route->dst);
	route->max_segs = READ_ONCE(out->gso_max_segs);
	return 0;
}

void kw_sock_route_put(struct kw_sock_route *route)
{
	dst_release(route->dst);
}

static void sock_send4(const struct kw_sock_route *route, struct sk_buff *skb,
		       const struct kw_sock_header *header)
{
	udp_tunnel_xmit_skb(dst_rtable(route->dst), route->sock->sk, skb,
			    route->from.word[3], route->to->addr.word[3],
			    header->ds, ip4_dst_hoplimit(route->dst),
			    header->fragment ? 0 : htons(IP_DF),
			    route->sock->conf.port, route->to->port,
			    false, false, 0);
}

static void sock_send6(const struct kw_sock_route *route, struct sk_buff *skb,
		       const struct kw_sock_header *header)
{
	struct in6_addr from, to;

	memcpy(&from, &route->from, sizeof(from));
	memcpy(&to, &route->to->addr, sizeof(to));
	udp_tunnel6_xmit_skb(route->dst, route->sock->sk, skb, NULL,
			     &from, &to, header->ds,
			     ip6_dst_hoplimit(route->dst), 0,
			     route->sock->conf.port, route->to->port,
			     false, 0);
}

void kw_sock_send_by(const struct kw_sock_route *route, struct sk_buff *skb,
		     const struct kw_sock_header *header)
{
	skb->mark = route->sock->conf.mark;
	skb->ignore_df = header->fragment;
	skb->protocol = route->sock->conf.family == AF_INET ?
			htons(ETH_P_IP) : htons(ETH_P_IPV6);
	dst_hold(route->dst);
	if (route->sock->conf.family == AF_INET)
		sock_send4(route, skb, header);
	else
		sock_send6(route, skb, header);
}

int kw_sock_send(struct kw_remote *remote, struct sk_buff *skb,
		 const struct kw_sock_header *header)
{
	struct kw_sock_route route;
	int drop = kw_sock_route_get(remote, &route);

	if (drop) {
		kfree_skb(skb);
		return drop;
	}
	kw_sock_send_by(&route, skb, header);
	kw_sock_route_put(&route);
	return 0;
}

u32 kw_sock_mtu(struct kw_remote *remote)
{
	struct kw_sock_route route;

	if (kw_sock_route_get(remote, &route))
		return 0;
	kw_sock_route_put(&route);
	return route.mtu;
}
