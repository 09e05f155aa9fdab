// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * One message alone: a keepalive or control frames. Chooses the way, numbers,
 * seals, sends and counts it. Called with BH off under rcu_read_lock, by rx.c,
 * probe.c, timer.c and by requests of the daemon.
 */
#include "frame.h"
#include "netdev.h"
#include "peer.h"
#include "sock.h"

bool kw_frame_way(struct kw_session *session, struct kw_frame_way *way)
{
	struct kw_path *path = NULL;

	if (READ_ONCE(session->state) == KEYWAY_SESSION_STATE_CONFIRMED)
		path = kw_path_current(&session->peer->paths);
	else if (session->role == KEYWAY_ROLE_RESPONDER)
		return false;
	*way = (struct kw_frame_way){ session->remote, path };
	if (path)
		way->remote = rcu_dereference(path->remote);
	return way->remote;
}

int kw_frame_number(struct kw_session *session, const struct kw_frame_way *way,
		    u32 n, u64 *x)
{
	struct kw_number_path path = { KW_NUMBER_OWN_SLOT, 0 };

	/* this machine's clone counts on from the same numbers */
	if (READ_ONCE(session->fork_ms) ||
	    kw_session_spent(session, kw_session_now()))
		return KEYWAY_DROP_TX_EXHAUSTED;
	if (way->gone)
		path.slot = KW_NUMBER_GONE_SLOT;
	else if (way->path)
		path = (struct kw_number_path){ way->path->slot,
						way->path->id };
	return kw_number_take(&session->number, &path, n,
			      max(READ_ONCE(session->opened_ms),
				  session->born_ms), x);
}

int kw_frame_seal(struct kw_session *session, struct kw_message_data *head,
		  u8 flags, u64 x, u32 len)
{
	*head = (struct kw_message_data){
		.type = KW_MESSAGE_DATA,
		.flags = flags,
		.index = cpu_to_be32(session->remote_index),
		.x = cpu_to_be64(x),
	};
	return kw_crypt_seal(&session->tx, head, (u8 *)(head + 1), len);
}

void kw_frame_count(struct kw_session *session, const struct kw_frame_way *way,
		    u32 packets, u32 bytes)
{
	atomic64_add(packets, &session->traffic.tx_packets);
	atomic64_add(bytes, &session->traffic.tx_bytes);
	if (way->path)
		kw_path_sent(way->path, packets, bytes, kw_session_now());
}

int kw_frame_send(struct kw_session *session, const struct kw_frame_way *way,
		  u8 flags, const void *payload, u32 len)
{
	static const struct kw_sock_header header;
	struct kw_message_data *head;
	struct sk_buff *skb;
	int drop;
	u64 x;

	skb = alloc_skb(KW_SOCK_HEADROOM + KW_MESSAGE_DATA_MIN + len,
			GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return KEYWAY_DROP_TX_NO_MEMORY;
	skb_reserve(skb, KW_SOCK_HEADROOM);
	head = skb_put(skb, KW_MESSAGE_DATA_MIN + len);
	memcpy(head + 1, payload, len);
	drop = kw_frame_number(session, way, 1, &x);
	if (!drop)
		drop = kw_frame_seal(session, head, flags, x, len);
	if (drop) {
		kfree_skb(skb);
		return drop;
	}
	kw_frame_count(session, way, 1, len);
	/* a path's first challenge comes before its first data */
	if (way->path && !READ_ONCE(way->path->mtu))
		WRITE_ONCE(way->path->mtu, kw_sock_mtu(way->remote));
	return kw_sock_send(way->remote, skb, &header);
}

int kw_frame_control(struct kw_session *session, const struct kw_frame_way *way,
		     u8 type, const void *body, u32 len)
{
	u8 buf[KW_FRAME_MAX];
	struct kw_message_frame *frame = (struct kw_message_frame *)buf;

	if (sizeof(*frame) + len > sizeof(buf))
		return KEYWAY_DROP_TX_MALFORMED;
	*frame = (struct kw_message_frame){
		.type = type,
		.length = cpu_to_be16(len),
	};
	memcpy(frame + 1, body, len);
	return kw_frame_send(session, way, KW_MESSAGE_CONTROL, buf,
			     sizeof(*frame) + len);
}
