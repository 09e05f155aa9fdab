/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Counters per CPU: packets and bytes of a device, peer, session or path, and
 * drops of a device by reason. Writers run with bottom halves off (or in
 * softirq); readers sum at any time and see no torn value. Owned and freed by
 * the struct that embeds the pointer.
 */
#ifndef KW_STATS_H
#define KW_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "drop.h"

struct kw_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	struct u64_stats_sync syncp;
};

struct kw_stats_sum {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
};

struct kw_stats_drops {
	u64_stats_t count[KW_DROP_COUNT];
	struct u64_stats_sync syncp;
};

/* May sleep. NULL when out of memory. */
struct kw_stats __percpu *kw_stats_create(void);
void kw_stats_destroy(struct kw_stats __percpu *stats);

/* Bottom halves off. bytes: the sum of all packets. */
void kw_stats_rx(struct kw_stats __percpu *stats, u32 packets, u32 bytes);
void kw_stats_tx(struct kw_stats __percpu *stats, u32 packets, u32 bytes);

/* Adds to *sum, which the caller zeroed. */
void kw_stats_read(struct kw_stats __percpu *stats, struct kw_stats_sum *sum);

struct kw_stats_drops __percpu *kw_stats_drops_create(void);
void kw_stats_drops_destroy(struct kw_stats_drops __percpu *drops);

/* Any context. reason below KW_DROP_COUNT; others are a bug and warn once. */
void kw_stats_drop(struct kw_stats_drops __percpu *drops, u32 reason,
		   u32 packets);
u64 kw_stats_drops_read(struct kw_stats_drops __percpu *drops, u32 reason);

#endif
