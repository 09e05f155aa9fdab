// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/statickey.c userspace/keywayd/state.c userspace/keywayd/clock.c userspace/keywayd/entropy.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libdaemon/file.c userspace/libdaemon/log.c */
/*
 * The life of static keys: made, dated, renewed daily, the old one accepted as
 * long as it may be asked for, never an epoch twice.
 */
#include "fakeloop.h"
#include "keywayd/clock.h"
#include "keywayd/statickey.h"
#include "libkeyway/crypto.h"
#include "libkeyway/identity.h"
#include "test.h"

#define NOW 1900000000ull
#define DAY 86400ull

struct home {
	struct loop loop;
	struct kw_identity identity;
	struct state *state;
	struct clock *clock;
	struct statickey *keys;
};

static unsigned int renewals;

static void renewed(void *arg)
{
	(void)arg;
	renewals++;
}

static void start(struct home *h)
{
	struct clock_conf clock = { .state = CLOCK_ASK };
	struct statickey_conf conf = { .loop = &h->loop, .state = h->state, .identity = &h->identity,
				       .renewed = renewed };

	h->clock = clock_create(&h->loop, &clock);
	conf.clock = h->clock;
	h->keys = statickey_create(&conf);
	if (!h->keys)
		abort();
}

static void stop(struct home *h)
{
	statickey_destroy(h->keys);
	clock_destroy(h->clock);
}

static void move_in(struct home *h, bool synchronised)
{
	struct kw_key seed;

	memset(h, 0, sizeof(*h));
	memset(&seed, 7, sizeof(seed));
	kw_identity_create(&h->identity, &seed);
	h->loop.wall = (struct loop_wall){ .ns = NOW * LOOP_SECOND, .synchronised = synchronised };
	h->state = state_create(&h->loop, NULL, NULL);
	start(h);
}

static void move_out(struct home *h)
{
	stop(h);
	state_destroy(h->state);
}

static void is_made(struct home *h)
{
	const struct kw_cert_static *c = &statickey_current(h->keys)->cert;

	test_ok(!kw_cert_verify_static(c, &h->identity.id), "the identity certified it");
	test_ok(c->not_before == NOW - DAY && c->not_after == NOW + 7 * DAY, "dated for 7 days");
	test_eq((long long)c->epoch, NOW, "its epoch is the time");
	test_ok(statickey_lookup(h->keys, (uint8_t)c->epoch) == statickey_current(h->keys),
		"found by the low byte of its epoch");
	test_ok(!statickey_lookup(h->keys, (uint8_t)(c->epoch + 1)), "others are not");
}

static void is_renewed(struct home *h)
{
	struct state_static first = *statickey_current(h->keys);
	const struct state_static *old;

	fakeloop_pass(&h->loop, 3600);
	test_ok(statickey_current(h->keys)->cert.epoch == first.cert.epoch && !renewals, "an hour changes nothing");
	statickey_announced(h->keys, 3600);
	fakeloop_pass(&h->loop, DAY);
	test_ok(statickey_current(h->keys)->cert.epoch > first.cert.epoch && renewals == 1,
		"a day renews it, with a higher epoch");
	old = statickey_lookup(h->keys, (uint8_t)first.cert.epoch);
	test_ok(old && !memcmp(&old->secret, &first.secret, sizeof(first.secret)), "the old one is still accepted");
	fakeloop_pass(&h->loop, 3600);
	test_ok(!!statickey_lookup(h->keys, (uint8_t)first.cert.epoch), "for the TTL announced with it");
	fakeloop_pass(&h->loop, 3700);
	test_ok(!statickey_lookup(h->keys, (uint8_t)first.cert.epoch), "and then no more");
}

static void survives(struct home *h)
{
	struct state_static before = *statickey_current(h->keys);

	stop(h);
	start(h);
	test_mem(&statickey_current(h->keys)->secret, &before.secret, sizeof(before.secret),
		 "a restart keeps it");
	if (statickey_renew_loaded(h->keys))
		abort();
	test_ok(statickey_current(h->keys)->cert.epoch > before.cert.epoch &&
		!!statickey_lookup(h->keys, (uint8_t)before.cert.epoch),
		"a boot renews it, and takes the old one too");
	before = *statickey_current(h->keys);
	test_ok(!statickey_renew_loaded(h->keys) &&
		statickey_current(h->keys)->cert.epoch == before.cert.epoch, "but once");
	stop(h);
	h->identity.id.b[0] ^= 1;
	start(h);
	test_ok(statickey_current(h->keys)->cert.epoch > before.cert.epoch &&
		!statickey_lookup(h->keys, (uint8_t)before.cert.epoch),
		"another identity's is never used, nor its epoch");
}

static void without_clock(void)
{
	struct home h;

	move_in(&h, false);
	test_ok(kw_cert_undated(&statickey_current(h.keys)->cert), "without a clock it has no dates");
	test_eq((long long)statickey_current(h.keys)->cert.epoch, NOW,
		"its epoch outlives a loss of state all the same");
	move_out(&h);
	move_in(&h, false);
	h.loop.wall.ns = 0;
	if (statickey_renew(h.keys))
		abort();
	test_ok(statickey_current(h.keys)->cert.epoch == NOW + 1, "in 1970 it only counts");
	h.loop.wall = (struct loop_wall){ .ns = NOW * LOOP_SECOND, .synchronised = true };
	fakeloop_pass(&h.loop, 61);
	test_ok(!kw_cert_undated(&statickey_current(h.keys)->cert), "with the clock come dates");
	move_out(&h);
}

/* A gateway that lost its time servers must not run out of certificates. */
static void loses_its_clock(void)
{
	uint64_t epoch;
	struct home h;

	move_in(&h, true);
	epoch = statickey_current(h.keys)->cert.epoch;
	h.loop.wall.synchronised = false;
	fakeloop_pass(&h.loop, DAY + 61);
	test_ok(kw_cert_undated(&statickey_current(h.keys)->cert) &&
		statickey_current(h.keys)->cert.epoch > epoch,
		"a dated one is renewed without dates when the clock is lost");
	move_out(&h);
}

static void never_collides(void)
{
	struct home h;
	unsigned int i, same = 0;
	uint64_t last;

	move_in(&h, true);
	last = statickey_current(h.keys)->cert.epoch;
	for (i = 0; i < 300; i++) {
		if (statickey_renew(h.keys))
			abort();
		same += statickey_current(h.keys)->cert.epoch <= last ||
			statickey_lookup(h.keys, (uint8_t)statickey_current(h.keys)->cert.epoch) !=
				statickey_current(h.keys);
		last = statickey_current(h.keys)->cert.epoch;
	}
	test_eq(same, 0, "300 renewals: each epoch higher, its low byte unlike the accepted ones'");
	move_out(&h);
}

int main(void)
{
	struct home h;

	if (kw_crypto_init())
		return 1;
	move_in(&h, true);
	is_made(&h);
	is_renewed(&h);
	survives(&h);
	move_out(&h);
	without_clock();
	loses_its_clock();
	never_collides();
	return test_done();
}
