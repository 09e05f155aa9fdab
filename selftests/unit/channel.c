// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/channel.c userspace/keywayd/trustdb.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c */
/*
 * What the kernel holds is read until it could be read whole, as a table may
 * change faster than it is read; and which of its events tell that a trusted
 * peer is missing there.
 */
#include <errno.h>

#include "fakeloop.h"
#include "keywayd/channel.h"
#include "keywayd/connect.h"
#include "keywayd/failure.h"
#include "keywayd/pathmgr.h"
#include "keywayd/trustdb.h"
#include "libdaemon/log.h"
#include "libkeyway/crypto.h"
#include "test.h"

/* --- the kernel -------------------------------------------------------------- */

static int torn; /* what reading sessions comes to */
static unsigned int dumps;
static struct kwnl_peer peer; /* of the next event */

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

/* Tells of one peer. */
int kwnl_event_read(struct kwnl_event *ev, int max, const struct kwnl_event_ops *ops, void *arg)
{
	(void)ev;
	(void)max;
	ops->peer(arg, &peer);
	return 1;
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

static unsigned int missing;

static void peer_gone(void *arg)
{
	(void)arg;
	missing++;
}

static unsigned int told(struct loop *loop, uint32_t reason)
{
	missing = 0;
	peer.reason = reason;
	fakeloop_ready(loop, 0);
	return missing;
}

static void misses_peers(struct loop *loop, struct trustdb *db)
{
	struct kw_trust_entry room, e;
	struct kw_trust t;

	memset(&e, 0, sizeof(e));
	e.fp.val.b[0] = 1;
	kw_trust_create(&t, &room, 1);
	if (kw_trust_add(&t, &e))
		exit(1);
	peer.dev = 1;
	memcpy(peer.address, t.entry[0].addr.b, sizeof(peer.address));
	test_eq(told(loop, KEYWAY_REASON_DEL), 0, "a peer removed that nobody trusts");
	trustdb_set(db, &t);
	test_eq(told(loop, KEYWAY_REASON_SET), 0, "or a trusted one that was set, is no matter");
	test_eq(told(loop, KEYWAY_REASON_DEL), 1, "a trusted one removed is");
	peer.dev = 2;
	test_eq(told(loop, KEYWAY_REASON_DEL), 0, "unless it is another device's");
}

int main(void)
{
	struct loop loop = { 0 };
	struct channel_conf conf = { .loop = &loop, .dev = 1, .name = "kw0", .peer_gone = peer_gone };
	struct trustdb *db = trustdb_create();
	struct channel *c;
	struct failure f;

	conf.trust = db;
	c = channel_create(&conf, &f);
	if (!c || kw_crypto_init())
		return 1;
	reads_again(&loop, c);
	misses_peers(&loop, db);
	channel_destroy(c);
	trustdb_destroy(db);
	return test_done();
}
