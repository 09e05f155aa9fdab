// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * A row of pairs, each made when first asked for. The table is a user of each
 * that it holds, so that a key isn't prepared anew for every handshake.
 */
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"
#include "pair.h"

struct pairs {
	struct statickey *from;
	struct pair *pair[STATE_STATICS];
};

struct pairs *pair_table_create(struct statickey *from)
{
	struct pairs *t = alloc_zero(sizeof(*t));

	t->from = from;
	return t;
}

void pair_put(struct pair *p)
{
	if (!p || --p->users)
		return;
	kw_dh_destroy(&p->dh);
	free(p);
}

void pair_table_destroy(struct pairs *t)
{
	unsigned int i;

	for (i = 0; i < STATE_STATICS; i++)
		pair_put(t->pair[i]);
	free(t);
}

static bool pair_matches(const struct pair *p, const struct state_static *s)
{
	return s && p->cert.epoch == s->cert.epoch &&
	       !memcmp(&p->cert.s, &s->cert.s, sizeof(s->cert.s));
}

void pair_expire(struct pairs *t)
{
	const struct state_static *s;
	unsigned int i;

	for (i = 0; i < STATE_STATICS; i++) {
		if (!t->pair[i])
			continue;
		s = statickey_lookup(t->from, (uint8_t)t->pair[i]->cert.epoch);
		if (pair_matches(t->pair[i], s))
			continue;
		pair_put(t->pair[i]);
		t->pair[i] = NULL;
	}
}

static struct pair *pair_create(const struct state_static *s)
{
	struct pair *p = alloc_zero(sizeof(*p));

	kw_dh_create(&p->dh, &s->secret);
	p->cert = s->cert;
	p->users = 1;
	return p;
}

static struct pair *pair_find(struct pairs *t, const struct state_static *s)
{
	unsigned int i, room = STATE_STATICS;

	for (i = 0; i < STATE_STATICS; i++) {
		if (t->pair[i] && pair_matches(t->pair[i], s))
			return t->pair[i];
		if (!t->pair[i])
			room = i;
	}
	if (room == STATE_STATICS) {
		pair_expire(t);
		for (room = 0; room < STATE_STATICS - 1 && t->pair[room]; room++)
			;
		pair_put(t->pair[room]);
	}
	t->pair[room] = pair_create(s);
	return t->pair[room];
}

struct pair *pair_hold(struct pair *p)
{
	p->users++;
	return p;
}

struct pair *pair_get_current(struct pairs *t)
{
	return pair_hold(pair_find(t, statickey_current(t->from)));
}

struct pair *pair_get(struct pairs *t, uint8_t epoch)
{
	const struct state_static *s = statickey_lookup(t->from, epoch);

	return s ? pair_hold(pair_find(t, s)) : NULL;
}
