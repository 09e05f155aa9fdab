/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The inside of the kernel model, shared by kernel.c (frames and time) and
 * kernel_nl.c (requests). Times are ms of boot time, as rank.h wants them.
 */
#ifndef SIM_KERNEL_MODEL_H
#define SIM_KERNEL_MODEL_H

#include <linux/types.h>

#include "libkeyway/message.h"
#include "kernel.h"
#include "node.h"
#include "rank.h"

#define MODEL_SESSIONS (KW_SESSIONS_PER_PEER + 1)
#define MODEL_WINDOW 2048
#define MODEL_STAGE 128

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
	struct kwnl_endpoint remote;
	uint32_t boots;	 /* of the peer's kernel when it was made */
	uint64_t number; /* next to send */
	uint64_t top;	 /* largest received, plus 1 */
	uint8_t window[MODEL_WINDOW / 8];
	unsigned int step; /* confirmation keepalives sent */
	uint64_t keep_ms;  /* next one is due */
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
	uint64_t waiting_ms, traffic_ms, probe_ms, ask_ms;
};

struct kernel {
	struct node *node;
	struct loop *loop; /* for timers: the kernel's own time */
	bool bound;
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
void kernel_drop(struct kernel *k, struct model_session *s);
/* Looks at everything of the peer that time decides; arms its timer. */
void kernel_poll(struct model_peer *p);
/* The peer has a session more: what was staged may go. */
void kernel_flush(struct model_peer *p);
void kernel_event(struct model_session *s, uint32_t reason);
int kernel_views(const struct model_peer *p, struct kw_rank_view *out);

#endif
