// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Runs schedules of all scenarios and prints TAP. KEYWAY_SIM_SCHEDULES says
 * how many in all (10000), and a hundredth as many run with real DH; a failure
 * names scenario and seed, and
 *	sim SCENARIO SEED
 * replays that schedule with all that happened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fate.h"
#include "libkeyway/crypto.h"
#include "scenario.h"
#include "tally.h"

#define STRICT 10 /* seconds of traffic that must arrive whole, at the end */

struct talk {
	struct node *from, *to;
	uint64_t every;
};

static struct talk talks[2];
static uint32_t whole_from; /* packets from here on; UINT32_MAX: no session yet */
static uint64_t schedules, events, packets;

static bool is_common(struct node *a, struct node *b)
{
	struct kernel_view av, bv;

	return kernel_view(a->kernel, b, &av) && kernel_view(b->kernel, a, &bv) &&
	       av.index == bv.remote && bv.index == av.remote && av.confirmed && bv.confirmed &&
	       av.rank == bv.rank;
}

static void talk(void *arg)
{
	struct talk *t = arg;

	if (whole_from == UINT32_MAX && is_common(t->from, t->to))
		whole_from = world->sent;
	if (!t->from->mute)
		node_talk(t->from, t->to);
	kernel_check(t->from->kernel);
	node_check_steps(t->from);
	world_at(world->now + t->every, talk, t);
}

static void talk_start(struct node *a, struct node *b)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		talks[i].from = i ? b : a;
		talks[i].to = i ? a : b;
		talks[i].every = (200 + world_below(1500)) * WORLD_MS;
		/* one that can't reach the other speaks when it was spoken to */
		world_at(talks[i].from->knows ? 0 : 5 * WORLD_SECOND, talk, &talks[i]);
	}
}

/* A rekey may be under way at any moment, but it ends soon. */
static void check_common(struct node *a, struct node *b)
{
	struct kernel_view av, bv;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		if (is_common(a, b))
			return;
		world_run(world->now + 100 * WORLD_MS);
	}
	if (!kernel_view(a->kernel, b, &av) || !kernel_view(b->kernel, a, &bv))
		world_violation("no session at the end");
	else if (av.index != bv.remote || bv.index != av.remote)
		world_violation("ends send on different sessions: %08x/%08x and %08x/%08x",
				av.index, av.remote, bv.remote, bv.index);
	else if (!av.confirmed || !bv.confirmed || av.rank != bv.rank)
		world_violation("the common session isn't confirmed");
}

static void heal(void)
{
	unsigned int i, j;

	if (world->link[0][1].darkened && world->link[1][0].darkened)
		tally_note(TALLY_DARK);

	for (i = 0; i < world->nodes; i++) {
		node_start(world->node[i]);
		for (j = 0; j < world->nodes; j++) {
			world->link[i][j].loss = 0;
			world->link[i][j].damage = 0;
			world->link[i][j].dark_until = 0;
		}
	}
}

static void run(const struct scenario *s)
{
	struct node *a = node_create(), *b = node_create();
	uint64_t until = s->seconds * WORLD_SECOND;
	uint32_t first, last;

	world->link[0][1].delay = (1 + world_below(80)) * WORLD_MS;
	world->link[1][0].delay = (1 + world_below(80)) * WORLD_MS;
	whole_from = UINT32_MAX;
	s->plan(a, b);
	if (world->worker_delay)
		tally_note(TALLY_SLOW);
	node_start(a);
	node_start(b);
	talk_start(a, b);
	world_run(until);
	heal();
	until += s->heal * WORLD_SECOND;
	world_run(until);
	first = world->sent;
	until += STRICT * WORLD_SECOND;
	world_run(until);
	last = world->sent;
	world_run(until + 3 * WORLD_SECOND);
	if (world->violations)
		return;
	check_common(a, b);
	node_check_steps(a);
	node_check_steps(b);
	fate_check(world->whole && whole_from < first ? whole_from : first, last);
	if (world->whole && whole_from < first)
		tally_note(TALLY_WHOLE);
	if (world->must_rekey)
		tally_note(TALLY_MUST_REKEY);
}

static int once(const struct scenario *s, uint64_t seed, bool real, bool verbose)
{
	int bad;

	world_create(seed);
	world->real_dh = real;
	world->verbose = verbose;
	run(s);
	bad = world->violations;
	if (bad)
		printf("# %s: seed %llu%s: %s\n", s->name, (unsigned long long)seed,
		       real ? " real" : "", world->why);
	schedules++;
	events += world->events;
	packets += world->sent;
	fate_add();
	tally_add();
	world_destroy();
	return bad != 0;
}

static unsigned int many(const struct scenario *s, unsigned int n, uint64_t seed, bool real)
{
	unsigned int i, bad = 0;

	for (i = 0; i < n && bad < 5; i++)
		bad += (unsigned int)once(s, seed + i, real, false);
	return bad;
}

static int replay(char **argv)
{
	unsigned int i;

	for (i = 0; i < scenario_count; i++)
		if (!strcmp(argv[1], scenario_table[i].name))
			return once(&scenario_table[i], strtoull(argv[2], NULL, 0),
				    argv[3] != NULL, true);
	return 2;
}

static unsigned int amount(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? (unsigned int)strtoul(text, NULL, 0) : otherwise;
}

static unsigned int all(unsigned int n, uint64_t seed, bool real)
{
	unsigned int i, mine, bad, failed = 0, weights = 0;
	clock_t began;

	for (i = 0; i < scenario_count; i++)
		weights += scenario_table[i].weight;
	for (i = 0; i < scenario_count; i++) {
		began = clock();
		mine = n * scenario_table[i].weight / weights + 1;
		bad = many(&scenario_table[i], mine, seed, real);
		failed += bad != 0;
		printf("%sok - sim %s%s (%u schedules, %.1f s)\n", bad ? "not " : "",
		       scenario_table[i].name, real ? ", real DH" : "", mine,
		       (double)(clock() - began) / CLOCKS_PER_SEC);
		fflush(stdout);
	}
	return failed;
}

int main(int argc, char **argv)
{
	unsigned int n = amount("KEYWAY_SIM_SCHEDULES", 10000), failed, none;
	uint64_t seed = amount("KEYWAY_SIM_SEED", 1);
	clock_t began = clock();
	double took;

	if (kw_crypto_init())
		return 2;
	if (argc > 2)
		return replay(argv);
	failed = all(n, seed, false);
	failed += all(n / 100, seed, true);
	took = (double)(clock() - began) / CLOCKS_PER_SEC;
	fate_print();
	none = tally_print();
	failed += none != 0;
	printf("%sok - sim schedules met every condition\n", none ? "not " : "");
	printf("# %llu schedules, %llu packets, %llu events, %.0f schedules/s\n",
	       (unsigned long long)schedules, (unsigned long long)packets,
	       (unsigned long long)events, (double)schedules / took);
	return failed != 0;
}
