/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The event loop: one thread owns all state of a daemon and runs everything
 * from here: timers, descriptors, signals, and calls that other threads defer
 * to it. Also the only source of time, so that a simulator can put its own
 * implementation behind this header; no type of the library beneath shows.
 * Everything but loop_defer() is for the loop's own thread.
 */
#ifndef KW_LOOP_H
#define KW_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#define LOOP_MS 1000000ull
#define LOOP_SECOND 1000000000ull

struct loop;
struct loop_timer;
struct loop_fd;
struct loop_signal;

enum loop_ready {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
};

/* The wall clock as the system tells it. */
struct loop_wall {
	uint64_t ns; /* since 1970 */
	bool synchronised;
};

/* Aborts when the system refuses; destroy wants all timers etc. gone before. */
struct loop *loop_create(void);
void loop_destroy(struct loop *loop);
/* Runs until loop_stop(); returns what that was given. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop, int result);

/* ns of boot time, monotonic, also over suspend. */
uint64_t loop_now(const struct loop *loop);
void loop_wall(const struct loop *loop, struct loop_wall *wall);

/* One shot; armed by set (again: moved), which a running fn may do itself. */
struct loop_timer *loop_timer_create(struct loop *loop, void (*fn)(void *arg), void *arg);
void loop_timer_set(struct loop_timer *t, uint64_t delay_ns);
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_armed(const struct loop_timer *t);
void loop_timer_destroy(struct loop_timer *t); /* NULL is fine; also from its own fn */

/* Calls fn with a mask of loop_ready while fd is ready; fd stays the caller's. */
struct loop_fd *loop_fd_create(struct loop *loop, int fd, void (*fn)(unsigned int ready, void *arg),
			       void *arg);
/* What to wait for; LOOP_READ after create. */
void loop_fd_set(struct loop_fd *f, unsigned int ready);
void loop_fd_destroy(struct loop_fd *f); /* NULL is fine; before close(fd) */

struct loop_signal *loop_signal_create(struct loop *loop, int signo, void (*fn)(void *arg),
				       void *arg);
void loop_signal_destroy(struct loop_signal *s);

/*
 * From any thread: fn(arg) runs once on the loop's thread, in the order of
 * these calls, never inside this one. What is still waiting at destroy runs
 * then.
 */
void loop_defer(struct loop *loop, void (*fn)(void *arg), void *arg);

#endif
