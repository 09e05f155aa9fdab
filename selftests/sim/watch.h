/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Rules of protocol.md that a look at what leaves, and at the clock, can
 * check, in the protocol's own numbers: one try is one INIT, an ephemeral key
 * is one message's, an INIT is answered once and under load only with a
 * cookie, and who needs a session tries for one. Called by the kernel model.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include "world.h"

struct model_peer;
struct model_session;
struct watch;

struct watch *watch_create(void);
void watch_destroy(struct watch *w);

/* A message leaves a node. */
void watch_message(struct node *from, const struct packet *p);
/* An INIT gets past the kernel to a daemon; a RETRY does. */
void watch_init(const struct node *to, const struct packet *p, bool cookied);
void watch_retry(const struct node *to, const struct packet *p);
/* A session got its keys. A daemon reads of one in an event or a dump. */
void watch_installed(const struct model_session *s);
void watch_told(const struct node *n, const struct kwnl_session *s);
/* It reads that a session is wanted. */
void watch_wanted(const struct node *n, const uint8_t peer[16]);
/* A daemon begins; one died with what wasn't on its disk; one lost all of it. */
void watch_start(const struct node *n);
void watch_crash(const struct node *n);
void watch_forget(const struct node *n);
/* Did it try to reach the other in this very moment? */
bool watch_tries(const struct node *n, const struct node *other);
/* At any time. */
void watch_peer(const struct model_peer *p);

#endif
