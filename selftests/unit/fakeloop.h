/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * An implementation of loop.h for unit tests: time stands still until a test
 * moves it, which fires what is due. Included by one file of a program.
 */
#ifndef KW_FAKELOOP_H
#define KW_FAKELOOP_H

#include <stdlib.h>

#include "libdaemon/loop.h"

struct loop {
	uint64_t now;
	struct loop_wall wall;
	struct loop_timer *timers;
	struct loop_fd *fd; /* the last made */
};

struct loop_fd {
	void (*fn)(unsigned int ready, void *arg);
	void *arg;
};

struct loop_timer {
	struct loop *loop;
	struct loop_timer *next;
	void (*fn)(void *arg);
	void *arg;
	uint64_t due; /* 0: not armed */
};

uint64_t loop_now(const struct loop *loop)
{
	return loop->now;
}

void loop_wall(const struct loop *loop, struct loop_wall *wall)
{
	*wall = loop->wall;
}

struct loop_timer *loop_timer_create(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	*t = (struct loop_timer){ .loop = loop, .next = loop->timers, .fn = fn, .arg = arg };
	loop->timers = t;
	return t;
}

void loop_timer_set(struct loop_timer *t, uint64_t delay_ns)
{
	t->due = t->loop->now + delay_ns + 1;
}

void loop_timer_stop(struct loop_timer *t)
{
	t->due = 0;
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return t->due;
}

void loop_timer_destroy(struct loop_timer *t)
{
	struct loop_timer **at;

	if (!t)
		return;
	for (at = &t->loop->timers; *at != t; at = &(*at)->next)
		;
	*at = t->next;
	free(t);
}

struct loop_fd *loop_fd_create(struct loop *loop, int fd, void (*fn)(unsigned int, void *), void *arg)
{
	struct loop_fd *f = calloc(1, sizeof(*f));

	(void)fd;
	if (!f)
		abort();
	*f = (struct loop_fd){ .fn = fn, .arg = arg };
	loop->fd = f;
	return f;
}

void loop_fd_set(struct loop_fd *f, unsigned int ready)
{
	(void)f;
	(void)ready;
}

void loop_fd_destroy(struct loop_fd *f)
{
	free(f);
}

/* Says that the last descriptor is ready; scenarios test what reads and writes it. */
__attribute__((unused)) static void fakeloop_ready(struct loop *loop, unsigned int ready)
{
	loop->fd->fn(ready, loop->fd->arg);
}

/* Moves boot and wall time by seconds, firing once what became due. */
__attribute__((unused)) static void fakeloop_pass(struct loop *loop, uint64_t seconds)
{
	struct loop_timer *t, *next;

	loop->now += seconds * LOOP_SECOND;
	loop->wall.ns += seconds * LOOP_SECOND;
	for (t = loop->timers; t; t = next) {
		next = t->next;
		if (!t->due || t->due > loop->now)
			continue;
		t->due = 0;
		t->fn(t->arg);
	}
}

#endif
