// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Conductor in. The journey of what a socket received:
 *  1 read where it came from; messages outside a session go to the daemon
 *  2 cut a train into its datagrams, each in turn:
 *  3 find the session, open, accept its number once
 *  4 the first frame ever confirms the session; control frames are answered
 *  5 check the inner packet: length, source, congestion mark; deliver it
 *  6 after the train: counters, paths, timers
 * Softirq, under RCU; whatever fails is counted and freed in one place.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/inet_ecn.h>
#include <net/ip_tunnels.h>

#include "fib.h"
#include "frame.h"
#include "genl.h"
#include "netdev.h"
#include "peer.h"
#include "probe.h"
#include "rx.h"
#include "slice.h"
#include "sock.h"
#include "timer.h"
#include "tx.h"

/* One train, of one session at a time. */
struct rx {
	struct kw_dev *dev;
	struct kw_path_source source;
	struct kw_slice slice;
	struct kw_slice_datagram datagram;
	struct kw_session *session;	/* of the datagrams counted so far */
	u64 now_ms;
	u32 opened, opened_len;		/* on the session, not yet told */
	u32 inner, inner_len;
};

static void rx_source(struct kw_path_source *source, struct kw_sock *sock,
		      const struct sk_buff *skb)
{
	const struct udphdr *uh = (const struct udphdr *)skb->data;
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);

	*source = (struct kw_path_source){
		.uplink = sock->uplink,
		.endpoint.port = uh->source,
		.local.ifindex = skb->skb_iif,
	};
	if (iph->version == 4) {
		source->endpoint.addr = kw_addr_v4(iph->saddr);
		source->local.addr = kw_addr_v4(iph->daddr);
		source->ecn = iph->tos & INET_ECN_MASK;
		return;
	}
	source->endpoint.addr = kw_addr_v6(&ip6h->saddr);
	source->local.addr = kw_addr_v6(&ip6h->daddr);
	source->ecn = ipv6_get_dsfield(ip6h) & INET_ECN_MASK;
	if (kw_addr_is_link_local(&source->endpoint.addr))
		source->endpoint.ifindex = inet6_iif(skb);
}

/* Types 1 to 6: whether the daemon is woken is decided there. */
static void rx_control(struct rx *rx, struct sk_buff *skb)
{
	struct kw_gate_source source = {
		.remote = rx->source.endpoint,
		.local = rx->source.local,
		.socket = rx->source.uplink->id,
	};
	int drop = kw_genl_control(rx->dev, &source, skb);

	if (drop)
		kw_stats_drop(rx->dev->drops, drop, 1);
	consume_skb(skb);
}

/* Step 6, and whenever the session changes within a train. */
static void rx_tell(struct rx *rx)
{
	struct kw_session *session = rx->session;
	struct kw_peer *peer;

	if (!session || !rx->opened)
		return;
	peer = session->peer;
	atomic64_add(rx->opened, &session->traffic.rx_packets);
	atomic64_add(rx->opened_len, &session->traffic.rx_bytes);
	/* torn only while it moves, and then the next train puts it right */
	if (data_race(!kw_addr_equal(&session->local, &rx->source.local.addr)))
		data_race(session->local = rx->source.local.addr); /* as read */
	if (rx->inner) {
		kw_stats_rx(peer->stats, rx->inner, rx->inner_len);
		kw_stats_rx(rx->dev->stats, rx->inner, rx->inner_len);
	}
	kw_timer_received(peer, rx->inner, rx->now_ms);
	if (kw_path_received(&peer->paths, &rx->source, rx->opened,
			     rx->opened_len, rx->now_ms) == KW_PATH_ASK)
		kw_probe_challenge(session, NULL);
	rx->opened = 0;
	rx->opened_len = 0;
	rx->inner = 0;
	rx->inner_len = 0;
}

static int rx_session(struct rx *rx, u32 index)
{
	struct kw_session *session = rx->session;

	if (!session || session->index != index) {
		rx_tell(rx);
		session = kw_session_lookup(&rx->dev->sessions, index);
		rx->session = session;
	}
	if (!session || !kw_session_installed(session))
		return KEYWAY_DROP_RX_INDEX;
	if (kw_session_spent(session, rx->now_ms))
		return KEYWAY_DROP_RX_EXPIRED;
	return 0;
}

static int rx_shape(const struct kw_slice_datagram *datagram)
{
	const struct kw_message_data *head = (void *)datagram->data;

	if (datagram->len < KW_MESSAGE_DATA_MIN)
		return KEYWAY_DROP_RX_MALFORMED;
	if (head->type != KW_MESSAGE_DATA)
		return KEYWAY_DROP_RX_TYPE;
	/* lanes are reserved for several uplinks */
	if (head->flags & ~KW_MESSAGE_CONTROL || head->zero)
		return KEYWAY_DROP_RX_MALFORMED;
	return 0;
}

/* A lost window is told, but never in answer to being told so. */
static void rx_space_lost(struct rx *rx, u64 x)
{
	const struct kw_message_data *head = (void *)rx->datagram.data;
	const struct kw_message_frame *frame = (void *)(head + 1);

	if (head->flags & KW_MESSAGE_CONTROL &&
	    rx->datagram.len >= KW_MESSAGE_DATA_MIN + KW_FRAME_LEN &&
	    frame->type == KW_FRAME_SPACE_GONE)
		return;
	if (kw_space_gone_due(&rx->session->spaces_rx, kw_message_space(x),
			      rx->now_ms))
		kw_probe_space_gone(rx->session, &rx->source,
				    kw_message_space(x));
}

static int rx_open(struct rx *rx)
{
	struct kw_message_data *head = (void *)rx->datagram.data;
	struct kw_session *session = rx->session;
	u64 x = be64_to_cpu(head->x);
	int drop;

	drop = kw_space_check(x);
	if (drop)
		return drop;
	drop = kw_crypt_open(&session->rx, head, (u8 *)(head + 1),
			     rx->datagram.len - KW_MESSAGE_DATA_LEN);
	if (drop)
		return drop;
	drop = kw_space_accept(&session->spaces_rx, x, rx->now_ms);
	if (drop == KEYWAY_DROP_RX_SPACE)
		rx_space_lost(rx, x);
	return drop;
}

/* The peer has proven that it holds the keys, and where it is. */
static void rx_confirm(struct rx *rx, bool empty)
{
	struct kw_session *session = rx->session;
	struct kw_peer *peer = session->peer;
	struct kw_remote *remote = session->remote;
	struct kw_path *path = NULL;

	if (!kw_session_confirm(session, empty, rx->now_ms))
		return;
	if (remote && remote->uplink == rx->source.uplink &&
	    kw_endpoint_equal(&remote->endpoint, &rx->source.endpoint))
		path = kw_path_settle(&peer->paths, &rx->source, rx->now_ms);
	kw_genl_event_session(rx->dev, session, KEYWAY_REASON_CONFIRMED);
	if (path)
		kw_genl_event_path(rx->dev, path, KEYWAY_REASON_ROAM);
	kw_timer_kick(peer);
	kw_tx_unstage(peer);
}

/* Who answered a handshake answers its keepalives: so both sides know. */
static void rx_keepalive(struct rx *rx)
{
	static const struct kw_bucket_rate rate = {
		.per_s = KW_KEEPALIVE_ANSWERS_PER_S,
		.burst = KW_KEEPALIVE_ANSWERS_BURST,
	};
	struct kw_session *session = rx->session;
	struct kw_frame_way way;
	int drop;

	if (session->role != KEYWAY_ROLE_RESPONDER ||
	    !kw_bucket_take(&session->keepalives, &rate, ktime_get_ns()))
		return;
	if (!kw_frame_way(session, &way))
		return;
	drop = kw_frame_send(session, &way, 0, NULL, 0);
	if (drop)
		kw_stats_drop(rx->dev->drops, drop, 1);
}

/* Length by the inner header itself; 0 when it is no IP packet of that size. */
static u32 rx_inner_len(const u8 *ip, u32 len)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)ip;
	const struct iphdr *iph = (const struct iphdr *)ip;
	u32 total = 0;

	if (len >= sizeof(*iph) && iph->version == 4) {
		total = ntohs(iph->tot_len);
		if (iph->ihl < 5 || total < iph->ihl * 4)
			return 0;
	} else if (len >= sizeof(*ip6h) && ip6h->version == 6) {
		total = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	}
	return total <= len ? total : 0;
}

/* Its own key address, or granted; and never one of this host. */
static bool rx_source_ok(struct rx *rx, const u8 *ip)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)ip;
	struct kw_peer *peer = rx->session->peer;
	u8 version = ip[0] >> 4;
	const void *source = &ip6h->saddr;

	if (version == 4)
		source = &((const struct iphdr *)ip)->saddr;
	if (!kw_fib_source_ok(rcu_dereference(peer->conf.grant), version,
			      source))
		return false;
	/* the stack itself refuses IPv4 packets from its own addresses */
	if (version == 4 || !memcmp(source, &peer->id.addr, sizeof(ip6h->saddr)))
		return true;
	return !ipv6_chk_addr(dev_net(rx->dev->netdev), &ip6h->saddr, NULL, 0);
}

/* What a packet carries must not depend on how it came here. */
static void rx_scrub(struct sk_buff *skb, struct net_device *netdev)
{
	skb_scrub_packet(skb, true);
	/* of a merged train the stack takes the outer tag from the first alone */
	__vlan_hwaccel_clear_tag(skb);
	skb_clear_hash(skb);
	skb->dev = netdev;
	skb->mark = 0;
	skb->priority = 0;
	skb->encapsulation = 0;
	skb->queue_mapping = 0;
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	skb->mac_len = 0;
	skb->protocol = ip_tunnel_parse_protocol(skb);
	/* the tag has vouched for every byte */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = ~0;
}

static int rx_ecn(struct rx *rx, struct sk_buff *skb)
{
	u8 inner = skb->protocol == htons(ETH_P_IP) ?
		   ip_hdr(skb)->tos : ipv6_get_dsfield(ipv6_hdr(skb));

	return INET_ECN_decapsulate(skb, rx->source.ecn, inner) > 1 ?
	       KEYWAY_DROP_RX_ECN : 0;
}

/* Consumes the skb or drops it. */
static int rx_deliver(struct rx *rx, struct sk_buff *skb)
{
	struct net_device *netdev = rx->dev->netdev;
	u32 len = skb->len;
	int drop = 0;

	rx_scrub(skb, netdev);
	if (!netif_running(netdev))
		drop = KEYWAY_DROP_RX_DOWN;
	else
		drop = rx_ecn(rx, skb);
	if (drop) {
		kfree_skb(skb);
		return drop;
	}
	/* what the backlog refuses the network core has counted for the device */
	if (gro_cells_receive(&rx->dev->cells, skb) == NET_RX_SUCCESS) {
		rx->inner++;
		rx->inner_len += len;
	}
	return 0;
}

static int rx_inner(struct rx *rx, const u8 *ip, u32 len)
{
	u32 total = rx_inner_len(ip, len);
	struct sk_buff *skb;

	if (!total)
		return KEYWAY_DROP_RX_INNER;
	if (rx->session->scope != KEYWAY_SCOPE_FULL)
		return KEYWAY_DROP_RX_SCOPE;
	if (!rx_source_ok(rx, ip))
		return KEYWAY_DROP_RX_SOURCE;
	skb = kw_slice_take(&rx->slice, KW_MESSAGE_DATA_LEN, total);
	if (!skb)
		return KEYWAY_DROP_RX_NO_MEMORY;
	return rx_deliver(rx, skb);
}

static int rx_datagram(struct rx *rx)
{
	struct kw_message_data *head = (void *)rx->datagram.data;
	u32 len = rx->datagram.len - KW_MESSAGE_DATA_MIN;
	u8 *text = (u8 *)(head + 1);
	int drop;

	drop = rx_shape(&rx->datagram) ?:
	       rx_session(rx, be32_to_cpu(head->index)) ?:
	       rx_open(rx);
	if (drop)
		return drop;
	rx->opened++;
	rx->opened_len += len;
	rx_confirm(rx, !len);
	if (head->flags & KW_MESSAGE_CONTROL)
		return kw_probe_input(rx->session, &rx->source, text, len);
	if (len)
		return rx_inner(rx, text, len);
	rx_keepalive(rx);
	return 0;
}

static void rx_train(struct rx *rx, struct sk_buff *skb)
{
	int drop;

	kw_slice_begin(&rx->slice, skb);
	while (kw_slice_next(&rx->slice, &rx->datagram)) {
		drop = rx_datagram(rx);
		if (drop)
			kw_stats_drop(rx->dev->drops, drop, 1);
	}
	kw_stats_drop(rx->dev->drops, KEYWAY_DROP_RX_NO_MEMORY,
		      kw_slice_end(&rx->slice));
	rx_tell(rx);
}

void kw_rx_receive(struct kw_sock *sock, struct sk_buff *skb)
{
	struct rx rx = { .dev = sock->dev, .now_ms = kw_session_now() };
	u8 buf;
	u8 *type;

	rx_source(&rx.source, sock, skb);
	__skb_pull(skb, sizeof(struct udphdr));
	type = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (type && *type >= KW_MESSAGE_INIT && *type <= KW_MESSAGE_RECORD)
		rx_control(&rx, skb);
	else
		rx_train(&rx, skb);
}
