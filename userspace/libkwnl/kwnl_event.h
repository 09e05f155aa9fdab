/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What the kernel tells unasked: the unicast channels of the bound daemon
 * (messages, control frames and asks for a session) and the multicast group
 * of events. Each is a netlink socket of its own with its own budget, so that
 * a flood on one delays no other. Events are hints; a dump is the truth.
 * Called by keywayd's main loop and by `keyway monitor`.
 */
#ifndef KEYWAY_KWNL_EVENT_H
#define KEYWAY_KWNL_EVENT_H

#include "kwnl.h"

struct kwnl_event;
struct nlmsghdr;

/* A message of types 1 to 6 or a control frame that came in. */
struct kwnl_control {
	uint32_t dev;
	uint32_t channel;	     /* enum keyway_channel */
	uint32_t socket;	     /* 0: unknown */
	struct kwnl_endpoint remote; /* port 0: none, as inside FORWARD */
	struct kwnl_local local;     /* it came to */
	const uint8_t *payload;	     /* borrowed until the callback returns */
	size_t payload_len;
	uint32_t index; /* reservation or session that it is for; 0: none */
	uint8_t mac1_key_id;
	bool cookied; /* its mac2 matched a current cookie secret */
	bool has_peer;
	uint8_t peer[KWNL_ADDR_SIZE]; /* of a control frame */
	uint8_t tag[KWNL_TAG_SIZE];   /* ingress tag, zeros when direct */
	uint8_t frame_type;	      /* of a control frame, else 0 */
};

/* A session is wanted. The peer object need not exist. */
struct kwnl_ask {
	uint32_t dev;
	uint8_t address[KWNL_ADDR_SIZE];
	uint32_t session; /* that it is about; 0: none */
	uint32_t reason;  /* enum keyway_reason */
};

/* Callbacks; any may be NULL. What they are given is borrowed. */
struct kwnl_event_ops {
	void (*control)(void *arg, const struct kwnl_control *control);
	void (*ask)(void *arg, const struct kwnl_ask *ask);
	void (*dev)(void *arg, const struct kwnl_dev *dev);
	void (*peer)(void *arg, const struct kwnl_peer *peer);
	void (*session)(void *arg, const struct kwnl_session *session);
	void (*path)(void *arg, const struct kwnl_path *path);
	void (*lost)(void *arg); /* events were lost: dump again */
};

/*
 * Binds a new socket as a channel of the device; its destruction unbinds and,
 * in the kernel, voids all reservations. -EBUSY: another process is bound.
 * k is used to find the family and keeps the sentence of a failure.
 */
int kwnl_event_bind(struct kwnl_event **ev, struct kwnl *k, uint32_t dev,
		    enum keyway_channel channel) KW_MUST;

/* Joins the multicast group of events of this network namespace. */
int kwnl_event_subscribe(struct kwnl_event **ev, struct kwnl *k) KW_MUST;
void kwnl_event_destroy(struct kwnl_event *ev);

/* Non-blocking descriptor to poll for reading; owned by ev. */
int kwnl_event_fd(const struct kwnl_event *ev);

/*
 * Reads at most max messages without blocking and calls back for each.
 * Returns how many it read (0: nothing is waiting) or a negative errno.
 * A callback must not destroy ev.
 */
int kwnl_event_read(struct kwnl_event *ev, int max, const struct kwnl_event_ops *ops,
		    void *arg) KW_MUST;

/* Reads one event and calls back for it; one of an object that cannot be read
 * is told as lost, other nonsense is passed by. What kwnl_event_read() does
 * with each message. */
void kwnl_event_dispatch(const struct nlmsghdr *h, const struct kwnl_event_ops *ops,
			 void *arg);

#endif
