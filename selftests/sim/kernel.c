// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Frames in and out, and what time does to sessions. All decisions about
 * sessions are rank.c's; here is only the bookkeeping that session.c, timer.c
 * and rx.c do in the module.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/keyway.h>

#include "connect.h"
#include "kernel_model.h"
#include "libkeyway/fingerprint.h"
#include "pathmgr.h"

#define KERNEL_ASK_MS 1000
/* Two ends install at different times. */
#define KERNEL_REFUSE_SLACK_MS 10000
#define KERNEL_YOUNG_SLACK_MS 5000

uint64_t kernel_ms(void)
{
	return loop_now(NULL) / LOOP_MS + 1;
}

struct model_session *kernel_find(struct kernel *k, uint32_t index)
{
	struct model_session *s;

	for (s = k->all; s && s->index != index; s = s->next)
		;
	return s;
}

struct model_peer *kernel_peer(struct kernel *k, const uint8_t addr[16])
{
	unsigned int i;

	for (i = 0; i < k->peers; i++)
		if (!memcmp(k->peer[i].addr.b, addr, 16))
			return &k->peer[i];
	return NULL;
}

static struct model_peer *kernel_peer_of(struct kernel *k, const struct node *n)
{
	return kernel_peer(k, n->identity.addr.b);
}

int kernel_views(const struct model_peer *p, struct kw_rank_view *out)
{
	int i;

	for (i = 0; i < p->sessions; i++)
		out[i] = p->session[i]->view;
	return p->sessions;
}

static struct model_session *kernel_sender(const struct model_peer *p)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	int at = kw_rank_sender(view, kernel_views(p, view), kernel_ms());

	return at < 0 ? NULL : p->session[at];
}

void kernel_drop(struct kernel *k, struct model_session *s)
{
	struct model_session **at;
	struct model_peer *p = s->peer;
	int i;

	for (at = &k->all; *at != s; at = &(*at)->next)
		;
	*at = s->next;
	if (!s->installed) {
		k->reservations--;
		if (p)
			p->reserved--;
	}
	for (i = 0; p && i < p->sessions; i++)
		if (p->session[i] == s)
			p->session[i] = p->session[--p->sessions];
	free(s);
}

/* --- what the daemon hears: hints, so one in twenty is lost --------------- */

struct kernel_hint {
	struct kernel *k;
	struct kwnl_session session;
	struct kwnl_ask ask;
	struct kwnl_endpoint at;
};

/* With the confirmation comes a valid path, of which main.c tells the path manager. */
static void kernel_tell(struct node *n, const struct kwnl_session *s, const struct kwnl_endpoint *at)
{
	struct kw_addr addr;

	memcpy(addr.b, s->peer, sizeof(addr.b));
	if (s->reason == KEYWAY_REASON_CONFIRMED)
		pathmgr_set_seen(n->pathmgr, &addr, 1, at);
	connect_session(n->connect, s);
}

static void kernel_hint(void *arg)
{
	struct kernel_hint *h = arg;
	struct node *n = h->k->node;

	if (n->kernel == h->k && n->connect && h->ask.reason)
		connect_ask(n->connect, &h->ask);
	else if (n->kernel == h->k && n->connect)
		kernel_tell(n, &h->session, &h->at);
	free(h);
}

void kernel_event(struct model_session *s, uint32_t reason)
{
	struct kernel_hint *h;

	if (world_chance(50) || !s->peer)
		return;
	h = calloc(1, sizeof(*h));
	h->k = s->peer->kernel;
	h->session.index = s->index;
	h->session.has_peer = true;
	memcpy(h->session.peer, s->peer->addr.b, 16);
	h->session.age = kernel_ms() - s->view.born_ms;
	h->session.reason = reason;
	h->at = s->remote;
	world_say(h->k->node, "session %08x rank %llx: reason %u", s->index,
		  (unsigned long long)s->view.rank, reason);
	world_at(world->now + 1, kernel_hint, h);
}

static void kernel_ask(struct model_peer *p, uint32_t reason)
{
	struct kernel_hint *h;

	if (kernel_ms() < p->ask_ms)
		return;
	p->ask_ms = kernel_ms() + KERNEL_ASK_MS;
	if (!p->kernel->bound)
		return;
	h = calloc(1, sizeof(*h));
	h->k = p->kernel;
	h->ask.reason = reason;
	memcpy(h->ask.address, p->addr.b, 16);
	world_say(p->kernel->node, "asks for a session, reason %u", reason);
	world_at(world->now + 1, kernel_hint, h);
}

/* --- frames out ----------------------------------------------------------- */

/*
 * May the sender rely on the other end having the keys: it was heard there, or
 * is young; and it isn't about to end, as no rekey came through.
 */
static bool kernel_sure(const struct model_session *s, uint64_t now)
{
	uint64_t age = now - s->view.born_ms;

	return age + KERNEL_REFUSE_SLACK_MS < s->view.refuse_ms &&
	       (s->view.confirmed_ms || age + KERNEL_YOUNG_SLACK_MS < KW_UNCONFIRMED_MS);
}

static void kernel_frame(struct model_session *s, enum packet_kind kind, uint32_t app)
{
	struct node *n = s->peer->kernel->node;
	uint64_t now = kernel_ms();
	struct packet f = {
		.from = n->at,
		.to = s->remote,
		.kind = kind,
		.index = s->remote_index,
		.app = app,
		.key = s->tx,
		.number = s->number++,
		.sure = kernel_sure(s, now),
		.boots = s->boots,
	};

	if ((kind == PACKET_DATA || kind == PACKET_PROBE) && !s->peer->waiting_ms)
		s->peer->waiting_ms = now;
	world_send(n, &f);
}

static void kernel_unstage(struct model_peer *p)
{
	struct model_session *s = kernel_sender(p);
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < p->staging; i++)
		kernel_frame(s, PACKET_DATA, p->staged[i]);
	if (p->staging)
		p->traffic_ms = kernel_ms();
	p->staging = 0;
}

static void kernel_stage(struct model_peer *p, uint32_t app)
{
	if (p->staging == MODEL_STAGE) {
		p->staging--;
		memmove(p->staged, p->staged + 1, p->staging * sizeof(p->staged[0]));
		memmove(p->staged_ms, p->staged_ms + 1, p->staging * sizeof(p->staged_ms[0]));
	}
	p->staged[p->staging] = app;
	p->staged_ms[p->staging++] = kernel_ms();
}

void kernel_send(struct kernel *k, const struct node *to, uint32_t app)
{
	struct model_peer *p = kernel_peer_of(k, to);

	if (!p)
		return;
	kernel_stage(p, app);
	kernel_unstage(p);
	kernel_poll(p);
}

/* --- what time decides ---------------------------------------------------- */

static void kernel_keepalives(struct model_session *s, uint64_t now)
{
	static const uint64_t step[] = KW_CONFIRM_STEPS_MS;
	unsigned int steps = sizeof(step) / sizeof(step[0]);

	while (s->view.initiator && !s->view.confirmed_ms && s->step < steps &&
	       now >= s->view.born_ms + step[s->step]) {
		kernel_frame(s, PACKET_KEEPALIVE, 0);
		s->step++;
	}
	s->keep_ms = s->view.initiator && !s->view.confirmed_ms && s->step < steps ?
			     s->view.born_ms + step[s->step] : UINT64_MAX;
}

/* The links of a world are its paths: their delay is what an RTT would say. */
static uint64_t kernel_rtt_ms(const struct model_peer *p)
{
	const struct link *l = &world->link[p->kernel->node->number][p->node->number];

	return 2 * (l->delay + l->jitter) / WORLD_MS;
}

static bool kernel_end_one(struct model_peer *p, uint64_t now, uint64_t *next)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	uint64_t end;
	uint32_t reason;
	int i, n = kernel_views(p, view);

	for (i = 0; i < n; i++) {
		end = kw_rank_end_ms(view, n, i, kernel_rtt_ms(p), &reason);
		if (end <= now) {
			if (world->must_rekey && reason == KEYWAY_REASON_EXPIRED &&
			    !kernel_sender(p))
				world_violation("%s: the sending session ended",
						p->kernel->node->name);
			kernel_event(p->session[i], reason);
			kernel_drop(p->kernel, p->session[i]);
			return true;
		}
		*next = end < *next ? end : *next;
	}
	return false;
}

static void kernel_expire_stage(struct model_peer *p, uint64_t now)
{
	unsigned int old = 0;

	while (old < p->staging && now >= p->staged_ms[old] + KW_STAGE_MS)
		old++;
	p->staging -= old;
	memmove(p->staged, p->staged + old, p->staging * sizeof(p->staged[0]));
	memmove(p->staged_ms, p->staged_ms + old, p->staging * sizeof(p->staged_ms[0]));
}

static uint64_t kernel_probe(struct model_peer *p, uint64_t now)
{
	struct model_session *s = kernel_sender(p);

	if (!s || !p->traffic_ms || now > p->traffic_ms + KW_PROBE_TRAFFIC_MS)
		return UINT64_MAX;
	if (now >= p->probe_ms) {
		p->probe_ms = now + KW_PROBE_MS;
		kernel_frame(s, PACKET_PROBE, 0);
	}
	return p->probe_ms;
}

static uint64_t kernel_want(struct model_peer *p, uint64_t now)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	int n = kernel_views(p, view);
	uint32_t reason = kw_rank_ask(view, n, now);
	uint64_t next = kw_rank_ask_ms(view, n, now);

	if (!reason && kw_rank_silent(p->waiting_ms, now) && !kw_rank_waiting(view, n, now))
		reason = KEYWAY_REASON_SILENT;
	if (!reason && p->staging && !kernel_sender(p))
		reason = KEYWAY_REASON_ACQUIRE;
	if (reason) {
		kernel_ask(p, reason);
		next = p->ask_ms < next ? p->ask_ms : next;
	}
	if (p->waiting_ms && p->waiting_ms + KW_SILENT_MS > now &&
	    p->waiting_ms + KW_SILENT_MS < next)
		next = p->waiting_ms + KW_SILENT_MS;
	return next;
}

void kernel_poll(struct model_peer *p)
{
	uint64_t now = kernel_ms(), next, at;
	int i;

	do
		next = UINT64_MAX;
	while (kernel_end_one(p, now, &next));
	kernel_expire_stage(p, now);
	for (i = 0; i < p->sessions; i++) {
		kernel_keepalives(p->session[i], now);
		next = p->session[i]->keep_ms < next ? p->session[i]->keep_ms : next;
	}
	at = kernel_probe(p, now);
	next = at < next ? at : next;
	at = kernel_want(p, now);
	next = at < next ? at : next;
	if (p->staging && p->staged_ms[0] + KW_STAGE_MS < next)
		next = p->staged_ms[0] + KW_STAGE_MS;
	if (next == UINT64_MAX)
		loop_timer_stop(p->timer);
	else
		loop_timer_set(p->timer, (next > now ? next - now : 1) * LOOP_MS);
}

void kernel_flush(struct model_peer *p)
{
	kernel_unstage(p);
	kernel_poll(p);
}

static void kernel_fired(void *arg)
{
	kernel_poll(arg);
}

/* --- frames in ------------------------------------------------------------ */

static bool kernel_replayed(struct model_session *s, uint64_t number)
{
	uint64_t i;

	if (number + MODEL_WINDOW < s->top)
		return true;
	for (; s->top <= number; s->top++)
		s->window[s->top % MODEL_WINDOW / 8] &= (uint8_t)~(1u << s->top % 8);
	i = number % MODEL_WINDOW;
	if (s->window[i / 8] & 1u << i % 8)
		return true;
	s->window[i / 8] |= (uint8_t)(1u << i % 8);
	return false;
}

/*
 * What the sender could know to be lost isn't held against the rules, nor what
 * carries nothing of anyone's.
 */
static void kernel_no_key(struct kernel *k, const struct packet *f, const char *what)
{
	if (f->boots != k->node->boots || !f->sure || f->kind != PACKET_DATA) {
		world->excused++;
		return;
	}
	world->no_key++;
	world_violation("%s: %s for a frame of kind %u to %08x", k->node->name, what, f->kind,
			f->index);
}

static void kernel_accept(struct model_session *s, const struct packet *f)
{
	struct model_peer *p = s->peer;
	struct model_session *sender;

	if (f->kind == PACKET_DATA) {
		p->traffic_ms = kernel_ms();
		world_delivered(f->app);
	} else if (f->kind == PACKET_KEEPALIVE && !s->view.initiator) {
		kernel_frame(s, PACKET_KEEPALIVE, 0);
	} else if (f->kind == PACKET_PROBE) {
		sender = kernel_sender(p);
		if (sender)
			kernel_frame(sender, PACKET_ECHO, 0);
	}
}

static void kernel_frame_in(struct kernel *k, const struct packet *f)
{
	struct model_session *s = kernel_find(k, f->index);
	uint64_t now = kernel_ms();

	if (!s || !s->installed || s->rx != f->key) {
		kernel_no_key(k, f, "no key");
		return;
	}
	if (kernel_replayed(s, f->number))
		return;
	s->view.opened_ms = now;
	s->peer->waiting_ms = 0;
	if (!s->view.proven_ms && (s->view.initiator || f->kind != PACKET_KEEPALIVE))
		s->view.proven_ms = now;
	if (!s->view.confirmed_ms) {
		s->view.confirmed_ms = now;
		kernel_event(s, KEYWAY_REASON_CONFIRMED);
	}
	kernel_accept(s, f);
	kernel_unstage(s->peer);
	kernel_poll(s->peer);
}

static bool kernel_mac1(const struct kernel *k, struct kw_slice whole, struct kwnl_control *c)
{
	struct kw_mackey key;
	size_t i;

	for (i = 0; i < k->domain.n_mac1_keys; i++) {
		memcpy(key.b, k->domain.mac1_keys[i].key, sizeof(key.b));
		c->mac1_key_id = k->domain.mac1_keys[i].id;
		if (!kw_message_check_mac1(&key, whole))
			return true;
	}
	return false;
}

static bool kernel_cookied(const struct kernel *k, struct kw_slice whole, const struct packet *m)
{
	struct kw_message_secrets s;
	struct kw_source from = { .port = m->from.port };
	struct kw_mackey cookie;
	size_t i;

	memcpy(from.addr.b, m->from.addr, sizeof(from.addr.b));
	for (i = 0; i < k->domain.n_cookie_secrets; i++) {
		memcpy(s.s0.b, k->domain.cookie_secrets[i].s0, sizeof(s.s0.b));
		memcpy(s.s1.b, k->domain.cookie_secrets[i].s1, sizeof(s.s1.b));
		kw_message_cookie(&s, &from, &cookie);
		if (!kw_message_check_mac2(&cookie, whole))
			return true;
	}
	return false;
}

static bool kernel_expected(struct kernel *k, struct kw_slice whole, struct kwnl_control *c)
{
	struct model_session *s = kernel_find(k, c->index);
	uint8_t type = whole.p[0];

	if (!s || s->installed || kernel_ms() >= s->reserved_until || s->answer == MODEL_NOTHING)
		return false;
	if (type == KW_MESSAGE_COOKIE || type == KW_MESSAGE_RECORD)
		return true;
	return s->answer == MODEL_KEYED && !kw_message_check_mac1(&s->answer_key, whole);
}

static void kernel_message_in(struct kernel *k, const struct packet *m)
{
	struct kw_slice whole = KW_BYTES(m->bytes, m->len);
	struct kwnl_control c = {
		.channel = KEYWAY_CHANNEL_UPCALL,
		.socket = 1,
		.remote = m->from,
		.payload = m->bytes,
		.payload_len = m->len,
	};
	uint8_t type = kw_message_peek(whole, &c.index);

	if (type == KW_MESSAGE_INIT || type == KW_MESSAGE_RECORD_REQ) {
		c.index = 0;
		if (!kernel_mac1(k, whole, &c))
			return;
		c.cookied = type == KW_MESSAGE_INIT && kernel_cookied(k, whole, m);
	} else if (!type || !kernel_expected(k, whole, &c)) {
		return;
	}
	if (k->bound && k->node->connect)
		connect_input(k->node->connect, &c);
}

void kernel_receive(struct kernel *k, const struct packet *p)
{
	if (p->kind == PACKET_CONTROL)
		kernel_message_in(k, p);
	else
		kernel_frame_in(k, p);
}

/* --- life, and what the checks look at ------------------------------------ */

struct kernel *kernel_create(struct node *n)
{
	struct kernel *k = calloc(1, sizeof(*k));

	k->node = n;
	k->loop = world_loop_create(n);
	return k;
}

void kernel_destroy(struct kernel *k)
{
	unsigned int i;

	while (k->all)
		kernel_drop(k, k->all);
	for (i = 0; i < k->peers; i++)
		loop_timer_destroy(k->peer[i].timer);
	loop_destroy(k->loop);
	free(k);
}

void kernel_add_peer(struct kernel *k, const struct node *peer)
{
	struct model_peer *p = kernel_peer_of(k, peer);

	if (p)
		return;
	p = &k->peer[k->peers++];
	p->kernel = k;
	p->node = peer;
	p->addr = peer->identity.addr;
	p->timer = loop_timer_create(k->loop, kernel_fired, p);
}

bool kernel_view(struct kernel *k, const struct node *to, struct kernel_view *out)
{
	struct model_peer *p = kernel_peer_of(k, to);
	struct model_session *s = p ? kernel_sender(p) : NULL;

	*out = (struct kernel_view){ 0 };
	if (!p)
		return false;
	out->sessions = (unsigned int)p->sessions;
	out->reserved = p->reserved;
	out->staged = p->staging;
	if (!s)
		return false;
	out->index = s->index;
	out->remote = s->remote_index;
	out->rank = s->view.rank;
	out->confirmed = s->view.confirmed_ms;
	return true;
}
