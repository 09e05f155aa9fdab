/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What a peer does by time: keepalives, probes, challenges, asking for a
 * session, ending sessions. Events go in as cheap stores; one timer per peer
 * looks at them, once a second at most while there is anything to do, and
 * decides by rank.h. Runs in softirq under rcu_read_lock.
 */
#ifndef KW_TIMER_H
#define KW_TIMER_H

#include <linux/types.h>

struct kw_dev;
struct kw_peer;
struct kw_timer;

/* Part of the peer, for kw_hooks. */
struct kw_timer *kw_timer_create(struct kw_peer *peer);
/* Process context; the timer never runs again. */
void kw_timer_stop(struct kw_timer *timer);
void kw_timer_destroy(struct kw_timer *timer);

/* Data went out, or authentic frames came in. BH off. */
void kw_timer_data_sent(struct kw_peer *peer, u64 now_ms);
void kw_timer_received(struct kw_peer *peer, bool data, u64 now_ms);

/* Something was decided elsewhere (keys, paths): look at all soon. */
void kw_timer_kick(struct kw_peer *peer);
/* The same for all peers, for kw_hooks. dev->lock. */
void kw_timer_kick_all(struct kw_dev *dev);

#endif
