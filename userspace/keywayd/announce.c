// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The set is made when it is first asked for and again once half its TTL is
 * over, so that it is never given out with little left. Its timestamp is on
 * disk before anyone sees it.
 */
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "clock.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "statickey.h"

#define ANNOUNCE_ADDRESSES 16
#define ANNOUNCE_FRESH (ANNOUNCE_TTL / 2 * LOOP_SECOND)
#define ANNOUNCE_AGAIN (30 * LOOP_SECOND) /* after a failure: each costs a write to disk */

struct announce {
	struct announce_conf conf;
	size_t n; /* 0: to be made */
	uint64_t again; /* not before, ns of boot time */
	uint64_t made; /* ns of boot time */
	uint8_t set[KW_RECORD_FIT];
};

struct announce *announce_create(const struct announce_conf *conf)
{
	struct announce *a = alloc_zero(sizeof(*a));

	a->conf = *conf;
	return a;
}

void announce_destroy(struct announce *a)
{
	free(a);
}

void announce_expire(struct announce *a)
{
	a->n = 0;
}

/* What doesn't fit is left out: a set without an address still proves S. */
static void announce_addresses(struct announce *a, struct kw_record_builder *b)
{
	struct kw_source own[ANNOUNCE_ADDRESSES];
	char text[64];
	size_t i, n;
	int len;

	n = a->conf.addresses(a->conf.arg, own, ANNOUNCE_ADDRESSES);
	for (i = 0; i < n; i++) {
		len = kw_record_format_address(&own[i], text, sizeof(text));
		if (len > 0 && kw_record_add(b, KW_RECORD_ADDRESS, KW_BYTES(text, (size_t)len)))
			log_debug("own address %s left out of the record set", text);
	}
}

static uint64_t announce_timestamp(struct announce *a)
{
	struct state_self self = *state_lookup_self(a->conf.state);

	self.record = kw_record_next_timestamp(clock_sign_time(a->conf.clock), self.record);
	if (state_set_self(a->conf.state, &self, STATE_NOW))
		return 0;
	return self.record;
}

static int announce_make(struct announce *a)
{
	const struct state_static *s = statickey_current(a->conf.statickey);
	struct kw_record_builder b = { .p = a->set, .size = sizeof(a->set) };
	uint64_t timestamp = announce_timestamp(a);
	uint8_t cert[KW_CERT_STATIC];
	int err;

	if (!timestamp)
		return -1;
	kw_cert_write_static(&s->cert, cert);
	err = kw_record_start(&b, a->conf.identity, timestamp, ANNOUNCE_TTL);
	if (!err)
		err = kw_record_add(&b, KW_RECORD_STATIC, KW_BYTES(cert, sizeof(cert)));
	if (err)
		return err;
	announce_addresses(a, &b);
	err = kw_record_sign(&b, a->conf.identity);
	if (err > 0)
		a->n = (size_t)err;
	return err;
}

struct kw_slice announce_lookup(struct announce *a)
{
	uint64_t now = loop_now(a->conf.loop);

	if (a->n && now - a->made >= ANNOUNCE_FRESH)
		a->n = 0;
	if (!a->n && now >= a->again) {
		a->made = now;
		if (announce_make(a) < 0) {
			a->again = now + ANNOUNCE_AGAIN;
			log_warning("own record set not made - state not stored - see the lines above");
			return KW_BYTES(a->set, 0);
		}
		statickey_announced(a->conf.statickey, ANNOUNCE_TTL);
	}
	return KW_BYTES(a->set, a->n);
}
