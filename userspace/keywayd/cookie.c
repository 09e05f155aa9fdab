// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Secrets live two periods of two minutes, as a cookie is good for 110 s at
 * its receiver. Load is counted in INITs per second whose DHs were begun: the
 * budget is about a quarter of a slow core.
 */
#include <stdlib.h>
#include <string.h>

#include "cookie.h"
#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/crypto.h"

#define COOKIE_PERIOD (120 * LOOP_SECOND)
#define COOKIE_LIFE (110 * LOOP_SECOND)
#define COOKIE_HOLD LOOP_SECOND
#define COOKIE_BUDGET 500 /* INITs per second */

struct cookie_kept {
	struct pathmgr_candidate to;
	struct kw_mackey cookie;
	uint64_t until; /* 0: free */
};

struct cookie {
	/* set */
	struct cookie_conf conf;
	struct loop_timer *timer;
	/* state */
	struct kw_message_secrets secret[KEYWAY_COOKIE_PERIODS]; /* current first */
	unsigned int secrets;
	uint64_t second, begun; /* INITs begun in the second that began then */
	uint64_t demand_until;
	struct cookie_kept kept[COOKIE_KEPT_MAX];
	unsigned int next;
};

int cookie_install(struct cookie *c)
{
	struct kwnl_domain_req req = { .dev = c->conf.dev };
	struct kwnl_cookie_secret *to;
	unsigned int i;
	int err;

	for (i = 0; i < c->secrets; i++) {
		to = &req.cookie_secrets[req.n_cookie_secrets++];
		memcpy(to->s0, c->secret[i].s0.b, sizeof(to->s0));
		memcpy(to->s1, c->secret[i].s1.b, sizeof(to->s1));
	}
	err = kwnl_set_domain(c->conf.kwnl, &req);
	kw_crypto_wipe(&req, sizeof(req));
	return err;
}

static void cookie_draw(struct cookie *c)
{
	c->secret[1] = c->secret[0];
	entropy_fill(&c->secret[0], sizeof(c->secret[0]));
	if (c->secrets < KEYWAY_COOKIE_PERIODS)
		c->secrets++;
	loop_timer_set(c->timer, COOKIE_PERIOD);
}

static void cookie_period(void *arg)
{
	struct cookie *c = arg;

	cookie_draw(c);
	if (cookie_install(c))
		log_warning("cookie secrets not set - %s - handshakes under load may fail",
			    kwnl_strerror(c->conf.kwnl));
}

struct cookie *cookie_create(const struct cookie_conf *conf)
{
	struct cookie *c = alloc_zero(sizeof(*c));

	c->conf = *conf;
	c->timer = loop_timer_create(conf->loop, cookie_period, c);
	cookie_draw(c);
	return c;
}

void cookie_destroy(struct cookie *c)
{
	loop_timer_destroy(c->timer);
	kw_crypto_wipe(c, sizeof(*c));
	free(c);
}

void cookie_count(struct cookie *c, bool busy)
{
	uint64_t now = loop_now(c->conf.loop);

	if (now - c->second >= LOOP_SECOND) {
		c->second = now;
		c->begun = 0;
	}
	if (++c->begun > COOKIE_BUDGET || busy)
		c->demand_until = now + COOKIE_HOLD;
}

bool cookie_demanded(const struct cookie *c)
{
	return c->conf.under_load || loop_now(c->conf.loop) < c->demand_until;
}

void cookie_write(struct cookie *c, const struct kw_message_init_view *v,
		  const struct kw_message_domain *d, const struct kw_source *from,
		  uint8_t out[KW_MESSAGE_COOKIE_SIZE])
{
	struct kw_mackey cookie;
	uint8_t nonce[24];

	entropy_fill(nonce, sizeof(nonce));
	kw_message_cookie(&c->secret[0], from, &cookie);
	kw_message_write_cookie(v, d, &cookie, nonce, out);
	kw_crypto_wipe(&cookie, sizeof(cookie));
}

/* A candidate whose socket the kernel chose matches by remote alone. */
static bool cookie_same(const struct pathmgr_candidate *a, const struct pathmgr_candidate *b)
{
	if (a->socket && b->socket && a->socket != b->socket)
		return false;
	return a->remote.port == b->remote.port && a->remote.ifindex == b->remote.ifindex &&
	       !memcmp(a->remote.addr, b->remote.addr, sizeof(a->remote.addr));
}

void cookie_keep(struct cookie *c, const struct pathmgr_candidate *to,
		 const struct kw_mackey *cookie)
{
	struct cookie_kept *k;
	unsigned int i;

	for (i = 0; i < COOKIE_KEPT_MAX && !cookie_same(&c->kept[i].to, to); i++)
		;
	k = &c->kept[i < COOKIE_KEPT_MAX ? i : c->next++ % COOKIE_KEPT_MAX];
	k->to = *to;
	k->cookie = *cookie;
	k->until = loop_now(c->conf.loop) + COOKIE_LIFE;
}

const struct kw_mackey *cookie_lookup(const struct cookie *c, const struct pathmgr_candidate *to)
{
	uint64_t now = loop_now(c->conf.loop);
	unsigned int i;

	for (i = 0; i < COOKIE_KEPT_MAX; i++)
		if (now < c->kept[i].until && cookie_same(&c->kept[i].to, to))
			return &c->kept[i].cookie;
	return NULL;
}
