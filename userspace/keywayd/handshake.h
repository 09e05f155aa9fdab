/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Drives Noise with peers, as initiator and as responder, from the first INIT
 * to keys in the kernel: tries and retries, copies, freshness, cookies,
 * simultaneous open, rekey (protocol.md, Handshake). Sans I/O: time from
 * loop.h, crypto by worker.h, messages by kwnl.h. Reports to connect.c by its
 * callbacks and calls no other engine. Loop thread.
 */
#ifndef KEYWAYD_HANDSHAKE_H
#define KEYWAYD_HANDSHAKE_H

#include "job.h"
#include "libkwnl/kwnl_event.h"
#include "peer.h"

struct budget;
struct clock;
struct domain;
struct handshake;
struct loop;
struct state;
struct statickey;

enum handshake_event {
	HANDSHAKE_UNANSWERED, /* two tries: fetch the record set again */
	HANDSHAKE_INSTALLED,  /* we were answered, and the keys are in the kernel */
	HANDSHAKE_ANSWERED,   /* we answered; whether it was heard is to be seen */
	HANDSHAKE_GAVE_UP,    /* no answer for 90 s */
};

struct handshake_ops {
	/*
	 * An authentic, trusted INIT of this node: its peer, known to the kernel
	 * from now on, or NULL to say nothing. key: what INIT proved.
	 */
	struct peer *(*accept)(void *arg, const struct kw_hash *val, const struct peer_key *key);
	void (*report)(void *arg, struct peer *p, enum handshake_event event);
};

/* What we say of ourselves. */
struct handshake_self {
	struct kw_key id;
	struct kw_hash val;
	uint8_t suites; /* KW_MESSAGE_OFFER_… */
	uint8_t speed;
	struct job_tlvs tlvs; /* our node certificate, if any */
};

struct handshake_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	struct clock *clock;
	struct state *state;
	struct statickey *statickey;
	const struct trustdb *trust;
	struct domain *domain;
	struct budget *budget;
	bool under_load;      /* demands cookies always; for tests */
	unsigned int threads; /* of the workers, as there */
	struct handshake_self self;
	const struct handshake_ops *ops;
	void *arg;
};

struct handshake *handshake_create(const struct handshake_conf *conf);
/* Every peer must have been forgotten before. */
void handshake_destroy(struct handshake *h);
/* Gives the kernel the cookie secrets; again after a device was made anew. */
int KW_MUST handshake_install(struct handshake *h);

/*
 * Wants a session with p, whose key and candidates are known: begins now, or
 * when the initiated session that is waiting to be confirmed is 15 s old.
 * Nothing happens while tries are under way.
 */
void handshake_start(struct handshake *h, struct peer *p);
/* The kernel opened the first frame on a session of this age: tries older than
 * it may end. age: ns since its keys were set. */
void handshake_confirmed(struct handshake *h, struct peer *p, uint64_t age);
/* Our static key was renewed: what no longer lives is wiped. */
void handshake_renewed(struct handshake *h);
/* p goes: tries end, their keys are wiped, late results are dropped. */
void handshake_forget(struct handshake *h, struct peer *p);
/* Tries are under way. */
bool KW_MUST handshake_running(const struct peer *p);

/* Messages of types 1 to 4, as the kernel lets them in. */
void handshake_input(struct handshake *h, const struct kwnl_control *c);

/* What is held at this moment; for tests of bounds, and figures. */
struct handshake_stats {
	unsigned int tries;	/* open, of all peers */
	unsigned int answering; /* INITs between arrival and answer */
	uint64_t initiated, answered, retried, cookied, refused;
};
void handshake_read_stats(const struct handshake *h, struct handshake_stats *out);

#endif
