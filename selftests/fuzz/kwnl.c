// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: userspace/libkwnl/[kr]*.c -lnl-genl-3 -lnl-3 */
/* cflags: -I/usr/include/libnl3 */
/*
 * Whatever a kernel might say: answers, events, refusals and rtnetlink's
 * messages. The first byte picks the reader, the rest is a message of exactly
 * the memory it claims, so that a read beyond it is seen.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/rtnetlink.h>
#include "libkwnl/kwnl_event.h"
#include "libkwnl/kwnl_nl.h"
#include "libkwnl/kwnl_parse.h"
#include "libkwnl/rtnl_parse.h"

static volatile uint8_t sink;

/* Touches every byte that a result claims to have. */
static void eat(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n--)
		sink ^= *b++;
}

static void on_control(void *arg, const struct kwnl_control *control)
{
	(void)arg;
	eat(control, sizeof(*control));
	eat(control->payload, control->payload_len);
}

static void on_ask(void *arg, const struct kwnl_ask *ask)
{
	(void)arg;
	eat(ask, sizeof(*ask));
}

static void on_dev(void *arg, const struct kwnl_dev *dev)
{
	(void)arg;
	eat(dev, sizeof(*dev));
	if (strnlen(dev->ifname, sizeof(dev->ifname)) == sizeof(dev->ifname) ||
	    strnlen(dev->version, sizeof(dev->version)) == sizeof(dev->version))
		abort();
}

static void on_peer(void *arg, const struct kwnl_peer *peer)
{
	(void)arg;
	eat(peer, sizeof(*peer));
	if (peer->n_prefixes > KEYWAY_PREFIXES_MAX ||
	    peer->origin_len > sizeof(peer->origin))
		abort();
}

static void on_session(void *arg, const struct kwnl_session *session)
{
	(void)arg;
	eat(session, sizeof(*session));
}

static void on_path(void *arg, const struct kwnl_path *path)
{
	(void)arg;
	eat(path, sizeof(*path));
}

static const struct kwnl_event_ops events = {
	.control = on_control,
	.ask = on_ask,
	.dev = on_dev,
	.peer = on_peer,
	.session = on_session,
	.path = on_path,
};

static void on_link(void *arg, const struct kwnl_link *link, bool gone)
{
	(void)arg;
	sink ^= gone;
	if (strnlen(link->ifname, sizeof(link->ifname)) == sizeof(link->ifname) ||
	    strnlen(link->kind, sizeof(link->kind)) == sizeof(link->kind))
		abort();
}

static void on_address(void *arg, const struct kwnl_address *address, bool gone)
{
	(void)arg;
	sink ^= gone;
	eat(address, sizeof(*address));
}

static const struct kwnl_rtnl_ops links = {
	.link = on_link,
	.address = on_address,
};

static void read_answers(const struct nlmsghdr *h)
{
	struct kwnl_session_reply reply;
	struct kwnl_socket sock;
	struct kwnl_domain domain;
	struct kwnl_family family;
	int got = 0;

	got |= kwnl_parse_reservation(h, &reply);
	got |= kwnl_parse_socket(h, &sock);
	got |= kwnl_parse_domain(h, &domain);
	got |= kwnl_parse_family(h, &family);
	sink ^= got;
}

static void read_refusal(const struct nlmsghdr *h)
{
	static struct kwnl_nl nl;

	h->nlmsg_len >= NLMSG_HDRLEN ? kwnl_nl_refusal(&nl, h) : 0;
	if (strnlen(nl.error, sizeof(nl.error)) == sizeof(nl.error))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = {RTM_NEWLINK, RTM_DELLINK,  RTM_NEWADDR,
					 RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE};
	struct kwnl_route route;
	struct nlmsghdr *h;

	if (size < 1 + sizeof(*h))
		return 0;
	h = malloc(size - 1);
	memcpy(h, data + 1, size - 1);
	h->nlmsg_len = size - 1;
	switch (data[0] % 4) {
	case 0:
		kwnl_event_dispatch(h, &events, NULL);
		break;
	case 1:
		read_answers(h);
		break;
	case 2:
		read_refusal(h);
		break;
	default:
		h->nlmsg_type = types[h->nlmsg_type % 6];
		kwnl_rtnl_dispatch(h, &links, NULL);
		if (!kwnl_rtnl_parse_route(h, &route))
			eat(&route, sizeof(route));
	}
	free(h);
	return 0;
}
