/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * How many handshakes a source may cost us: a token bucket per IPv4 address,
 * per IPv6 /64 and per /48 (ten times as much), per ingress tag. Fixed memory,
 * keyed hashing; where two sources meet in one bucket, they share it. For an
 * unproven source it is smaller than the kernel's, so that this one, which can
 * answer, is empty first. Pure but for its key. Loop thread.
 */
#ifndef KEYWAYD_BUDGET_H
#define KEYWAYD_BUDGET_H

#include "libkeyway/types.h"

struct budget;

#define BUDGET_RATE 20	  /* tokens per second */
#define BUDGET_BURST 40	  /* at once */
#define BUDGET_WIDE 10	  /* times as much per /48 */
#define BUDGET_PROVEN 1	  /* tokens that a message costs whose source a cookie proves */
#define BUDGET_UNPROVEN 4 /* and another */

struct budget *budget_create(void);
void budget_destroy(struct budget *b);
/* False: not enough left. now: ns of boot time. */
bool KW_MUST budget_take(struct budget *b, const struct kw_source *from, unsigned int tokens,
			 uint64_t now);

#endif
