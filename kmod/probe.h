/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Control frames in and out: probes and their echoes, challenges and their
 * responses, lost number spaces; feeds the estimates of paths and hands frames
 * of the daemon up. Softirq, rcu_read_lock.
 */
#ifndef KW_PROBE_H
#define KW_PROBE_H

#include "path.h"
#include "session.h"

/* A CONTROL payload was opened that came from source. 0 or a drop reason. */
int __must_check kw_probe_input(struct kw_session *session,
				const struct kw_path_source *source,
				const u8 *payload, u32 len);

/* Challenge a path, or the candidate of the set when path is NULL. */
void kw_probe_challenge(struct kw_session *session, struct kw_path *path);

/* Measure the sending path. */
void kw_probe_send(struct kw_session *session);

/* Tell the sender that a number space is gone, to where it came from. */
void kw_probe_space_gone(struct kw_session *session,
			 const struct kw_path_source *source, u32 space);

#endif
