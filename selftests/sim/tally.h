/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What schedules met: each condition is noted where it really happens, not
 * where it was planned, and counted once per schedule. A run in which no
 * schedule met one has not tested it, and fails.
 */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stdbool.h>

enum tally {
	/* of links */
	TALLY_LOSS,
	TALLY_REORDER,
	TALLY_DUP,
	TALLY_DAMAGE,
	TALLY_DARK,
	/* of an attacker */
	TALLY_REPLAY,
	TALLY_OLD_INIT,
	/* of daemons and machines */
	TALLY_STOP,
	TALLY_CRASH,
	TALLY_BOTH_DEAD,
	TALLY_ADOPTED,
	TALLY_DEAD_AT_REKEY,
	TALLY_REBOOT,
	TALLY_STEP,
	TALLY_UNSYNC,
	TALLY_BACKUP,
	TALLY_LOST_EVENT,
	TALLY_SLOW,
	/* of handshakes */
	TALLY_OPEN,
	TALLY_REKEY,
	TALLY_COLLISION,
	TALLY_RETRY,
	TALLY_COOKIE,
	/* of sessions */
	TALLY_STAGED,
	TALLY_SILENT,
	TALLY_OUTRANKED,
	TALLY_UNCONFIRMED,
	TALLY_EVICTED,
	TALLY_EXPIRED,
	/* what was demanded */
	TALLY_MUST_REKEY,
	TALLY_WHOLE,
	TALLIES
};

void tally_note(enum tally t);
/* The world ends: adds it to the sums. */
void tally_add(void);
/* Prints the table; how many conditions no schedule met. */
unsigned int tally_print(void);

#endif
