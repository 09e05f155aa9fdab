// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/clock.c userspace/libdaemon/alloc.c */
/*
 * The rules of protocol.md, Clock: what a synchronised clock, a free one and
 * the floor allow.
 */
#include <errno.h>

#include "fakeloop.h"
#include "keywayd/clock.h"
#include "test.h"

#define FLOOR 1800000000ull /* later than any build */
#define NOW 1900000000ull
#define NS 1000000000ull

static uint64_t stored;

static void raised(void *arg, uint64_t floor)
{
	(void)arg;
	stored = floor;
}

static struct clock *make(struct loop *loop, bool synchronised, int64_t offset)
{
	struct clock_conf conf = { .offset = offset, .floor = FLOOR, .raised = raised };

	*loop = (struct loop){ .wall = { .ns = NOW * NS, .synchronised = synchronised } };
	return clock_create(loop, &conf);
}

static void synchronised(void)
{
	struct loop loop;
	struct clock *c = make(&loop, true, 0);

	test_eq((long long)clock_time(c).sec, NOW, "synchronised: the clock");
	test_ok(clock_time(c).synchronised, "synchronised: says so");
	test_eq((long long)clock_sign_time(c), NOW, "synchronised: signs with dates");
	test_ok(clock_stamp(c, 5) == NOW * NS, "synchronised: an INIT carries the clock");
	test_ok(clock_stamp(c, NOW * NS + 7) == NOW * NS + 8, "a stamp only grows, whatever the clock");
	test_ok(clock_stamp_ok(c, (NOW + 600) * NS), "a peer may be 10 minutes ahead");
	test_ok(!clock_stamp_ok(c, (NOW + 602) * NS), "but not more");
	loop.wall.ns = (FLOOR - 1000) * NS;
	test_eq((long long)clock_time(c).sec, FLOOR, "a clock set back below the floor: the floor");
	test_ok(clock_stamp(c, 5) == FLOOR * NS, "and stamps follow it");
	clock_destroy(c);
}

static void unsynchronised(void)
{
	struct loop loop;
	struct clock *c = make(&loop, false, 0);

	test_eq((long long)clock_time(c).sec, FLOOR, "free: only the floor is known");
	test_ok(!clock_time(c).synchronised, "free: says so");
	test_eq((long long)clock_sign_time(c), 0, "free: signs without dates");
	test_eq((long long)clock_epoch_time(c), NOW, "free: epochs may follow a clock above the floor");
	loop.wall.ns = 5 * NS;
	test_eq((long long)clock_epoch_time(c), 0, "free: but not one of 1970");
	loop.wall.ns = NOW * NS;
	test_ok(clock_stamp(c, 41) == 42, "free: an INIT carries the last stamp + 1");
	test_ok(clock_stamp_ok(c, UINT64_MAX), "free: any stamp of a peer may be");
	loop.wall.synchronised = true;
	test_eq((long long)clock_sign_time(c), NOW, "set at last: signs with dates");
	clock_destroy(c);
}

static void counted(void)
{
	struct loop loop;
	struct clock *c = make(&loop, false, 0);

	test_eq((long long)clock_counted(c).sec, FLOOR, "never synchronised: the floor alone counts");
	loop.wall.synchronised = true;
	test_eq((long long)clock_counted(c).sec, NOW, "synchronised: the clock counts");
	loop.wall = (struct loop_wall){ .ns = 5 * NS };
	loop.now += 40 * NS;
	test_eq((long long)clock_counted(c).sec, NOW + 40, "no longer: seconds are counted on");
	test_eq((long long)clock_time(c).sec, FLOOR, "while certificates go by the floor");
	clock_destroy(c);
}

static void options(void)
{
	struct clock_conf conf = { .state = CLOCK_UNSYNCHRONISED };
	struct loop loop;
	struct clock *c = make(&loop, true, -10);

	test_eq((long long)clock_time(c).sec, NOW - 10, "an offset shifts the clock");
	clock_destroy(c);
	c = make(&loop, true, -3000000000ll);
	test_eq((long long)clock_wall(c), 0, "no clock is before 1970");
	clock_destroy(c);
	c = clock_create(&loop, &conf);
	test_ok(!clock_synchronised(c), "the option overrules the kernel");
	test_ok(clock_floor(c) > 1700000000ull, "the build's date is a floor");
	clock_destroy(c);
}

static void floors(void)
{
	struct loop loop;
	struct clock *c = make(&loop, true, 0);

	test_eq(clock_raise(c, NOW - 5), 0, "a verified issue time raises the floor");
	test_eq((long long)clock_floor(c), NOW - 5, "to it");
	test_eq((long long)stored, NOW - 5, "and is stored");
	stored = 0;
	test_ok(!clock_raise(c, 7) && clock_floor(c) == NOW - 5 && !stored, "an older one changes nothing");
	test_eq(clock_raise(c, NOW + 601), -ERANGE, "one far ahead of a good clock is refused");
	loop.wall.synchronised = false;
	test_eq(clock_raise(c, NOW + 601), 0, "without a clock it is believed");
	clock_destroy(c);
}

int main(void)
{
	synchronised();
	unsynchronised();
	counted();
	options();
	floors();
	return test_done();
}
