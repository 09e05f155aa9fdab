// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Received trains, kept whole on their way up and cut here. Two kinds reach
 * the socket: a frag list that our own GRO hook chained (interfaces that give
 * datagrams one by one), and fragments that a sender's UDP GSO left together
 * (veth, virtio). Datagrams are opened in place unless someone else may look
 * at the same memory; then they are copied first.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/gro.h>
#include <net/udp.h>

#include "message.h"
#include "netdev.h"
#include "session.h"
#include "slice.h"
#include "sock.h"

/* A reference pins more than its bytes, as long as its neighbours live. */
#define SLICE_TRUESIZE(len)	(2 * SKB_TRUESIZE(len))
#define SLICE_SMALL	256	/* copied whole rather than referenced */
#define SLICE_HEADROOM	64
#define SLICE_GRO_MAX	64
#define SLICE_GRO_LEN	65000

/* Does the message belong to a session that takes data at this address? */
static bool slice_known(const struct kw_sock *sock,
			const struct kw_message_data *head,
			const struct kw_addr *local)
{
	struct kw_session *session;

	if (!head || head->type != KW_MESSAGE_DATA)
		return false;
	session = kw_session_lookup(&sock->dev->sessions,
				    be32_to_cpu(head->index));
	if (!session || !kw_session_installed(session))
		return false;
	/* torn only while the peer moves: then the datagram goes up alone */
	return !local || data_race(kw_addr_equal(&session->local, local));
}

static struct kw_addr slice_daddr(const void *ip)
{
	const struct ipv6hdr *ip6h = ip;
	const struct iphdr *iph = ip;

	if (iph->version == 4)
		return kw_addr_v4(iph->daddr);
	return kw_addr_v6(&ip6h->daddr);
}

/* DSCP and ECN must agree within a train, as it has one outer header. */
static bool slice_same_ds(const void *a, const void *b)
{
	if (((const struct iphdr *)a)->version == 4)
		return ((const struct iphdr *)a)->tos ==
		       ((const struct iphdr *)b)->tos;
	return ipv6_get_dsfield(a) == ipv6_get_dsfield(b);
}

static void slice_chain(struct sk_buff *first, struct sk_buff *skb)
{
	if (NAPI_GRO_CB(first)->last == first)
		skb_shinfo(first)->frag_list = skb;
	else
		NAPI_GRO_CB(first)->last->next = skb;
	/* one sock or none owns both: what it owns goes over with truesize */
	skb->destructor = NULL;
	skb->sk = NULL;
	__skb_pull(skb, skb_gro_offset(skb) - KW_MESSAGE_DATA_LEN);
	NAPI_GRO_CB(first)->last = skb;
	NAPI_GRO_CB(first)->count++;
	first->data_len += skb->len;
	first->truesize += skb->truesize;
	first->len += skb->len;
	NAPI_GRO_CB(skb)->same_flow = 1;
}

/* The packet to be given up, or NULL; skb may have been chained to first. */
static struct sk_buff *slice_join(struct sk_buff *first, struct sk_buff *skb,
				  const void *ip)
{
	u32 len = skb_gro_len(skb), full = skb_shinfo(first)->gso_size;

	if (len > full || first->len + len > SLICE_GRO_LEN ||
	    !slice_same_ds(first->data + NAPI_GRO_CB(first)->network_offset, ip))
		return first;
	if (!pskb_may_pull(skb, skb_gro_offset(skb))) {
		NAPI_GRO_CB(skb)->flush = 1;
		return NULL;
	}
	slice_chain(first, skb);
	return len < full || NAPI_GRO_CB(first)->count >= SLICE_GRO_MAX ?
	       first : NULL;
}

struct sk_buff *kw_slice_gro_receive(struct sock *sk, struct list_head *head,
				     struct sk_buff *skb)
{
	const struct kw_sock *sock = rcu_dereference_sk_user_data(sk);
	u32 offset = skb_gro_offset(skb);
	const struct kw_message_data *data, *other;
	struct sk_buff *first;
	struct kw_addr local;
	const void *ip;

	data = skb_gro_header(skb, offset + KW_MESSAGE_DATA_LEN, offset);
	if (!sock || !data || NAPI_GRO_CB(skb)->flush)
		goto out_flush;
	/* headers may still lie in the first fragment, as data does */
	ip = (const u8 *)data - offset + NAPI_GRO_CB(skb)->network_offset;
	local = slice_daddr(ip);
	/* a wildcard socket also sees what is only forwarded */
	if (!slice_known(sock, data, &local))
		goto out_flush;
	skb_gro_pull(skb, KW_MESSAGE_DATA_LEN);
	list_for_each_entry(first, head, list) {
		if (!NAPI_GRO_CB(first)->same_flow)
			continue;
		other = (void *)(first->data + offset);
		if (other->index == data->index)
			return slice_join(first, skb, ip);
		NAPI_GRO_CB(first)->same_flow = 0;
	}
	return NULL;

out_flush:
	NAPI_GRO_CB(skb)->flush = 1;
	return NULL;
}

int kw_slice_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff)
{
	struct skb_shared_info *info = skb_shinfo(skb);

	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
	info->gso_segs = NAPI_GRO_CB(skb)->count;
	info->gso_size += KW_MESSAGE_DATA_LEN;
	return 0;
}

void kw_slice_keep(const struct kw_sock *sock, struct sk_buff *skb)
{
	struct skb_shared_info *info = skb_shinfo(skb);
	struct kw_message_data buf, *head;

	if (info->gso_type & SKB_GSO_FRAGLIST || skb_has_frag_list(skb) ||
	    skb_cloned(skb))
		return;
	if (skb->ip_summed != CHECKSUM_PARTIAL && !skb_csum_unnecessary(skb))
		return;
	head = skb_header_pointer(skb, skb_transport_offset(skb) +
				  sizeof(struct udphdr), sizeof(buf), &buf);
	if (!slice_known(sock, head, NULL))
		return;
	info->gso_type &= ~SKB_GSO_UDP_L4;
	info->gso_type |= SKB_GSO_UDP_TUNNEL_CSUM;
}

/* May bytes be written where they lie? As ESP judges it. */
static bool slice_writable(const struct sk_buff *skb)
{
	return !skb_cloned(skb) && !skb_has_shared_frag(skb);
}

static void slice_plain(struct sk_buff *skb)
{
	skb->encapsulation = 0;
	skb_gso_reset(skb);
}

/* Cut the frag list off its head, which is the first datagram. */
static void slice_unlist(struct kw_slice *slice)
{
	struct sk_buff *skb = slice->skb, *next;

	slice->list = skb_shinfo(skb)->frag_list;
	skb_shinfo(skb)->frag_list = NULL;
	for (next = slice->list; next; next = next->next) {
		skb->len -= next->len;
		skb->data_len -= next->len;
		skb->truesize -= next->truesize;
	}
}

void kw_slice_begin(struct kw_slice *slice, struct sk_buff *skb)
{
	*slice = (struct kw_slice){ .skb = skb, .size = skb->len };
	if (skb_is_gso(skb))
		slice->size = skb_shinfo(skb)->gso_size;
	/* copied datagram by datagram: in one piece it may not fit in memory */
	slice->shared = skb_is_gso(skb) && !slice_writable(skb);
	if (slice->shared)
		return;
	/* without GSO the list holds the fragments of one reassembled datagram */
	if (skb_is_gso(skb) && skb_has_frag_list(skb)) {
		slice_unlist(slice);
		slice->size = skb->len;
	}
	slice_plain(skb);
}

/* A packet that is one datagram: contiguous and ours. */
static bool slice_own(struct sk_buff *skb)
{
	if (!skb_is_nonlinear(skb) && !skb_cloned(skb))
		return true;
	return !skb_ensure_writable(skb, skb->len);
}

static bool slice_next_plain(struct kw_slice *slice,
			     struct kw_slice_datagram *datagram)
{
	struct sk_buff *skb = slice->skb;

	slice->skb = NULL;
	if (!skb) {
		skb = slice->list;
		if (!skb)
			return false;
		slice->list = skb->next;
		skb_mark_not_on_list(skb);
	}
	slice->piece = skb;
	if (!slice_own(skb))
		return false;
	datagram->data = skb->data;
	datagram->len = skb->len;
	return true;
}

/* Is [offset, offset + len) within one fragment? Then it is the current. */
static bool slice_find_frag(struct kw_slice *slice, u32 len)
{
	struct skb_shared_info *info = skb_shinfo(slice->skb);
	skb_frag_t *frag;

	while (slice->frag_next < info->nr_frags) {
		frag = &info->frags[slice->frag_next];
		if (slice->offset < slice->frag_start + skb_frag_size(frag))
			break;
		slice->frag_start += skb_frag_size(frag);
		slice->frag_next++;
	}
	if (slice->frag_next == info->nr_frags ||
	    slice->offset < slice->frag_start)
		return false;
	frag = &info->frags[slice->frag_next];
	slice->frag_at = slice->offset - slice->frag_start;
	if (slice->frag_at + len > skb_frag_size(frag))
		return false;
	slice->frag = frag;
	return true;
}

static bool slice_copy(struct kw_slice *slice, u32 len)
{
	struct sk_buff *piece;

	piece = alloc_skb(SLICE_HEADROOM + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!piece)
		return false;
	skb_reserve(piece, SLICE_HEADROOM);
	skb_copy_bits(slice->skb, slice->offset, skb_put(piece, len), len);
	slice->piece = piece;
	return true;
}

static bool slice_next_frag(struct kw_slice *slice,
			    struct kw_slice_datagram *datagram)
{
	u32 len = min(slice->size, slice->skb->len - slice->offset);

	if (!len)
		return false;
	if (!slice->frag_start)
		slice->frag_start = skb_headlen(slice->skb);
	if (!slice->shared && slice_find_frag(slice, len))
		datagram->data = skb_frag_address(slice->frag) + slice->frag_at;
	else if (slice_copy(slice, len))
		datagram->data = slice->piece->data;
	else
		return false;
	datagram->len = len;
	slice->offset += len;
	return true;
}

bool kw_slice_next(struct kw_slice *slice, struct kw_slice_datagram *datagram)
{
	consume_skb(slice->piece);
	slice->piece = NULL;
	slice->frag = NULL;
	if (slice->skb && (slice->shared || slice->skb->len > slice->size))
		return slice_next_frag(slice, datagram);
	return slice_next_plain(slice, datagram);
}

/*
 * Bytes of inner IP and TCP header: exactly these are copied, so that GRO can
 * merge the fragments behind them.
 */
static u32 slice_header_len(const u8 *ip, u32 len)
{
	u32 at = 0;

	if (len <= SLICE_SMALL)
		return len;
	if (ip[0] >> 4 == 4 && ip[9] == IPPROTO_TCP)
		at = (ip[0] & 0xf) * 4;
	else if (ip[0] >> 4 == 6 && ip[6] == IPPROTO_TCP)
		at = sizeof(struct ipv6hdr);
	else if (ip[0] >> 4 == 4)
		return sizeof(struct iphdr) + sizeof(struct udphdr);
	else
		return sizeof(struct ipv6hdr) + sizeof(struct udphdr);
	return min(len, at + (ip[at + 12] >> 4) * 4);
}

static struct sk_buff *slice_take_frag(struct kw_slice *slice, u32 offset,
				       u32 len)
{
	struct page *page = skb_frag_page(slice->frag);
	u32 at = slice->frag_at + offset;
	u8 *ip = skb_frag_address(slice->frag) + at;
	u32 header = slice_header_len(ip, len);
	struct sk_buff *skb;

	skb = alloc_skb(SLICE_HEADROOM + max(header, 128U),
			GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, SLICE_HEADROOM);
	memcpy(skb_put(skb, header), ip, header);
	if (len == header)
		return skb;
	get_page(page);
	skb_add_rx_frag(skb, 0, page,
			skb_frag_off(slice->frag) + at + header,
			len - header, SLICE_TRUESIZE(len - header));
	return skb;
}

struct sk_buff *kw_slice_take(struct kw_slice *slice, u32 offset, u32 len)
{
	struct sk_buff *skb = slice->piece;

	if (slice->frag)
		return slice_take_frag(slice, offset, len);
	slice->piece = NULL;
	__skb_pull(skb, offset);
	__skb_trim(skb, len);
	return skb;
}

u32 kw_slice_end(struct kw_slice *slice)
{
	const struct sk_buff *next;
	u32 lost = 0;

	/* only for want of memory is anything left, or a piece that isn't ours */
	if (slice->piece)
		lost++;
	for (next = slice->list; next; next = next->next)
		lost++;
	if (slice->skb && slice->skb->len > slice->offset)
		lost += DIV_ROUND_UP(slice->skb->len - slice->offset,
				     slice->size);
	consume_skb(slice->piece);
	consume_skb(slice->skb);
	kfree_skb_list(slice->list);
	return lost;
}
