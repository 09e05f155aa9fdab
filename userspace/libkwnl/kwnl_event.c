// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Sockets on which the kernel speaks unasked: opened here, bound as a channel
 * or joined to the multicast group, read without blocking, and each message
 * handed to its callback. Owns the sockets; called by keywayd's main loop and
 * by `keyway monitor`.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netlink/socket.h>
#include <linux/netlink.h>
#include "kwnl_event.h"
#include "kwnl_nl.h"
#include "kwnl_parse.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

struct kwnl_event {
	struct kwnl_nl nl;
	uint16_t family;
};

/*
 * Receive buffers are the budgets: the kernel counts about 4 KiB a message.
 * For the floods of strangers 64 messages do; asks and answers of live
 * reservations get more, and lost events cost a dump. The kernel doubles what
 * it is asked for.
 */
static const int kwnl_event_budget[] = {
	[KEYWAY_CHANNEL_FRAMES] = 128 * 1024,
	[KEYWAY_CHANNEL_UPCALL] = 512 * 1024,
	[KEYWAY_CHANNEL_HANDSHAKE] = 128 * 1024,
};

#define KWNL_EVENT_GROUP_BUDGET (512 * 1024)

static int kwnl_event_open(struct kwnl_event **out, struct kwnl *k, int budget)
{
	struct kwnl_event *ev = calloc(1, sizeof(*ev));
	int fd, err;

	if (!ev)
		return kwnl_nl_fail(&k->nl, -ENOMEM, "out of memory");
	err = kwnl_nl_open(&ev->nl, NETLINK_GENERIC);
	if (err) {
		kwnl_nl_fail(&k->nl, err, "%s", ev->nl.error);
		kwnl_event_destroy(ev);
		return err;
	}
	ev->family = k->family.id;
	fd = nl_socket_get_fd(ev->nl.sk);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &budget, sizeof(budget)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &budget, sizeof(budget));
	*out = ev;
	return 0;
}

/*
 * No acknowledgement is asked for: messages may come on the channel before it
 * would. The kernel serves the request before send() returns, so a refusal is
 * then the first thing to read, and anything else means success.
 */
static int kwnl_event_bind_result(struct kwnl_event *ev)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)ev->nl.buf;
	ssize_t n = kwnl_nl_receive(&ev->nl, MSG_PEEK | MSG_DONTWAIT);

	if (n < 0)
		return n == -EAGAIN ? 0 : (int)n;
	if (!nlmsg_ok(h, n) || h->nlmsg_type != NLMSG_ERROR)
		return 0;
	return kwnl_nl_refusal(&ev->nl, h);
}

int kwnl_event_bind(struct kwnl_event **out, struct kwnl *k, uint32_t dev,
		    enum keyway_channel channel)
{
	const int on = 1;
	struct kwnl_nl_req req;
	struct kwnl_event *ev;
	int err;

	if (channel > KEYWAY_CHANNEL_HANDSHAKE)
		return kwnl_nl_fail(&k->nl, -EINVAL, "no such channel");
	err = kwnl_event_open(&ev, k, kwnl_event_budget[channel]);
	if (err)
		return err;
	(void)setsockopt(nl_socket_get_fd(ev->nl.sk), SOL_NETLINK, NETLINK_NO_ENOBUFS,
			 &on, sizeof(on));
	kwnl_nl_start(k, &req, KEYWAY_CMD_CONTROL_SET);
	kwnl_nl_put_u32(&req, KEYWAY_A_CONTROL_DEV_ID, dev);
	kwnl_nl_put_u32(&req, KEYWAY_A_CONTROL_CHANNEL, channel);
	err = kwnl_nl_send(&ev->nl, &req);
	if (!err)
		err = kwnl_event_bind_result(ev);
	if (err) {
		kwnl_nl_fail(&k->nl, err, "%s", ev->nl.error);
		kwnl_event_destroy(ev);
		return err;
	}
	*out = ev;
	return 0;
}

int kwnl_event_subscribe(struct kwnl_event **out, struct kwnl *k)
{
	struct kwnl_event *ev;
	int err;

	err = kwnl_event_open(&ev, k, KWNL_EVENT_GROUP_BUDGET);
	if (err)
		return err;
	if (setsockopt(nl_socket_get_fd(ev->nl.sk), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
		       &k->family.events, sizeof(k->family.events))) {
		err = kwnl_nl_fail(&k->nl, -errno, "joining the events: %s",
				   strerror(errno));
		kwnl_event_destroy(ev);
		return err;
	}
	*out = ev;
	return 0;
}

void kwnl_event_destroy(struct kwnl_event *ev)
{
	if (!ev)
		return;
	kwnl_nl_close(&ev->nl);
	free(ev);
}

int kwnl_event_fd(const struct kwnl_event *ev)
{
	return nl_socket_get_fd(ev->nl.sk);
}

static int kwnl_event_object(const struct nlmsghdr *h, int cmd,
			     const struct kwnl_event_ops *ops, void *arg)
{
	union {
		struct kwnl_dev dev;
		struct kwnl_peer peer;
		struct kwnl_session session;
		struct kwnl_path path;
	} u;
	int err = 0;

	if (cmd == KEYWAY_CMD_DEV_NTF && ops->dev) {
		err = kwnl_parse_dev(h, &u.dev);
		if (!err)
			ops->dev(arg, &u.dev);
	} else if (cmd == KEYWAY_CMD_PEER_NTF && ops->peer) {
		err = kwnl_parse_peer(h, &u.peer);
		if (!err)
			ops->peer(arg, &u.peer);
	} else if (cmd == KEYWAY_CMD_SESSION_NTF && ops->session) {
		err = kwnl_parse_session(h, &u.session);
		if (!err)
			ops->session(arg, &u.session);
	} else if (cmd == KEYWAY_CMD_PATH_NTF && ops->path) {
		err = kwnl_parse_path(h, &u.path);
		if (!err)
			ops->path(arg, &u.path);
	}
	return err;
}

void kwnl_event_dispatch(const struct nlmsghdr *h, const struct kwnl_event_ops *ops,
			 void *arg)
{
	const int cmd = kwnl_parse_command(h);
	struct kwnl_control control;
	struct kwnl_ask ask;
	int err;

	switch (cmd) {
	case KEYWAY_CMD_CONTROL_NTF:
		if (ops->control && !kwnl_parse_control(h, &control))
			ops->control(arg, &control);
		return;
	case KEYWAY_CMD_PEER_ASK:
		if (ops->ask && !kwnl_parse_ask(h, &ask))
			ops->ask(arg, &ask);
		return;
	default:
		err = kwnl_event_object(h, cmd, ops, arg);
		if (err && ops->lost) /* unread is as good as lost */
			ops->lost(arg);
	}
}

static void kwnl_event_datagram(struct kwnl_event *ev, int len,
				const struct kwnl_event_ops *ops, void *arg)
{
	struct nlmsghdr *h;

	for (h = (struct nlmsghdr *)ev->nl.buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len))
		if (h->nlmsg_type == ev->family)
			kwnl_event_dispatch(h, ops, arg);
}

int kwnl_event_read(struct kwnl_event *ev, int max, const struct kwnl_event_ops *ops,
		    void *arg)
{
	ssize_t n;
	int done;

	for (done = 0; done < max; done++) {
		n = kwnl_nl_receive(&ev->nl, MSG_DONTWAIT);
		if (n == -EAGAIN)
			return done;
		if (n == -ENOBUFS) {
			if (ops->lost)
				ops->lost(arg);
			continue;
		}
		if (n < 0)
			return (int)n;
		kwnl_event_datagram(ev, (int)n, ops, arg);
	}
	return done;
}
