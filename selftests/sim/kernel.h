/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The module as the daemon sees it: reservations, keys set exactly once,
 * sessions by the rules of kmod/rank.c itself, confirmation keepalives, probes,
 * silence, staging and acquire, mac1 and cookie checks. Implements the calls
 * of kwnl.h and kwnl_event.h that the engines use. A frame isn't sealed: it carries the name of
 * its key.
 */
#ifndef SIM_KERNEL_H
#define SIM_KERNEL_H

#include "libkwnl/kwnl_event.h"
#include "world.h"

struct node;

struct kernel *kernel_create(struct node *n);
void kernel_destroy(struct kernel *k);
struct kwnl *kernel_kwnl(struct kernel *k);

void kernel_add_peer(struct kernel *k, const struct node *peer);

void kernel_receive(struct kernel *k, const struct packet *p);
void kernel_send(struct kernel *k, const struct node *to, uint32_t app);

/* Index of the session that sends to that node, and what the other end calls
 * it; false: none. confirmed: a frame was opened on it. */
struct kernel_view {
	uint32_t index, remote;
	uint64_t rank, age_ms, up_ms; /* up: since it was confirmed */
	bool confirmed, initiator, path;
	unsigned int sessions, reserved, staged;
};
bool kernel_view(struct kernel *k, const struct node *to, struct kernel_view *out);
/* It waits for a session to be confirmed, so wouldn't ask for another. */
bool kernel_waiting(struct kernel *k, const struct node *to);
/* All that the model promises of itself, checked. */
void kernel_check(struct kernel *k);

#endif
