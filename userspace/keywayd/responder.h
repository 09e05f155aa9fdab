/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The responder's half: an INIT walks the checks in protocol.md's order, the
 * cheap ones first, and ends in RESP, RETRY, COOKIE or silence. Called by
 * handshake.c. Loop thread.
 */
#ifndef KEYWAYD_RESPONDER_H
#define KEYWAYD_RESPONDER_H

#include "kit.h"

struct responder;

struct responder *responder_create(struct kit *kit);
/* All jobs have come back before. */
void responder_destroy(struct responder *r);

/* Type 1. */
void responder_input(struct responder *r, const struct kwnl_control *c);
/* Results of JOB_INIT_READ and JOB_RESP_WRITE. */
void responder_done(struct responder *r, struct job *j);
/* Answers to p that are being written come to nothing. */
void responder_forget(struct responder *r, const struct peer *p);

#endif
