// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) 2026 The Keyway authors
/*
 * Which path to send on: the best state, then the smallest RTT, with a
 * preference for the path used last, since changing reorders what is in
 * flight. Pure: no state, no time. Called by tx.c once per train.
 */
#include <linux/limits.h>

#include "sched.h"

static u32 sched_rtt(const struct kw_sched_view *view)
{
	return view->rtt_us ? view->rtt_us : U32_MAX;
}

static bool sched_better(const struct kw_sched_view *a,
			 const struct kw_sched_view *b)
{
	if (a->state != b->state)
		return a->state > b->state;
	return sched_rtt(a) < sched_rtt(b);
}

/* Is it as good as the best but for less than a quarter of its RTT? */
static bool sched_keep(const struct kw_sched_view *last,
		       const struct kw_sched_view *best)
{
	return last->state == best->state &&
	       4ULL * sched_rtt(best) > 3ULL * sched_rtt(last);
}

int kw_sched_pick(const struct kw_sched_view *view, int count, int last)
{
	int best = -1;
	int i;

	for (i = 0; i < count; i++) {
		if (view[i].state == KW_SCHED_DOWN)
			continue;
		if (best < 0 || sched_better(&view[i], &view[best]))
			best = i;
	}
	if (best < 0 || last < 0 || last >= count)
		return best;
	return sched_keep(&view[last], &view[best]) ? last : best;
}
