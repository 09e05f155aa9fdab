// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What the module sends unasked, behind kwnl_event.h and the descriptors of
 * loop.h, so that channel.c itself hears it: three channels and the events,
 * each a queue that is read a moment later. Events are hints: some are lost
 * without a word, some with the word that some were.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/keyway.h>

#include "kernel_model.h"
#include "libdaemon/loop.h"
#include "tally.h"
#include "watch.h"

#define KERNEL_MUTE 20 /* events in 1000 that nobody hears of */
#define KERNEL_LOST 40 /* that are told as lost */

enum kernel_notice_kind {
	NOTICE_CONTROL,
	NOTICE_ASK,
	NOTICE_SESSION,
	NOTICE_PATH,
	NOTICE_LOST,
};

struct kernel_notice {
	struct kernel_notice *next;
	enum kernel_notice_kind kind;
	union {
		struct kwnl_control control;
		struct kwnl_ask ask;
		struct kwnl_session session;
		struct kwnl_path path;
	};
	uint8_t payload[1160];
};

struct kwnl_event {
	struct kernel *kernel;
	int fd; /* its place in the row */
	struct kernel_notice *first;
	struct loop_timer *timer; /* armed: something waits to be read */
	struct loop_fd *reader;
};

struct loop_fd {
	struct kwnl_event *event;
	void (*fn)(unsigned int ready, void *arg);
	void *arg;
};

static void kernel_event_fired(void *arg)
{
	struct kwnl_event *ev = arg;

	if (!ev->reader)
		return;
	ev->reader->fn(LOOP_READ, ev->reader->arg);
	if (ev->first)
		loop_timer_set(ev->timer, 1);
}

static struct kernel_notice *kernel_event_post(struct kernel *k, int channel,
					       enum kernel_notice_kind kind)
{
	struct kwnl_event *ev = k->channel[channel];
	struct kernel_notice **at, *n;

	if (!ev)
		return NULL;
	n = calloc(1, sizeof(*n));
	n->kind = kind;
	for (at = &ev->first; *at; at = &(*at)->next)
		;
	*at = n;
	if (!loop_timer_armed(ev->timer))
		loop_timer_set(ev->timer, 1);
	return n;
}

void kernel_event_control(struct kernel *k, const struct kwnl_control *c)
{
	struct kernel_notice *n = kernel_event_post(k, (int)c->channel, NOTICE_CONTROL);

	if (!n)
		return;
	n->control = *c;
	memcpy(n->payload, c->payload, c->payload_len);
	n->control.payload = n->payload;
}

void kernel_event_ask(struct model_peer *p, uint32_t reason)
{
	struct kernel *k = p->kernel;
	struct kernel_notice *n = kernel_event_post(k, KEYWAY_CHANNEL_UPCALL, NOTICE_ASK);

	if (!n)
		return;
	world_say(k->node, "asks for a session, reason %u", reason);
	n->ask.dev = 1;
	n->ask.reason = reason;
	memcpy(n->ask.address, p->addr.b, sizeof(n->ask.address));
}

/* Onto the events, unless it is lost on the way. */
static struct kernel_notice *kernel_event_hint(struct kernel *k, enum kernel_notice_kind kind)
{
	if (world_chance(KERNEL_MUTE)) {
		k->node->deaf = true;
		return NULL;
	}
	if (!world_chance(KERNEL_LOST))
		return kernel_event_post(k, MODEL_EVENTS, kind);
	tally_note(TALLY_LOST_EVENT);
	(void)kernel_event_post(k, MODEL_EVENTS, NOTICE_LOST);
	return NULL;
}

static void kernel_event_fill(const struct model_session *s, struct kwnl_session *out)
{
	out->dev = 1;
	out->index = s->index;
	out->remote_index = s->remote_index;
	out->has_peer = true;
	memcpy(out->peer, s->peer->addr.b, sizeof(out->peer));
	out->age = kernel_ms() - s->view.born_ms;
	out->state = s->view.confirmed_ms ? KEYWAY_SESSION_STATE_CONFIRMED :
					    KEYWAY_SESSION_STATE_UNCONFIRMED;
	out->sending = s == kernel_sender(s->peer);
}

static void kernel_event_fill_path(const struct model_peer *p, struct kwnl_path *out)
{
	out->dev = 1;
	memcpy(out->peer, p->addr.b, sizeof(out->peer));
	out->socket = 1;
	out->remote = p->path;
	out->state = KEYWAY_PATH_STATE_ACTIVE;
}

void kernel_event(struct model_session *s, uint32_t reason)
{
	struct kernel *k = s->peer->kernel;
	struct kernel_notice *n;

	world_say(k->node, "session %08x rank %llx: reason %u", s->index,
		  (unsigned long long)s->view.rank, reason);
	n = kernel_event_hint(k, NOTICE_SESSION);
	if (n) {
		kernel_event_fill(s, &n->session);
		n->session.reason = reason;
	}
	n = reason == KEYWAY_REASON_CONFIRMED ? kernel_event_hint(k, NOTICE_PATH) : NULL;
	if (!n)
		return;
	kernel_event_fill_path(s->peer, &n->path);
	n->path.reason = KEYWAY_REASON_ROAM;
}

/* --- kwnl_event.h --------------------------------------------------------- */

static void kernel_event_create(struct kwnl_event **out, struct kwnl *nl, int channel)
{
	struct kwnl_event *ev = calloc(1, sizeof(*ev));
	struct kernel *k = kernel_nl_of(nl);

	ev->kernel = k;
	ev->fd = channel;
	ev->timer = loop_timer_create(k->loop, kernel_event_fired, ev);
	k->channel[channel] = ev;
	*out = ev;
}

int kwnl_event_bind(struct kwnl_event **ev, struct kwnl *nl, uint32_t dev,
		    enum keyway_channel channel)
{
	(void)dev;
	kernel_event_create(ev, nl, (int)channel);
	return 0;
}

int kwnl_event_subscribe(struct kwnl_event **ev, struct kwnl *nl)
{
	kernel_event_create(ev, nl, MODEL_EVENTS);
	return 0;
}

static void kernel_event_pop(struct kwnl_event *ev)
{
	struct kernel_notice *n = ev->first;

	ev->first = n->next;
	free(n);
}

void kwnl_event_destroy(struct kwnl_event *ev)
{
	struct kernel *k = ev->kernel;

	while (ev->first)
		kernel_event_pop(ev);
	loop_timer_destroy(ev->timer);
	k->channel[ev->fd] = NULL;
	if (ev->fd != MODEL_EVENTS)
		kernel_void(k);
	free(ev);
}

int kwnl_event_fd(const struct kwnl_event *ev)
{
	return ev->fd;
}

static void kernel_event_tell(const struct kernel *k, const struct kernel_notice *n,
			      const struct kwnl_event_ops *ops, void *arg)
{
	switch (n->kind) {
	case NOTICE_CONTROL:
		ops->control(arg, &n->control);
		break;
	case NOTICE_ASK:
		watch_wanted(k->node, n->ask.address);
		ops->ask(arg, &n->ask);
		break;
	case NOTICE_SESSION:
		if (n->session.reason == KEYWAY_REASON_CONFIRMED)
			watch_told(k->node, &n->session);
		ops->session(arg, &n->session);
		break;
	case NOTICE_PATH:
		ops->path(arg, &n->path);
		break;
	case NOTICE_LOST:
		ops->lost(arg);
		break;
	}
}

int kwnl_event_read(struct kwnl_event *ev, int max, const struct kwnl_event_ops *ops, void *arg)
{
	int i;

	for (i = 0; i < max && ev->first; i++) {
		kernel_event_tell(ev->kernel, ev->first, ops, arg);
		kernel_event_pop(ev);
	}
	return i;
}

/* --- what is there: the dumps --------------------------------------------- */

static size_t kernel_event_read_all(const struct kernel *k, struct kwnl_session *out)
{
	const struct model_peer *p;
	size_t n = 0;
	int i;

	for (p = k->peer; p < k->peer + k->peers; p++) {
		for (i = 0; i < p->sessions; i++)
			kernel_event_fill(p->session[i], &out[n++]);
	}
	return n;
}

int kwnl_dump_session(struct kwnl *nl, uint32_t dev, const uint8_t *peer,
		      int (*fn)(void *arg, const struct kwnl_session *session), void *arg)
{
	struct kwnl_session out[WORLD_NODES * MODEL_SESSIONS] = { 0 };
	size_t i, n = kernel_event_read_all(kernel_nl_of(nl), out);

	(void)dev;
	(void)peer;
	for (i = 0; i < n; i++) {
		if (out[i].sending)
			watch_told(kernel_nl_of(nl)->node, &out[i]);
		(void)fn(arg, &out[i]);
	}
	return 0;
}

int kwnl_dump_path(struct kwnl *nl, uint32_t dev, const uint8_t *peer,
		   int (*fn)(void *arg, const struct kwnl_path *path), void *arg)
{
	struct kernel *k = kernel_nl_of(nl);
	const struct model_peer *p;
	struct kwnl_path out;

	(void)dev;
	(void)peer;
	for (p = k->peer; p < k->peer + k->peers; p++) {
		if (!p->path.port)
			continue;
		memset(&out, 0, sizeof(out));
		kernel_event_fill_path(p, &out);
		(void)fn(arg, &out);
	}
	return 0;
}

/* --- descriptors of loop.h ------------------------------------------------ */

struct loop_fd *loop_fd_create(struct loop *loop, int fd, void (*fn)(unsigned int ready, void *arg),
			       void *arg)
{
	struct loop_fd *f = calloc(1, sizeof(*f));

	f->event = world_loop_node(loop)->kernel->channel[fd];
	f->fn = fn;
	f->arg = arg;
	f->event->reader = f;
	if (f->event->first)
		loop_timer_set(f->event->timer, 1);
	return f;
}

void loop_fd_destroy(struct loop_fd *f)
{
	if (!f)
		return;
	f->event->reader = NULL;
	free(f);
}
