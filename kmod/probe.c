// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors */
/*
 * Control frames: reads each of a payload and answers or notes it. Answers go
 * to the address asked from and use no path's number space, since that address
 * may be no path's. Called by rx.c for each CONTROL message and by timer.c.
 */
#include <linux/unaligned.h>

#include "frame.h"
#include "genl.h"
#include "netdev.h"
#include "peer.h"
#include "probe.h"

static void probe_count(struct kw_session *session, int drop)
{
	if (drop)
		kw_stats_drop(session->peer->dev->drops, drop, 1);
}

/* To the address that a frame came from, which needs not be a path's. */
static int probe_answer(struct kw_session *session,
			const struct kw_path_source *source, u8 type,
			const void *body, u32 len)
{
	struct kw_frame_way way = { .gone = type == KW_FRAME_SPACE_GONE };
	int drop;

	way.remote = kw_remote_create(source->uplink, &source->endpoint,
				      &source->local);
	if (!way.remote)
		return KEYWAY_DROP_TX_NO_MEMORY;
	drop = kw_frame_control(session, &way, type, body, len);
	kw_remote_destroy(way.remote);
	return drop;
}

static bool probe_may_answer(struct kw_session *session)
{
	static const struct kw_bucket_rate rate = {
		KW_ECHOES_PER_S, KW_ECHOES_PER_S,
	};

	return kw_bucket_take(&session->echoes, &rate, ktime_get_ns());
}

/* One datagram may ask a hundred times, in the name of any address. */
static int probe_echo_back(struct kw_session *session,
			   const struct kw_path_source *source, u8 type,
			   const void *id)
{
	if (!probe_may_answer(session))
		return KEYWAY_DROP_RX_BUDGET;
	return probe_answer(session, source, type, id, KW_FRAME_ID_LEN);
}

static void probe_response(struct kw_session *session, const u8 *body)
{
	struct kw_peer *peer = session->peer;
	struct kw_path *path;
	bool moved;

	path = kw_path_response(&peer->paths, get_unaligned((__be64 *)body),
				kw_session_now(), &moved);
	if (!path)
		return;
	/* asked more than once, it could not be measured */
	if (!READ_ONCE(path->rtt_us))
		kw_probe_send(session);
	kw_genl_event_path(peer->dev, path, moved ? KEYWAY_REASON_ROAM :
						    KEYWAY_REASON_CONFIRMED);
}

/* The answer tells nothing but the time: the id is when it was asked. */
static void probe_echo(struct kw_session *session, const u8 *body)
{
	struct kw_path *path = kw_path_current(&session->peer->paths);

	if (path)
		kw_path_echo(path, get_unaligned((__be64 *)body));
}

static int probe_frame(struct kw_session *session,
		       const struct kw_path_source *source,
		       const struct kw_message_frame *frame, u32 len)
{
	const u8 *body = (const u8 *)(frame + 1);

	if (frame->flags)
		return 0;
	if (frame->type >= KW_FRAME_DAEMON)
		return kw_genl_frame(session->peer->dev, session, frame->type,
				     body, len);
	if (frame->type == KW_FRAME_SPACE_GONE && len >= KW_FRAME_SPACE_LEN)
		kw_number_gone(&session->number, get_unaligned_be16(body));
	if (len < KW_FRAME_ID_LEN)
		return 0;
	switch (frame->type) {
	case KW_FRAME_PROBE:
		return probe_echo_back(session, source, KW_FRAME_ECHO, body);
	case KW_FRAME_CHALLENGE:
		return probe_echo_back(session, source, KW_FRAME_RESPONSE,
				       body);
	case KW_FRAME_ECHO:
		probe_echo(session, body);
		return 0;
	case KW_FRAME_RESPONSE:
		probe_response(session, body);
		return 0;
	}
	return 0;
}

int kw_probe_input(struct kw_session *session,
		   const struct kw_path_source *source,
		   const u8 *payload, u32 len)
{
	const struct kw_message_frame *frame;
	u32 body;

	while (len >= sizeof(*frame)) {
		frame = (const struct kw_message_frame *)payload;
		body = be16_to_cpu(get_unaligned(&frame->length));
		if (body > len - sizeof(*frame))
			break;
		probe_count(session, probe_frame(session, source, frame, body));
		payload += sizeof(*frame) + body;
		len -= sizeof(*frame) + body;
	}
	return 0;
}

void kw_probe_challenge(struct kw_session *session, struct kw_path *path)
{
	struct kw_path_set *set = &session->peer->paths;
	struct kw_frame_way way = { .path = path };
	__be64 nonce;

	if (!kw_path_challenge_start(set, path, kw_session_now(), &nonce))
		return;
	way.remote = path ? rcu_dereference(path->remote) :
			    kw_path_candidate(set);
	if (way.remote)
		probe_count(session, kw_frame_control(session, &way,
						      KW_FRAME_CHALLENGE,
						      &nonce, sizeof(nonce)));
}

void kw_probe_send(struct kw_session *session)
{
	__be64 id = kw_path_probe_id(&session->peer->paths);
	struct kw_frame_way way;

	if (kw_frame_way(session, &way))
		probe_count(session, kw_frame_control(session, &way,
						      KW_FRAME_PROBE, &id,
						      sizeof(id)));
}

void kw_probe_space_gone(struct kw_session *session,
			 const struct kw_path_source *source, u32 space)
{
	__be16 body = cpu_to_be16(space);

	if (!probe_may_answer(session))
		return;
	probe_count(session, probe_answer(session, source, KW_FRAME_SPACE_GONE,
					  &body, sizeof(body)));
}
