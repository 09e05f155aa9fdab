// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * How a peer gets from trusted to up:
 *
 *   TRUST      connect_wish: traffic, a keepalive, or the kernel asks
 *   REACH      connect_reach: is there an endpoint to try
 *   DISCOVER   connect_discover: its S is known, or asked for there
 *   HANDSHAKE  connect_shake: tries until one is answered
 *   INSTALL    connect_report: keys are in the kernel
 *   UP         connect_session: the kernel opened a frame with them
 *
 * The far side of a handshake enters at connect_accept. Later asks (rekey,
 * silence) run the same steps again while the old session goes on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "budget.h"
#include "clock.h"
#include "connect.h"
#include "discover.h"
#include "domain.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/identity.h"
#include "libkeyway/prefix.h"
#include "pathmgr.h"
#include "state.h"
#include "trustdb.h"

#define CONNECT_ADDRESSES 16 /* of a record set */

struct connect_peer {
	/* identity */
	struct connect *c;
	struct peer *peer;
	/* state */
	enum connect_step step;
	const char *error;
	uint64_t since;
	bool wanted; /* and not yet answered by a session */
	bool kept;   /* wanted whenever there is none */
	struct loop_timer *timer; /* kept: try again; tests: rekey */
};

struct connect {
	struct connect_conf conf;
	struct peers *peers;
	struct domain *domain;
	struct budget *budget, *records; /* of INITs, of RECORD-REQs */
	struct announce *announce;
	struct discover *discover;
	struct handshake *handshake;
	struct input input;
};

#define CONNECT_AGAIN (30 * LOOP_SECOND)

const char *connect_step_name(enum connect_step step)
{
	static const char *const name[] = {
		[CONNECT_TRUST] = "trusted",	   [CONNECT_REACH] = "reaching",
		[CONNECT_DISCOVER] = "discovering", [CONNECT_HANDSHAKE] = "handshaking",
		[CONNECT_INSTALL] = "confirming",  [CONNECT_UP] = "up",
	};

	return name[step];
}

static void connect_set_step(struct connect_peer *cp, enum connect_step step, const char *error)
{
	struct connect *c = cp->c;

	if (cp->step == step && cp->error == error)
		return;
	cp->step = step;
	cp->error = error;
	cp->since = loop_now(c->conf.loop);
	if (c->conf.changed)
		c->conf.changed(c->conf.arg, cp->peer);
}

/* A session that sends keeps a peer up, whatever goes on beside it. */
static void connect_at(struct connect_peer *cp, enum connect_step step, const char *error)
{
	if (cp->step == CONNECT_UP)
		step = CONNECT_UP;
	connect_set_step(cp, step, error);
}

/* --- the steps ------------------------------------------------------------ */

static void connect_shake(struct connect_peer *cp)
{
	connect_at(cp, CONNECT_HANDSHAKE, cp->error);
	handshake_start(cp->c->handshake, cp->peer);
}

/* One whose certificate ran out is as good as unknown. */
static bool connect_knows(const struct connect *c, const struct peer *p)
{
	struct kw_time now = clock_time(c->conf.clock);

	return p->key.known &&
	       !kw_cert_check_dates(p->key.cert.not_before, p->key.cert.not_after, &now);
}

static void connect_discover(struct connect_peer *cp)
{
	if (connect_knows(cp->c, cp->peer)) {
		connect_shake(cp);
		return;
	}
	connect_at(cp, CONNECT_DISCOVER, cp->error);
	discover_start(cp->c->discover, cp->peer);
}

static void connect_reach(struct connect_peer *cp)
{
	struct peer *p = cp->peer;

	p->candidates = (unsigned int)pathmgr_candidates(cp->c->conf.pathmgr, &p->addr,
							 p->candidate, PEER_CANDIDATES);
	if (!p->candidates) {
		connect_at(cp, CONNECT_REACH, "no endpoint within reach is known - check its Endpoint, or wait until it calls");
		return;
	}
	connect_discover(cp);
}

static void connect_wish(struct connect_peer *cp)
{
	struct kw_time now = clock_time(cp->c->conf.clock);
	struct trustdb_entry e;

	if (trustdb_check(cp->c->conf.trust, &cp->peer->val, &now, &e)) {
		connect_set_step(cp, CONNECT_TRUST, "not trusted now");
		return;
	}
	cp->wanted = true;
	connect_reach(cp);
}

/* --- what the engines report ---------------------------------------------- */

static void connect_gave_up(struct connect_peer *cp)
{
	cp->wanted = false;
	if (discover_running(cp->peer) || handshake_running(cp->peer) || cp->step == CONNECT_UP)
		return;
	connect_set_step(cp, CONNECT_TRUST, "no answer in 90 s - is its UDP port open, and does it trust this node?");
	if (cp->kept)
		loop_timer_set(cp->timer, CONNECT_AGAIN);
}

static void connect_installed(struct connect_peer *cp)
{
	struct connect *c = cp->c;

	cp->wanted = false;
	discover_stop(c->discover, cp->peer);
	connect_at(cp, CONNECT_INSTALL, NULL);
	if (c->conf.rekey_after)
		loop_timer_set(cp->timer, c->conf.rekey_after * LOOP_SECOND);
}

static void connect_report(void *arg, struct peer *p, enum handshake_event event)
{
	struct connect *c = arg;

	switch (event) {
	case HANDSHAKE_UNANSWERED:
		pathmgr_widen(c->conf.pathmgr, &p->addr);
		discover_start(c->discover, p);
		break;
	case HANDSHAKE_INSTALLED:
		connect_installed(p->connect);
		break;
	case HANDSHAKE_ANSWERED:
		connect_at(p->connect, CONNECT_INSTALL, NULL);
		break;
	case HANDSHAKE_GAVE_UP:
		connect_gave_up(p->connect);
		break;
	}
}

/* The far side: authentic, fresh, and trusted a moment ago; still? */
static struct peer *connect_accept(void *arg, const struct kw_hash *val, const struct peer_key *key)
{
	struct connect *c = arg;
	struct kw_time now = clock_time(c->conf.clock);
	struct peer *p = peer_lookup(c->peers, val);
	struct trustdb_entry e;

	if (!p || trustdb_check(c->conf.trust, val, &now, &e))
		return NULL;
	p->key = *key;
	return p;
}

static void connect_learn_addresses(struct connect *c, const struct peer *p,
				    const struct kw_record *r)
{
	const struct state_peer *known = state_lookup_peer(c->conf.state, &p->val);
	struct kw_source at[CONNECT_ADDRESSES];
	struct kw_wire_tlv tlv;
	size_t pos = 0, n = 0;

	if (known && r->timestamp < known->record)
		return;
	while (n < CONNECT_ADDRESSES && kw_record_next(r, KW_RECORD_ADDRESS, &pos, &tlv))
		if (!kw_record_parse_address(tlv.value, &at[n]) && !kw_prefix_reserved(&at[n].addr))
			n++;
	pathmgr_set_record(c->conf.pathmgr, &p->addr, at, n);
}

/* Verified, but perhaps an old one: the highest epoch seen decides. */
static int connect_learn_key(struct connect *c, struct peer *p, const struct kw_record *r)
{
	const struct state_peer *known = state_lookup_peer(c->conf.state, &p->val);
	struct state_peer now = { .val = p->val };
	int err;

	if (known)
		now = *known;
	err = kw_cert_check_epoch(&r->cert, now.seen.epoch ? &now.seen : NULL);
	if (err)
		return err;
	p->key = (struct peer_key){ true, r->id, r->cert };
	/* an older set of this key still proves the key, but no address */
	if (r->cert.epoch > now.seen.epoch || r->timestamp > now.record)
		now.record = r->timestamp;
	now.seen.epoch = r->cert.epoch;
	now.seen.s = r->cert.s;
	return state_set_peer(c->conf.state, &now, STATE_SOON);
}

static void connect_found(void *arg, struct peer *p, const struct kw_record *r)
{
	struct connect_peer *cp = p->connect;
	struct connect *c = arg;
	int err;

	if (!r) {
		connect_gave_up(cp);
		return;
	}
	err = connect_learn_key(c, p, r);
	if (err)
		log_notice("record set of %s not used - %s", trustdb_name(c->conf.trust, &p->addr),
			   kw_cert_strerror(err));
	else
		connect_learn_addresses(c, p, r);
	if (!cp->wanted || handshake_running(p))
		return;
	if (connect_knows(c, p))
		connect_shake(cp);
	else
		connect_at(cp, CONNECT_DISCOVER, "its record set is out of date");
}

/* --- what the kernel says ------------------------------------------------- */

void connect_input(struct connect *c, const struct kwnl_control *control)
{
	input_dispatch(&c->input, control);
}

static struct connect_peer *connect_lookup(const struct connect *c, const uint8_t addr[16])
{
	struct kw_addr a;
	struct peer *p;

	memcpy(a.b, addr, sizeof(a.b));
	p = peer_lookup_addr(c->peers, &a);
	return p ? p->connect : NULL;
}

void connect_ask(struct connect *c, const struct kwnl_ask *ask)
{
	struct connect_peer *cp = connect_lookup(c, ask->address);

	if (cp)
		connect_wish(cp);
}

/* The last session went: the step is where we stand without one. */
static void connect_ended(struct connect_peer *cp, const uint8_t addr[16])
{
	struct connect *c = cp->c;
	struct kwnl_peer now;

	if (cp->step != CONNECT_UP && cp->step != CONNECT_INSTALL)
		return;
	if (!kwnl_get_peer(c->conf.kwnl, c->conf.dev, addr, &now) && now.session)
		return;
	connect_set_step(cp, CONNECT_TRUST, NULL);
	if (cp->kept && !cp->wanted)
		loop_timer_set(cp->timer, LOOP_SECOND);
}

static void connect_confirmed(struct connect_peer *cp, uint64_t age)
{
	cp->wanted = false;
	handshake_confirmed(cp->c->handshake, cp->peer, age);
	discover_stop(cp->c->discover, cp->peer);
	connect_set_step(cp, CONNECT_UP, NULL);
	pathmgr_peer_up(cp->c->conf.pathmgr, &cp->peer->addr);
}

void connect_session(struct connect *c, const struct kwnl_session *s)
{
	struct connect_peer *cp = s->has_peer ? connect_lookup(c, s->peer) : NULL;

	if (!cp)
		return;
	switch (s->reason) {
	case KEYWAY_REASON_CONFIRMED:
		connect_confirmed(cp, s->age * LOOP_MS);
		break;
	case KEYWAY_REASON_DEL:
	case KEYWAY_REASON_EXPIRED:
	case KEYWAY_REASON_UNCONFIRMED:
	case KEYWAY_REASON_FORK:
		connect_ended(cp, s->peer);
		break;
	default:
		break;
	}
}

/* --- what node.c says ----------------------------------------------------- */

/* Meanwhile the peer may have come up by itself. */
static void connect_fired(void *arg)
{
	struct connect_peer *cp = arg;

	if (cp->step != CONNECT_UP || cp->c->conf.rekey_after)
		connect_wish(cp);
}

int connect_add(struct connect *c, const struct kw_hash *val)
{
	struct connect_peer *cp;
	struct peer *p;

	if (!memcmp(val, &c->conf.identity->val, sizeof(*val)))
		return -EINVAL;
	if (peer_lookup(c->peers, val))
		return -EEXIST;
	p = peer_add(c->peers, val);
	if (!p)
		return -EADDRINUSE;
	cp = alloc_zero(sizeof(*cp));
	cp->c = c;
	cp->peer = p;
	cp->since = loop_now(c->conf.loop);
	cp->timer = loop_timer_create(c->conf.loop, connect_fired, cp);
	p->connect = cp;
	return 0;
}

static void connect_forget(void *arg, struct peer *p)
{
	struct connect *c = arg;

	handshake_forget(c->handshake, p);
	discover_forget(c->discover, p);
	loop_timer_destroy(p->connect->timer);
	free(p->connect);
	p->connect = NULL;
	peer_del(c->peers, p);
}

void connect_del(struct connect *c, const struct kw_hash *val)
{
	struct peer *p = peer_lookup(c->peers, val);

	if (p)
		connect_forget(c, p);
}

void connect_candidates(struct connect *c, const struct kw_addr *addr)
{
	struct connect_peer *cp = connect_lookup(c, addr->b);
	struct peer *p;

	if (!cp)
		return;
	p = cp->peer;
	p->candidates = (unsigned int)pathmgr_candidates(c->conf.pathmgr, &p->addr, p->candidate,
							 PEER_CANDIDATES);
	if (cp->wanted && !handshake_running(p) && !discover_running(p))
		connect_reach(cp);
}

void connect_set_kept(struct connect *c, const struct kw_hash *val, bool kept)
{
	struct peer *p = peer_lookup(c->peers, val);

	if (!p)
		return;
	p->connect->kept = kept;
	if (!kept && !c->conf.rekey_after)
		loop_timer_stop(p->connect->timer);
	if (kept && p->connect->step != CONNECT_UP && p->connect->step != CONNECT_INSTALL)
		loop_timer_set(p->connect->timer, 0); /* after what is there was adopted */
}

void connect_adopt(struct connect *c, const struct kw_addr *addr, uint64_t age)
{
	struct connect_peer *cp = connect_lookup(c, addr->b);

	if (cp)
		connect_confirmed(cp, age);
}

void connect_check(struct connect *c, const struct kw_addr *addr)
{
	struct connect_peer *cp = connect_lookup(c, addr->b);

	if (cp)
		connect_ended(cp, addr->b);
}

void connect_read(const struct connect *c, const struct kw_addr *addr, struct connect_view *out)
{
	const struct connect_peer *cp = connect_lookup(c, addr->b);

	*out = (struct connect_view){ .error = "" };
	if (!cp)
		return;
	out->step = cp->step;
	out->since = cp->since;
	if (cp->error)
		out->error = cp->error;
}

void connect_read_stats(const struct connect *c, struct handshake_stats *out)
{
	handshake_read_stats(c->handshake, out);
}

void connect_renewed(struct connect *c)
{
	announce_expire(c->announce);
	handshake_renewed(c->handshake);
}

/* --- life ----------------------------------------------------------------- */

int connect_install(struct connect *c)
{
	int err = domain_install(c->domain);

	return err ? err : handshake_install(c->handshake);
}

static size_t connect_addresses(void *arg, struct kw_source *out, size_t max)
{
	struct connect *c = arg;

	return pathmgr_own(c->conf.pathmgr, out, max);
}

static void connect_create_tables(struct connect *c)
{
	struct domain_conf domain = {
		.kwnl = c->conf.kwnl,
		.dev = c->conf.dev,
		.val = c->conf.identity->val,
		.quiet = c->conf.quiet,
		.secrets = c->conf.secrets,
		.n = c->conf.n_secrets,
	};
	struct announce_conf announce = {
		.loop = c->conf.loop,
		.clock = c->conf.clock,
		.state = c->conf.state,
		.statickey = c->conf.statickey,
		.identity = c->conf.identity,
		.addresses = connect_addresses,
		.arg = c,
	};

	c->peers = peer_table_create();
	c->domain = domain_create(&domain);
	c->budget = budget_create();
	c->records = budget_create();
	c->announce = announce_create(&announce);
}

static void connect_create_discover(struct connect *c)
{
	struct discover_conf conf = {
		.loop = c->conf.loop,
		.kwnl = c->conf.kwnl,
		.dev = c->conf.dev,
		.domain = c->domain,
		.budget = c->records,
		.announce = c->announce,
		.found = connect_found,
		.arg = c,
	};

	c->discover = discover_create(&conf);
}

static void connect_create_handshake(struct connect *c)
{
	static const struct handshake_ops ops = { connect_accept, connect_report };
	bool gcm = c->conf.gcm_ns;
	struct handshake_conf conf = {
		.loop = c->conf.loop,
		.kwnl = c->conf.kwnl,
		.dev = c->conf.dev,
		.clock = c->conf.clock,
		.state = c->conf.state,
		.statickey = c->conf.statickey,
		.trust = c->conf.trust,
		.domain = c->domain,
		.budget = c->budget,
		.under_load = c->conf.under_load,
		.threads = c->conf.threads,
		.self = {
			.id = c->conf.identity->id,
			.val = c->conf.identity->val,
			.suites = gcm ? KW_MESSAGE_OFFER_CHACHA | KW_MESSAGE_OFFER_GCM :
					KW_MESSAGE_OFFER_CHACHA,
			.speed = gcm ? kw_keys_speed(c->conf.chacha_ns, c->conf.gcm_ns) : 0,
		},
		.ops = &ops,
		.arg = c,
	};

	c->handshake = handshake_create(&conf);
}

static void connect_to_handshake(void *arg, const struct kwnl_control *control)
{
	handshake_input(arg, control);
}

static void connect_to_discover(void *arg, const struct kwnl_control *control)
{
	discover_input(arg, control);
}

static void connect_fill_input(struct connect *c)
{
	struct input_handler shake = { connect_to_handshake, c->handshake };
	struct input_handler record = { connect_to_discover, c->discover };

	input_set(&c->input, KW_MESSAGE_INIT, &shake);
	input_set(&c->input, KW_MESSAGE_RESP, &shake);
	input_set(&c->input, KW_MESSAGE_COOKIE, &shake);
	input_set(&c->input, KW_MESSAGE_RETRY, &shake);
	input_set(&c->input, KW_MESSAGE_RECORD_REQ, &record);
	input_set(&c->input, KW_MESSAGE_RECORD, &record);
}

int connect_create(struct connect **out, const struct connect_conf *conf)
{
	struct connect *c = alloc_zero(sizeof(*c));
	int err;

	c->conf = *conf;
	connect_create_tables(c);
	connect_create_discover(c);
	connect_create_handshake(c);
	connect_fill_input(c);
	err = connect_install(c);
	if (err) {
		connect_destroy(c);
		return err;
	}
	*out = c;
	return 0;
}

void connect_destroy(struct connect *c)
{
	peer_each(c->peers, connect_forget, c);
	handshake_destroy(c->handshake);
	discover_destroy(c->discover);
	announce_destroy(c->announce);
	budget_destroy(c->budget);
	budget_destroy(c->records);
	domain_destroy(c->domain);
	peer_table_destroy(c->peers);
	free(c);
}
