/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The initiator's half: one try is one INIT; tries follow each other with a
 * new ephemeral, the last three stay open, and the first valid RESP or RETRY
 * wins. Owns each peer's handshake slot. Called by handshake.c. Loop thread.
 */
#ifndef KEYWAYD_INITIATOR_H
#define KEYWAYD_INITIATOR_H

#include "kit.h"

struct initiator;

struct initiator *initiator_create(struct kit *kit);
/* Every peer must have been forgotten before. */
void initiator_destroy(struct initiator *in);

void initiator_start(struct initiator *in, struct peer *p);
void initiator_confirmed(struct initiator *in, struct peer *p, uint64_t age);
void initiator_forget(struct initiator *in, struct peer *p);
bool KW_MUST initiator_running(const struct peer *p);

/* Types 2, 3 and 4. */
void initiator_input(struct initiator *in, const struct kwnl_control *c);
/* Results of JOB_INIT_WRITE and JOB_RESP_READ. */
void initiator_done(struct initiator *in, struct job *j);

#endif
