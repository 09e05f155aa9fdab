// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What the kernel sends unasked. Owns four netlink sockets. Whichever becomes
 * readable, the channels are read in order, the last with a small share: a
 * flood of strangers delays neither sessions nor their rekey.
 */
#include "channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"

#define CHANNEL_N 3
#define CHANNEL_EVENTS 64 /* read at once */

struct channel_socket {
	struct kwnl_event *event;
	struct loop_fd *fd;
};

struct channel {
	struct channel_conf conf;
	struct channel_socket unicast[CHANNEL_N];
	struct channel_socket events;
};

static void channel_readable(unsigned int ready, void *arg)
{
	static const int most[CHANNEL_N] = { 64, 64, 8 };
	struct channel *c = arg;
	int i, n;

	(void)ready;
	for (i = 0; i < CHANNEL_N; i++) {
		n = kwnl_event_read(c->unicast[i].event, most[i], c->conf.ops, c->conf.arg);
		if (n < 0)
			log_debug("channel %d not read: %s", i, strerror(-n));
	}
}

static void channel_events_readable(unsigned int ready, void *arg)
{
	struct channel *c = arg;
	int n;

	(void)ready;
	n = kwnl_event_read(c->events.event, CHANNEL_EVENTS, c->conf.ops, c->conf.arg);
	if (n < 0)
		log_debug("events not read: %s", strerror(-n));
}

static int channel_open(struct channel *c)
{
	struct channel_socket *s;
	int i, err;

	for (i = 0; i < CHANNEL_N; i++) {
		s = &c->unicast[i];
		err = kwnl_event_bind(&s->event, c->conf.kwnl, c->conf.dev, (enum keyway_channel)i);
		if (err)
			return err;
	}
	err = kwnl_event_subscribe(&c->events.event, c->conf.kwnl);
	if (err)
		return err;
	/* no reading before all are there: it reads all */
	for (i = 0; i < CHANNEL_N; i++) {
		s = &c->unicast[i];
		s->fd = loop_fd_create(c->conf.loop, kwnl_event_fd(s->event), channel_readable, c);
	}
	c->events.fd = loop_fd_create(c->conf.loop, kwnl_event_fd(c->events.event),
				      channel_events_readable, c);
	return 0;
}

static void channel_close(struct channel_socket *s)
{
	loop_fd_destroy(s->fd);
	if (s->event)
		kwnl_event_destroy(s->event);
}

struct channel *channel_create(const struct channel_conf *conf, struct failure *f)
{
	struct channel *c = alloc_zero(sizeof(*c));
	int err;

	c->conf = *conf;
	err = channel_open(c);
	if (!err)
		return c;
	if (err == -EBUSY)
		(void)failure_set(f, FAILURE_DENIED,
				  "%s refused - another daemon serves it - end that one first",
				  conf->name);
	else
		(void)failure_set(f, FAILURE_INTERNAL, "%s not bound - %s - see: dmesg", conf->name,
				  kwnl_strerror(conf->kwnl));
	channel_destroy(c);
	return NULL;
}

void channel_destroy(struct channel *c)
{
	int i;

	channel_close(&c->events);
	for (i = 0; i < CHANNEL_N; i++)
		channel_close(&c->unicast[i]);
	free(c);
}
