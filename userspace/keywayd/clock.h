/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What this node knows of the time (protocol.md, Clock): the system's clock
 * where it is synchronised, else only the floor. Everyone in keywayd who needs
 * a date asks here; tests shift it by options. Loop thread; workers get a
 * struct kw_time by value.
 */
#ifndef KEYWAYD_CLOCK_H
#define KEYWAYD_CLOCK_H

#include "libkeyway/types.h"

struct loop;
struct clock;

enum clock_state {
	CLOCK_ASK, /* the kernel: STA_UNSYNC */
	CLOCK_SYNCHRONISED,
	CLOCK_UNSYNCHRONISED,
};

struct clock_conf {
	int64_t offset; /* seconds added to the system's clock; 0 but in tests */
	enum clock_state state;
	uint64_t floor; /* remembered, seconds since 1970; the build's date if higher */
	/* called when the floor rose, so that it is stored */
	void (*raised)(void *arg, uint64_t floor);
	void *arg;
};

struct clock *clock_create(struct loop *loop, const struct clock_conf *conf);
void clock_destroy(struct clock *c);

bool clock_synchronised(const struct clock *c);
/* For libkeyway's checks of dates. */
struct kw_time clock_time(const struct clock *c);
/*
 * As above, and once the clock was synchronised in an earlier call, seconds are
 * counted on from there: so that losing it brings no expired trust back.
 */
struct kw_time clock_counted(struct clock *c);
/* Seconds since 1970 when synchronised, else 0: for what we sign. */
uint64_t clock_sign_time(const struct clock *c);
/*
 * For epochs, which must only grow and be no date: as above, and also of a
 * clock that nobody vouches for while it is above the floor. 0: none.
 */
uint64_t clock_epoch_time(const struct clock *c);
/*
 * Timestamp (ns since 1970) of the next INIT, larger than last: the clock's if
 * synchronised, else last + 1.
 */
uint64_t clock_stamp(const struct clock *c, uint64_t last);
/*
 * May a peer's INIT timestamp be believed: not more than 10 min ahead of us;
 * always true when we aren't synchronised.
 */
bool clock_stamp_ok(const struct clock *c, uint64_t stamp);
/* The system's clock with the offset, synchronised or not: for logs, and for
 * what must only grow (the buckets of challenges use loop_now instead). */
uint64_t clock_wall(const struct clock *c);
/* An issue time verified under a trusted network's or delegator's key; a time
 * more than 10 min past a synchronised clock is refused: -ERANGE. */
int KW_MUST clock_raise(struct clock *c, uint64_t seconds);
uint64_t clock_floor(const struct clock *c);

#endif
