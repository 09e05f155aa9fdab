// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Puts the two halves together: owns the workers, the prepared static keys
 * and the cookies, hands messages to the half that takes them and results to
 * the half that asked.
 */
#include <stdlib.h>

#include "cookie.h"
#include "handshake.h"
#include "initiator.h"
#include "libdaemon/alloc.h"
#include "pair.h"
#include "responder.h"
#include "worker.h"

struct handshake {
	struct kit kit;
	struct initiator *initiator;
	struct responder *responder;
};

static void handshake_done(void *arg, struct job *j)
{
	struct handshake *h = arg;

	if (j->kind == JOB_INIT_WRITE || j->kind == JOB_RESP_READ)
		initiator_done(h->initiator, j);
	else
		responder_done(h->responder, j);
}

struct handshake *handshake_create(const struct handshake_conf *conf)
{
	struct handshake *h = alloc_zero(sizeof(*h));
	struct cookie_conf cookie = {
		.loop = conf->loop,
		.kwnl = conf->kwnl,
		.dev = conf->dev,
		.under_load = conf->under_load,
	};
	struct worker_conf worker = {
		.loop = conf->loop,
		.trust = conf->trust,
		.threads = conf->threads,
		.done = handshake_done,
		.arg = h,
	};

	h->kit.conf = *conf;
	h->kit.pairs = pair_table_create(conf->statickey);
	h->kit.cookie = cookie_create(&cookie);
	h->initiator = initiator_create(&h->kit);
	h->responder = responder_create(&h->kit);
	h->kit.worker = worker_create(&worker);
	return h;
}

void handshake_destroy(struct handshake *h)
{
	worker_destroy(h->kit.worker);
	responder_destroy(h->responder);
	initiator_destroy(h->initiator);
	cookie_destroy(h->kit.cookie);
	pair_table_destroy(h->kit.pairs);
	free(h);
}

int handshake_install(struct handshake *h)
{
	return cookie_install(h->kit.cookie);
}

void handshake_start(struct handshake *h, struct peer *p)
{
	initiator_start(h->initiator, p);
}

void handshake_confirmed(struct handshake *h, struct peer *p, uint64_t age)
{
	initiator_confirmed(h->initiator, p, age);
}

void handshake_forget(struct handshake *h, struct peer *p)
{
	initiator_forget(h->initiator, p);
	responder_forget(h->responder, p);
}

bool handshake_running(const struct peer *p)
{
	return initiator_running(p);
}

void handshake_renewed(struct handshake *h)
{
	pair_expire(h->kit.pairs);
	worker_forget(h->kit.worker);
}

void handshake_input(struct handshake *h, const struct kwnl_control *c)
{
	if (c->payload[0] == KW_MESSAGE_INIT)
		responder_input(h->responder, c);
	else
		initiator_input(h->initiator, c);
}

void handshake_read_stats(const struct handshake *h, struct handshake_stats *out)
{
	*out = h->kit.stats;
}
