// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * An INIT between arrival and answer is an inquiry; their number is bounded.
 * Copies that arrive meanwhile join the inquiry when they are the same bytes
 * (but for mac2), so that they cost no DH; later copies are the replay
 * cache's. Nothing about a peer changes before its INIT is authentic, trusted
 * and fresh.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "budget.h"
#include "clock.h"
#include "cookie.h"
#include "domain.h"
#include "entropy.h"
#include "freshness.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/crypto.h"
#include "pair.h"
#include "replaycache.h"
#include "responder.h"
#include "state.h"
#include "worker.h"

#define RESPONDER_INQUIRIES 512
#define RESPONDER_MAC2 8
#define RESPONDER_TELL (60 * LOOP_SECOND)

struct responder_inquiry {
	/* identity */
	uint64_t token; /* 0: free */
	struct job_packet packet;
	uint8_t mac1[8];
	struct pair *pair;
	/* state */
	struct replaycache_source source[REPLAYCACHE_SOURCES];
	struct pathmgr_candidate at[REPLAYCACHE_SOURCES];
	unsigned int sources;
	struct peer *peer; /* NULL before it is accepted, and when forgotten */
	uint32_t index;	   /* ours; 0 before */
};

struct responder {
	/* set */
	struct kit *kit;
	struct freshness *freshness;
	struct replaycache *replays;
	/* state */
	uint64_t tokens, told; /* told: when an old key was last logged */
	struct responder_inquiry *inquiry[RESPONDER_INQUIRIES];
	unsigned int free; /* a slot that may be */
};

/* --- inquiries ------------------------------------------------------------ */

static struct responder_inquiry **responder_room(struct responder *r)
{
	unsigned int i;

	for (i = 0; i < RESPONDER_INQUIRIES; i++) {
		r->free = (r->free + 1) % RESPONDER_INQUIRIES;
		if (!r->inquiry[r->free])
			return &r->inquiry[r->free];
	}
	return NULL;
}

static struct responder_inquiry *responder_open(struct responder *r, const struct kwnl_control *c,
						const struct kw_message_init_view *v)
{
	struct responder_inquiry **room = responder_room(r);
	struct responder_inquiry *q;

	if (!room)
		return NULL;
	q = alloc_zero(sizeof(*q));
	q->token = ++r->tokens * RESPONDER_INQUIRIES + (uint64_t)(room - r->inquiry);
	q->packet.n = (uint16_t)c->payload_len;
	memcpy(q->packet.b, c->payload, c->payload_len);
	memcpy(q->mac1, v->mac1.p, sizeof(q->mac1));
	*room = q;
	r->kit->stats.answering++;
	return q;
}

static void responder_close(struct responder *r, struct responder_inquiry *q)
{
	r->inquiry[q->token % RESPONDER_INQUIRIES] = NULL;
	r->kit->stats.answering--;
	pair_put(q->pair);
	free(q);
}

static void responder_refuse(struct responder *r, struct responder_inquiry *q)
{
	r->kit->stats.refused++;
	kit_release(r->kit, q->index);
	responder_close(r, q);
}

static void responder_join(struct responder_inquiry *q, const struct kwnl_control *c,
			   const struct replaycache_source *s)
{
	unsigned int i;

	for (i = 0; i < q->sources; i++)
		if (q->source[i].socket == s->socket &&
		    !memcmp(&q->source[i].from, &s->from, sizeof(s->from)))
			return;
	if (q->sources == REPLAYCACHE_SOURCES)
		return;
	q->source[q->sources] = *s;
	q->at[q->sources++] = candidate_from(c);
}

static struct responder_inquiry *responder_same(struct responder *r, struct kw_slice packet,
						const uint8_t mac1[8])
{
	struct responder_inquiry *q;
	unsigned int i;

	for (i = 0; i < RESPONDER_INQUIRIES; i++) {
		q = r->inquiry[i];
		if (q && !memcmp(q->mac1, mac1, 8) && q->packet.n == packet.n &&
		    !memcmp(q->packet.b, packet.p, packet.n - RESPONDER_MAC2))
			return q;
	}
	return NULL;
}

/* --- the checks that cost nothing ----------------------------------------- */

static void responder_demand(struct responder *r, const struct kwnl_control *c,
			     const struct kw_message_init_view *v,
			     const struct replaycache_source *s)
{
	const struct kw_message_domain *d = domain_lookup(r->kit->conf.domain, c->mac1_key_id);
	struct pathmgr_candidate to = candidate_from(c);
	uint8_t packet[KW_MESSAGE_COOKIE_SIZE];

	if (!d)
		return;
	cookie_write(r->kit->cookie, v, d, &s->from, packet);
	kit_send(r->kit, &to, KW_BYTES(packet, sizeof(packet)), 0, NULL);
	r->kit->stats.cookied++;
}

static int responder_submit(struct responder *r, struct responder_inquiry *q, uint8_t epoch)
{
	struct job j = { .kind = JOB_INIT_READ, .token = q->token };
	int err;

	q->pair = pair_get(r->kit->pairs, epoch);
	if (!q->pair)
		return -ENOKEY;
	j.init_read.s = &q->pair->dh;
	j.init_read.val = r->kit->conf.self.val;
	j.init_read.now = clock_time(r->kit->conf.clock);
	j.init_read.packet = q->packet;
	err = worker_submit(r->kit->worker, &j);
	job_destroy(&j);
	return err;
}

static void responder_begin(struct responder *r, const struct kwnl_control *c,
			    const struct kw_message_init_view *v,
			    const struct replaycache_source *s)
{
	struct kw_source whose = s->from;
	struct responder_inquiry *q;
	bool room;

	/* A cookie proves the source: what comes in its name without one can't empty its bucket. */
	if (c->cookied)
		whose.tag = ~whose.tag;
	room = budget_take(r->kit->conf.budget, &whose, c->cookied ? BUDGET_PROVEN : BUDGET_UNPROVEN,
			   loop_now(r->kit->conf.loop));
	if (!c->cookied && (!room || cookie_demanded(r->kit->cookie))) {
		responder_demand(r, c, v, s);
		return;
	}
	if (!room)
		return;
	q = responder_open(r, c, v);
	if (!q)
		return;
	responder_join(q, c, s);
	if (responder_submit(r, q, v->epoch))
		responder_refuse(r, q);
	cookie_count(r->kit->cookie, worker_busy(r->kit->worker));
}

void responder_input(struct responder *r, const struct kwnl_control *c)
{
	struct pathmgr_candidate to = candidate_from(c);
	struct replaycache_source s = { .socket = c->socket };
	enum replaycache_verdict verdict;
	struct responder_inquiry *q;
	struct kw_message_init_view v;
	struct kw_slice answer;

	if (kw_message_read_init(KW_BYTES(c->payload, c->payload_len), &v))
		return;
	kit_source(c, &s.from);
	verdict = replaycache_check(r->replays, v.mac1.p, &s, loop_now(r->kit->conf.loop), &answer);
	if (verdict == REPLAYCACHE_COPY)
		kit_send(r->kit, &to, answer, 0, NULL);
	if (verdict != REPLAYCACHE_NEW)
		return;
	q = responder_same(r, v.whole, v.mac1.p);
	if (q)
		responder_join(q, c, &s);
	else
		responder_begin(r, c, &v, &s);
}

/* --- authentic and trusted ------------------------------------------------ */

/* To every source that a copy came from; each is counted once. */
static void responder_answer(struct responder *r, struct responder_inquiry *q,
			     struct kw_slice packet)
{
	uint64_t now = loop_now(r->kit->conf.loop);
	struct kw_slice same;
	unsigned int i;

	replaycache_add(r->replays, q->mac1, packet, now);
	for (i = 0; i < q->sources; i++) {
		if (replaycache_check(r->replays, q->mac1, &q->source[i], now, &same) ==
		    REPLAYCACHE_COPY)
			kit_send(r->kit, &q->at[i], packet, 0, NULL);
	}
}

static void responder_retry(struct responder *r, struct responder_inquiry *q,
			    const struct job_init_read *j)
{
	uint8_t c[KW_MESSAGE_CHALLENGE], nonce[24], packet[KW_MESSAGE_RETRY_SIZE];
	struct kw_message_init_view v;

	freshness_challenge(r->freshness, &j->init.id, loop_now(r->kit->conf.loop), c);
	entropy_fill(nonce, sizeof(nonce));
	if (!kw_message_read_init(KW_BYTES(q->packet.b, q->packet.n), &v) &&
	    !kw_message_write_retry(&j->m, &v, c, nonce, packet)) {
		responder_answer(r, q, KW_BYTES(packet, sizeof(packet)));
		r->kit->stats.retried++;
	}
	responder_close(r, q);
}

/* What state remembers of this identity, empty if we never met. */
static void responder_recall(struct responder *r, const struct kw_hash *val, struct state_peer *out)
{
	const struct state_peer *known = state_lookup_peer(r->kit->conf.state, val);

	if (known)
		*out = *known;
	else
		*out = (struct state_peer){ .val = *val };
}

static bool responder_epoch_ok(const struct state_peer *known, const struct kw_cert_static *cert)
{
	return !kw_cert_check_epoch(cert, known->seen.epoch ? &known->seen : NULL);
}

static bool responder_fresh(struct responder *r, const struct state_peer *known,
			    const struct kw_message_init *in)
{
	struct freshness_view view = {
		.stamp = known->stamp,
		.stamp_ok = clock_stamp_ok(r->kit->conf.clock, in->timestamp),
		.undated = kw_cert_undated(&in->cert),
		.now = loop_now(r->kit->conf.loop),
	};

	return freshness_check(r->freshness, in, &view) == FRESHNESS_ACCEPT;
}

static void responder_remember(struct responder *r, struct state_peer *known,
			       const struct kw_message_init *in)
{
	known->stamp = in->timestamp;
	known->seen.epoch = in->cert.epoch;
	known->seen.s = in->cert.s;
	if (state_set_peer(r->kit->conf.state, known, STATE_SOON))
		log_warning("a peer's timestamp not stored - its next handshake may take longer");
}

static void responder_fill(struct responder *r, struct responder_inquiry *q,
			   const struct job_init_read *j, struct job_resp_write *w)
{
	const struct handshake_self *self = &r->kit->conf.self;
	struct kw_message_init_view v;

	w->m = j->m;
	w->limit = q->packet.n;
	w->index_i = kw_message_read_init(KW_BYTES(q->packet.b, q->packet.n), &v) ? 0 : v.index;
	w->index_r = q->index;
	w->n_i = j->init.n;
	w->id_i = j->init.id;
	w->id_r = self->id;
	w->tlvs = self->tlvs;
	w->resp.suite = (uint16_t)kw_keys_choose(self->suites, self->speed, j->init.suites,
						 j->init.speed);
	w->resp.addr = q->source[0].from.addr;
	w->resp.port = q->source[0].from.port;
}

static int responder_write(struct responder *r, struct responder_inquiry *q,
			   const struct job_init_read *from)
{
	struct job j = { .kind = JOB_RESP_WRITE, .token = q->token };
	struct kwnl_session_reply reply;
	int err;

	err = kit_reserve(r->kit, q->peer, &reply);
	if (err)
		return err;
	q->index = reply.index;
	responder_fill(r, q, from, &j.resp_write);
	j.resp_write.resp.n = reply.highest;
	err = worker_submit(r->kit->worker, &j);
	job_destroy(&j);
	return err;
}

/* Its owner can't see why: a state or a whole machine was restored, perhaps. */
static void responder_tell_old(struct responder *r, const struct kw_addr *addr)
{
	uint64_t now = loop_now(r->kit->conf.loop);
	char text[INET6_ADDRSTRLEN];

	if (r->told && now - r->told < RESPONDER_TELL)
		return;
	r->told = now;
	log_notice("handshake of %s refused - its static key is older than one seen before - "
		   "if its state was restored, set its clock and restart its keywayd",
		   inet_ntop(AF_INET6, addr->b, text, sizeof(text)));
}

static void responder_judge(struct responder *r, struct responder_inquiry *q,
			    const struct job_init_read *j)
{
	const struct handshake_conf *conf = &r->kit->conf;
	struct peer_key key = { true, j->init.id, j->init.cert };
	struct state_peer known;

	responder_recall(r, &j->peer, &known);
	if (!responder_epoch_ok(&known, &j->init.cert)) {
		responder_tell_old(r, &j->trust.addr);
		responder_refuse(r, q);
		return;
	}
	if (!responder_fresh(r, &known, &j->init)) {
		responder_retry(r, q, j);
		return;
	}
	responder_remember(r, &known, &j->init);
	q->peer = conf->ops->accept(conf->arg, &j->peer, &key);
	if (!q->peer || responder_write(r, q, j))
		responder_refuse(r, q);
}

/* The session is in the kernel before RESP leaves, or its first frame is lost. */
static void responder_install(struct responder *r, struct responder_inquiry *q,
			      struct job_resp_write *w)
{
	const struct handshake_conf *conf = &r->kit->conf;
	struct kit_end end = {
		.peer = q->peer,
		.role = KEYWAY_ROLE_RESPONDER,
		.index = q->index,
		.remote_index = w->index_i,
		.at = q->at[0],
	};

	if (!q->peer || kit_install(r->kit, &end, &w->session)) {
		responder_refuse(r, q);
		return;
	}
	responder_answer(r, q, KW_BYTES(w->packet.b, w->packet.n));
	r->kit->stats.answered++;
	responder_close(r, q);
	conf->ops->report(conf->arg, (struct peer *)end.peer, HANDSHAKE_ANSWERED);
}

void responder_done(struct responder *r, struct job *j)
{
	struct responder_inquiry *q = r->inquiry[j->token % RESPONDER_INQUIRIES];

	if (j->err)
		responder_refuse(r, q);
	else if (j->kind == JOB_INIT_READ)
		responder_judge(r, q, &j->init_read);
	else
		responder_install(r, q, &j->resp_write);
}

void responder_forget(struct responder *r, const struct peer *p)
{
	unsigned int i;

	for (i = 0; i < RESPONDER_INQUIRIES; i++)
		if (r->inquiry[i] && r->inquiry[i]->peer == p)
			r->inquiry[i]->peer = NULL;
}

struct responder *responder_create(struct kit *kit)
{
	struct responder *r = alloc_zero(sizeof(*r));

	r->kit = kit;
	r->freshness = freshness_create();
	r->replays = replaycache_create();
	return r;
}

void responder_destroy(struct responder *r)
{
	freshness_destroy(r->freshness);
	replaycache_destroy(r->replays);
	free(r);
}
