// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Keeps the message as it came, payload and all, and hands it back when its
 * time is over.
 */
#include <stdlib.h>
#include <string.h>

#include "libdaemon/alloc.h"
#include "libdaemon/loop.h"
#include "libkeyway/message.h"
#include "stray.h"

#define STRAY_WAIT (250 * LOOP_MS)

struct stray {
	/* identity */
	struct loop_timer *timer;
	void (*due)(void *arg, uint64_t token, const struct kwnl_control *c);
	void *arg;
	/* state, while the timer is armed */
	uint64_t token;
	struct kwnl_control control;
	uint8_t payload[KW_MESSAGE_MAX];
};

static void stray_fired(void *arg)
{
	struct stray *s = arg;

	s->due(s->arg, s->token, &s->control);
}

struct stray *stray_create(struct loop *loop,
			   void (*due)(void *arg, uint64_t token, const struct kwnl_control *c),
			   void *arg)
{
	struct stray *s = alloc_zero(sizeof(*s));

	s->timer = loop_timer_create(loop, stray_fired, s);
	s->due = due;
	s->arg = arg;
	return s;
}

void stray_destroy(struct stray *s)
{
	loop_timer_destroy(s->timer);
	free(s);
}

void stray_keep(struct stray *s, uint64_t token, const struct kwnl_control *c)
{
	if (loop_timer_armed(s->timer) || c->payload_len > sizeof(s->payload))
		return;
	s->token = token;
	s->control = *c;
	memcpy(s->payload, c->payload, c->payload_len);
	s->control.payload = s->payload;
	loop_timer_set(s->timer, STRAY_WAIT);
}

void stray_stop(struct stray *s)
{
	loop_timer_stop(s->timer);
}
