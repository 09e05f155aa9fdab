// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The event loop over libevent. Owns the event base and the queue of deferred
 * calls, which is all that other threads touch (under its mutex, woken through
 * an eventfd). Main creates it first and destroys it last.
 */
#include "loop.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"

struct loop_call {
	void (*fn)(void *arg);
	void *arg;
	struct loop_call *next;
};

struct loop {
	/* identity */
	struct event_base *base;
	struct event *wake;
	int wake_fd;
	/* state: of the loop's thread */
	int result;
	/* state: calls, guarded by lock */
	pthread_mutex_t lock;
	struct loop_call *first;
	struct loop_call **last;
};

struct loop_timer {
	struct loop *loop;
	struct event *event;
	void (*fn)(void *arg);
	void *arg;
};

struct loop_fd {
	struct loop *loop;
	struct event *event;
	int fd;
	void (*fn)(unsigned int ready, void *arg);
	void *arg;
};

struct loop_signal {
	struct event *event;
	void (*fn)(void *arg);
	void *arg;
};

static struct event *loop_event(struct loop *loop, int fd, short what, event_callback_fn fn,
				void *arg)
{
	struct event *event = event_new(loop->base, fd, what, fn, arg);

	if (!event)
		abort();
	return event;
}

uint64_t loop_now(const struct loop *loop)
{
	struct timespec ts;

	(void)loop;
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * LOOP_SECOND + (uint64_t)ts.tv_nsec;
}

void loop_wall(const struct loop *loop, struct loop_wall *wall)
{
	struct timex tx = { 0 };
	struct timespec ts;

	(void)loop;
	clock_gettime(CLOCK_REALTIME, &ts);
	wall->ns = (uint64_t)ts.tv_sec * LOOP_SECOND + (uint64_t)ts.tv_nsec;
	wall->synchronised = adjtimex(&tx) >= 0 && !(tx.status & STA_UNSYNC);
}

static void loop_timer_fire(evutil_socket_t fd, short what, void *arg)
{
	struct loop_timer *t = arg;

	(void)fd;
	(void)what;
	t->fn(t->arg);
}

struct loop_timer *loop_timer_create(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = alloc_zero(sizeof(*t));

	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	t->event = loop_event(loop, -1, 0, loop_timer_fire, t);
	return t;
}

void loop_timer_set(struct loop_timer *t, uint64_t delay_ns)
{
	struct timeval tv = {
		.tv_sec = (time_t)(delay_ns / LOOP_SECOND),
		.tv_usec = (suseconds_t)(delay_ns % LOOP_SECOND / 1000),
	};

	if (event_add(t->event, &tv))
		abort();
}

void loop_timer_stop(struct loop_timer *t)
{
	event_del(t->event);
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return event_pending(t->event, EV_TIMEOUT, NULL);
}

void loop_timer_destroy(struct loop_timer *t)
{
	if (!t)
		return;
	event_free(t->event);
	free(t);
}

static void loop_fd_fire(evutil_socket_t fd, short what, void *arg)
{
	struct loop_fd *f = arg;

	(void)fd;
	f->fn((what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u), f->arg);
}

void loop_fd_set(struct loop_fd *f, unsigned int ready)
{
	short what = EV_PERSIST;

	event_del(f->event);
	if (!ready)
		return;
	if (ready & LOOP_READ)
		what |= EV_READ;
	if (ready & LOOP_WRITE)
		what |= EV_WRITE;
	if (event_assign(f->event, f->loop->base, f->fd, what, loop_fd_fire, f) ||
	    event_add(f->event, NULL))
		abort();
}

struct loop_fd *loop_fd_create(struct loop *loop, int fd, void (*fn)(unsigned int ready, void *arg),
			       void *arg)
{
	struct loop_fd *f = alloc_zero(sizeof(*f));

	f->loop = loop;
	f->fd = fd;
	f->fn = fn;
	f->arg = arg;
	f->event = loop_event(loop, fd, EV_PERSIST | EV_READ, loop_fd_fire, f);
	loop_fd_set(f, LOOP_READ);
	return f;
}

void loop_fd_destroy(struct loop_fd *f)
{
	if (!f)
		return;
	event_free(f->event);
	free(f);
}

static void loop_signal_fire(evutil_socket_t fd, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)fd;
	(void)what;
	s->fn(s->arg);
}

struct loop_signal *loop_signal_create(struct loop *loop, int signo, void (*fn)(void *arg),
				       void *arg)
{
	struct loop_signal *s = alloc_zero(sizeof(*s));

	s->fn = fn;
	s->arg = arg;
	s->event = loop_event(loop, signo, EV_SIGNAL | EV_PERSIST, loop_signal_fire, s);
	if (event_add(s->event, NULL))
		abort();
	return s;
}

void loop_signal_destroy(struct loop_signal *s)
{
	if (!s)
		return;
	event_free(s->event);
	free(s);
}

void loop_defer(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	struct loop_call *call = alloc_zero(sizeof(*call));

	call->fn = fn;
	call->arg = arg;
	pthread_mutex_lock(&loop->lock);
	*loop->last = call;
	loop->last = &call->next;
	pthread_mutex_unlock(&loop->lock);
	/* a full counter means that the loop is awake already */
	(void)!write(loop->wake_fd, &(uint64_t){ 1 }, sizeof(uint64_t));
}

static void loop_run_calls(struct loop *loop)
{
	struct loop_call *call, *next;

	pthread_mutex_lock(&loop->lock);
	call = loop->first;
	loop->first = NULL;
	loop->last = &loop->first;
	pthread_mutex_unlock(&loop->lock);
	for (; call; call = next) {
		next = call->next;
		call->fn(call->arg);
		free(call);
	}
}

static void loop_woken(evutil_socket_t fd, short what, void *arg)
{
	uint64_t count;

	(void)what;
	(void)!read(fd, &count, sizeof(count));
	loop_run_calls(arg);
}

int loop_run(struct loop *loop)
{
	if (event_base_dispatch(loop->base) < 0)
		abort();
	return loop->result;
}

void loop_stop(struct loop *loop, int result)
{
	loop->result = result;
	event_base_loopbreak(loop->base);
}

static struct event_base *loop_base(void)
{
	struct event_config *conf = event_config_new();
	struct event_base *base;

	/* timers of handshakes are 50 ms apart: coarse ones would show */
	if (!conf || event_config_set_flag(conf, EVENT_BASE_FLAG_NOLOCK) ||
	    event_config_set_flag(conf, EVENT_BASE_FLAG_PRECISE_TIMER))
		abort();
	base = event_base_new_with_config(conf);
	if (!base)
		abort();
	event_config_free(conf);
	return base;
}

struct loop *loop_create(void)
{
	struct loop *loop = alloc_zero(sizeof(*loop));

	loop->last = &loop->first;
	pthread_mutex_init(&loop->lock, NULL);
	loop->base = loop_base();
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake_fd < 0)
		abort();
	loop->wake = loop_event(loop, loop->wake_fd, EV_READ | EV_PERSIST, loop_woken, loop);
	if (event_add(loop->wake, NULL))
		abort();
	return loop;
}

void loop_destroy(struct loop *loop)
{
	loop_run_calls(loop);
	event_free(loop->wake);
	close(loop->wake_fd);
	event_base_free(loop->base);
	pthread_mutex_destroy(&loop->lock);
	free(loop);
}
