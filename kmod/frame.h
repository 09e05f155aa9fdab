/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One message outside a train: number, seal and send a keepalive or control
 * frames on a session, to its sending path or to an address. Called by
 * probes, timers and requests; runs with BH off under rcu_read_lock.
 */
#ifndef KW_FRAME_H
#define KW_FRAME_H

#include "path.h"
#include "session.h"

/* Where to. path NULL: no path's number space is used. */
struct kw_frame_way {
	struct kw_path_remote *remote;
	struct kw_path *path;
};

/*
 * The way that the session's own frames take: unconfirmed to where its
 * handshake message went, else by the peer's sending path. False without any.
 */
bool kw_frame_way(struct kw_session *session, struct kw_frame_way *way);

/*
 * Send payload, len 0 to 1024 bytes, flags of the DATA header. 0 or a drop
 * reason, counted by the caller.
 */
int __must_check kw_frame_send(struct kw_session *session,
			       const struct kw_frame_way *way, u8 flags,
			       const void *payload, u32 len);

/* One control frame; type as in message.h, body len at most 1020 bytes. */
int __must_check kw_frame_control(struct kw_session *session,
				  const struct kw_frame_way *way, u8 type,
				  const void *body, u32 len);

#endif
