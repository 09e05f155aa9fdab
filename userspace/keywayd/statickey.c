// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * This node's own static keys. Owns the table of accepted ones (a copy of it
 * is in state, on disk) and the timer of renewal. Made and ended by node.c.
 */
#include "statickey.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/dh.h"
#include "libkeyway/identity.h"

#define STATICKEY_CHECK (60 * LOOP_SECOND)
#define STATICKEY_SECOND 1000000000ull

struct statickey {
	/* identity */
	struct statickey_conf conf;
	struct loop_timer *timer;
	/* state: key[0] is the current one, younger before older */
	struct state_static key[STATE_STATICS];
	size_t n;
	uint64_t made;	    /* boot time when key[0] became current here, ns */
	uint32_t announced; /* longest TTL told with key[0], s */
	bool loaded;	    /* key[0] is from an earlier run */
};

static uint64_t statickey_wall(const struct statickey *k)
{
	return clock_wall(k->conf.clock) / STATICKEY_SECOND;
}

/*
 * An undated certificate tells no age: it is renewed a day after each start,
 * and as soon as there is a clock to date it with. A dated one must not run
 * out because the clock went: then the wall clock counts as a hint.
 */
static bool statickey_due(const struct statickey *k)
{
	const struct kw_cert_static *c = &k->key[0].cert;
	uint64_t now = clock_sign_time(k->conf.clock);

	if (!k->n || (!now && loop_now(k->conf.loop) - k->made >= STATICKEY_RENEW * LOOP_SECOND))
		return true;
	if (kw_cert_undated(c))
		return now;
	if (now && now < c->not_before)
		return true;
	return (now ? now : statickey_wall(k)) >=
	       c->not_before + KW_CERT_BACKDATE + STATICKEY_RENEW;
}

/* A set that names an old S lives for its TTL, and its asker may be slow. */
static size_t statickey_expire(struct statickey *k)
{
	uint64_t now = statickey_wall(k);
	size_t i, kept = k->n ? 1 : 0;

	for (i = 1; i < k->n; i++) {
		/* a clock set back must not keep a key for ever */
		if (k->key[i].until <= now || k->key[i].until > now + KW_CERT_STATIC_LIFE)
			explicit_bzero(&k->key[i], sizeof(k->key[i]));
		else
			k->key[kept++] = k->key[i];
	}
	i = k->n - kept;
	explicit_bzero(&k->key[kept], i * sizeof(*k->key)); /* moved, or too old */
	k->n = kept;
	return i;
}

static int statickey_make(struct statickey *k, struct state_static *fresh)
{
	const struct state_self *self = state_lookup_self(k->conf.state);
	uint64_t now = clock_sign_time(k->conf.clock);
	uint64_t epochs[STATE_STATICS];
	struct kw_dh pair;
	size_t i;

	memset(fresh, 0, sizeof(*fresh));
	for (i = 0; i < k->n; i++)
		epochs[i] = k->key[i].cert.epoch;
	entropy_fill(&fresh->secret, sizeof(fresh->secret));
	kw_dh_create(&pair, &fresh->secret);
	fresh->cert.s = pair.public;
	kw_dh_destroy(&pair);
	fresh->cert.epoch = kw_cert_next_epoch(self->epoch, clock_epoch_time(k->conf.clock),
					       epochs, k->n);
	if (now) {
		fresh->cert.not_before = now - KW_CERT_BACKDATE;
		fresh->cert.not_after = now + KW_CERT_STATIC_LIFE;
	}
	return kw_cert_sign_static(&fresh->cert, k->conf.identity);
}

/* The epoch is on disk before anyone can see it, or a crash would reuse it. */
static int statickey_store(struct statickey *k, const struct state_static *keys, size_t n)
{
	struct state_self self = *state_lookup_self(k->conf.state);
	int err;

	self.epoch = keys[0].cert.epoch;
	err = state_set_self(k->conf.state, &self, STATE_SOON);
	return err ? err : state_set_statics(k->conf.state, keys, n);
}

int statickey_renew(struct statickey *k)
{
	struct state_static next[STATE_STATICS];
	size_t old;
	int err;

	statickey_expire(k);
	err = statickey_make(k, &next[0]);
	if (err)
		goto out_wipe;
	old = k->n < STATE_STATICS - 1 ? k->n : STATE_STATICS - 1;
	memcpy(next + 1, k->key, old * sizeof(*next));
	if (old)
		next[1].until = statickey_wall(k) + k->announced + STATICKEY_TTL;
	err = statickey_store(k, next, old + 1);
	if (err)
		goto out_wipe;
	memcpy(k->key, next, (old + 1) * sizeof(*next));
	k->n = old + 1;
	k->made = loop_now(k->conf.loop);
	k->announced = 0;
	k->loaded = false;
	log_info("static key of epoch %llu made", (unsigned long long)k->key[0].cert.epoch);
	if (k->conf.renewed)
		k->conf.renewed(k->conf.arg);
out_wipe:
	explicit_bzero(next, sizeof(next));
	return err ? -EIO : 0;
}

static void statickey_tick(void *arg)
{
	struct statickey *k = arg;

	loop_timer_set(k->timer, STATICKEY_CHECK);
	if (statickey_due(k)) {
		if (statickey_renew(k))
			log_error("static key not renewed - it could not be stored - mend the state directory");
	} else if (statickey_expire(k)) {
		(void)!statickey_store(k, k->key, k->n);
		/* engines keep what they made of a key */
		if (k->conf.renewed)
			k->conf.renewed(k->conf.arg);
	}
}

/* Keys that this identity didn't certify are another node's: a directory copied. */
static void statickey_load(struct statickey *k)
{
	const struct state_static *keys;
	size_t i, n;

	keys = state_lookup_statics(k->conf.state, &n);
	for (i = 0; i < n; i++) {
		if (!kw_cert_verify_static(&keys[i].cert, &k->conf.identity->id))
			k->key[k->n++] = keys[i];
	}
	k->made = loop_now(k->conf.loop);
	k->announced = STATICKEY_TTL;
	k->loaded = k->n;
}

int statickey_renew_loaded(struct statickey *k)
{
	return k->loaded ? statickey_renew(k) : 0;
}

struct statickey *statickey_create(const struct statickey_conf *conf)
{
	struct statickey *k = alloc_zero(sizeof(*k));

	k->conf = *conf;
	statickey_load(k);
	k->conf.renewed = NULL; /* nobody can listen yet */
	if (statickey_due(k) && statickey_renew(k)) {
		explicit_bzero(k->key, sizeof(k->key));
		free(k);
		return NULL;
	}
	k->conf.renewed = conf->renewed;
	k->timer = loop_timer_create(conf->loop, statickey_tick, k);
	loop_timer_set(k->timer, STATICKEY_CHECK);
	return k;
}

void statickey_destroy(struct statickey *k)
{
	loop_timer_destroy(k->timer);
	explicit_bzero(k->key, sizeof(k->key));
	free(k);
}

const struct state_static *statickey_current(const struct statickey *k)
{
	return &k->key[0];
}

const struct state_static *statickey_lookup(const struct statickey *k, uint8_t epoch)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		if ((uint8_t)k->key[i].cert.epoch == epoch)
			return &k->key[i];
	}
	return NULL;
}

void statickey_announced(struct statickey *k, uint32_t ttl)
{
	if (ttl > k->announced)
		k->announced = ttl;
}
