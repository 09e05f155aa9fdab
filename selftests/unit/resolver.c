// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/resolver.c userspace/libdaemon/alloc.c */
/*
 * Endpoint texts and names: numbers are taken at once, names are asked for on
 * the thread, and whoever leaves first takes nothing along that is in use.
 */
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/resolver.h"
#include "test.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*waiting)(void *arg);
static void *waiting_arg;
static unsigned int answers;
static struct resolver_answer last;

void loop_defer(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	(void)loop;
	pthread_mutex_lock(&lock);
	waiting = fn;
	waiting_arg = arg;
	pthread_mutex_unlock(&lock);
}

/* At most a minute. */
static void await_deferred(void)
{
	unsigned int i;
	bool there = false;

	for (i = 0; i < 6000 && !there; i++) {
		pthread_mutex_lock(&lock);
		there = waiting;
		pthread_mutex_unlock(&lock);
		if (!there)
			usleep(10000);
	}
}

static bool run_deferred(void)
{
	void (*fn)(void *arg);

	await_deferred();
	pthread_mutex_lock(&lock);
	fn = waiting;
	waiting = NULL;
	pthread_mutex_unlock(&lock);
	if (fn)
		fn(waiting_arg);
	return fn;
}

static void done(void *arg, const struct resolver_answer *a)
{
	(void)arg;
	answers++;
	last = *a;
}

static void parses(void)
{
	static const uint8_t v4[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	struct kwnl_endpoint at;

	test_ok(!resolver_parse("192.0.2.1:51900", &at) && at.port == 51900 &&
		!memcmp(at.addr, v4, 16), "an IPv4 endpoint, v4-mapped");
	test_ok(!resolver_parse("[2001:db8::1]:1", &at) && at.port == 1 && !memcmp(at.addr, v6, 16),
		"an IPv6 endpoint");
	test_ok(!resolver_parse("[fe80::1%lo]:1", &at) && at.ifindex, "a link-local one keeps its interface");
	test_eq(resolver_parse("gw.example:7", &at), -EAGAIN, "a name must be asked for");
	test_eq(resolver_parse("192.0.2.1", &at), -EINVAL, "no port");
	test_eq(resolver_parse("192.0.2.1:0", &at), -EINVAL, "port 0");
	test_eq(resolver_parse("[2001:db8::1:7", &at), -EINVAL, "an open bracket");
	test_eq(resolver_parse(":7", &at), -EINVAL, "no host");
	test_eq(resolver_parse("", &at), -EINVAL, "nothing");
}

static void asks(void)
{
	struct kw_addr peer = { { 1 } };
	struct resolver *r = resolver_create(NULL, done, NULL);

	resolver_ask(r, &peer, "localhost:51900");
	test_ok(run_deferred() && answers == 1 && last.n && last.at[0].port == 51900 &&
		last.peer.b[0] == 1, "a name is answered on the loop's thread");
	resolver_ask(r, &peer, "name.invalid:1");
	test_ok(run_deferred() && answers == 2 && !last.n && last.error, "one that isn't there, with the reason");
	resolver_ask(r, &peer, "localhost:51900");
	await_deferred();
	resolver_destroy(r);
	test_ok(run_deferred() && answers == 2, "what was handed over before destroy is told to nobody");
	r = resolver_create(NULL, done, NULL);
	resolver_ask(r, &peer, "localhost:51900");
	resolver_destroy(r);
	usleep(200000); /* the thread lets go by itself: the leak checker looks */
	test_eq(answers, 2, "after destroy nothing is told");
}

int main(void)
{
	parses();
	asks();
	return test_done();
}
