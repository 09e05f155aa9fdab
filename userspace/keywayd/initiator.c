// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Tries are found by their reserved index, and told apart from a late result
 * of an earlier use of that index by a token. RESP is read by a worker on a
 * copy of the try's machine; whichever good result comes first finds the try
 * open, closes it and only then is installed, so nothing that arrives twice or
 * damaged can install twice or end a try.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cookie.h"
#include "domain.h"
#include "entropy.h"
#include "initiator.h"
#include "libdaemon/alloc.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libkeyway/crypto.h"
#include "pair.h"
#include "state.h"
#include "stray.h"
#include "worker.h"

#define INITIATOR_OPEN 3 /* tries of one peer that an answer may win */
#define INITIATOR_BUCKETS 1024
#define INITIATOR_READS 8 /* RESPs of one try read at once */
#define INITIATOR_GIVE_UP (90 * LOOP_SECOND)
#define INITIATOR_WAIT (15 * LOOP_SECOND)
#define INITIATOR_AHEAD (300 * LOOP_SECOND)
#define INITIATOR_STEP 0xfffff /* ns */
#define INITIATOR_CHALLENGE (10 * LOOP_SECOND)
#define INITIATOR_FETCH 4 /* after two tries without an answer, then every fourth */

struct initiator_try {
	/* identity */
	struct handshake_peer *owner;
	struct initiator_try *next; /* in its bucket */
	uint32_t index;		    /* reserved; 0: closed */
	uint64_t token;
	struct pair *pair;
	struct kw_message_domain domain;
	struct kw_key id_r;
	uint32_t n_i;
	unsigned int nth; /* of domain_choose() */
	/* state */
	bool written; /* else a worker still writes it */
	uint8_t reads, cookied; /* RESPs being read; bit per candidate */
	struct kw_noise m;
	struct job_packet packet;
	struct kw_mackey answer_key;
};

struct handshake_peer {
	/* identity */
	struct initiator *in;
	struct peer *peer;
	struct loop_timer *timer;
	struct stray *stray;
	/* state */
	bool running, wanted, retried;
	unsigned int count; /* tries since it runs */
	unsigned int nth;   /* of the next try; what was answered last goes first */
	uint64_t since, waiting_until, challenge_until;
	uint8_t challenge[KW_MESSAGE_CHALLENGE];
	struct initiator_try try[INITIATOR_OPEN];
};

struct initiator {
	struct kit *kit;
	uint32_t tokens;
	uint64_t stamp; /* last sent; 0: none by this process */
	struct initiator_try *bucket[INITIATOR_BUCKETS];
};

static struct initiator_try **initiator_bucket(struct initiator *in, uint32_t index)
{
	return &in->bucket[index % INITIATOR_BUCKETS];
}

static struct initiator_try *initiator_find(struct initiator *in, uint32_t index)
{
	struct initiator_try *t;

	for (t = *initiator_bucket(in, index); t; t = t->next)
		if (t->index == index)
			return t;
	return NULL;
}

static void initiator_open(struct initiator *in, struct initiator_try *t, uint32_t index)
{
	struct initiator_try **at = initiator_bucket(in, index);

	t->index = index;
	t->token = (uint64_t)index << 32 | ++in->tokens;
	t->next = *at;
	*at = t;
	in->kit->stats.tries++;
}

/* From here on nothing can win it; its secrets are gone. */
static void initiator_close(struct initiator *in, struct initiator_try *t)
{
	struct handshake_peer *hp = t->owner;
	struct initiator_try **at;

	if (!t->index)
		return;
	for (at = initiator_bucket(in, t->index); *at != t; at = &(*at)->next)
		;
	*at = t->next;
	in->kit->stats.tries--;
	pair_put(t->pair);
	kw_crypto_wipe(t, sizeof(*t));
	t->owner = hp;
}

static void initiator_drop(struct initiator *in, struct initiator_try *t)
{
	uint32_t index = t->index;

	initiator_close(in, t);
	kit_release(in->kit, index);
}

static void initiator_drop_all(struct handshake_peer *hp)
{
	unsigned int i;

	for (i = 0; i < INITIATOR_OPEN; i++)
		initiator_drop(hp->in, &hp->try[i]);
}

static void initiator_end(struct handshake_peer *hp)
{
	initiator_drop_all(hp);
	hp->running = false;
	hp->count = 0;
	loop_timer_stop(hp->timer);
	stray_stop(hp->stray);
}

static void initiator_report(struct handshake_peer *hp, enum handshake_event event)
{
	const struct handshake_conf *conf = &hp->in->kit->conf;

	conf->ops->report(conf->arg, hp->peer, event);
}

/* --- a try ---------------------------------------------------------------- */

/*
 * Larger than any sent before, also by an earlier process where the disk holds.
 * What is stored is ahead of what is sent, so that tries nobody answers don't
 * write the disk; less than peers allow a clock, and by the clock, so that
 * restarts don't add up.
 */
static uint64_t initiator_stamp(struct initiator *in)
{
	struct handshake_conf *conf = &in->kit->conf;
	struct state_self self = *state_lookup_self(conf->state);
	uint64_t ahead = clock_stamp(conf->clock, 0) + INITIATOR_AHEAD;

	in->stamp = clock_stamp(conf->clock, in->stamp ? in->stamp : self.stamp);
	if (in->stamp < self.stamp)
		return in->stamp;
	self.stamp = ahead > in->stamp ? ahead : in->stamp | INITIATOR_STEP;
	if (state_set_self(conf->state, &self, STATE_SOON))
		log_warning("timestamp not stored - handshakes may take a round trip more");
	return in->stamp;
}

static void initiator_fill(struct handshake_peer *hp, struct initiator_try *t,
			   struct job_init_write *w)
{
	struct kit *k = hp->in->kit;
	const struct handshake_self *self = &k->conf.self;

	w->s = &t->pair->dh;
	w->rs = hp->peer->key.cert.s;
	w->epoch = (uint8_t)hp->peer->key.cert.epoch;
	w->domain = t->domain;
	w->index = t->index;
	w->tlvs = self->tlvs;
	w->init.id = self->id;
	w->init.cert = t->pair->cert;
	w->init.timestamp = initiator_stamp(hp->in);
	w->init.n = t->n_i;
	w->init.suites = self->suites;
	w->init.speed = self->speed;
	w->init.versions = KW_MESSAGE_VERSION_1;
	if (loop_now(k->conf.loop) < hp->challenge_until)
		memcpy(w->init.challenge, hp->challenge, sizeof(w->init.challenge));
}

/* The machine in the job borrows the pair, which may be put meanwhile. */
static int initiator_submit(struct initiator *in, struct initiator_try *t, struct job *j)
{
	int err;

	j->held = pair_hold(t->pair);
	err = worker_submit(in->kit->worker, j);
	if (err)
		pair_put(j->held);
	job_destroy(j);
	return err;
}

/* The oldest of the three makes room. What fails here is tried by the timer. */
static void initiator_try(struct handshake_peer *hp)
{
	struct initiator_try *t = &hp->try[hp->count % INITIATOR_OPEN];
	struct job j = { .kind = JOB_INIT_WRITE };
	struct kit *k = hp->in->kit;
	struct kwnl_session_reply reply;

	initiator_drop(hp->in, t);
	if (kit_reserve(k, hp->peer, &reply))
		return;
	initiator_open(hp->in, t, reply.index);
	t->n_i = reply.highest;
	t->id_r = hp->peer->key.id;
	t->pair = pair_get_current(k->pairs);
	t->nth = hp->nth;
	domain_choose(k->conf.domain, &hp->peer->val, t->nth, &t->domain);
	j.token = t->token;
	initiator_fill(hp, t, &j.init_write);
	if (initiator_submit(hp->in, t, &j))
		initiator_drop(hp->in, t);
}

/* ± 20 %, so that two ends or many peers don't stay in step. */
static uint64_t initiator_delay(unsigned int count)
{
	static const uint16_t ms[] = { 500, 1000, 2000, 4000, 5000 };
	unsigned int last = sizeof(ms) / sizeof(ms[0]) - 1;
	uint64_t base = ms[count < last ? count : last];

	return (base * 800 + entropy_below((uint32_t)base * 400)) * LOOP_MS / 1000;
}

static void initiator_next(struct handshake_peer *hp)
{
	initiator_try(hp);
	/* who gave us a challenge takes INIT under that secret */
	if (loop_now(hp->in->kit->conf.loop) >= hp->challenge_until)
		hp->nth++;
	loop_timer_set(hp->timer, initiator_delay(hp->count++));
	if (hp->count % INITIATOR_FETCH == INITIATOR_OPEN)
		initiator_report(hp, HANDSHAKE_UNANSWERED);
}

static void initiator_begin(struct handshake_peer *hp)
{
	hp->running = true;
	hp->wanted = false;
	hp->retried = false;
	hp->count = 0;
	hp->challenge_until = 0;
	hp->since = loop_now(hp->in->kit->conf.loop);
	hp->in->kit->stats.initiated++;
	initiator_next(hp);
}

static void initiator_fired(void *arg)
{
	struct handshake_peer *hp = arg;
	uint64_t now = loop_now(hp->in->kit->conf.loop);

	if (!hp->running) {
		if (hp->wanted)
			initiator_begin(hp);
		return;
	}
	if (now - hp->since > INITIATOR_GIVE_UP) {
		initiator_end(hp);
		initiator_report(hp, HANDSHAKE_GAVE_UP);
		return;
	}
	hp->retried = false;
	initiator_next(hp);
}

/* A worker's result finds its try only while that is open: late ones end here. */
static struct initiator_try *initiator_lookup(struct initiator *in, uint64_t token)
{
	struct initiator_try *t = initiator_find(in, (uint32_t)(token >> 32));

	return t && t->token == token ? t : NULL;
}

static void initiator_read(struct initiator *in, struct initiator_try *t,
			   const struct kwnl_control *c)
{
	struct job j = { .kind = JOB_RESP_READ, .token = t->token };
	struct job_resp_read *r = &j.resp_read;

	if (t->reads >= INITIATOR_READS || c->payload_len > sizeof(r->packet.b))
		return;
	j.from = candidate_from(c);
	r->m = t->m;
	r->packet.n = (uint16_t)c->payload_len;
	memcpy(r->packet.b, c->payload, c->payload_len);
	r->limit = t->packet.n;
	r->offered = in->kit->conf.self.suites;
	r->n_i = t->n_i;
	r->id_i = in->kit->conf.self.id;
	r->id_r = t->id_r;
	if (!initiator_submit(in, t, &j))
		t->reads++;
}

static void initiator_stray_due(void *arg, uint64_t token, const struct kwnl_control *c)
{
	struct handshake_peer *hp = arg;
	struct initiator_try *t = initiator_lookup(hp->in, token);

	if (t)
		initiator_read(hp->in, t, c);
}

static struct handshake_peer *initiator_slot(struct initiator *in, struct peer *p)
{
	struct handshake_peer *hp = p->handshake;
	unsigned int i;

	if (hp)
		return hp;
	hp = alloc_zero(sizeof(*hp));
	hp->in = in;
	hp->peer = p;
	hp->timer = loop_timer_create(in->kit->conf.loop, initiator_fired, hp);
	hp->stray = stray_create(in->kit->conf.loop, initiator_stray_due, hp);
	for (i = 0; i < INITIATOR_OPEN; i++)
		hp->try[i].owner = hp;
	p->handshake = hp;
	return hp;
}

void initiator_start(struct initiator *in, struct peer *p)
{
	struct handshake_peer *hp = initiator_slot(in, p);
	uint64_t now = loop_now(in->kit->conf.loop);

	if (hp->running)
		return;
	if (now < hp->waiting_until) {
		hp->wanted = true;
		loop_timer_set(hp->timer, hp->waiting_until - now);
		return;
	}
	initiator_begin(hp);
}

static void initiator_send(struct initiator_try *t, unsigned int i)
{
	const struct pathmgr_candidate *to = &t->owner->peer->candidate[i];
	struct kit *k = t->owner->in->kit;

	kw_message_set_mac2(t->packet.b, t->packet.n, cookie_lookup(k->cookie, to));
	kit_send(k, to, KW_BYTES(t->packet.b, t->packet.n), t->index, &t->answer_key);
}

static void initiator_written(struct initiator *in, struct initiator_try *t, struct job *j)
{
	unsigned int i;

	if (j->err) {
		log_info("INIT not made: %s", strerror(-j->err));
		initiator_drop(in, t);
		return;
	}
	t->m = j->init_write.m;
	t->packet = j->init_write.packet;
	t->answer_key = j->init_write.answer_key;
	t->written = true;
	for (i = 0; i < t->owner->peer->candidates; i++)
		initiator_send(t, i);
}

/* --- answers -------------------------------------------------------------- */

/* Compare (the try is open), erase, install, in this order. */
static void initiator_won(struct initiator *in, struct initiator_try *t, struct job *j)
{
	struct handshake_peer *hp = t->owner;
	unsigned int nth = t->nth;
	struct kit_end end = {
		.peer = hp->peer,
		.role = KEYWAY_ROLE_INITIATOR,
		.index = t->index,
		.remote_index = j->resp_read.index_r,
		.at = j->from,
	};

	t->reads--;
	if (j->err) {
		in->kit->stats.refused++;
		return;
	}
	initiator_close(in, t);
	if (kit_install(in->kit, &end, &j->resp_read.session)) {
		kit_release(in->kit, end.index);
		return;
	}
	initiator_end(hp);
	hp->nth = nth;
	hp->waiting_until = loop_now(in->kit->conf.loop) + INITIATOR_WAIT;
	initiator_report(hp, HANDSHAKE_INSTALLED);
}

/* At once with the challenge, but only once between two firings of the timer. */
static void initiator_retry(struct initiator *in, struct initiator_try *t, struct kw_slice packet)
{
	struct handshake_peer *hp = t->owner;
	struct kw_message_init_view v;

	if (kw_message_read_init(KW_BYTES(t->packet.b, t->packet.n), &v) ||
	    kw_message_read_retry(packet, &v, &t->m, hp->challenge)) {
		in->kit->stats.refused++;
		return;
	}
	hp->challenge_until = loop_now(in->kit->conf.loop) + INITIATOR_CHALLENGE;
	hp->nth = t->nth;
	initiator_drop(in, t);
	if (hp->retried)
		return;
	hp->retried = true;
	initiator_next(hp);
}

static bool initiator_from(const struct kwnl_control *c, const struct pathmgr_candidate *to)
{
	return to->remote.port == c->remote.port &&
	       !memcmp(to->remote.addr, c->remote.addr, sizeof(to->remote.addr)) &&
	       (!to->socket || to->socket == c->socket);
}

static bool initiator_asked(const struct peer *p, const struct kwnl_control *c)
{
	unsigned int i;

	for (i = 0; i < p->candidates; i++) {
		if (initiator_from(c, &p->candidate[i]))
			return true;
	}
	return false;
}

static void initiator_resp(struct initiator *in, struct initiator_try *t,
			   const struct kwnl_control *c)
{
	if (initiator_asked(t->owner->peer, c))
		initiator_read(in, t, c);
	else
		stray_keep(t->owner->stray, t->token, c);
}

/* The same INIT again, with mac2, once to whoever asked for it. */
static void initiator_cookie(struct initiator *in, struct initiator_try *t,
			     const struct kwnl_control *c)
{
	struct pathmgr_candidate from = candidate_from(c);
	struct peer *p = t->owner->peer;
	struct kw_message_init_view v;
	struct kw_mackey cookie;
	unsigned int i;

	if (kw_message_read_init(KW_BYTES(t->packet.b, t->packet.n), &v) ||
	    kw_message_read_cookie(KW_BYTES(c->payload, c->payload_len), &v, &t->domain, &cookie)) {
		in->kit->stats.refused++;
		return;
	}
	cookie_keep(in->kit->cookie, &from, &cookie);
	kw_crypto_wipe(&cookie, sizeof(cookie));
	for (i = 0; i < p->candidates; i++) {
		if (!initiator_from(c, &p->candidate[i]) || t->cookied & 1u << i)
			continue;
		t->cookied |= (uint8_t)(1u << i);
		initiator_send(t, i);
	}
}

void initiator_input(struct initiator *in, const struct kwnl_control *c)
{
	struct kw_slice packet = KW_BYTES(c->payload, c->payload_len);
	struct initiator_try *t;
	uint32_t index;
	uint8_t type = kw_message_peek(packet, &index);

	t = initiator_find(in, index);
	if (!t || !t->written)
		return;
	if (type == KW_MESSAGE_RESP)
		initiator_resp(in, t, c);
	else if (type == KW_MESSAGE_COOKIE)
		initiator_cookie(in, t, c);
	else if (type == KW_MESSAGE_RETRY)
		initiator_retry(in, t, packet);
}

void initiator_done(struct initiator *in, struct job *j)
{
	struct initiator_try *t = initiator_lookup(in, j->token);

	pair_put(j->held);
	if (!t)
		return;
	if (j->kind == JOB_INIT_WRITE)
		initiator_written(in, t, j);
	else
		initiator_won(in, t, j);
}

/* --- from outside --------------------------------------------------------- */

/* Tries that began before the confirmed session have what they wanted. */
void initiator_confirmed(struct initiator *in, struct peer *p, uint64_t age)
{
	struct handshake_peer *hp = p->handshake;
	uint64_t now = loop_now(in->kit->conf.loop);

	if (!hp)
		return;
	if ((hp->running || now < hp->waiting_until) && now - hp->since < age)
		return;
	hp->waiting_until = 0;
	hp->wanted = false;
	initiator_end(hp);
}

void initiator_forget(struct initiator *in, struct peer *p)
{
	struct handshake_peer *hp = p->handshake;

	(void)in;
	if (!hp)
		return;
	initiator_end(hp);
	loop_timer_destroy(hp->timer);
	stray_destroy(hp->stray);
	kw_crypto_wipe(hp, sizeof(*hp));
	free(hp);
	p->handshake = NULL;
}

bool initiator_running(const struct peer *p)
{
	return p->handshake && p->handshake->running;
}

struct initiator *initiator_create(struct kit *kit)
{
	struct initiator *in = alloc_zero(sizeof(*in));

	in->kit = kit;
	return in;
}

void initiator_destroy(struct initiator *in)
{
	free(in);
}
