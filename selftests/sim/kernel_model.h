/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The inside of the kernel model, shared by kernel.c (frames and time),
 * kernel_gate.c (messages in), kernel_nl.c (requests) and kernel_event.c (what
 * the daemon hears). Times are ms of boot time, as rank.h wants them.
 */
#ifndef SIM_KERNEL_MODEL_H
#define SIM_KERNEL_MODEL_H

#include <linux/keyway.h>
#include <linux/types.h>

#include "libkeyway/message.h"
#include "kernel.h"
#include "node.h"
#include "rank.h"

#define MODEL_SESSIONS (KW_SESSIONS_PER_PEER + 1)
#define MODEL_WINDOW 2048
#define MODEL_STAGE 128
#define MODEL_EVENTS (KEYWAY_CHANNEL_HANDSHAKE + 1) /* in the row of channels */

struct model_peer;

enum model_answer {
	MODEL_NOTHING, /* nothing was sent for it */
	MODEL_KEYLESS,
	MODEL_KEYED,
};

struct model_session {
	struct model_session *next; /* of all in the kernel */
	struct model_peer *peer;    /* NULL: a reservation of none */
	uint32_t index, remote_index;
	bool installed;
	/* a reservation */
	uint64_t reserved_until;
	enum model_answer answer;
	struct kw_mackey answer_key;
	/* a session */
	struct kw_rank_view view;
	uint64_t rx, tx; /* names of keys */
	bool spoken;	 /* the peer sent more than keepalives on it */
	struct kwnl_endpoint remote;
	uint64_t number; /* next to send */
	uint64_t top;	 /* largest received, plus 1 */
	uint8_t window[MODEL_WINDOW / 8];
};

struct model_peer {
	/* identity */
	struct kernel *kernel;
	struct kw_addr addr;
	const struct node *node;
	struct loop_timer *timer;
	/* state */
	struct model_session *session[MODEL_SESSIONS];
	int sessions;
	unsigned int reserved;
	uint32_t staged[MODEL_STAGE];
	uint64_t staged_ms[MODEL_STAGE];
	unsigned int staging;
	uint64_t waiting_ms, traffic_ms, probe_ms;
	uint64_t heard_ms; /* something was opened last */
	struct kwnl_endpoint path;	/* where it was confirmed to be; port 0: none */
	uint64_t asked_ms, acquired_ms; /* 0: never */
	uint32_t asked;			/* for which reason last */
	uint32_t confirming;		/* index of the session kept alive */
	unsigned int step;		/* of its keepalives */
};

struct kernel {
	struct node *node;
	struct loop *loop; /* for timers: the kernel's own time */
	struct kwnl_event *channel[MODEL_EVENTS + 1]; /* as far as the daemon is bound */
	struct model_session *all;
	struct model_peer peer[WORLD_NODES];
	unsigned int peers, reservations;
	struct kwnl_domain_req domain; /* keys and secrets as they were set */
	uint64_t pair[4096]; /* rx ^ tx of every pair ever installed */
	unsigned int pairs;
};

uint64_t kernel_ms(void);
struct model_session *kernel_find(struct kernel *k, uint32_t index);
struct model_peer *kernel_peer(struct kernel *k, const uint8_t addr[16]);
/* reason: of enum keyway_reason, or fate.h's. */
void kernel_drop(struct kernel *k, struct model_session *s, uint32_t reason);
/* Looks at everything of the peer that time decides; arms its timer. */
void kernel_poll(struct model_peer *p);
/* The peer has a session more: what was staged may go. */
void kernel_flush(struct model_peer *p);
struct model_session *kernel_sender(const struct model_peer *p);
int kernel_views(const struct model_peer *p, struct kw_rank_view *out);

/* Types 1 to 6. */
void kernel_message(struct kernel *k, const struct packet *m);

/* To the daemon, if it is bound. */
void kernel_event(struct model_session *s, uint32_t reason);
void kernel_event_ask(struct model_peer *p, uint32_t reason);
void kernel_event_control(struct kernel *k, const struct kwnl_control *c);

struct kernel *kernel_nl_of(struct kwnl *nl);
/* All channels are there. */
bool kernel_bound(const struct kernel *k);
/* The daemon went: so do reservations. */
void kernel_void(struct kernel *k);

#endif
