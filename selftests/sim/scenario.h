/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A scenario prepares a world and plans its faults; then the world runs, is
 * healed, and must have come together: both ends send on one common session,
 * every packet arrives, nothing was lost for want of a key.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "node.h"

struct scenario {
	const char *name;
	void (*plan)(struct node *a, struct node *b); /* before the daemons start */
	unsigned int seconds; /* under faults */
	unsigned int heal;    /* seconds within which it must come together */
	unsigned int weight;  /* share of the schedules */
};

extern const struct scenario scenario_table[];
extern const unsigned int scenario_count;

#endif
