// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What this node knows of the time. Owns the floor; the clock itself is the
 * loop's, so that a simulator decides it. Called by all engines of keywayd.
 */
#include "clock.h"

#include <errno.h>
#include <stdlib.h>

#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"

/* Nothing signed for this version can be older: raised with each release. */
#define CLOCK_BUILD 1790000000ull
#define CLOCK_AHEAD 600ull /* seconds that a peer's clock may lie ahead */

struct clock {
	const struct loop *loop;
	struct clock_conf conf;
	uint64_t floor;
	/* what a synchronised clock said last, and when; 0: nothing yet */
	uint64_t known, known_at;
};

struct clock *clock_create(struct loop *loop, const struct clock_conf *conf)
{
	struct clock *c = alloc_zero(sizeof(*c));

	c->loop = loop;
	c->conf = *conf;
	c->floor = conf->floor > CLOCK_BUILD ? conf->floor : CLOCK_BUILD;
	return c;
}

void clock_destroy(struct clock *c)
{
	free(c);
}

bool clock_synchronised(const struct clock *c)
{
	struct loop_wall wall;

	if (c->conf.state != CLOCK_ASK)
		return c->conf.state == CLOCK_SYNCHRONISED;
	loop_wall(c->loop, &wall);
	return wall.synchronised;
}

uint64_t clock_wall(const struct clock *c)
{
	uint64_t shift = (uint64_t)llabs(c->conf.offset) * LOOP_SECOND;
	struct loop_wall wall;

	loop_wall(c->loop, &wall);
	if (c->conf.offset >= 0)
		return wall.ns + shift;
	return wall.ns > shift ? wall.ns - shift : 0;
}

struct kw_time clock_time(const struct clock *c)
{
	uint64_t now = clock_wall(c) / LOOP_SECOND;
	struct kw_time t = { .sec = c->floor, .synchronised = clock_synchronised(c) };

	if (t.synchronised && now > t.sec)
		t.sec = now;
	return t;
}

struct kw_time clock_counted(struct clock *c)
{
	struct kw_time t = clock_time(c);
	uint64_t now;

	if (t.synchronised) {
		c->known = t.sec;
		c->known_at = loop_now(c->loop);
	} else if (c->known) {
		now = c->known + (loop_now(c->loop) - c->known_at) / LOOP_SECOND;
		t.sec = now > t.sec ? now : t.sec;
	}
	return t;
}

uint64_t clock_sign_time(const struct clock *c)
{
	struct kw_time t = clock_time(c);

	return t.synchronised ? t.sec : 0;
}

uint64_t clock_epoch_time(const struct clock *c)
{
	uint64_t now = clock_wall(c) / LOOP_SECOND;

	return now >= c->floor ? now : clock_sign_time(c);
}

uint64_t clock_stamp(const struct clock *c, uint64_t last)
{
	uint64_t now;

	if (last == UINT64_MAX)
		return last;
	if (!clock_synchronised(c))
		return last + 1;
	now = clock_wall(c);
	if (now / LOOP_SECOND < c->floor)
		now = c->floor * LOOP_SECOND;
	return now > last ? now : last + 1;
}

bool clock_stamp_ok(const struct clock *c, uint64_t stamp)
{
	struct kw_time t = clock_time(c);

	return !t.synchronised || stamp / LOOP_SECOND <= t.sec + CLOCK_AHEAD;
}

int clock_raise(struct clock *c, uint64_t seconds)
{
	struct kw_time t = clock_time(c);

	if (seconds <= c->floor)
		return 0;
	if (t.synchronised && seconds > t.sec + CLOCK_AHEAD)
		return -ERANGE;
	c->floor = seconds;
	if (c->conf.raised)
		c->conf.raised(c->conf.arg, seconds);
	return 0;
}

uint64_t clock_floor(const struct clock *c)
{
	return c->floor;
}
