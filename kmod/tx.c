// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Conductor out. The journey of a packet of the device:
 *  1 check the inner header
 *  2 find the peer: its key address, or the route's next hop, is the key
 *  3 find the session that sends; without one, park it and ask
 *  4 find the way: path, route, size
 *  5 build a train, number it, seal it, send it, until the packet is used up
 * Runs to completion with BH off under RCU; whatever fails is counted and
 * freed in one place.
 */
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/icmp.h>
#include <net/inet_ecn.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/route.h>

#include "fib.h"
#include "frame.h"
#include "genl.h"
#include "netdev.h"
#include "peer.h"
#include "sock.h"
#include "timer.h"
#include "train.h"
#include "tx.h"

/* One inner packet on its way to one peer. */
struct tx {
	struct kw_peer *peer;
	struct kw_session *session;
	struct kw_frame_way way;
	struct kw_sock_route route;
	struct kw_sock_header header;
	u32 max;			/* datagrams per train */
	u32 sent;			/* segments that have left */
};

static int tx_check(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP)) {
		if (!pskb_network_may_pull(skb, sizeof(struct iphdr)) ||
		    ip_hdr(skb)->version != 4 || ip_hdr(skb)->ihl < 5)
			return KEYWAY_DROP_TX_MALFORMED;
		return 0;
	}
	if (skb->protocol != htons(ETH_P_IPV6) ||
	    !pskb_network_may_pull(skb, sizeof(struct ipv6hdr)) ||
	    ipv6_hdr(skb)->version != 6)
		return KEYWAY_DROP_TX_MALFORMED;
	return 0;
}

/* The next hop that the kernel's route names, if it is an IPv6 address. */
static bool tx_nexthop(struct sk_buff *skb, struct kw_addr *nexthop)
{
	struct dst_entry *dst = skb_dst(skb);
	struct rtable *rt;

	if (!dst)
		return false;
	if (dst->ops->family == AF_INET6) {
		*nexthop = kw_addr_v6(rt6_nexthop(dst_rt6_info(dst),
						  &ipv6_hdr(skb)->daddr));
		return true;
	}
	rt = dst_rtable(dst);
	if (dst->ops->family != AF_INET || rt->rt_gw_family != AF_INET6)
		return false;
	*nexthop = kw_addr_v6(&rt->rt_gw6);
	return true;
}

static int tx_lookup(struct sk_buff *skb, struct kw_addr *peer)
{
	struct kw_addr dst, nexthop;
	bool via;

	if (skb->protocol == htons(ETH_P_IP))
		dst = kw_addr_v4(ip_hdr(skb)->daddr);
	else
		dst = kw_addr_v6(&ipv6_hdr(skb)->daddr);
	via = tx_nexthop(skb, &nexthop);
	return kw_fib_lookup(&dst, via ? &nexthop : NULL, peer);
}

static void tx_unreachable(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	else
		icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH,
				0);
}

/* A packet that may not be cut, or a host that has path MTU discovery. */
static bool tx_refuses_cut(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6) ||
	       ip_hdr(skb)->frag_off & htons(IP_DF);
}

static void tx_too_big(struct sk_buff *skb, u32 room)
{
	skb_dst_update_pmtu_no_confirm(skb, room);
	if (skb->protocol == htons(ETH_P_IP))
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			      htonl(room));
	else
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, room);
}

/*
 * Up to 1280 bytes always pass, in fragments of the outer packet if need be:
 * IPv6 has no smaller size to fall back to.
 */
static int tx_size(struct tx *tx, const struct kw_train_source *source)
{
	u32 around = kw_sock_overhead(tx->route.to) + KW_MESSAGE_DATA_MIN;
	u32 len = source->header + min(source->size, source->left);
	struct sk_buff *skb = source->skb;
	u32 room = 0;

	if (tx->route.mtu > around)
		room = tx->route.mtu - around;
	if (len <= room)
		return 0;
	if (len > KW_MTU_MIN && tx_refuses_cut(skb)) {
		tx_too_big(skb, max_t(u32, room, KW_MTU_MIN));
		return KEYWAY_DROP_TX_TOO_BIG;
	}
	tx->header.fragment = true;
	tx->max = 1;
	return 0;
}

/* RFC 6040, normal mode: the outer header says what the inner one says. */
static u8 tx_ecn(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->tos & INET_ECN_MASK;
	return ipv6_get_dsfield(ipv6_hdr(skb)) & INET_ECN_MASK;
}

static int tx_way(struct tx *tx, const struct kw_train_source *source)
{
	u16 max_train = READ_ONCE(tx->peer->dev->conf.max_train);
	int drop;

	if (tx->session->scope != KEYWAY_SCOPE_FULL)
		return KEYWAY_DROP_TX_SCOPE;
	if (!kw_frame_way(tx->session, &tx->way))
		return KEYWAY_DROP_TX_NO_PATH;
	drop = kw_sock_route_get(tx->way.remote, &tx->route);
	if (drop)
		return drop;
	if (tx->way.path && READ_ONCE(tx->way.path->mtu) != tx->route.mtu)
		WRITE_ONCE(tx->way.path->mtu, tx->route.mtu);
	tx->header = (struct kw_sock_header){ .ds = tx_ecn(source->skb) };
	tx->max = min_t(u32, max_train, tx->route.max_segs);
	drop = tx_size(tx, source);
	if (drop)
		kw_sock_route_put(&tx->route);
	return drop;
}

static int tx_seal(struct tx *tx, struct kw_train *train)
{
	struct kw_message_data *head;
	u32 i, len;
	int drop;
	u64 x;

	drop = kw_frame_number(tx->session, &tx->way, train->count, &x);
	for (i = 0; i < train->count && !drop; i++) {
		head = (struct kw_message_data *)train->at[i];
		len = i + 1 < train->count ? train->size : train->last;
		drop = kw_frame_seal(tx->session, head, 0, x + i,
				     len - KW_MESSAGE_DATA_MIN);
	}
	return drop;
}

static void tx_count(struct tx *tx, const struct kw_train *train)
{
	kw_frame_count(tx->session, &tx->way, train->count, train->inner);
	kw_stats_tx(tx->peer->stats, train->count, train->inner);
	kw_stats_tx(tx->peer->dev->stats, train->count, train->inner);
}

static int tx_trains(struct tx *tx, struct kw_train_source *source)
{
	struct kw_train train;
	struct sk_buff *skb;
	u32 hash;
	int drop;

	hash = skb_get_hash(source->skb);
	do {
		drop = kw_train_fill(&train, source, tx->max);
		if (drop)
			return drop;
		drop = tx_seal(tx, &train);
		if (drop) {
			kw_train_drop(&train);
			return drop;
		}
		tx_count(tx, &train);
		skb = kw_train_finish(&train, kw_train_more(source) ?
				      NULL : source->skb);
		skb->priority = source->skb->priority;
		__skb_set_hash(skb, hash, false, true);
		kw_sock_send_by(&tx->route, skb, &tx->header);
		tx->sent = source->taken;
	} while (kw_train_more(source));
	kw_timer_data_sent(tx->peer, kw_session_now());
	return 0;
}

static int tx_source(struct tx *tx, struct kw_train_source *source)
{
	int drop = tx_way(tx, source);

	if (drop)
		return drop;
	drop = tx_trains(tx, source);
	kw_sock_route_put(&tx->route);
	return drop;
}

/* sent: as many of its segments have left and are none of the lost. */
static void tx_drop(struct kw_dev *dev, struct sk_buff *skb, u32 sent, int drop)
{
	u32 packets = skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;

	kw_stats_drop(dev->drops, drop, max(packets, sent + 1) - sent);
	kfree_skb(skb);
}

/* A kind of GSO packet that only the network core can cut. */
static int tx_foreign(struct tx *tx, struct sk_buff *skb)
{
	struct kw_train_source source;
	struct sk_buff *segs, *next;
	int drop;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs))
		return KEYWAY_DROP_TX_MALFORMED;
	skb_list_walk_safe(segs, segs, next) {
		skb_mark_not_on_list(segs);
		tx->sent = 0;
		drop = kw_train_begin(&source, segs) ?: tx_source(tx, &source);
		if (drop)
			tx_drop(tx->peer->dev, segs, tx->sent, drop);
		else
			consume_skb(segs);
	}
	return 0;
}

static int tx_packet(struct tx *tx, struct sk_buff *skb)
{
	struct kw_train_source source;
	int drop = kw_train_begin(&source, skb);

	if (drop == KW_TRAIN_FOREIGN)
		return tx_foreign(tx, skb);
	return drop ?: tx_source(tx, &source);
}

static void tx_stage(struct kw_dev *dev, struct kw_stage *stage,
		     struct sk_buff *skb, const struct kw_addr *addr)
{
	u32 lost;

	/* the device's stop has emptied its stages, or waits for us to end */
	if (!netif_running(dev->netdev)) {
		tx_drop(dev, skb, 0, KEYWAY_DROP_TX_DOWN);
		return;
	}
	lost = kw_stage_add(stage, skb, addr, kw_session_now());
	kw_stats_drop(dev->drops, KEYWAY_DROP_TX_STAGE_FULL, lost);
}

/* Parked first, asked then, or the answer could come in between. */
static void tx_park(struct kw_peer *peer, struct sk_buff *skb)
{
	struct kw_dev *dev = peer->dev;
	struct kw_session *session;

	tx_stage(dev, &peer->stage, skb, &peer->id.addr);
	kw_genl_acquire(peer);
	kw_timer_kick(peer);
	session = kw_session_current(&peer->sessions);
	if (session && !kw_session_spent(session, kw_session_now()))
		kw_tx_unstage(peer);
}

static void tx_park_unknown(struct kw_dev *dev, struct sk_buff *skb,
			    const struct kw_addr *addr)
{
	tx_stage(dev, &dev->stage, skb, addr);
	if (!timer_pending(&dev->stage_timer))
		mod_timer(&dev->stage_timer, jiffies + HZ);
	kw_genl_acquire_stranger(dev, addr);
}

/* Consumes the skb. */
static void tx_to_peer(struct kw_peer *peer, struct sk_buff *skb)
{
	struct tx tx = { .peer = peer };
	int drop;

	tx.session = kw_session_current(&peer->sessions);
	if (!tx.session || kw_session_spent(tx.session, kw_session_now())) {
		tx_park(peer, skb);
		return;
	}
	drop = tx_packet(&tx, skb);
	if (drop)
		tx_drop(peer->dev, skb, tx.sent, drop);
	else
		consume_skb(skb);
}

netdev_tx_t kw_tx_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct kw_dev *dev = netdev_priv(netdev);
	struct kw_peer *peer;
	struct kw_addr addr;
	int drop;

	rcu_read_lock();
	drop = tx_check(skb);
	if (drop)
		goto out_drop;
	drop = tx_lookup(skb, &addr);
	if (drop) {
		tx_unreachable(skb);
		goto out_drop;
	}
	skb_mark_not_on_list(skb);
	peer = kw_peer_lookup(dev->peers, &addr);
	if (peer)
		tx_to_peer(peer, skb);
	else
		tx_park_unknown(dev, skb, &addr);
	rcu_read_unlock();
	return NETDEV_TX_OK;

out_drop:
	tx_drop(dev, skb, 0, drop);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

void kw_tx_unstage(struct kw_peer *peer)
{
	struct sk_buff_head list;
	struct sk_buff *skb;

	__skb_queue_head_init(&list);
	rcu_read_lock();
	local_bh_disable();
	kw_stage_take(&peer->dev->stage, &peer->id.addr, &list);
	kw_stage_take(&peer->stage, NULL, &list);
	while ((skb = __skb_dequeue(&list)))
		tx_to_peer(peer, skb);
	local_bh_enable();
	rcu_read_unlock();
}

void kw_tx_expire(struct kw_dev *dev, struct kw_stage *stage, int drop)
{
	struct sk_buff_head list;
	struct sk_buff *skb;

	__skb_queue_head_init(&list);
	rcu_read_lock();
	kw_stage_expire(stage, kw_session_now(), &list);
	while ((skb = __skb_dequeue(&list))) {
		tx_unreachable(skb);
		tx_drop(dev, skb, 0, drop);
	}
	rcu_read_unlock();
}
