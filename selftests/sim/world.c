// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Time is a heap of events; a timer of loop.h is one. Links draw their faults
 * from the world's generator when a packet is sent.
 */
/* cflags: -Iselftests/unit/kshim -I. -Wl,--wrap=kw_crypto_verify */
/* links: kmod/rank.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libkeyway/base64.c userspace/libkeyway/cert.c userspace/libkeyway/crypto.c userspace/libkeyway/fingerprint.c userspace/libkeyway/identity.c userspace/libkeyway/keys.c userspace/libkeyway/line.c userspace/libkeyway/message.c userspace/libkeyway/noise.c userspace/libkeyway/prefix.c userspace/libkeyway/record.c userspace/libkeyway/request.c userspace/libkeyway/trust.c userspace/libkeyway/wire.c */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entropy.h"
#include "fate.h"
#include "kernel.h"
#include "node.h"
#include "tally.h"
#include "watch.h"
#include "world.h"

struct loop {
	struct node *node;
};

struct loop_timer {
	struct loop *loop; /* NULL: the world's own */
	void (*fn)(void *arg);
	void *arg;
	uint64_t at, order;
	size_t pos; /* in the heap, plus 1; 0: not armed */
	bool once;  /* freed after it ran */
};

struct world *world;
static struct loop_timer **heap;
static size_t heap_n, heap_room;
static uint64_t heap_order;

/* --- the heap ------------------------------------------------------------- */

static bool heap_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void heap_put(size_t i, struct loop_timer *t)
{
	heap[i] = t;
	t->pos = i + 1;
}

static void heap_up(size_t i)
{
	struct loop_timer *t = heap[i];

	for (; i && heap_before(t, heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_put(i, heap[(i - 1) / 2]);
	heap_put(i, t);
}

static void heap_down(size_t i)
{
	struct loop_timer *t = heap[i];
	size_t c;

	for (; (c = 2 * i + 1) < heap_n; i = c) {
		if (c + 1 < heap_n && heap_before(heap[c + 1], heap[c]))
			c++;
		if (!heap_before(heap[c], t))
			break;
		heap_put(i, heap[c]);
	}
	heap_put(i, t);
}

static void heap_remove(struct loop_timer *t)
{
	size_t i = t->pos - 1;

	t->pos = 0;
	if (--heap_n == i)
		return;
	heap_put(i, heap[heap_n]);
	heap_up(i);
	heap_down(heap[i]->pos - 1);
}

static void heap_add(struct loop_timer *t, uint64_t at)
{
	if (heap_n == heap_room) {
		heap_room = heap_room ? heap_room * 2 : 256;
		heap = realloc(heap, heap_room * sizeof(*heap));
	}
	t->at = at;
	t->order = ++heap_order;
	heap_put(heap_n++, t);
	heap_up(heap_n - 1);
}

static void heap_run(struct loop_timer *t)
{
	bool once = t->once;

	heap_remove(t);
	world->now = t->at;
	world->events++;
	t->fn(t->arg);
	if (once)
		free(t);
}

void world_run(uint64_t until)
{
	while (heap_n && heap[0]->at <= until && !world->violations)
		heap_run(heap[0]);
	world->now = until;
}

void world_at(uint64_t when, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	t->fn = fn;
	t->arg = arg;
	t->once = true;
	heap_add(t, when);
}

/* --- loop.h --------------------------------------------------------------- */

struct loop *world_loop_create(struct node *n)
{
	struct loop *l = calloc(1, sizeof(*l));

	l->node = n;
	return l;
}

struct node *world_loop_node(const struct loop *loop)
{
	return loop->node;
}

void loop_destroy(struct loop *loop)
{
	free(loop);
}

uint64_t loop_now(const struct loop *loop)
{
	(void)loop;
	return world->now + 1000 * WORLD_SECOND;
}

void loop_wall(const struct loop *loop, struct loop_wall *wall)
{
	wall->ns = (uint64_t)((int64_t)(world->now + NODE_EPOCH) + loop->node->wall);
	wall->synchronised = loop->node->synchronised;
}

struct loop_timer *loop_timer_create(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	return t;
}

void loop_timer_stop(struct loop_timer *t)
{
	if (t->pos)
		heap_remove(t);
}

void loop_timer_set(struct loop_timer *t, uint64_t delay_ns)
{
	loop_timer_stop(t);
	heap_add(t, world->now + delay_ns);
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return t->pos;
}

void loop_timer_destroy(struct loop_timer *t)
{
	if (!t)
		return;
	loop_timer_stop(t);
	free(t);
}

/* --- randomness: splitmix64 ----------------------------------------------- */

static uint64_t random_state;

uint64_t world_random(void)
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

uint32_t world_below(uint32_t n)
{
	return n ? (uint32_t)(world_random() % n) : 0;
}

bool world_chance(uint32_t per_mille)
{
	return per_mille && world_below(1000) < per_mille;
}

void entropy_fill(void *out, size_t n)
{
	uint8_t *p = out;
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i % 8 == 0)
			v = world_random();
		p[i] = (uint8_t)(v >> (i % 8 * 8));
	}
}

uint32_t entropy_below(uint32_t below)
{
	return world_below(below);
}

/* --- links ---------------------------------------------------------------- */

struct node *world_node_at(const struct kwnl_endpoint *e)
{
	unsigned int i;

	for (i = 0; i < world->nodes; i++)
		if (world->node[i] && !memcmp(&world->node[i]->at, e, sizeof(*e)))
			return world->node[i];
	return NULL;
}

static void world_order(const struct packet *p, const struct node *to)
{
	const struct node *from = world_node_at(&p->from);
	struct link *l;

	if (p->replayed || !from)
		return;
	l = &world->link[from->number][to->number];
	if (p->left_ms < l->last_ms)
		tally_note(TALLY_REORDER);
	else
		l->last_ms = p->left_ms;
}

static void world_arrive(void *arg)
{
	struct packet *p = arg;
	struct node *n = world_node_at(&p->to);

	if (n && n->kernel) {
		world_order(p, n);
		kernel_receive(n->kernel, p);
	}
	free(p);
}

static void world_deliver(const struct link *l, const struct packet *p)
{
	struct packet *copy = malloc(sizeof(*copy));
	uint64_t delay = l->delay;

	*copy = *p;
	if (p->kind == PACKET_CONTROL && world_chance(l->damage)) {
		copy->bytes[world_below(p->len)] ^= (uint8_t)(1 + world_below(255));
		tally_note(TALLY_DAMAGE);
	}
	if (l->jitter)
		delay += world_random() % l->jitter;
	world_at(world->now + delay, world_arrive, copy);
}

static bool world_loses(struct link *l)
{
	if (world->now < l->dark_until) {
		l->darkened = true;
		return true;
	}
	if (!world_chance(l->loss))
		return false;
	tally_note(TALLY_LOSS);
	return true;
}

static void world_capture(const struct packet *p)
{
	world->capture[world->captured++ % WORLD_CAPTURE] = *p;
	if (p->kind == PACKET_CONTROL)
		world->message[world->messages++ % WORLD_MESSAGES] = *p;
}

void world_send(const struct node *from, const struct packet *p)
{
	struct node *to = world_node_at(&p->to);
	struct link *l;

	world_capture(p);
	if (!to)
		return;
	l = &world->link[from->number][to->number];
	if (world_loses(l)) {
		if (p->kind == PACKET_DATA)
			fate_set(p->app, FATE_LINK);
		return;
	}
	world_deliver(l, p);
	if (!world_chance(l->dup))
		return;
	tally_note(TALLY_DUP);
	world_deliver(l, p);
}

static void world_again(const struct packet *captured)
{
	struct packet *p = malloc(sizeof(*p));

	*p = *captured;
	p->replayed = true;
	tally_note(TALLY_REPLAY);
	world_at(world->now + WORLD_MS, world_arrive, p);
}

void world_replay(unsigned int i)
{
	world_again(&world->capture[i % WORLD_CAPTURE]);
}

void world_replay_message(unsigned int i)
{
	world_again(&world->message[i % WORLD_MESSAGES]);
}

/* --- reports -------------------------------------------------------------- */

static void world_print(const char *who, const char *fmt, va_list ap)
{
	printf("# %9.3f %s ", (double)world->now / 1e9, who);
	vprintf(fmt, ap);
	putchar('\n');
}

void world_violation(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!world->violations++)
		vsnprintf(world->why, sizeof(world->why), fmt, ap);
	va_end(ap);
	if (world->verbose)
		printf("# %9.3f VIOLATION %s\n", (double)world->now / 1e9, world->why);
}

void world_say(const struct node *n, const char *fmt, ...)
{
	va_list ap;

	if (!world->verbose)
		return;
	va_start(ap, fmt);
	world_print(n->name, fmt, ap);
	va_end(ap);
}

/* Engines log as ever; it is shown when a schedule is replayed. */
void log_line(int level, const char *fmt, ...)
{
	va_list ap;

	(void)level;
	if (!world->verbose)
		return;
	va_start(ap, fmt);
	world_print("log", fmt, ap);
	va_end(ap);
}

/* --- life ----------------------------------------------------------------- */

struct world *world_create(uint64_t seed)
{
	world = calloc(1, sizeof(*world));
	world->seed = seed;
	world->watch = watch_create();
	random_state = seed;
	return world;
}

void world_destroy(void)
{
	unsigned int i;

	for (i = 0; i < world->nodes; i++) {
		node_destroy(world->node[i]);
		world->node[i] = NULL;
	}
	while (heap_n) {
		struct loop_timer *t = heap[0];

		heap_remove(t);
		if (t->fn == world_arrive)
			free(t->arg);
		if (t->once)
			free(t);
	}
	watch_destroy(world->watch);
	free(world);
	world = NULL;
}
