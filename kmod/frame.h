/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Numbering and sealing, and one message outside a train: a keepalive or
 * control frames on a session, to its sending path or to an address. Runs
 * with BH off under rcu_read_lock.
 */
#ifndef KW_FRAME_H
#define KW_FRAME_H

#include "path.h"
#include "session.h"

/* bytes of a frame with its head */
#define KW_FRAME_MAX	(KW_FRAME_LEN + KW_FRAME_BODY_MAX)

/*
 * Where to. path NULL: no path's number space is used, but a space of its own
 * for frames that tell of a lost space, or else one for all such frames.
 */
struct kw_frame_way {
	struct kw_remote *remote;
	struct kw_path *path;
	bool gone;
};

/*
 * The way that the session's own frames take: unconfirmed to where its
 * handshake message went, else by the peer's sending path. False without any,
 * and for who answered the handshake and has heard nothing on the session.
 */
bool kw_frame_way(struct kw_session *session, struct kw_frame_way *way);

/* Numbers, the header and the seal of one datagram of a train; drop reasons. */
int __must_check kw_frame_number(struct kw_session *session,
				 const struct kw_frame_way *way, u32 n, u64 *x);
int __must_check kw_frame_seal(struct kw_session *session,
			       struct kw_message_data *head, u8 flags, u64 x,
			       u32 len);
/* What left: frames, and plaintext bytes. */
void kw_frame_count(struct kw_session *session, const struct kw_frame_way *way,
		    u32 packets, u32 bytes);

/*
 * Send payload, len 0 to 1024 bytes, flags of the DATA header. 0 or a drop
 * reason, counted by the caller.
 */
int __must_check kw_frame_send(struct kw_session *session,
			       const struct kw_frame_way *way, u8 flags,
			       const void *payload, u32 len);

/* One control frame; type as in message.h, body of len bytes. */
int __must_check kw_frame_control(struct kw_session *session,
				  const struct kw_frame_way *way, u8 type,
				  const void *body, u32 len);

#endif
