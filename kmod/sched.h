/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Packet scheduler: views of a peer's paths in, the index of the one to send
 * on out. One path is used at a time so far: the best validated one by RTT,
 * kept until another is clearly better, because a change of path reorders.
 * Pure; called by tx.c for each train.
 */
#ifndef KW_SCHED_H
#define KW_SCHED_H

#include <linux/types.h>

enum kw_sched_state {
	KW_SCHED_DOWN,		/* no socket, no address or no carrier */
	KW_SCHED_UNVALIDATED,
	KW_SCHED_SUSPECT,	/* validated, silent since */
	KW_SCHED_ACTIVE,
};

struct kw_sched_view {
	enum kw_sched_state state;
	u32 rtt_us;		/* smoothed; 0 when not measured */
};

/*
 * last is the index used last, -1 for none. Active beats suspect beats
 * unvalidated; within the same, the smaller RTT wins, by a quarter at least if
 * the other is current, and an unmeasured one comes last. -1 when all are
 * down.
 */
int kw_sched_pick(const struct kw_sched_view *view, int count, int last);

#endif
