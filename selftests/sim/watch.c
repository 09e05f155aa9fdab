// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Remembers the INITs and RESPs of a world, who answered which, and of each
 * pair of nodes when the one last tried to reach the other. An exception that
 * the protocol makes is one line with its reason.
 */
#include <stdlib.h>
#include <string.h>

#include "doubles.h"
#include "kernel_model.h"
#include "libkeyway/message.h"
#include "tally.h"
#include "watch.h"

#define WATCH_MESSAGES 1024
#define WATCH_ANSWERS 512
#define WATCH_OPEN 3
#define WATCH_GIVE_UP (90 * WORLD_SECOND)
#define WATCH_OLD_MS 120000	 /* a daemon that finds one so old asks for another itself */
#define WATCH_GAP_MS 400	 /* 0.5 s less a fifth */
#define WATCH_FILTER_MS 120000	 /* how long a replay filter remembers */
#define WATCH_STATE_MS 10000	 /* what a crash may forget */
#define WATCH_WAIT_MS 15000	 /* an initiated session is waited for so long */
#define WATCH_SILENT_MS 10000
#define WATCH_REKEY_I_MS 132000	 /* 120 s and a tenth */
#define WATCH_REKEY_R_MS 150000
#define WATCH_PATIENCE_MS 9000	 /* a try each 6 s, slow workers */
#define WATCH_PAUSE_MS 15000	 /* after 90 s it gives up, and is asked again in 5 */

struct watch_message {
	unsigned int node;
	uint8_t type;
	uint32_t index;
	uint64_t e, rest; /* ephemeral key, or nonce; all but mac2, hashed */
	unsigned int sent;
	uint64_t left; /* ns: first */
};

/* An INIT that a node was asked to answer. */
struct watch_answer {
	unsigned int node;
	uint32_t index;
	uint64_t rest;
	bool cookied, installed;
	uint64_t at_ms;
};

/* What one node does about another. */
struct watch_pair {
	uint64_t init_ms, tried_ms; /* last INIT; last INIT or RECORD-REQ */
	bool over;		    /* the handshake is: another may begin at once */
	bool done;		    /* it has its session, and nobody asked for another */
	bool again;		    /* another INIT may follow at once */
	bool hasty;		    /* the last one did */
	uint32_t open[WATCH_OPEN];  /* tries that an answer may win; 0: none */
	uint64_t since;		    /* ns: the handshake's first try */
	bool asked, known;	    /* for freshness by RETRY; an INIT of it was accepted */
	uint64_t accepted;	    /* when the latest of those had left */
	bool trying;		    /* no session since the last INIT */
	uint64_t need_ms;	    /* since when it should be trying; 0: it needn't */
};

struct watch {
	struct watch_message message[WATCH_MESSAGES];
	struct watch_answer answer[WATCH_ANSWERS];
	unsigned int messages, answers;
	struct watch_pair pair[WORLD_NODES][WORLD_NODES];
	uint64_t started_ms[WORLD_NODES];
};

struct watch *watch_create(void)
{
	return calloc(1, sizeof(struct watch));
}

void watch_destroy(struct watch *w)
{
	free(w);
}

static struct watch_pair *watch_pair(const struct node *from, const struct node *to)
{
	return &world->watch->pair[from->number][to->number];
}

static uint32_t watch_word(const struct packet *p, unsigned int at)
{
	return (uint32_t)p->bytes[at] << 24 | (uint32_t)p->bytes[at + 1] << 16 |
	       (uint32_t)p->bytes[at + 2] << 8 | p->bytes[at + 3];
}

static uint32_t watch_index(const struct packet *p)
{
	return watch_word(p, 4);
}

/* --- INIT and RESP leave --------------------------------------------------- */

static uint64_t watch_hash(const uint8_t *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325ull;

	while (n--)
		h = (h ^ *p++) * 0x100000001b3ull;
	return h;
}

static void watch_fill(const struct node *from, const struct packet *p, struct watch_message *out)
{
	out->node = from->number;
	out->type = p->bytes[0];
	out->index = watch_index(p);
	out->left = world->now;
	memcpy(&out->e, p->bytes + (out->type == KW_MESSAGE_RESP ? 12 : 8), sizeof(out->e));
	out->rest = watch_hash(p->bytes, p->len - (out->type == KW_MESSAGE_INIT ? 8u : 0u));
}

/* Only the same message once more may have the same ephemeral key, or index. */
static struct watch_message *watch_remember(const struct watch_message *now)
{
	struct watch *w = world->watch;
	struct watch_message *m;
	unsigned int i;

	for (i = 0; i < w->messages && i < WATCH_MESSAGES; i++) {
		m = &w->message[i];
		if (m->rest == now->rest && m->e == now->e)
			return m;
		if (m->e == now->e)
			world_violation("an ephemeral key used twice");
		if (m->type == KW_MESSAGE_INIT && now->type == KW_MESSAGE_INIT &&
		    m->node == now->node && m->index == now->index)
			world_violation("one try with two INITs");
	}
	m = &w->message[w->messages++ % WATCH_MESSAGES];
	*m = *now;
	return m;
}

/* Does an initiated session wait to be confirmed, that still may be? */
static bool watch_waits(const struct model_peer *p, uint64_t now)
{
	int i;

	for (i = 0; i < p->sessions; i++)
		if (p->session[i]->view.initiator && !p->session[i]->view.confirmed_ms &&
		    now < p->session[i]->view.born_ms + WATCH_WAIT_MS)
			return true;
	return false;
}

/*
 * The last three stay open, until the handshake is over. One that nobody
 * answered for 90 s is, but a RETRY may have drawn this try from it.
 */
static void watch_opened(const struct node *from, struct watch_pair *pair, uint32_t index)
{
	bool late = world->now > pair->since + WATCH_GIVE_UP;
	const struct model_session *s;
	unsigned int i;

	if (pair->over || (late && !pair->again))
		pair->since = world->now;
	if (pair->over || late)
		memset(pair->open, 0, sizeof(pair->open));
	for (i = WATCH_OPEN - 1; i; i--)
		pair->open[i] = pair->open[i - 1];
	pair->open[0] = index;
	for (i = 1; i < WATCH_OPEN && !world->worker_delay; i++) {
		s = kernel_find(from->kernel, pair->open[i]);
		if (pair->open[i] && (!s || s->installed))
			world_violation("%s: one of the last three tries isn't open", from->name);
	}
}

/* Another try: by its time, or something ended the last one. */
static void watch_try(const struct node *from, const struct node *to, uint32_t index)
{
	struct watch_pair *pair = watch_pair(from, to);
	uint64_t now = kernel_ms();

	pair->hasty = !pair->over && now - pair->init_ms < WATCH_GAP_MS;
	if (pair->hasty && !pair->again && !world->worker_delay)
		world_violation("%s: a try only %llu ms after the last", from->name,
				(unsigned long long)(now - pair->init_ms));
	if (pair->done && !from->kept && !world->worker_delay)
		world_violation("%s: a try that nobody asked for", from->name);
	if (watch_waits(kernel_peer(from->kernel, to->identity.addr.b), now))
		world_violation("%s: a try while an initiated session waits", from->name);
	watch_opened(from, pair, index);
	pair->init_ms = now;
	pair->over = pair->again = false;
	pair->trying = true;
}

/* A COOKIE alone makes an INIT be sent again. */
static void watch_init_leaves(const struct node *from, const struct node *to,
			      const struct packet *p)
{
	static const uint8_t none[8];
	struct watch_message now = { 0 }, *m;

	watch_fill(from, p, &now);
	m = watch_remember(&now);
	if (!m->sent)
		watch_try(from, to, now.index);
	else if (!memcmp(p->bytes + p->len - 8, none, 8) || m->sent > 1)
		world_violation("%s: one INIT sent %u times to one place", from->name, m->sent + 1);
	m->sent++;
}

/* The next of that index after one, or after NULL; a trusted node may use one twice. */
static struct watch_answer *watch_next(const struct node *n, uint32_t index,
				       struct watch_answer *after)
{
	struct watch *w = world->watch;
	struct watch_answer *a = after ? after + 1 : w->answer;

	for (; a < w->answer + w->answers && a < w->answer + WATCH_ANSWERS; a++)
		if (a->node == n->number && a->index == index)
			return a;
	return NULL;
}

static uint64_t watch_left(const struct node *from, uint32_t index)
{
	const struct watch *w = world->watch;
	unsigned int i;

	for (i = 0; i < w->messages && i < WATCH_MESSAGES; i++)
		if (w->message[i].type == KW_MESSAGE_INIT && w->message[i].node == from->number &&
		    w->message[i].index == index)
			return w->message[i].left;
	return 0;
}

/* An INIT that a later one overtook has an older timestamp. */
static void watch_retry_leaves(struct node *from, const struct node *to, uint32_t index)
{
	struct watch_pair *pair = watch_pair(from, to);

	tally_note(TALLY_RETRY);
	pair->asked = true;
	if (world->steady && pair->known && watch_left(to, index) > pair->accepted)
		world_violation("%s: asks one that it knows for freshness", from->name);
	if (world->retried)
		world_at(world->now + 1, world->retried, from);
}

/* RESP or RETRY: the same bytes again, but once per source. */
static void watch_answer_leaves(const struct node *from, const struct packet *p)
{
	struct watch_answer *a = watch_next(from, watch_index(p), NULL);
	struct watch_message now = { 0 };

	watch_fill(from, p, &now);
	if (watch_remember(&now)->sent++)
		world_violation("%s: one source answered twice", from->name);
	if (!from->under_load)
		return;
	while (a && !a->cookied)
		a = watch_next(from, a->index, a);
	if (!a)
		world_violation("%s: answers without a cookie under load", from->name);
	else
		tally_note(TALLY_COOKIE);
}

/* What RESP promises must be there before it leaves. */
static void watch_ready(const struct node *from, uint32_t index)
{
	const struct model_session *s = kernel_find(from->kernel, index);

	if (s && !s->installed)
		world_violation("%s: RESP for keys that aren't installed", from->name);
}

void watch_message(struct node *from, const struct packet *p)
{
	const struct node *to = world_node_at(&p->to);
	uint8_t type = p->bytes[0];

	if (!to)
		return;
	if (type == KW_MESSAGE_INIT || type == KW_MESSAGE_RECORD_REQ)
		watch_pair(from, to)->tried_ms = kernel_ms();
	if (type == KW_MESSAGE_INIT)
		watch_init_leaves(from, to, p);
	if (type == KW_MESSAGE_RESP || type == KW_MESSAGE_RETRY)
		watch_answer_leaves(from, p);
	if (type == KW_MESSAGE_RETRY)
		watch_retry_leaves(from, to, watch_index(p));
	if (type == KW_MESSAGE_RESP)
		watch_ready(from, watch_word(p, 8));
}

/* --- INIT and RETRY arrive ------------------------------------------------- */

/* Its sender is trying too, and so are we. */
static void watch_crossing(const struct node *to, const struct node *from)
{
	struct kernel_view view;

	if (!from || !watch_pair(to, from)->trying || !watch_pair(from, to)->trying)
		return;
	tally_note(kernel_view(to->kernel, from, &view) ? TALLY_COLLISION : TALLY_OPEN);
}

static struct watch_answer *watch_asked(const struct node *to, const struct packet *p)
{
	struct watch_answer now = { .node = to->number, .index = watch_index(p),
				    .rest = watch_hash(p->bytes, p->len - 8u) };
	struct watch_answer *a = watch_next(to, now.index, NULL);
	struct watch *w = world->watch;

	while (a && a->rest != now.rest)
		a = watch_next(to, now.index, a);
	if (a)
		return a;
	a = &w->answer[w->answers++ % WATCH_ANSWERS];
	*a = now;
	return a;
}

void watch_init(const struct node *to, const struct packet *p, bool cookied)
{
	uint64_t started = world->watch->started_ms[to->number];

	if (!p->replayed)
		watch_crossing(to, world_node_at(&p->from));
	else if (p->left_ms < started || kernel_ms() - p->left_ms > WATCH_FILTER_MS)
		tally_note(TALLY_OLD_INIT);
	watch_asked(to, p)->cookied |= cookied;
}

void watch_retry(const struct node *to, const struct packet *p)
{
	const struct node *from = world_node_at(&p->from);
	unsigned int i;

	for (i = 0; from && i < WATCH_OPEN; i++)
		if (watch_pair(to, from)->open[i] == watch_index(p))
			watch_pair(to, from)->open[i] = 0;
	/* a second one in a row waits for the timer */
	if (from && !watch_pair(to, from)->hasty)
		watch_pair(to, from)->again = true;
}

/* --- sessions --------------------------------------------------------------- */

static void watch_answered(const struct node *n, const struct model_session *s)
{
	struct watch_answer *a = watch_next(n, s->remote_index, NULL);
	struct watch_pair *pair = watch_pair(n, s->peer->node);

	if (!pair->known && !pair->asked)
		world_violation("%s: a first contact that nobody proved fresh", n->name);
	while (a && a->installed)
		a = watch_next(n, s->remote_index, a);
	if (!a) {
		world_violation("%s: an INIT answered by two sessions", n->name);
		return;
	}
	if (watch_left(s->peer->node, s->remote_index) > pair->accepted)
		pair->accepted = watch_left(s->peer->node, s->remote_index);
	pair->known = true;
	a->installed = true;
	a->at_ms = kernel_ms();
}

void watch_installed(const struct model_session *s)
{
	const struct node *n = s->peer->kernel->node;
	struct kernel_view view;

	if (kernel_view(n->kernel, s->peer->node, &view) && view.confirmed)
		tally_note(TALLY_REKEY);
	if (s->view.initiator)
		watch_pair(n, s->peer->node)->over = true;
	if (s->view.initiator)
		watch_pair(n, s->peer->node)->trying = false;
	else
		watch_answered(n, s);
}

/* What nobody tells the daemon ends nothing, nor does a session that it had before. */
void watch_told(const struct node *n, const struct kwnl_session *s)
{
	const struct model_peer *p = kernel_peer(n->kernel, s->peer);
	struct watch_pair *pair = watch_pair(n, p->node);

	if (s->age >= WATCH_OLD_MS)
		pair->done = false;
	else if (s->state == KEYWAY_SESSION_STATE_CONFIRMED &&
		 world->now - pair->since >= s->age * WORLD_MS)
		pair->over = pair->done = true;
}

void watch_wanted(const struct node *n, const uint8_t peer[16])
{
	watch_pair(n, kernel_peer(n->kernel, peer)->node)->done = false;
}

void watch_start(const struct node *n)
{
	unsigned int i;

	world->watch->started_ms[n->number] = kernel_ms();
	for (i = 0; i < WORLD_NODES; i++) {
		world->watch->pair[n->number][i].over = true;
		world->watch->pair[n->number][i].done = false;
		world->watch->pair[n->number][i].trying = false;
	}
}

/* It doesn't remember the timestamps of the last 10 s, so takes them again. */
void watch_crash(const struct node *n)
{
	struct watch *w = world->watch;
	unsigned int i;

	for (i = 0; i < w->answers && i < WATCH_ANSWERS; i++)
		if (w->answer[i].node == n->number &&
		    kernel_ms() - w->answer[i].at_ms <= WATCH_STATE_MS)
			w->answer[i].installed = false;
}

void watch_forget(const struct node *n)
{
	unsigned int i;

	for (i = 0; i < WORLD_NODES; i++)
		world->watch->pair[n->number][i].known = world->watch->pair[n->number][i].asked =
			false;
}

bool watch_tries(const struct node *n, const struct node *other)
{
	return watch_pair(n, other)->tried_ms == kernel_ms();
}

/* --- who needs a session tries for one -------------------------------------- */

static bool watch_rekey_due(const struct model_session *s, uint64_t now)
{
	return now >= s->view.born_ms +
			      (s->view.initiator ? WATCH_REKEY_I_MS : WATCH_REKEY_R_MS);
}

/* An initiated session above all confirmed ones, on which nothing was heard. */
static bool watch_in_vain(const struct model_peer *p, uint64_t now)
{
	const struct kw_rank_view *v;
	bool vain = false;
	uint64_t top = 0;
	int i;

	for (i = 0; i < p->sessions; i++) {
		v = &p->session[i]->view;
		if (v->confirmed_ms && v->rank > top)
			top = v->rank;
	}
	for (i = 0; i < p->sessions; i++) {
		v = &p->session[i]->view;
		vain |= v->initiator && !v->confirmed_ms && v->rank > top &&
			now >= v->born_ms + WATCH_WAIT_MS;
	}
	return vain;
}

/* Why it needs one; NULL: it doesn't. */
static const char *watch_need(const struct model_peer *p, uint64_t now)
{
	const struct model_session *s = kernel_sender(p);

	if (!s && p->staging)
		return "packets wait";
	if (s && watch_rekey_due(s, now))
		return "a rekey is due";
	if (watch_in_vain(p, now))
		return "an initiated session was never heard";
	if (p->waiting_ms && now >= p->waiting_ms + WATCH_SILENT_MS)
		return "the peer is silent";
	return NULL;
}

/* No daemon, nowhere to send to, or a session that may yet be confirmed. */
static bool watch_hindered(const struct model_peer *p, uint64_t now)
{
	const struct node *n = p->kernel->node;
	struct pathmgr_candidate at;

	return watch_waits(p, now) || !n->connect || !pathmgr_candidates(n->pathmgr, &p->addr, &at, 1);
}

void watch_peer(const struct model_peer *p)
{
	struct watch_pair *pair = watch_pair(p->kernel->node, p->node);
	uint64_t now = kernel_ms();
	const char *why = watch_need(p, now);

	if (!why || watch_hindered(p, now))
		pair->need_ms = 0;
	else if (!pair->need_ms)
		pair->need_ms = now;
	else if (now > pair->need_ms + WATCH_PATIENCE_MS && now > pair->tried_ms + WATCH_PAUSE_MS)
		world_violation("%s: %s, and nothing was tried for %llu s", p->kernel->node->name,
				why, (unsigned long long)(now - pair->tried_ms) / 1000);
}
