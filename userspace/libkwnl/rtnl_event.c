// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Subscription to changes of links and addresses. Owns one netlink socket; called by keywayd's path manager from the main loop.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <netlink/socket.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kwnl_nl.h"
#include "rtnl_parse.h"

struct kwnl_rtnl_event {
	struct kwnl_nl nl;
};

static const enum rtnetlink_groups kwnl_rtnl_groups[] = {
	RTNLGRP_LINK,
	RTNLGRP_IPV4_IFADDR,
	RTNLGRP_IPV6_IFADDR,
};

int kwnl_rtnl_subscribe(struct kwnl_rtnl_event **out)
{
	struct kwnl_rtnl_event *ev = calloc(1, sizeof(*ev));
	const int budget = 512 * 1024;
	int fd, err;
	size_t i;

	if (!ev)
		return -ENOMEM;
	err = kwnl_nl_open(&ev->nl, NETLINK_ROUTE);
	if (err)
		goto out_destroy;
	fd = nl_socket_get_fd(ev->nl.sk);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &budget, sizeof(budget)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &budget, sizeof(budget));
	for (i = 0; i < sizeof(kwnl_rtnl_groups) / sizeof(kwnl_rtnl_groups[0]); i++) {
		err = nl_socket_add_membership(ev->nl.sk, kwnl_rtnl_groups[i]);
		if (err) {
			err = -EOPNOTSUPP;
			goto out_destroy;
		}
	}
	*out = ev;
	return 0;

out_destroy:
	kwnl_rtnl_event_destroy(ev);
	return err;
}

void kwnl_rtnl_event_destroy(struct kwnl_rtnl_event *ev)
{
	if (!ev)
		return;
	kwnl_nl_close(&ev->nl);
	free(ev);
}

int kwnl_rtnl_event_fd(const struct kwnl_rtnl_event *ev)
{
	return nl_socket_get_fd(ev->nl.sk);
}

int kwnl_rtnl_event_read(struct kwnl_rtnl_event *ev, int max,
			 const struct kwnl_rtnl_ops *ops, void *arg)
{
	struct nlmsghdr *h;
	int done, len;

	for (done = 0; done < max; done++) {
		len = (int)kwnl_nl_receive(&ev->nl, MSG_DONTWAIT);
		if (len == -EAGAIN)
			return done;
		if (len == -ENOBUFS) {
			if (ops->lost)
				ops->lost(arg);
			continue;
		}
		if (len < 0)
			return len;
		for (h = (struct nlmsghdr *)ev->nl.buf; nlmsg_ok(h, len);
		     h = nlmsg_next(h, &len))
			kwnl_rtnl_dispatch(h, ops, arg);
	}
	return done;
}
