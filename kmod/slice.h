/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Received trains: how the network core is made to leave them whole (the
 * socket's GRO hooks, the LOCAL_IN hook), and the cutting of a super-packet of
 * either kind, or of a plain datagram, into its datagrams, in place where that
 * is legal. Softirq; structs live on the caller's stack.
 */
#ifndef KW_SLICE_H
#define KW_SLICE_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct kw_sock;
struct sock;

/* One received datagram, contiguous and writable. */
struct kw_slice_datagram {
	u8 *data;			/* its first byte */
	u32 len;
};

struct kw_slice {
	struct sk_buff *skb;		/* the super-packet, or what is left */
	struct sk_buff *list;		/* datagrams still on the frag list */
	struct sk_buff *piece;		/* holds the current one alone, or NULL */
	skb_frag_t *frag;		/* holds the current one, or NULL */
	u32 frag_at;			/* where in it */
	u32 size;			/* of a full datagram */
	u32 offset;			/* of the next one in skb */
	u32 frag_next;			/* fragment that offset is in */
	u32 frag_start;			/* offset of that fragment's first byte */
	bool shared;			/* others see skb: it is only read */
};

/* skb->data is the first datagram; consumes the skb, piece by piece. */
void kw_slice_begin(struct kw_slice *slice, struct sk_buff *skb);

/* The next datagram, or false at the end or without memory. */
bool kw_slice_next(struct kw_slice *slice, struct kw_slice_datagram *datagram);

/*
 * An skb of len bytes from offset on of the current datagram, with its first
 * header bytes contiguous; the caller's. At most once per datagram. NULL when
 * out of memory.
 */
struct sk_buff *kw_slice_take(struct kw_slice *slice, u32 offset, u32 len);

/* Frees what was not taken; how many datagrams were not even cut off. */
u32 kw_slice_end(struct kw_slice *slice);

/* GRO hooks of a socket. */
struct sk_buff *kw_slice_gro_receive(struct sock *sk, struct list_head *head,
				     struct sk_buff *skb);
int kw_slice_gro_complete(struct sock *sk, struct sk_buff *skb, int nhoff);

/* May a local-in UDP GSO skb for the socket pass unsplit? Then marks it so. */
void kw_slice_keep(const struct kw_sock *sock, struct sk_buff *skb);

#endif
