// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Graves are kept per world, so that a frame without a key finds the session
 * that it was for, also one of an earlier boot.
 */
#include <stdio.h>
#include <string.h>

#include <linux/keyway.h>

#include "fate.h"
#include "kernel_model.h"

#define FATE_REFUSE_MS 180000
#define FATE_UNCONFIRMED_MS 15000
#define FATE_SILENT_MS 10000

static uint64_t fate_packets[FATES], fate_frames[FATES], fate_replays;

static const char *const fate_name[FATES] = {
	[FATE_STAGED] = "staged at the end",
	[FATE_SENT] = "on a link at the end",
	[FATE_DELIVERED] = "delivered",
	[FATE_LINK] = "lost on links",
	[FATE_OLD] = "staged 10 s, no session came",
	[FATE_WITH_KERNEL] = "staged in a kernel that was rebooted",
	[FATE_REBOOTED] = "no key: the peer's kernel was rebooted (5.6)",
	[FATE_EXPIRED] = "no key: 180 s old, and no rekey came through (5.4)",
	[FATE_EVICTED] = "no key: initiated, and the peer had no room (5.3)",
	[FATE_LATE] = "no key: the answer to a late keepalive (5.2)",
	[FATE_STEPPED_DOWN] = "no key: the peer fell back from a higher one, then unheard for 10 s (5.3)",
	[FATE_UNCONFIRMED] = "no key: initiated, unheard for 15 s (5.3)",
};

void fate_set(uint32_t app, enum fate fate)
{
	uint8_t *now = &world->fate[app];

	if (*now == FATE_DELIVERED && fate == FATE_DELIVERED)
		world_violation("packet %u delivered twice", app);
	if (*now != FATE_DELIVERED)
		*now = (uint8_t)fate;
}

void fate_bury(const struct kernel *k, const struct model_session *s, uint32_t reason)
{
	world->grave[world->graves++ % WORLD_GRAVES] = (struct grave){
		.node = k->node->number,
		.key = s->rx,
		.reason = reason,
		.confirmed = s->view.confirmed_ms,
		.age_ms = kernel_ms() - s->view.born_ms,
	};
}

static const struct grave *fate_lookup(const struct kernel *k, uint64_t key)
{
	unsigned int i;

	for (i = 0; i < world->graves && i < WORLD_GRAVES; i++)
		if (world->grave[i].node == k->node->number && world->grave[i].key == key)
			return &world->grave[i];
	return NULL;
}

/* Another session would have carried it. */
static bool fate_better(const struct kernel *k, const struct packet *f)
{
	const struct model_session *s;
	unsigned int i;

	for (s = k->all; s; s = s->next)
		for (i = 0; s->installed && i < WORLD_OTHERS; i++)
			if (f->other[i] == s->rx)
				return true;
	return false;
}

/*
 * The sender had none confirmed, and spoke on a higher one that it initiated.
 * Then it confirmed this one, went on here, and heard nothing more: we, who
 * were spoken to on the higher one, couldn't know, and 5.3 ends this one.
 */
static bool fate_stepped_down(const struct kernel *k, const struct packet *f)
{
	const struct model_session *s;
	unsigned int i;

	if (f->unheard_ms < FATE_SILENT_MS)
		return false;
	for (s = k->all; s; s = s->next)
		for (i = 0; s->installed && s->spoken && i < WORLD_OTHERS; i++)
			if (f->above[i] == s->rx)
				return true;
	return false;
}

static const char *fate_outranked(const struct kernel *k, const struct packet *f, enum fate *fate)
{
	/* what came late is answered where it came, which nobody chose */
	*fate = FATE_LATE;
	if (f->kind == PACKET_KEEPALIVE)
		return NULL;
	*fate = FATE_STEPPED_DOWN;
	if (fate_stepped_down(k, f))
		return NULL;
	return "on a session ended as outranked, that the peer sends on";
}

/* Why it is illegal, or NULL and what it was. */
static const char *fate_find(const struct kernel *k, const struct packet *f, enum fate *fate)
{
	const struct grave *g = fate_lookup(k, f->key);

	if (!g)
		return "a key that the peer never had";
	switch (g->reason) {
	case FATE_END_REBOOT:
		*fate = FATE_REBOOTED;
		return NULL;
	case KEYWAY_REASON_EXPIRED:
		*fate = FATE_EXPIRED;
		return g->age_ms < FATE_REFUSE_MS ? "on a session that expired early" : NULL;
	case KEYWAY_REASON_UNCONFIRMED:
		*fate = FATE_UNCONFIRMED;
		if (g->age_ms < FATE_UNCONFIRMED_MS)
			return "on a session that was given up early";
		return f->confirmed ? "on a session confirmed to the sender alone" : NULL;
	case KEYWAY_REASON_OUTRANKED:
		return fate_outranked(k, f, fate);
	case KEYWAY_REASON_EVICTED:
		*fate = FATE_EVICTED;
		return g->confirmed || f->confirmed ? "on a session evicted though confirmed" :
						      NULL;
	default:
		return "on a session that the daemon ended";
	}
}

void fate_judge(const struct kernel *k, const struct packet *f)
{
	enum fate fate = FATE_SENT;
	const char *why;

	if (f->replayed) {
		fate_replays++;
		return;
	}
	why = fate_better(k, f) ? "though both ends have a better session" :
				  fate_find(k, f, &fate);
	if (why) {
		world_violation("%s: no key for a frame of kind %u to %08x, %s", k->node->name,
				f->kind, f->index, why);
		return;
	}
	if (f->kind == PACKET_DATA)
		fate_set(f->app, fate);
	else
		fate_frames[fate]++;
}

void fate_check(uint32_t from, uint32_t to)
{
	uint32_t i, lost = 0, first = 0;

	for (i = to; i-- > from;) {
		if (world->fate[i] == FATE_DELIVERED)
			continue;
		lost++;
		first = i;
	}
	if (lost)
		world_violation("%u of %u packets lost where none may be; packet %u: %s", lost,
				to - from, first, fate_name[world->fate[first]]);
}

void fate_add(void)
{
	uint32_t i;

	for (i = 0; i < world->sent; i++)
		fate_packets[world->fate[i]]++;
}

void fate_print(void)
{
	unsigned int i;

	printf("# what became of packets, and of frames without any that found no key (protocol.md):\n");
	for (i = 0; i < FATES; i++)
		printf("# %12llu %10llu  %s\n", (unsigned long long)fate_packets[i],
		       (unsigned long long)fate_frames[i], fate_name[i]);
	printf("# %12s %10llu  %s\n", "", (unsigned long long)fate_replays,
	       "no key: replayed by an attacker");
}
