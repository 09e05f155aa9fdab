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

#include "fate.h"
#include "kernel_model.h"
#include "session.h"
#include "tally.h"
#include "watch.h"

#define KERNEL_ASK_MS 5000 /* the same ask again */
#define KERNEL_ACQUIRE_MS 1000

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

struct model_session *kernel_sender(const struct model_peer *p)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	int at = kw_rank_sender(view, kernel_views(p, view), kernel_ms());

	return at < 0 ? NULL : p->session[at];
}

void kernel_drop(struct kernel *k, struct model_session *s, uint32_t reason)
{
	struct model_session **at;
	struct model_peer *p = s->peer;
	int i;

	for (at = &k->all; *at != s; at = &(*at)->next)
		;
	*at = s->next;
	if (s->installed) {
		fate_bury(k, s, reason);
	} else {
		k->reservations--;
		if (p)
			p->reserved--;
	}
	for (i = 0; p && i < p->sessions; i++)
		if (p->session[i] == s)
			p->session[i] = p->session[--p->sessions];
	free(s);
}

/* --- frames out ----------------------------------------------------------- */

/* What the sender could have chosen instead. */
static void kernel_others(const struct model_session *than, uint64_t *key)
{
	const struct model_peer *p = than->peer;
	int i;

	for (i = 0; i < p->sessions; i++)
		if (p->session[i] != than && p->session[i]->view.confirmed_ms)
			*key++ = p->session[i]->tx;
}

static void kernel_above(const struct model_session *than, uint64_t *key)
{
	const struct model_peer *p = than->peer;
	const struct kw_rank_view *v;
	int i;

	for (i = 0; i < p->sessions; i++) {
		v = &p->session[i]->view;
		if (v->initiator && !v->confirmed_ms && v->rank > than->view.rank)
			*key++ = p->session[i]->tx;
	}
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
		.confirmed = s->view.confirmed_ms,
		.left_ms = now,
		.unheard_ms = now - s->peer->heard_ms,
	};

	if ((kind == PACKET_DATA || kind == PACKET_PROBE) && !s->peer->waiting_ms)
		s->peer->waiting_ms = now;
	if (kind != PACKET_KEEPALIVE) {
		kernel_others(s, f.other);
		kernel_above(s, f.above);
		session_choice(s);
	}
	if (kind == PACKET_DATA)
		fate_set(app, FATE_SENT);
	world_send(n, &f);
}

static void kernel_unstage(struct model_peer *p)
{
	struct model_session *s = kernel_sender(p);
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < p->staging; i++) {
		if (p->staged_ms[i] != kernel_ms())
			tally_note(TALLY_STAGED);
		kernel_frame(s, PACKET_DATA, p->staged[i]);
	}
	if (p->staging)
		p->traffic_ms = kernel_ms();
	p->staging = 0;
}

static void kernel_stage(struct model_peer *p, uint32_t app)
{
	if (p->staging == MODEL_STAGE) {
		world_violation("%s: the stage is full", p->kernel->node->name);
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

static struct model_session *kernel_unconfirmed(const struct model_peer *p)
{
	struct model_session *s, *best = NULL;
	int i;

	for (i = 0; i < p->sessions; i++) {
		s = p->session[i];
		if (s->view.initiator && !s->view.confirmed_ms &&
		    (!best || s->view.rank > best->view.rank))
			best = s;
	}
	return best;
}

/* The initiator speaks until the responder has answered on the session. */
static uint64_t kernel_keepalives(struct model_peer *p, uint64_t now)
{
	static const uint64_t step[] = KW_CONFIRM_STEPS_MS;
	unsigned int steps = sizeof(step) / sizeof(step[0]);
	struct model_session *s = kernel_unconfirmed(p);

	if (!s)
		return UINT64_MAX;
	if (p->confirming != s->index) {
		p->confirming = s->index;
		p->step = 0;
	}
	for (; p->step < steps && now >= s->view.born_ms + step[p->step]; p->step++)
		kernel_frame(s, PACKET_KEEPALIVE, 0);
	return p->step < steps ? s->view.born_ms + step[p->step] : UINT64_MAX;
}

/* The links of a world are its paths: their delay is what an RTT would say. */
static uint64_t kernel_rtt_ms(const struct model_peer *p)
{
	const struct link *l = &world->link[p->kernel->node->number][p->node->number];

	return 2 * (l->delay + l->jitter) / WORLD_MS;
}

static void kernel_ends(const struct model_peer *p, uint32_t reason)
{
	if (reason == KEYWAY_REASON_OUTRANKED)
		tally_note(TALLY_OUTRANKED);
	else if (reason == KEYWAY_REASON_UNCONFIRMED)
		tally_note(TALLY_UNCONFIRMED);
	if (reason != KEYWAY_REASON_EXPIRED || kernel_sender(p))
		return;
	tally_note(TALLY_EXPIRED);
	if (world->must_rekey)
		world_violation("%s: the sending session ended", p->kernel->node->name);
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
			kernel_ends(p, reason);
			kernel_event(p->session[i], reason);
			kernel_drop(p->kernel, p->session[i], reason);
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
		fate_set(p->staged[old++], FATE_OLD);
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

static uint32_t kernel_reason(const struct model_peer *p, uint64_t now, uint64_t *next)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	int n = kernel_views(p, view);
	uint32_t reason = kw_rank_ask(view, n, now);
	uint64_t silent = p->waiting_ms + KW_SILENT_MS;

	*next = kw_rank_ask_ms(view, n, now);
	if (p->waiting_ms && silent > now && silent < *next)
		*next = silent;
	if (!reason && kw_rank_silent(p->waiting_ms, now) && !kw_rank_waiting(view, n, now))
		reason = KEYWAY_REASON_SILENT;
	return reason;
}

static uint64_t kernel_ask(struct model_peer *p, uint64_t now)
{
	uint64_t next;
	uint32_t reason = kernel_reason(p, now, &next);

	if (!reason) {
		p->asked = 0;
		return next;
	}
	if (p->asked != reason || now >= p->asked_ms + KERNEL_ASK_MS) {
		p->asked = reason;
		p->asked_ms = now;
		if (reason == KEYWAY_REASON_SILENT)
			tally_note(TALLY_SILENT);
		kernel_event_ask(p, reason);
	}
	next = p->asked_ms + KERNEL_ASK_MS < next ? p->asked_ms + KERNEL_ASK_MS : next;
	return next;
}

static uint64_t kernel_stage_due(struct model_peer *p, uint64_t now)
{
	kernel_expire_stage(p, now);
	if (!p->staging)
		return UINT64_MAX;
	if (!kernel_sender(p) && (!p->acquired_ms || now >= p->acquired_ms + KERNEL_ACQUIRE_MS)) {
		p->acquired_ms = now;
		kernel_event_ask(p, KEYWAY_REASON_ACQUIRE);
	}
	return now + KERNEL_ACQUIRE_MS;
}

static uint64_t kernel_sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void kernel_poll(struct model_peer *p)
{
	uint64_t now = kernel_ms(), next;

	do
		next = UINT64_MAX;
	while (kernel_end_one(p, now, &next));
	next = kernel_sooner(next, kernel_keepalives(p, now));
	next = kernel_sooner(next, kernel_ask(p, now));
	next = kernel_sooner(next, kernel_probe(p, now));
	next = kernel_sooner(next, kernel_stage_due(p, now));
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

static void kernel_accept(struct model_session *s, const struct packet *f)
{
	struct model_peer *p = s->peer;
	struct model_session *sender;

	if (f->kind == PACKET_DATA) {
		p->traffic_ms = kernel_ms();
		fate_set(f->app, FATE_DELIVERED);
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
		fate_judge(k, f);
		return;
	}
	if (kernel_replayed(s, f->number))
		return;
	s->view.opened_ms = now;
	s->spoken |= f->kind != PACKET_KEEPALIVE;
	s->peer->heard_ms = now;
	s->peer->waiting_ms = 0;
	if (!s->view.proven_ms && (s->view.initiator || f->kind != PACKET_KEEPALIVE))
		s->view.proven_ms = now;
	if (!s->view.confirmed_ms) {
		s->view.confirmed_ms = now;
		s->peer->path = f->from;
		kernel_event(s, KEYWAY_REASON_CONFIRMED);
	}
	kernel_accept(s, f);
	kernel_unstage(s->peer);
	kernel_poll(s->peer);
}

void kernel_receive(struct kernel *k, const struct packet *p)
{
	if (p->kind == PACKET_CONTROL)
		kernel_message(k, p);
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

static void kernel_forget(struct model_peer *p)
{
	unsigned int i;

	for (i = 0; i < p->staging; i++)
		fate_set(p->staged[i], FATE_WITH_KERNEL);
	loop_timer_destroy(p->timer);
}

void kernel_destroy(struct kernel *k)
{
	unsigned int i;

	while (k->all)
		kernel_drop(k, k->all, FATE_END_REBOOT);
	for (i = 0; i < k->peers; i++)
		kernel_forget(&k->peer[i]);
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
	out->path = p->path.port;
	if (!s)
		return false;
	out->index = s->index;
	out->remote = s->remote_index;
	out->rank = s->view.rank;
	out->confirmed = s->view.confirmed_ms;
	out->initiator = s->view.initiator;
	out->age_ms = kernel_ms() - s->view.born_ms;
	out->up_ms = out->confirmed ? kernel_ms() - s->view.confirmed_ms : 0;
	return true;
}

bool kernel_waiting(struct kernel *k, const struct node *to)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	struct model_peer *p = kernel_peer_of(k, to);

	return p && kw_rank_waiting(view, kernel_views(p, view), kernel_ms());
}
