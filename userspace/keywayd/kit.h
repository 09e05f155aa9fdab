/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What both halves of the handshake need: the engines beneath, and the four
 * things they ask of the kernel (reserve, release, send, install). Made by
 * handshake.c, borrowed by initiator.c and responder.c. Loop thread.
 */
#ifndef KEYWAYD_KIT_H
#define KEYWAYD_KIT_H

#include "handshake.h"

struct pairs;

struct kit {
	struct handshake_conf conf;
	struct worker *worker;
	struct pairs *pairs;
	struct cookie *cookie;
	struct handshake_stats stats;
};

/* A finished handshake, seen from this end. */
struct kit_end {
	const struct peer *peer;
	enum keyway_role role;
	uint32_t index, remote_index;
	struct pathmgr_candidate at; /* where the other end is */
};

int KW_MUST kit_reserve(struct kit *k, const struct peer *p, struct kwnl_session_reply *out);
void kit_release(struct kit *k, uint32_t index);
/*
 * index and key: whose answers to let in; 0 and NULL: of none. Failure is the
 * network's to lose: it is logged, and a timer or the other end tries again.
 */
void kit_send(struct kit *k, const struct pathmgr_candidate *to, struct kw_slice packet,
	      uint32_t index, const struct kw_mackey *key);
/* Gives the kernel the keys and wipes *s, whatever comes back. */
int KW_MUST kit_install(struct kit *k, const struct kit_end *end, struct job_session *s);

/* Where a message came from, as cookies, budgets and copies know it. */
void kit_source(const struct kwnl_control *c, struct kw_source *out);

#endif
