// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * One bit per condition in the world, one sum over all worlds.
 */
#include <stdint.h>
#include <stdio.h>

#include "tally.h"
#include "world.h"

static const char *const tally_name[TALLIES] = {
	[TALLY_LOSS] = "loss",
	[TALLY_REORDER] = "reordering",
	[TALLY_DUP] = "duplication",
	[TALLY_DAMAGE] = "damaged messages",
	[TALLY_DARK] = "darkness of 8 s or more, both ways, under traffic",
	[TALLY_REPLAY] = "captured frames or messages sent again",
	[TALLY_OLD_INIT] = "an INIT sent again after 120 s, or to a new process",
	[TALLY_STOP] = "a daemon stopped and started",
	[TALLY_CRASH] = "a daemon killed, up to 10 s of its state lost",
	[TALLY_BOTH_DEAD] = "both daemons dead at once",
	[TALLY_ADOPTED] = "a session adopted by a new daemon",
	[TALLY_DEAD_AT_REKEY] = "a daemon dead while its rekey fell due",
	[TALLY_REBOOT] = "a kernel rebooted",
	[TALLY_STEP] = "a clock stepped",
	[TALLY_UNSYNC] = "a clock that isn't synchronised",
	[TALLY_BACKUP] = "an identity restored from a backup",
	[TALLY_LOST_EVENT] = "events told as lost",
	[TALLY_SLOW] = "slow workers",
	[TALLY_OPEN] = "simultaneous open",
	[TALLY_REKEY] = "rekey",
	[TALLY_COLLISION] = "rekey collision",
	[TALLY_RETRY] = "freshness asked for by RETRY",
	[TALLY_COOKIE] = "a cookie demanded and paid",
	[TALLY_STAGED] = "packets staged, then delivered",
	[TALLY_SILENT] = "a silent peer",
	[TALLY_OUTRANKED] = "a session ended as outranked",
	[TALLY_UNCONFIRMED] = "an answered session never confirmed",
	[TALLY_EVICTED] = "a session evicted for room",
	[TALLY_EXPIRED] = "a sending session that reached its end",
	[TALLY_MUST_REKEY] = "... and none may reach it",
	[TALLY_WHOLE] = "... and no packet at all may be lost",
};

static uint64_t tally_worlds[TALLIES];

void tally_note(enum tally t)
{
	world->met |= 1ull << t;
}

void tally_add(void)
{
	unsigned int i;

	for (i = 0; i < TALLIES; i++)
		tally_worlds[i] += world->met >> i & 1;
}

unsigned int tally_print(void)
{
	unsigned int i, none = 0;

	printf("# schedules that met:\n");
	for (i = 0; i < TALLIES; i++) {
		printf("# %8llu  %s\n", (unsigned long long)tally_worlds[i], tally_name[i]);
		none += !tally_worlds[i];
	}
	return none;
}
