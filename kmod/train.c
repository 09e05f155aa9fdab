// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Cuts inner GSO packets into sealed datagrams in page fragments, and received
 * super-packets into datagrams. Inner segments get their headers and checksums
 * here, as the network core's own segmentation would, but are written once and
 * straight to where they are sealed. Called by tx.c, rx.c and sock.c.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/mm.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/gro.h>
#include <net/ip6_checksum.h>
#include <net/sock.h>

#include "netdev.h"
#include "sock.h"
#include "train.h"

#define TRAIN_AROUND	(KW_MESSAGE_DATA_LEN + KW_MESSAGE_TAG_LEN)
#define TRAIN_ORDER	3	/* of a page fragment, at most */
#define TRAIN_GSO_TCP	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | \
			 SKB_GSO_TCP_FIXEDID | SKB_GSO_DODGY)
#define TRAIN_GSO_UDP	(SKB_GSO_UDP_L4 | SKB_GSO_DODGY)
#define TRAIN_HEAD_MAX	128	/* bytes of headers copied out of a fragment */

/* Bytes of IP header; 0 when something lies between it and the transport. */
static u32 train_ip_header(const struct sk_buff *skb)
{
	u32 len = skb_transport_offset(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->ihl * 4 == len ? len : 0;
	return len == sizeof(struct ipv6hdr) ? len : 0;
}

static int train_begin_gso(struct kw_train_source *source)
{
	struct sk_buff *skb = source->skb;
	u32 type = skb_shinfo(skb)->gso_type;
	u32 ip = train_ip_header(skb);

	if (!ip || skb->encapsulation)
		return KW_TRAIN_FOREIGN;
	if (!(type & ~TRAIN_GSO_TCP) && pskb_may_pull(skb, ip + 20) &&
	    tcp_hdrlen(skb) >= 20 && pskb_may_pull(skb, ip + tcp_hdrlen(skb))) {
		source->protocol = IPPROTO_TCP;
		source->header = ip + tcp_hdrlen(skb);
	} else if (!(type & ~TRAIN_GSO_UDP) && pskb_may_pull(skb, ip + 8)) {
		source->protocol = IPPROTO_UDP;
		source->header = ip + sizeof(struct udphdr);
	} else {
		return KW_TRAIN_FOREIGN;
	}
	source->size = skb_shinfo(skb)->gso_size;
	if (!source->size || skb->len <= source->header)
		return KEYWAY_DROP_TX_MALFORMED;
	source->left = skb->len - source->header;
	return 0;
}

int kw_train_begin(struct kw_train_source *source, struct sk_buff *skb)
{
	*source = (struct kw_train_source){ .skb = skb };
	if (skb_is_gso(skb))
		return train_begin_gso(source);
	source->size = skb->len;
	source->left = skb->len;
	return 0;
}

static __sum16 train_pseudo(const void *ip, u8 protocol, u32 len, __wsum sum)
{
	const struct ipv6hdr *ip6h = ip;
	const struct iphdr *iph = ip;

	if (iph->version == 4)
		return csum_tcpudp_magic(iph->saddr, iph->daddr, len, protocol,
					 sum);
	return csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len, protocol, sum);
}

/* Lengths, identification and header checksum of segment number nth. */
static void train_ip_fix(void *ip, u32 len, u32 nth, bool fixed_id)
{
	struct ipv6hdr *ip6h = ip;
	struct iphdr *iph = ip;

	if (iph->version == 6) {
		ip6h->payload_len = htons(len - sizeof(*ip6h));
		return;
	}
	iph->tot_len = htons(len);
	if (!fixed_id)
		iph->id = htons(ntohs(iph->id) + nth);
	ip_send_check(iph);
}

static void train_tcp_fix(const struct kw_train_source *source,
			  struct tcphdr *th)
{
	th->seq = htonl(ntohl(th->seq) + source->taken * source->size);
	if (source->taken)
		th->cwr = 0;
	if (source->left > source->size) {
		th->fin = 0;
		th->psh = 0;
	}
}

/* The inner packet at ip, payload of take bytes and its sum being there. */
static void train_segment_fix(const struct kw_train_source *source, u8 *ip,
			      u32 take, __wsum sum)
{
	u32 at = skb_transport_offset(source->skb);
	u32 header = source->header - at;
	bool fixed = skb_shinfo(source->skb)->gso_type & SKB_GSO_TCP_FIXEDID;
	struct udphdr *uh = (struct udphdr *)(ip + at);
	struct tcphdr *th = (struct tcphdr *)(ip + at);
	__sum16 *check = &th->check;

	train_ip_fix(ip, source->header + take, source->taken, fixed);
	if (source->protocol == IPPROTO_TCP) {
		train_tcp_fix(source, th);
	} else {
		uh->len = htons(header + take);
		check = &uh->check;
	}
	*check = 0;
	*check = train_pseudo(ip, source->protocol, header + take,
			      csum_partial(ip + at, header, sum));
	if (source->protocol == IPPROTO_UDP && !*check)
		*check = CSUM_MANGLED_0;
}

/* A packet alone; its sender may have left the checksum to us. */
static void train_plain(const struct kw_train_source *source, u8 *ip)
{
	struct sk_buff *skb = source->skb;
	__sum16 *check;
	int start;

	skb_copy_bits(skb, 0, ip, skb->len);
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return;
	start = skb_checksum_start_offset(skb);
	/* headers that were pulled since may have taken the start with them */
	if (start < 0 || start + skb->csum_offset + sizeof(*check) > skb->len)
		return;
	check = (__sum16 *)(ip + start + skb->csum_offset);
	*check = csum_fold(csum_partial(ip + start, skb->len - start, 0)) ?:
		 CSUM_MANGLED_0;
}

/* Writes the next inner packet; its length. */
static u32 train_segment(struct kw_train_source *source, u8 *ip)
{
	u32 take = min(source->left, source->size);
	struct sk_buff *skb = source->skb;
	u32 offset = skb->len - source->left;
	__wsum sum;

	if (!source->protocol) {
		train_plain(source, ip);
	} else {
		skb_copy_bits(skb, 0, ip, source->header);
		sum = skb_copy_and_csum_bits(skb, offset, ip + source->header,
					     take);
		train_segment_fix(source, ip, take, sum);
	}
	source->left -= take;
	source->taken++;
	return source->header + take;
}

/* Room for need bytes in the last fragment, or in a new one. */
static u8 *train_room(struct kw_train *train, u32 need, u32 all)
{
	gfp_t gfp = GFP_ATOMIC | __GFP_NOWARN | __GFP_NORETRY;
	u32 order = min_t(u32, get_order(all), TRAIN_ORDER);
	struct page *page;

	if (train->page && train->room >= need)
		return page_address(train->page) + train->used;
	if (skb_shinfo(train->skb)->nr_frags == MAX_SKB_FRAGS)
		return NULL;
	if (PAGE_SIZE << order < need)
		order = get_order(need);
	page = alloc_pages(order ? gfp | __GFP_COMP : gfp, order);
	if (!page && get_order(need) < order) {
		order = get_order(need);
		page = alloc_pages(order ? gfp | __GFP_COMP : gfp, order);
	}
	if (!page)
		return NULL;
	train->page = page;
	train->used = 0;
	train->room = PAGE_SIZE << order;
	skb_add_rx_frag(train->skb, skb_shinfo(train->skb)->nr_frags, page, 0,
			0, PAGE_SIZE << order);
	return page_address(page);
}

static void train_grow(struct kw_train *train, u32 len)
{
	struct skb_shared_info *info = skb_shinfo(train->skb);

	skb_frag_size_add(&info->frags[info->nr_frags - 1], len);
	train->skb->len += len;
	train->skb->data_len += len;
	train->used += len;
	train->room -= len;
}

/* A datagram alone lies behind its headers, without any fragment. */
static int train_fill_one(struct kw_train *train,
			  struct kw_train_source *source)
{
	u32 need = source->header + source->left + TRAIN_AROUND;

	train->skb = alloc_skb(KW_SOCK_HEADROOM + need,
			       GFP_ATOMIC | __GFP_NOWARN);
	if (!train->skb)
		return KEYWAY_DROP_TX_NO_MEMORY;
	skb_reserve(train->skb, KW_SOCK_HEADROOM);
	train->at[0] = skb_put(train->skb, need);
	train->inner = train_segment(source, train->at[0] + KW_MESSAGE_DATA_LEN);
	train->size = need;
	train->last = need;
	train->count = 1;
	return 0;
}

int kw_train_fill(struct kw_train *train, struct kw_train_source *source,
		  u32 max)
{
	u32 full = source->header + source->size + TRAIN_AROUND;
	u32 len, all;
	u8 *at;

	train->page = NULL;
	train->count = 0;
	train->inner = 0;
	train->size = full;
	max = min3(max, (u32)KW_TRAIN_MAX, (u32)KW_TRAIN_LEN / full);
	if (source->left <= source->size)
		return train_fill_one(train, source);
	train->skb = alloc_skb(KW_SOCK_HEADROOM, GFP_ATOMIC | __GFP_NOWARN);
	if (!train->skb)
		return KEYWAY_DROP_TX_NO_MEMORY;
	skb_reserve(train->skb, KW_SOCK_HEADROOM);
	do {
		all = (source->left / source->size + 1) * full;
		at = train_room(train, full, all);
		if (!at)
			break;
		train->at[train->count++] = at;
		len = train_segment(source, at + KW_MESSAGE_DATA_LEN);
		train->inner += len;
		train->last = len + TRAIN_AROUND;
		train_grow(train, train->last);
	} while (source->left && train->count < max);
	if (train->count)
		return 0;
	kw_train_drop(train);
	return KEYWAY_DROP_TX_NO_MEMORY;
}

void kw_train_drop(struct kw_train *train)
{
	kfree_skb(train->skb);
	train->skb = NULL;
}

/*
 * Was it queued by a socket that counts its bytes until they have left the
 * host? Then the train carries that on. A TCP socket's own destructors are not
 * ours to name, but all that remain give back the skb's truesize.
 */
static bool train_owned(const struct sk_buff *skb)
{
	if (!skb->sk || !skb->destructor || !sk_fullsock(skb->sk))
		return false;
	/* these hold the socket alone: netem's, and an answer's without a queue */
	if (skb->destructor == sock_efree || skb->destructor == sock_edemux ||
	    skb->destructor == sock_pfree)
		return false;
	return skb->destructor == sock_wfree ||
	       (skb->sk->sk_type == SOCK_STREAM &&
		skb->sk->sk_protocol == IPPROTO_TCP);
}

static void train_own(struct sk_buff *skb, struct sk_buff *from)
{
	int delta = skb->truesize - from->truesize;
	struct sock *sk = from->sk;

	if (!train_owned(from))
		return;
	swap(skb->sk, from->sk);
	swap(skb->destructor, from->destructor);
	if (delta >= 0)
		refcount_add(delta, &sk->sk_wmem_alloc);
	else
		WARN_ON_ONCE(refcount_sub_and_test(-delta, &sk->sk_wmem_alloc));
}

struct sk_buff *kw_train_finish(struct kw_train *train, struct sk_buff *from)
{
	struct sk_buff *skb = train->skb;

	train->skb = NULL;
	if (from)
		train_own(skb, from);
	if (train->count == 1)
		return skb;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	skb_shinfo(skb)->gso_size = train->size;
	skb_shinfo(skb)->gso_segs = train->count;
	/* what udp_set_csum() leaves to the caller for a GSO packet */
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) - sizeof(struct udphdr);
	skb->csum_offset = offsetof(struct udphdr, check);
	return skb;
}
