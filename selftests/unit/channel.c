// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/channel.c userspace/keywayd/trustdb.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c */
/*
 * What the kernel holds is read until it could be read whole, as a table may
 * change faster than it is read.
 */
#include <errno.h>

#include "fakeloop.h"
#include "keywayd/channel.h"
#include "keywayd/connect.h"
#include "keywayd/failure.h"
#include "keywayd/pathmgr.h"
#include "keywayd/trustdb.h"
#include "libdaemon/log.h"
#include "test.h"

/* --- the kernel -------------------------------------------------------------- */

static int torn; /* what reading sessions comes to */
static unsigned int dumps;

int kwnl_dump_path(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		   int (*fn)(void *arg, const struct kwnl_path *path), void *arg)
{
	(void)k;
	(void)peer;
	(void)fn;
	(void)arg;
	return !dev;
}

int kwnl_dump_session(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		      int (*fn)(void *arg, const struct kwnl_session *session), void *arg)
{
	struct kwnl_session s = { .dev = dev, .has_peer = true, .sending = true,
				  .state = KEYWAY_SESSION_STATE_CONFIRMED };

	(void)k;
	(void)peer;
	dumps++;
	return torn ? torn : fn(arg, &s);
}

int kwnl_event_bind(struct kwnl_event **ev, struct kwnl *k, uint32_t dev, enum keyway_channel channel)
{
	(void)k;
	(void)dev;
	(void)channel;
	*ev = NULL;
	return 0;
}

int kwnl_event_subscribe(struct kwnl_event **ev, struct kwnl *k)
{
	(void)k;
	*ev = NULL;
	return 0;
}

void kwnl_event_destroy(struct kwnl_event *ev)
{
	(void)ev;
}

int kwnl_event_fd(const struct kwnl_event *ev)
{
	return !!ev;
}

int kwnl_event_read(struct kwnl_event *ev, int max, const struct kwnl_event_ops *ops, void *arg)
{
	(void)ev;
	(void)ops;
	(void)arg;
	return !max;
}

const char *kwnl_strerror(const struct kwnl *k)
{
	return k ? "" : "none";
}

/* --- the daemon -------------------------------------------------------------- */

static unsigned int adopted;

void connect_input(struct connect *c, const struct kwnl_control *control)
{
	(void)c;
	(void)control;
}

void connect_ask(struct connect *c, const struct kwnl_ask *ask)
{
	(void)c;
	(void)ask;
}

void connect_session(struct connect *c, const struct kwnl_session *session)
{
	(void)c;
	(void)session;
}

void connect_adopt(struct connect *c, const struct kw_addr *addr, uint64_t age)
{
	(void)c;
	(void)addr;
	adopted += !age;
}

void connect_check(struct connect *c, const struct kw_addr *addr)
{
	(void)c;
	(void)addr;
}

void pathmgr_set_seen(struct pathmgr *p, const struct kw_addr *peer, uint32_t socket,
		      const struct kwnl_endpoint *remote)
{
	(void)p;
	(void)peer;
	(void)socket;
	(void)remote;
}

void log_line(int level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
}

/* --- what is asserted -------------------------------------------------------- */

static void reads_again(struct loop *loop, struct channel *c)
{
	torn = -EAGAIN;
	channel_adopt(c);
	fakeloop_pass(loop, 2);
	test_eq(dumps, 2, "sessions that changed while they were read are read again");
	torn = 0;
	fakeloop_pass(loop, 2);
	test_ok(dumps == 3 && adopted == 1, "until they hold still");
	fakeloop_pass(loop, 2);
	test_eq(dumps, 3, "and no longer");
	torn = -EPERM;
	channel_adopt(c);
	fakeloop_pass(loop, 2);
	test_eq(dumps, 4, "nor what is refused");
}

int main(void)
{
	struct loop loop = { 0 };
	struct channel_conf conf = { .loop = &loop, .dev = 1, .name = "kw0" };
	struct trustdb *db = trustdb_create();
	struct channel *c;
	struct failure f;

	conf.trust = db;
	c = channel_create(&conf, &f);
	if (!c)
		return 1;
	reads_again(&loop, c);
	channel_destroy(c);
	trustdb_destroy(db);
	return test_done();
}
