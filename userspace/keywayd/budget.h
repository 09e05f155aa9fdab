/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * How many handshakes a source may cost us: a token bucket per IPv4 address,
 * per IPv6 /64, per ingress tag. Fixed memory, keyed hashing; where two sources
 * meet in one bucket, they share it. Pure but for its key. Loop thread.
 */
#ifndef KEYWAYD_BUDGET_H
#define KEYWAYD_BUDGET_H

#include "libkeyway/types.h"

struct budget;

#define BUDGET_RATE 20	/* messages per second */
#define BUDGET_BURST 40 /* at once */

struct budget *budget_create(void);
void budget_destroy(struct budget *b);
/* False: none left. now: ns of boot time. */
bool KW_MUST budget_take(struct budget *b, const struct kw_source *from, uint64_t now);

#endif
