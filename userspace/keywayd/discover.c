// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * As with handshakes, the last three requests stay open, each with its own
 * reservation and nonce, and the first good answer wins. An answer is opened
 * and verified on the loop: only who knows the fingerprint can make one that
 * opens, and it is at most one per request.
 */
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "budget.h"
#include "discover.h"
#include "domain.h"
#include "entropy.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/request.h"

#define DISCOVER_OPEN 3
#define DISCOVER_BUCKETS 256
#define DISCOVER_GIVE_UP (90 * LOOP_SECOND)

struct discover_request {
	struct discover_peer *owner;
	struct discover_request *next; /* in its bucket */
	struct kw_request rq;  /* index 0: closed */
	struct kw_message_domain domain;
};

struct discover_peer {
	/* identity */
	struct discover *d;
	struct peer *peer;
	struct loop_timer *timer;
	/* state */
	bool running;
	unsigned int count;
	uint64_t since;
	struct discover_request request[DISCOVER_OPEN];
};

struct discover {
	struct discover_conf conf;
	struct discover_request *bucket[DISCOVER_BUCKETS];
};

static struct discover_request **discover_bucket(struct discover *d, uint32_t index)
{
	return &d->bucket[index % DISCOVER_BUCKETS];
}

static void discover_close(struct discover_request *r)
{
	struct discover *d = r->owner->d;
	struct discover_request **at;

	if (!r->rq.index)
		return;
	for (at = discover_bucket(d, r->rq.index); *at != r; at = &(*at)->next)
		;
	*at = r->next;
	if (kwnl_del_session(d->conf.kwnl, d->conf.dev, r->rq.index))
		log_debug("reservation %08x was gone", r->rq.index);
	r->rq.index = 0;
}

static void discover_end(struct discover_peer *dp)
{
	unsigned int i;

	for (i = 0; i < DISCOVER_OPEN; i++)
		discover_close(&dp->request[i]);
	dp->running = false;
	loop_timer_stop(dp->timer);
}

/* --- asking --------------------------------------------------------------- */

static void discover_send(struct discover *d, const struct pathmgr_candidate *to,
			  struct kw_slice packet, uint32_t index)
{
	struct kwnl_control_req req = {
		.dev = d->conf.dev,
		.socket = to->socket,
		.remote = to->remote,
		.local = to->local,
		.payload = packet.p,
		.payload_len = packet.n,
		.index = index,
	};

	if (kwnl_send_control(d->conf.kwnl, &req))
		log_debug("message of type %u not sent - %s", packet.p[0],
			  kwnl_strerror(d->conf.kwnl));
}

static void discover_ask(struct discover_peer *dp)
{
	struct discover_request *r = &dp->request[dp->count % DISCOVER_OPEN];
	uint8_t packet[KW_REQUEST_SIZE];
	struct discover *d = dp->d;
	struct kwnl_session_req req = { .dev = d->conf.dev };
	struct kwnl_session_reply reply;
	struct discover_request **at;
	unsigned int i;

	discover_close(r);
	if (kwnl_new_session(d->conf.kwnl, &req, &reply))
		return;
	r->rq.index = reply.index;
	entropy_fill(r->rq.nonce, sizeof(r->rq.nonce));
	domain_choose(d->conf.domain, &dp->peer->val, dp->count, &r->domain);
	at = discover_bucket(d, r->rq.index);
	r->next = *at;
	*at = r;
	kw_request_write(&r->rq, &r->domain, packet);
	for (i = 0; i < dp->peer->candidates; i++)
		discover_send(d, &dp->peer->candidate[i], KW_BYTES(packet, sizeof(packet)),
			      r->rq.index);
}

/* 0.5, 1, 2, 4, 5 s …, ± 20 %, as a handshake's. */
static uint64_t discover_delay(unsigned int count)
{
	uint32_t ms = count < 4 ? 500u << count : 5000;

	return (ms * 800ull + entropy_below(ms * 400)) * LOOP_MS / 1000;
}

static void discover_next(struct discover_peer *dp)
{
	discover_ask(dp);
	loop_timer_set(dp->timer, discover_delay(dp->count++));
}

static void discover_fired(void *arg)
{
	struct discover_peer *dp = arg;
	struct discover *d = dp->d;

	if (loop_now(d->conf.loop) - dp->since <= DISCOVER_GIVE_UP) {
		discover_next(dp);
		return;
	}
	discover_end(dp);
	d->conf.found(d->conf.arg, dp->peer, NULL);
}

void discover_start(struct discover *d, struct peer *p)
{
	struct discover_peer *dp = p->discover;
	unsigned int i;

	if (!dp) {
		dp = alloc_zero(sizeof(*dp));
		dp->d = d;
		dp->peer = p;
		dp->timer = loop_timer_create(d->conf.loop, discover_fired, dp);
		for (i = 0; i < DISCOVER_OPEN; i++)
			dp->request[i].owner = dp;
		p->discover = dp;
	}
	if (dp->running)
		return;
	dp->running = true;
	dp->count = 0;
	dp->since = loop_now(d->conf.loop);
	discover_next(dp);
}

void discover_stop(struct discover *d, struct peer *p)
{
	(void)d;
	if (p->discover)
		discover_end(p->discover);
}

void discover_forget(struct discover *d, struct peer *p)
{
	struct discover_peer *dp = p->discover;

	discover_stop(d, p);
	if (!dp)
		return;
	loop_timer_destroy(dp->timer);
	free(dp);
	p->discover = NULL;
}

bool discover_running(const struct peer *p)
{
	return p->discover && p->discover->running;
}

/* --- answers, and answering ----------------------------------------------- */

static void discover_record(struct discover *d, const struct kwnl_control *c)
{
	struct discover_request *r;
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_record record;
	struct kw_slice set;
	struct peer *p;

	for (r = *discover_bucket(d, c->index); r && r->rq.index != c->index; r = r->next)
		;
	if (!r)
		return;
	p = r->owner->peer;
	if (kw_request_read_answer(KW_BYTES(c->payload, c->payload_len), &r->rq, &r->domain, plain,
				   &set))
		return;
	if (kw_record_verify(set, &p->val, &record) || !record.has_static) {
		log_notice("a record set that isn't its node's, or names no static key, ignored");
		return;
	}
	discover_end(p->discover);
	d->conf.found(d->conf.arg, p, &record);
}

/* RECORD is never longer than what asked for it. */
static void discover_answer(struct discover *d, const struct kwnl_control *c)
{
	const struct kw_message_domain *domain = domain_lookup(d->conf.domain, c->mac1_key_id);
	struct pathmgr_candidate to = candidate_from(c);
	uint8_t packet[KW_MESSAGE_MAX], nonce[24];
	struct kw_request rq;
	struct kw_source from = { .port = c->remote.port };
	struct kw_slice set;
	int n;

	memcpy(from.addr.b, c->remote.addr, sizeof(from.addr.b));
	memcpy(&from.tag, c->tag, sizeof(from.tag));
	if (!domain || !budget_take(d->conf.budget, &from, BUDGET_UNPROVEN, loop_now(d->conf.loop)) ||
	    kw_request_read(KW_BYTES(c->payload, c->payload_len), &rq))
		return;
	set = announce_lookup(d->conf.announce);
	if (!set.n)
		return;
	entropy_fill(nonce, sizeof(nonce));
	n = kw_request_write_answer(&rq, domain, nonce, set, packet);
	if (n > 0)
		discover_send(d, &to, KW_BYTES(packet, (size_t)n), 0);
}

void discover_input(struct discover *d, const struct kwnl_control *c)
{
	if (c->payload[0] == KW_MESSAGE_RECORD)
		discover_record(d, c);
	else
		discover_answer(d, c);
}

struct discover *discover_create(const struct discover_conf *conf)
{
	struct discover *d = alloc_zero(sizeof(*d));

	d->conf = *conf;
	return d;
}

void discover_destroy(struct discover *d)
{
	free(d);
}
