// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What the kernel sends unasked, and who takes it. Owns four netlink sockets. Whichever becomes
 * readable, the channels are read in order, the last with a small share: a
 * flood of strangers delays neither sessions nor their rekey.
 */
#include "channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "pathmgr.h"
#include "trustdb.h"

#define CHANNEL_N 3
#define CHANNEL_EVENTS 64 /* read at once */
#define CHANNEL_AGAIN LOOP_SECOND /* a table kept changing while it was read */
#define CHANNEL_REKEY_AGE 120000 /* ms, as protocol.md has it for initiators */

struct channel_socket {
	struct kwnl_event *event;
	struct loop_fd *fd;
};

struct channel {
	struct channel_conf conf;
	struct channel_socket unicast[CHANNEL_N];
	struct channel_socket events;
	struct loop_timer *again;
};

static void channel_control(void *arg, const struct kwnl_control *control)
{
	struct channel *c = arg;

	connect_input(c->conf.connect, control);
}

static void channel_ask(void *arg, const struct kwnl_ask *ask)
{
	struct channel *c = arg;

	connect_ask(c->conf.connect, ask);
}

static void channel_session(void *arg, const struct kwnl_session *s)
{
	struct channel *c = arg;

	if (s->dev == c->conf.dev)
		connect_session(c->conf.connect, s);
}

static bool channel_trusts(const struct channel *c, const uint8_t peer[KWNL_ADDR_SIZE],
			   struct kw_addr *addr)
{
	const struct kw_trust_entry *e;

	memcpy(addr->b, peer, sizeof(addr->b));
	e = trustdb_lookup_addr(c->conf.trust, addr);
	return e && !(e->flags & KW_TRUST_DENY);
}

/* Whom we remove ourselves isn't trusted any more. */
static void channel_peer(void *arg, const struct kwnl_peer *peer)
{
	struct channel *c = arg;
	struct kw_addr addr;

	if (peer->dev == c->conf.dev && peer->reason == KEYWAY_REASON_DEL &&
	    c->conf.peer_gone && channel_trusts(c, peer->address, &addr))
		c->conf.peer_gone(c->conf.arg);
}

static void channel_path(void *arg, const struct kwnl_path *path)
{
	struct channel *c = arg;
	struct kw_addr addr;

	if (path->dev != c->conf.dev || path->reason == KEYWAY_REASON_DEL ||
	    path->state != KEYWAY_PATH_STATE_ACTIVE)
		return;
	if (channel_trusts(c, path->peer, &addr))
		pathmgr_set_seen(c->conf.pathmgr, &addr, path->socket, &path->remote);
}

static void channel_device_event(void *arg, const struct kwnl_dev *dev)
{
	struct channel *c = arg;

	if (dev->id == c->conf.dev && dev->reason == KEYWAY_REASON_DEL)
		c->conf.gone(c->conf.arg);
}

static int channel_see_session(void *arg, const struct kwnl_session *s)
{
	struct kwnl_ask ask = { .dev = s->dev, .session = s->index, .reason = KEYWAY_REASON_REKEY };
	struct channel *c = arg;
	struct kw_addr addr;

	if (!s->has_peer || s->state != KEYWAY_SESSION_STATE_CONFIRMED || !s->sending)
		return 0;
	memcpy(addr.b, s->peer, sizeof(addr.b));
	memcpy(ask.address, s->peer, sizeof(ask.address));
	connect_adopt(c->conf.connect, &addr, s->age * LOOP_MS);
	/* the kernel asked when nobody was there, and may ask again too late */
	if (s->age >= CHANNEL_REKEY_AGE)
		connect_ask(c->conf.connect, &ask);
	return 0;
}

static int channel_see_path(void *arg, const struct kwnl_path *path)
{
	return channel_path(arg, path), 0;
}

static void channel_check_peer(void *arg, const struct kw_trust_entry *e)
{
	struct channel *c = arg;

	connect_check(c->conf.connect, &e->addr);
}

void channel_adopt(struct channel *c)
{
	int err = kwnl_dump_path(c->conf.kwnl, c->conf.dev, NULL, channel_see_path, c);

	if (!err)
		err = kwnl_dump_session(c->conf.kwnl, c->conf.dev, NULL, channel_see_session, c);
	if (err == -EAGAIN)
		loop_timer_set(c->again, CHANNEL_AGAIN);
	else if (err)
		log_warning("kernel's sessions not read - %s - see: keyway session ls",
			    kwnl_strerror(c->conf.kwnl));
	trustdb_each(c->conf.trust, channel_check_peer, c);
}

static void channel_reread(void *arg)
{
	channel_adopt(arg);
}

static const struct kwnl_event_ops channel_ops = {
	.control = channel_control,
	.ask = channel_ask,
	.dev = channel_device_event,
	.peer = channel_peer,
	.session = channel_session,
	.path = channel_path,
	.lost = channel_reread,
};

static void channel_readable(unsigned int ready, void *arg)
{
	static const int most[CHANNEL_N] = { 64, 64, 8 };
	struct channel *c = arg;
	int i, n;

	(void)ready;
	for (i = 0; i < CHANNEL_N; i++) {
		n = kwnl_event_read(c->unicast[i].event, most[i], &channel_ops, c);
		if (n < 0)
			log_debug("channel %d not read: %s", i, strerror(-n));
	}
}

static void channel_events_readable(unsigned int ready, void *arg)
{
	struct channel *c = arg;
	int n;

	(void)ready;
	n = kwnl_event_read(c->events.event, CHANNEL_EVENTS, &channel_ops, c);
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
	c->again = loop_timer_create(conf->loop, channel_reread, c);
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
	loop_timer_destroy(c->again);
	free(c);
}
