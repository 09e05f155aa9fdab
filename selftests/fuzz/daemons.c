// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* cflags: -Iselftests/sim -Iselftests/unit/kshim -I. -iquote userspace/keywayd -Wl,--wrap=kw_crypto_verify -Wl,--wrap=mkdir */
/* links: selftests/sim/world.c selftests/sim/node.c selftests/sim/kernel.c selftests/sim/kernel_gate.c selftests/sim/kernel_nl.c selftests/sim/kernel_event.c selftests/sim/doubles.c selftests/sim/dh_sim.c selftests/sim/fate.c selftests/sim/session.c selftests/sim/tally.c selftests/sim/watch.c kmod/rank.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c */
/* links: userspace/keywayd/announce.c userspace/keywayd/budget.c userspace/keywayd/channel.c userspace/keywayd/clock.c userspace/keywayd/connect.c userspace/keywayd/cookie.c userspace/keywayd/discover.c userspace/keywayd/domain.c userspace/keywayd/failure.c userspace/keywayd/freshness.c userspace/keywayd/handshake.c userspace/keywayd/initiator.c userspace/keywayd/stray.c userspace/keywayd/input.c */
/* links: userspace/keywayd/job.c userspace/keywayd/keycache.c userspace/keywayd/kit.c userspace/keywayd/pair.c userspace/keywayd/peer.c userspace/keywayd/replaycache.c userspace/keywayd/responder.c userspace/keywayd/state.c userspace/keywayd/statickey.c */
/*
 * Two daemons of the simulator and an adversary who is the input: replays,
 * alters (with a good mac1 where it can have one), moves and withholds what it
 * saw, restarts daemons, lets time pass; and a node that is trusted seals what
 * it likes. Whatever comes, nothing is installed twice, nothing is lost for
 * want of a key, all stays bounded, and the two come together once it stops.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libkeyway/crypto.h"
#include "libkeyway/message.h"
#include "sim/node.h"
#include "statickey.h"

struct input {
	const uint8_t *p;
	size_t n;
};

static uint8_t next(struct input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

/* Types 1 and 5 carry a mac1 that anyone who knows the fingerprint can make. */
static void authenticate(struct packet *p, const struct node *to)
{
	struct kw_message_domain d = { .val = to->identity.val };
	struct kw_mackey key;

	if (p->bytes[0] != KW_MESSAGE_INIT && p->bytes[0] != KW_MESSAGE_RECORD_REQ)
		return;
	kw_message_mac1_key(&d, &key);
	kw_message_mac1(&key, KW_BYTES(p->bytes, p->len),
			p->bytes + p->len - (p->bytes[0] == KW_MESSAGE_INIT ? 16 : 8));
}

static void alter(struct input *in)
{
	struct packet p = world->capture[next(in) % WORLD_CAPTURE];
	struct node *to = world->node[next(in) % 2];
	unsigned int i;

	if (p.kind != PACKET_CONTROL || p.len < 24)
		return;
	for (i = next(in) % 4; i; i--)
		p.bytes[(next(in) << 8 | next(in)) % p.len] ^= next(in);
	p.from.addr[15] = next(in);
	authenticate(&p, to);
	kernel_receive(to->kernel, &p);
}

/* A certificate and a payload of b's that say what the input wants. */
static void claim(struct input *in, const struct kw_dh *s, struct kw_message_init *init)
{
	const struct node *b = world->node[1];

	init->id = b->identity.id;
	init->cert = (struct kw_cert_static){ .s = s->public, .epoch = 1 + next(in) };
	init->timestamp = (uint64_t)next(in) << 56 | next(in);
	init->n = (uint32_t)next(in) << 24;
	init->suites = next(in);
	init->speed = next(in);
	init->versions = next(in);
	if (kw_cert_sign_static(&init->cert, &b->identity))
		abort();
}

/* Sealed rightly for a, with the static key s. */
static int seal(struct input *in, const struct kw_dh *s, uint8_t *out)
{
	const struct node *a = world->node[0];
	const struct state_static *rs = statickey_current(a->statickey);
	struct kw_message_domain d = { .val = a->identity.val };
	struct kw_key e = { { 2, next(in), next(in) } };
	struct kw_message_try t = { .domain = &d, .e = &e, .index = 1 + next(in) };
	struct kw_noise_conf conf = { .role = KW_NOISE_INITIATOR, .s = s, .rs = &rs->cert.s };
	struct kw_message_init init = { 0 };
	struct kw_noise m;

	t.epoch = (uint8_t)rs->cert.epoch;
	claim(in, s, &init);
	return kw_message_write_init(&t, &conf, &init, &m, out);
}

static void insider(struct input *in)
{
	struct node *a = world->node[0], *b = world->node[1];
	struct packet p = { .from = b->at, .to = a->at, .kind = PACKET_CONTROL };
	struct kw_key secret = { { 1, next(in) } };
	struct kw_dh s;
	int n;

	kw_dh_create(&s, &secret);
	n = seal(in, &s, p.bytes);
	if (n < 0)
		return;
	p.len = (uint16_t)n;
	kernel_receive(a->kernel, &p);
}

static void act(struct input *in)
{
	struct node *n = world->node[next(in) % 2], *other = world->node[!n->number];

	switch (next(in) % 8) {
	case 0:
		world_run(world->now + next(in) * 100 * WORLD_MS);
		break;
	case 1:
		node_talk(n, other);
		break;
	case 2:
		world_replay(next(in));
		break;
	case 3:
		alter(in);
		break;
	case 4:
		insider(in);
		break;
	case 5:
		node_stop(n, true);
		node_start(n);
		break;
	case 6:
		world->link[n->number][other->number].dark_until = world->now +
								   next(in) * 100 * WORLD_MS;
		break;
	case 7:
		world->link[n->number][other->number].loss = next(in) * 2;
		break;
	}
	kernel_check(n->kernel);
}

static bool together(const struct node *a, const struct node *b)
{
	struct kernel_view av, bv;

	return kernel_view(a->kernel, b, &av) && kernel_view(b->kernel, a, &bv) &&
	       av.index == bv.remote && bv.index == av.remote;
}

static void heal(void)
{
	unsigned int i;

	memset(world->link, 0, sizeof(world->link));
	world->link[0][1].delay = world->link[1][0].delay = 10 * WORLD_MS;
	for (i = 0; i < 120 && !world->violations; i++) {
		node_talk(world->node[0], world->node[1]);
		node_talk(world->node[1], world->node[0]);
		world_run(world->now + 500 * WORLD_MS);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return kw_crypto_init();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size < 512 ? size : 512 };
	struct node *a, *b;
	unsigned int i;

	world_create(1);
	a = node_create();
	b = node_create();
	world->link[0][1].delay = world->link[1][0].delay = 10 * WORLD_MS;
	node_start(a);
	node_start(b);
	node_talk(a, b);
	for (i = 0; in.n && !world->violations; i++)
		act(&in);
	heal();
	for (i = 0; i < 20 && !together(a, b); i++)
		world_run(world->now + 100 * WORLD_MS);
	if (!together(a, b))
		world_violation("the two don't come together");
	if (world->violations) {
		fprintf(stderr, "%s\n", world->why);
		abort();
	}
	world_destroy();
	return 0;
}
