// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The rules once more, in plain loops over the model's sessions and in numbers
 * of its own, so that rank.c isn't judged by itself.
 */
#include "kernel_model.h"
#include "session.h"

#define SESSION_REFUSE_MS 180000
#define SESSION_UNHEARD_MS 15000
#define SESSION_OUTRANKED_MS 30000
#define SESSION_SLACK_MS 2000 /* timers are looked at in time, not at once */

static bool session_may_send(const struct model_session *s, uint64_t now)
{
	return (s->view.initiator || s->view.confirmed_ms) &&
	       now < s->view.born_ms + SESSION_REFUSE_MS;
}

static bool session_before(const struct model_session *a, const struct model_session *b)
{
	if (!a->view.confirmed_ms != !b->view.confirmed_ms)
		return a->view.confirmed_ms;
	return a->view.rank > b->view.rank;
}

void session_choice(const struct model_session *s)
{
	const struct model_peer *p = s->peer;
	uint64_t now = kernel_ms();
	int i;

	if (!session_may_send(s, now))
		world_violation("%s: sends on a session that may not send", p->kernel->node->name);
	for (i = 0; i < p->sessions; i++)
		if (session_may_send(p->session[i], now) && session_before(p->session[i], s))
			world_violation("%s: sends on another session than the rules say",
					p->kernel->node->name);
}

static bool session_unheard(const struct model_session *s)
{
	return !s->view.initiator && !s->view.confirmed_ms;
}

void session_evicted(const struct model_session *s)
{
	const struct model_peer *p = s->peer;
	const struct model_session *o;
	bool wrong = s == kernel_sender(p);
	int i;

	for (i = 0; i < p->sessions; i++) {
		o = p->session[i];
		wrong |= session_unheard(o) && (!session_unheard(s) || o->view.rank < s->view.rank);
	}
	if (wrong)
		world_violation("%s: evicts another session than the rules say",
				p->kernel->node->name);
}

/* The latest time at which it should have ended. */
static uint64_t session_end_ms(const struct model_peer *p, const struct model_session *s)
{
	uint64_t end = s->view.born_ms + SESSION_REFUSE_MS, since, other;
	const struct model_session *o;
	int i;

	if (!s->view.initiator && !s->view.confirmed_ms)
		end = s->view.born_ms + SESSION_UNHEARD_MS;
	for (i = 0; i < p->sessions; i++) {
		o = p->session[i];
		if (o->view.rank <= s->view.rank || !o->view.proven_ms)
			continue;
		since = s->view.opened_ms > o->view.proven_ms ? s->view.opened_ms :
								o->view.proven_ms;
		other = since + SESSION_OUTRANKED_MS;
		end = other < end ? other : end;
	}
	return end;
}

void session_lives(const struct model_peer *p)
{
	uint64_t now = kernel_ms();
	int i;

	for (i = 0; i < p->sessions; i++)
		if (now > session_end_ms(p, p->session[i]) + SESSION_SLACK_MS)
			world_violation("%s: a session lives on after its end",
					p->kernel->node->name);
}
