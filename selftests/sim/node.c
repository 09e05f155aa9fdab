// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Makes a daemon the way main.c does, over doubles of what does I/O.
 */
/* cflags: -iquote userspace/keywayd */
/* links: userspace/keywayd/announce.c userspace/keywayd/budget.c userspace/keywayd/channel.c userspace/keywayd/clock.c userspace/keywayd/connect.c userspace/keywayd/cookie.c userspace/keywayd/discover.c userspace/keywayd/domain.c userspace/keywayd/failure.c userspace/keywayd/freshness.c userspace/keywayd/handshake.c userspace/keywayd/initiator.c userspace/keywayd/stray.c userspace/keywayd/input.c userspace/keywayd/job.c userspace/keywayd/keycache.c userspace/keywayd/kit.c userspace/keywayd/pair.c userspace/keywayd/peer.c userspace/keywayd/replaycache.c userspace/keywayd/responder.c userspace/keywayd/state.c userspace/keywayd/statickey.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "clock.h"
#include "connect.h"
#include "doubles.h"
#include "failure.h"
#include "libdaemon/conf.h"
#include "libkeyway/crypto.h"
#include "node.h"
#include "state.h"
#include "statickey.h"
#include "tally.h"
#include "trustdb.h"
#include "watch.h"

#define NODE_YOUNG_MS 100000
#define NODE_EVENT_MS 2 /* until a daemon has read an event */

/* The same few identities in every world: making one is costly. */
static const struct kw_identity *node_identity(unsigned int number)
{
	static struct kw_identity made[WORLD_NODES];
	struct kw_key seed = { { (uint8_t)(number + 1) } };

	if (!made[number].addr.b[0])
		kw_identity_create(&made[number], &seed);
	return &made[number];
}

struct node *node_create(void)
{
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff, [12] = 10 };
	struct node *n = calloc(1, sizeof(*n));

	n->number = world->nodes;
	snprintf(n->name, sizeof(n->name), "%c", 'A' + (char)n->number);
	n->identity = *node_identity(n->number);
	memcpy(n->at.addr, mapped, sizeof(mapped));
	n->at.addr[15] = (uint8_t)(n->number + 1);
	n->at.port = 4000;
	n->synchronised = true;
	n->knows = true;
	n->kernel = kernel_create(n);
	world->node[world->nodes++] = n;
	return n;
}

void node_destroy(struct node *n)
{
	node_stop(n, false);
	kernel_destroy(n->kernel);
	free(n->disk);
	free(n);
}

/* --- the daemon ----------------------------------------------------------- */

static void node_renewed(void *arg)
{
	struct node *n = arg;

	if (n->connect)
		connect_renewed(n->connect);
}

static void node_load(struct node *n)
{
	char dir[] = { '/', n->name[0], '\0' };
	struct conf_error err;

	n->state = state_create(n->loop, dir, &err);
	if (!n->state)
		world_violation("%s can't read its own state: %s", n->name, err.text);
}

static void node_trust(struct node *n)
{
	struct kw_trust_entry e;
	struct kw_trust t;
	unsigned int i;

	kw_trust_create(&t, n->room, WORLD_NODES);
	for (i = 0; i < world->nodes; i++) {
		if (i == n->number)
			continue;
		memset(&e, 0, sizeof(e));
		e.fp.val = world->node[i]->identity.val;
		if (kw_trust_add(&t, &e))
			world_violation("%s can't trust", n->name);
	}
	n->trust = trustdb_create();
	trustdb_set(n->trust, &t);
}

static void node_meet(struct node *n)
{
	const struct node *other;
	unsigned int i;

	for (i = 0; i < world->nodes; i++) {
		other = world->node[i];
		if (other == n)
			continue;
		kernel_add_peer(n->kernel, other);
		if (n->knows)
			doubles_pathmgr_set(n->pathmgr, &other->identity.addr, &other->at);
		if (connect_add(n->connect, &other->identity.val))
			world_violation("%s can't add a peer", n->name);
		connect_set_kept(n->connect, &other->identity.val, n->kept);
	}
}

static void node_connect(struct node *n)
{
	struct connect_conf conf = {
		.loop = n->loop,
		.kwnl = kernel_kwnl(n->kernel),
		.dev = 1,
		.clock = n->clock,
		.state = n->state,
		.statickey = n->statickey,
		.trust = n->trust,
		.pathmgr = n->pathmgr,
		.identity = &n->identity,
		.chacha_ns = 500,
		.gcm_ns = n->number % 2 ? 200 : 0,
		.under_load = n->under_load,
	};

	if (connect_create(&n->connect, &conf))
		world_violation("%s can't connect", n->name);
}

static void node_gone(void *arg)
{
	struct node *n = arg;

	world_violation("%s: the device is gone", n->name);
}

static void node_hear(struct node *n)
{
	struct channel_conf conf = {
		.loop = n->loop,
		.kwnl = kernel_kwnl(n->kernel),
		.dev = 1,
		.name = n->name,
		.connect = n->connect,
		.pathmgr = n->pathmgr,
		.trust = n->trust,
		.gone = node_gone,
		.arg = n,
	};
	struct failure f;

	n->channel = channel_create(&conf, &f);
	if (!n->channel)
		world_violation("%s hears nothing: %s", n->name, f.text);
}

/* What the kernel went on with is known to the daemon, or it would begin anew. */
static void node_adopted(struct node *n)
{
	struct pathmgr_candidate at;
	struct kernel_view have;
	unsigned int i;

	for (i = 0; i < world->nodes; i++) {
		if (world->node[i] == n || !kernel_view(n->kernel, world->node[i], &have) ||
		    !have.confirmed)
			continue;
		if (have.path &&
		    !pathmgr_candidates(n->pathmgr, &world->node[i]->identity.addr, &at, 1))
			world_violation("%s: the daemon doesn't know where %s is", n->name,
					world->node[i]->name);
		tally_note(TALLY_ADOPTED);
		if (have.initiator && have.age_ms >= 120000)
			tally_note(TALLY_DEAD_AT_REKEY);
	}
	n->deaf = false;
	node_check_steps(n);
}

/* Who goes on with a young session dials nobody. */
static void node_check_idle(void *arg)
{
	const struct node *n = arg, *other;
	struct kernel_view have;
	unsigned int i;

	for (i = 0; i < world->nodes; i++) {
		other = world->node[i];
		if (other != n && kernel_view(n->kernel, other, &have) && have.confirmed &&
		    have.age_ms < NODE_YOUNG_MS && watch_tries(n, other))
			world_violation("%s: adopts a session, and begins another", n->name);
	}
}

void node_start(struct node *n)
{
	struct clock_conf clock = { .state = CLOCK_ASK };
	struct statickey_conf statickey;

	if (n->connect)
		return;
	world_say(n, "starts");
	watch_start(n);
	if (!n->synchronised)
		tally_note(TALLY_UNSYNC);
	n->loop = world_loop_create(n);
	node_load(n);
	clock.floor = state_lookup_self(n->state)->floor;
	n->clock = clock_create(n->loop, &clock);
	node_trust(n);
	statickey = (struct statickey_conf){ n->loop, n->clock, n->state, &n->identity,
					     node_renewed, n };
	n->statickey = statickey_create(&statickey);
	n->pathmgr = doubles_pathmgr_create();
	node_connect(n);
	node_hear(n);
	node_meet(n);
	channel_adopt(n->channel);
	node_adopted(n);
	world_at(world->now, node_check_idle, n);
}

static void node_check_alone(void)
{
	unsigned int i;

	for (i = 0; i < world->nodes; i++)
		if (world->node[i] && world->node[i]->connect)
			return;
	tally_note(TALLY_BOTH_DEAD);
}

/* The kernel hears nothing but the sockets' end. */
void node_stop(struct node *n, bool save)
{
	if (!n->connect)
		return;
	world_say(n, save ? "stops" : "crashes");
	n->crashes = !save;
	if (n->crashes)
		watch_crash(n);
	tally_note(save ? TALLY_STOP : TALLY_CRASH);
	channel_destroy(n->channel);
	n->channel = NULL;
	connect_destroy(n->connect);
	n->connect = NULL;
	pathmgr_destroy(n->pathmgr);
	statickey_destroy(n->statickey);
	trustdb_destroy(n->trust);
	clock_destroy(n->clock);
	state_destroy(n->state);
	loop_destroy(n->loop);
	n->crashes = false;
	node_check_alone();
}

void node_reboot(struct node *n)
{
	node_stop(n, true);
	kernel_destroy(n->kernel);
	tally_note(TALLY_REBOOT);
	n->kernel = kernel_create(n);
	node_start(n);
}

void node_forget(struct node *n)
{
	node_stop(n, false);
	tally_note(TALLY_BACKUP);
	watch_forget(n);
	free(n->disk);
	n->disk = NULL;
}

/* --- what is checked as it happens ---------------------------------------- */

void node_installed(struct node *from, const struct node *to, uint64_t tx)
{
	unsigned int i;

	for (i = 0; i < world->keys && i < WORLD_KEYS; i++)
		if (world->key[i] == tx)
			world_violation("%s to %s: a key installed twice", from->name, to->name);
	world->key[world->keys++ % WORLD_KEYS] = tx;
}

void node_check_steps(const struct node *n)
{
	struct connect_view view;
	struct kernel_view have;
	const struct node *other;
	unsigned int i;

	for (i = 0; i < world->nodes && n->connect && !n->deaf; i++) {
		other = world->node[i];
		if (other == n || !kernel_view(n->kernel, other, &have) ||
		    have.up_ms < NODE_EVENT_MS)
			continue;
		connect_read(n->connect, &other->identity.addr, &view);
		if (view.step != CONNECT_UP)
			world_violation("%s: the daemon doesn't know of its session with %s",
					n->name, other->name);
	}
}

void node_talk(struct node *from, struct node *to)
{
	if (world->sent < WORLD_PACKETS)
		kernel_send(from->kernel, to, world->sent++);
}
