// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The faults. Each plan draws its own amounts and times, so a scenario is as
 * many schedules as there are seeds.
 */
#include <stdlib.h>

#include <linux/keyway.h>

#include "connect.h"
#include "scenario.h"
#include "tally.h"
#include "watch.h"

static void at_random(uint64_t from, uint64_t to, void (*fn)(void *arg), void *arg)
{
	world_at((from + world_below((uint32_t)(to - from) * 1000) / 1000) * WORLD_SECOND +
			 world_below(1000) * WORLD_MS, fn, arg);
}

static void links(uint32_t loss, uint32_t dup, uint64_t jitter_ms)
{
	unsigned int i, j;

	for (i = 0; i < world->nodes; i++) {
		for (j = 0; j < world->nodes; j++) {
			world->link[i][j].loss = loss;
			world->link[i][j].dup = dup;
			world->link[i][j].jitter = jitter_ms * WORLD_MS;
		}
	}
}

/* --- things that happen --------------------------------------------------- */

static void happen_start(void *arg)
{
	node_start(arg);
}

static void happen_stop(struct node *n, uint64_t ms)
{
	node_stop(n, world_chance(500));
	world_at(world->now + ms * WORLD_MS, happen_start, n);
}

static void happen_kill(void *arg)
{
	happen_stop(arg, world_below(20000));
}

/* Mostly who is to rekey first, for 45 s or until there is hardly time left. */
static void happen_kill_long(void *arg)
{
	uint64_t age = world->now / WORLD_MS;
	struct kernel_view view;

	if (kernel_view(world->node[0]->kernel, world->node[1], &view) && world_chance(800))
		arg = world->node[!view.initiator];
	happen_stop(arg, world_chance(500) ? 45000 - world_below(10000) :
					     177000 - world_below(2000) - age);
}

static void happen_reboot(void *arg)
{
	node_reboot(arg);
}

static void happen_restore(void *arg)
{
	struct node *n = arg;

	node_forget(n);
	node_start(n);
}

/* Seldom for longer than a daemon tries. */
static void happen_dark(void *arg)
{
	uint32_t ms = world_chance(100) ? 95000 + world_below(30000) : 8000 + world_below(62000);
	uint64_t until = world->now + ms * WORLD_MS;

	(void)arg;
	world->link[0][1].dark_until = until;
	world->link[1][0].dark_until = until;
}

/* Two nodes stay less than the day apart by which certificates are dated back. */
static void happen_step(void *arg)
{
	struct node *n = arg;

	tally_note(TALLY_STEP);
	n->wall = ((int64_t)world_below(80000) - 40000) * (int64_t)WORLD_SECOND;
	world_say(n, "clock is off by %lld s", (long long)(n->wall / (int64_t)WORLD_SECOND));
}

static void happen_replay(void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < 10; i++) {
		world_replay(world_below(WORLD_CAPTURE));
		world_replay_message(world_below(WORLD_MESSAGES));
	}
	world_at(world->now + 700 * WORLD_MS, happen_replay, NULL);
}

static void happen_ask(void *arg)
{
	struct node *n = arg, *other = world->node[!n->number];
	struct kwnl_ask ask = { .reason = KEYWAY_REASON_REKEY };
	unsigned int i;

	for (i = 0; i < sizeof(ask.address); i++)
		ask.address[i] = other->identity.addr.b[i];
	if (!n->connect || kernel_waiting(n->kernel, other))
		return;
	watch_wanted(n, ask.address);
	connect_ask(n->connect, &ask);
}

static void happen_collide(void *arg)
{
	(void)arg;
	happen_ask(world->node[0]);
	happen_ask(world->node[1]);
	world_at(world->now + (5000 + world_below(40000)) * WORLD_MS, happen_collide, NULL);
}

/* So often that there is no room for all the sessions. */
static void happen_crowd(void *arg)
{
	happen_ask(arg);
	if (world->now < 60 * WORLD_SECOND)
		world_at(world->now + (500 + world_below(1000)) * WORLD_MS, happen_crowd, arg);
}

/* Its challenge is unknown to the next process. */
static void happen_crash(void *arg)
{
	if (world->now > 30 * WORLD_SECOND)
		return;
	node_stop(arg, false);
	node_start(arg);
}

static void happen_right(void *arg)
{
	struct node *n = arg;

	n->wall = 0;
	n->synchronised = true;
}

/* --- plans ---------------------------------------------------------------- */

/* Links lose nothing in so many of 1000 schedules, and then nobody else may. */
static uint32_t lossy(uint32_t whole, uint32_t most)
{
	world->whole = world_chance(whole);
	return world->whole ? 0 : world_below(most);
}

static void plan_calm(struct node *a, struct node *b)
{
	(void)a;
	b->knows = world_chance(500);
	world->whole = true;
}

static void plan_loss(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(0, 501), 0, 50);
}

/* One end hears almost nothing, so the other answers what never gets there. */
static void plan_one_way(struct node *a, struct node *b)
{
	bool to_a = world_chance(500);

	plan_calm(a, b);
	links(lossy(0, 100), world_below(100), 50);
	world->link[to_a][!to_a].loss = 700 + world_below(250);
}

static void plan_reorder(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(300, 100), world_below(300), 1 + world_below(2000));
	world->link[0][1].damage = world_below(300);
	world->link[1][0].damage = world_below(300);
}

/* One absence of 20 s never costs a packet; several may follow one another. */
static void plan_restart(struct node *a, struct node *b)
{
	unsigned int i, n = 1 + world_below(4);

	a->kept = world_chance(300);
	links(lossy(n == 1 ? 500 : 0, 100), 0, 20);
	world->must_rekey = n == 1;
	for (i = 0; i < n; i++)
		at_random(2, 200, happen_kill, world_chance(500) ? a : b);
}

static void plan_restart_both(struct node *a, struct node *b)
{
	uint64_t when = (2 + world_below(180)) * WORLD_SECOND;

	links(0, world_below(100), 1 + world_below(100));
	world->whole = true;
	world->must_rekey = true;
	world_at(when, happen_kill, a);
	world_at(when, happen_kill, b);
}

/* Dead from session age 104 to 131 s on, and back before 177 s: nothing is lost. */
static void plan_absent(struct node *a, struct node *b)
{
	b->knows = world_chance(500);
	links(0, world_below(100), 1 + world_below(100));
	world->whole = true;
	world->must_rekey = true;
	at_random(104, 131, happen_kill_long, a);
	if (world_chance(300))
		at_random(104, 131, happen_kill_long, b);
}

static void plan_reboot(struct node *a, struct node *b)
{
	a->mute = world_chance(300);
	at_random(2, 60, happen_reboot, a);
	if (world_chance(300))
		at_random(2, 60, happen_reboot, b);
	links(world_below(100), 0, 20);
}

static void plan_dark(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(0, 50), 0, 20);
	world->steady = true;
	at_random(0, 150, happen_dark, NULL);
	at_random(0, 400, happen_dark, NULL);
}

static void plan_open(struct node *a, struct node *b)
{
	(void)a;
	(void)b;
	links(lossy(300, 501), world_below(100), world_below(100));
}

static void plan_rekey(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(300, 300), world_below(100), 1 + world_below(200));
	world->must_rekey = true;
	world->steady = true;
}

static void plan_collide(struct node *a, struct node *b)
{
	(void)a;
	(void)b;
	links(lossy(300, 300), world_below(100), world_below(100));
	world->must_rekey = true;
	world->steady = true;
	world_at((2 + world_below(30)) * WORLD_SECOND, happen_collide, NULL);
}

static void plan_crowd(struct node *a, struct node *b)
{
	links(lossy(300, 300), world_below(100), world_below(100));
	world_at((2 + world_below(30)) * WORLD_SECOND, happen_crowd, a);
	if (world_chance(700))
		world_at((2 + world_below(30)) * WORLD_SECOND, happen_crowd, b);
}

static void plan_replay(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(500, 50), 0, 20);
	world->must_rekey = true;
	world_at(3 * WORLD_SECOND, happen_replay, NULL);
	if (world_chance(300))
		at_random(10, 150, happen_kill, world_chance(500) ? a : b);
	if (world->whole || world_chance(700))
		return;
	at_random(10, 150, happen_reboot, a);
}

static void plan_backup(struct node *a, struct node *b)
{
	(void)b;
	world->whole = true;
	world->must_rekey = true;
	at_random(5, 160, happen_restore, a);
	if (world_chance(500))
		world_at(3 * WORLD_SECOND, happen_replay, NULL);
	if (world_chance(300))
		at_random(5, 160, happen_restore, a);
}

static void plan_clocks(struct node *a, struct node *b)
{
	static const int64_t years[] = { -57, -10, 10, 0 };
	int64_t year = 31556952ll * (int64_t)WORLD_SECOND;
	struct node *wrong = world_chance(500) ? a : b;

	b->knows = world_chance(500);
	world->whole = true;
	world->must_rekey = true;
	wrong->synchronised = false;
	wrong->wall = years[world_below(3)] * year;
	if (world_chance(300)) {
		(wrong == a ? b : a)->synchronised = false;
		(wrong == a ? b : a)->wall = years[world_below(4)] * year;
	}
	if (world_chance(600))
		at_random(1, world_chance(500) ? 10 : 50, happen_kill, wrong);
}

/* Believed to be right: its certificate is refused until the clock is. */
static void plan_wrong(struct node *a, struct node *b)
{
	(void)b;
	a->wall = (world_chance(500) ? 10 : -10) * 31556952ll * (int64_t)WORLD_SECOND;
	world_at(60 * WORLD_SECOND, happen_right, a);
}

static void plan_steps(struct node *a, struct node *b)
{
	unsigned int i;

	world->whole = true;
	world->must_rekey = true;
	for (i = 0; i < 6; i++)
		at_random(1, 250, happen_step, world_chance(500) ? a : b);
	at_random(20, 250, happen_kill, a);
}

static void plan_brittle(struct node *a, struct node *b)
{
	plan_calm(a, b);
	links(lossy(0, 200), world_below(100), world_below(100));
	world->retried = happen_crash;
}

static void plan_load(struct node *a, struct node *b)
{
	a->under_load = true;
	b->under_load = world_chance(500);
	links(lossy(300, 200), world_below(100), 50);
}

static void plan_slow(struct node *a, struct node *b)
{
	plan_open(a, b);
	world->worker_delay = (1 + world_below(3000)) * WORLD_MS;
}

static void plan_all(struct node *a, struct node *b)
{
	static void (*const what[])(void *) = { happen_kill, happen_reboot, happen_dark,
						happen_step, happen_ask };
	unsigned int i;

	plan_reorder(a, b);
	world->whole = false;
	world->worker_delay = world_chance(300) ? world_below(200) * WORLD_MS : 0;
	for (i = 0; i < 5; i++)
		at_random(1, 200, what[world_below(5)], world_chance(500) ? a : b);
}

const struct scenario scenario_table[] = {
	{ "calm", plan_calm, 20, 2, 2 },
	{ "loss 0-50 %", plan_loss, 60, 30, 6 },
	{ "loss 70-95 % one way", plan_one_way, 90, 40, 4 },
	{ "reorder, duplicates, damage", plan_reorder, 60, 30, 6 },
	{ "simultaneous open", plan_open, 40, 30, 6 },
	{ "rekey", plan_rekey, 420, 30, 4 },
	{ "rekey collisions", plan_collide, 200, 30, 4 },
	{ "a rekey every second", plan_crowd, 60, 40, 2 },
	{ "a daemon restarted", plan_restart, 220, 40, 4 },
	{ "both daemons restarted", plan_restart_both, 220, 40, 2 },
	{ "a daemon dead while its rekey is due", plan_absent, 200, 40, 3 },
	{ "a kernel rebooted", plan_reboot, 70, 40, 4 },
	{ "darkness 8-125 s both ways", plan_dark, 480, 40, 4 },
	{ "captures replayed", plan_replay, 200, 40, 3 },
	{ "identity restored from backup", plan_backup, 170, 40, 2 },
	{ "unsynchronised clocks", plan_clocks, 170, 40, 3 },
	{ "a wrong clock set right", plan_wrong, 70, 200, 1 },
	{ "clock steps", plan_steps, 270, 40, 2 },
	{ "crashes after each RETRY", plan_brittle, 40, 40, 2 },
	{ "cookies under load", plan_load, 40, 30, 2 },
	{ "slow workers", plan_slow, 40, 40, 2 },
	{ "everything at once", plan_all, 220, 60, 8 },
};

const unsigned int scenario_count = sizeof(scenario_table) / sizeof(scenario_table[0]);
