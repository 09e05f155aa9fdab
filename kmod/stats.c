// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * Counters per CPU, one update per train. Writers on one CPU are serialised
 * by bottom halves being off, drops also count from process context; readers
 * retry on machines that can't read 64 bits at once. Called by tx.c, rx.c and
 * the netlink handlers.
 */
#include <linux/bug.h>

#include "stats.h"

struct kw_stats __percpu *kw_stats_create(void)
{
	struct kw_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct kw_stats, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->syncp);
	return stats;
}

void kw_stats_destroy(struct kw_stats __percpu *stats)
{
	free_percpu(stats);
}

void kw_stats_rx(struct kw_stats __percpu *stats, u32 packets, u32 bytes)
{
	struct kw_stats *here = this_cpu_ptr(stats);

	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&here->rx_packets, packets);
	u64_stats_add(&here->rx_bytes, bytes);
	u64_stats_update_end(&here->syncp);
}

void kw_stats_tx(struct kw_stats __percpu *stats, u32 packets, u32 bytes)
{
	struct kw_stats *here = this_cpu_ptr(stats);

	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&here->tx_packets, packets);
	u64_stats_add(&here->tx_bytes, bytes);
	u64_stats_update_end(&here->syncp);
}

static void stats_read_one(const struct kw_stats *stats,
			   struct kw_stats_sum *one)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		one->rx_packets = u64_stats_read(&stats->rx_packets);
		one->rx_bytes = u64_stats_read(&stats->rx_bytes);
		one->tx_packets = u64_stats_read(&stats->tx_packets);
		one->tx_bytes = u64_stats_read(&stats->tx_bytes);
	} while (u64_stats_fetch_retry(&stats->syncp, start));
}

void kw_stats_read(struct kw_stats __percpu *stats, struct kw_stats_sum *sum)
{
	struct kw_stats_sum one;
	int cpu;

	for_each_possible_cpu(cpu) {
		stats_read_one(per_cpu_ptr(stats, cpu), &one);
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
	}
}

struct kw_stats_drops __percpu *kw_stats_drops_create(void)
{
	struct kw_stats_drops __percpu *drops;
	int cpu;

	drops = alloc_percpu_gfp(struct kw_stats_drops, GFP_KERNEL_ACCOUNT);
	if (!drops)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(drops, cpu)->syncp);
	return drops;
}

void kw_stats_drops_destroy(struct kw_stats_drops __percpu *drops)
{
	free_percpu(drops);
}

void kw_stats_drop(struct kw_stats_drops __percpu *drops, u32 reason,
		   u32 packets)
{
	struct kw_stats_drops *here;
	unsigned long flags;

	if (WARN_ON_ONCE(!reason || reason >= KW_DROP_COUNT))
		return;
	here = get_cpu_ptr(drops);
	flags = u64_stats_update_begin_irqsave(&here->syncp);
	u64_stats_add(&here->count[reason], packets);
	u64_stats_update_end_irqrestore(&here->syncp, flags);
	put_cpu_ptr(drops);
}

u64 kw_stats_drops_read(struct kw_stats_drops __percpu *drops, u32 reason)
{
	const struct kw_stats_drops *one;
	unsigned int start;
	u64 sum = 0;
	u64 count;
	int cpu;

	for_each_possible_cpu(cpu) {
		one = per_cpu_ptr(drops, cpu);
		do {
			start = u64_stats_fetch_begin(&one->syncp);
			count = u64_stats_read(&one->count[reason]);
		} while (u64_stats_fetch_retry(&one->syncp, start));
		sum += count;
	}
	return sum;
}
