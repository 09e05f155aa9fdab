// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Reads links, addresses and routes as the kernel tells them. Owns nothing;
 * called by rtnl.c and rtnl_event.c. Bounds come first: an attribute is looked
 * at only when it has the size of what it is read as.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "rtnl_parse.h"

static int kwnl_rtnl_u32(const struct nlattr *nla, uint32_t *to)
{
	if (nla_len(nla) != sizeof(*to))
		return -EBADMSG;
	memcpy(to, nla_data(nla), sizeof(*to));
	return 0;
}

static int kwnl_rtnl_text(const struct nlattr *nla, char *to, size_t size)
{
	const size_t len = strnlen(nla_data(nla), nla_len(nla));

	if (len >= size)
		return -EBADMSG;
	memcpy(to, nla_data(nla), len);
	to[len] = '\0';
	return 0;
}

/* An IPv4 or IPv6 address into 16 bytes. */
static int kwnl_rtnl_addr(const void *data, int len, uint8_t to[16])
{
	if (len == 16) {
		memcpy(to, data, 16);
		return 0;
	}
	if (len != 4)
		return -EBADMSG;
	memset(to, 0, 10);
	memset(to + 10, 0xff, 2);
	memcpy(to + 12, data, 4);
	return 0;
}

static int kwnl_rtnl_kind(struct nlattr *info, struct kwnl_link *link)
{
	struct nlattr *nla;
	int rest, err;

	nla_for_each_nested(nla, info, rest)
	{
		/* a kind too long to be one we know stays empty */
		if (nla_type(nla) != IFLA_INFO_KIND)
			continue;
		err = kwnl_rtnl_text(nla, link->kind, sizeof(link->kind));
		if (err)
			link->kind[0] = '\0';
	}
	return 0;
}

static int kwnl_rtnl_link_attr(struct nlattr *nla, struct kwnl_link *link)
{
	switch (nla_type(nla)) {
	case IFLA_IFNAME:
		return kwnl_rtnl_text(nla, link->ifname, sizeof(link->ifname));
	case IFLA_MTU:
		return kwnl_rtnl_u32(nla, &link->mtu);
	case IFLA_LINKINFO:
		return kwnl_rtnl_kind(nla, link);
	default:
		return 0;
	}
}

int kwnl_rtnl_parse_link(const struct nlmsghdr *h, struct kwnl_link *link)
{
	const struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *nla;
	int rest, err = 0;

	memset(link, 0, sizeof(*link));
	if (!nlmsg_valid_hdr(h, sizeof(*ifi)))
		return -EBADMSG;
	link->ifindex = ifi->ifi_index;
	link->up = ifi->ifi_flags & IFF_UP;
	link->running = ifi->ifi_flags & IFF_UP && ifi->ifi_flags & IFF_RUNNING;
	link->loopback = ifi->ifi_flags & IFF_LOOPBACK;
	nlmsg_for_each_attr(nla, (struct nlmsghdr *)h, sizeof(*ifi), rest)
	{
		err = kwnl_rtnl_link_attr(nla, link);
		if (err)
			return err;
	}
	return 0;
}

/* IFA_LOCAL, where there is one, is ours; IFA_ADDRESS then is the far end's. */
static int kwnl_rtnl_address_attr(struct nlattr *nla, struct kwnl_address *address,
				  uint32_t *flags, bool *local)
{
	switch (nla_type(nla)) {
	case IFA_LOCAL:
		*local = true;
		return kwnl_rtnl_addr(nla_data(nla), nla_len(nla), address->addr);
	case IFA_ADDRESS:
		if (*local)
			return 0;
		return kwnl_rtnl_addr(nla_data(nla), nla_len(nla), address->addr);
	case IFA_FLAGS:
		return kwnl_rtnl_u32(nla, flags);
	default:
		return 0;
	}
}

int kwnl_rtnl_parse_address(const struct nlmsghdr *h, struct kwnl_address *address)
{
	const struct ifaddrmsg *ifa = nlmsg_data(h);
	bool local = false;
	struct nlattr *nla;
	uint32_t flags;
	int rest, err;

	memset(address, 0, sizeof(*address));
	if (!nlmsg_valid_hdr(h, sizeof(*ifa)))
		return -EBADMSG;
	if (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6)
		return -ENOMSG;
	flags = ifa->ifa_flags;
	nlmsg_for_each_attr(nla, (struct nlmsghdr *)h, sizeof(*ifa), rest)
	{
		err = kwnl_rtnl_address_attr(nla, address, &flags, &local);
		if (err)
			return err;
	}
	address->ifindex = ifa->ifa_index;
	address->len = ifa->ifa_prefixlen + (ifa->ifa_family == AF_INET ? 96 : 0);
	address->global = ifa->ifa_scope == RT_SCOPE_UNIVERSE;
	address->tentative = flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
	address->deprecated = flags & IFA_F_DEPRECATED;
	return 0;
}

static int kwnl_rtnl_via(struct nlattr *nla, struct kwnl_route *route)
{
	const struct rtvia *via = nla_data(nla);
	const int head = sizeof(*via);

	if (nla_len(nla) < head)
		return -EBADMSG;
	route->has_via = true;
	return kwnl_rtnl_addr(via->rtvia_addr, nla_len(nla) - head, route->via);
}

static int kwnl_rtnl_route_attr(struct nlattr *nla, struct kwnl_route *route)
{
	switch (nla_type(nla)) {
	case RTA_DST:
		return kwnl_rtnl_addr(nla_data(nla), nla_len(nla), route->dst);
	case RTA_GATEWAY:
		route->has_via = true;
		return kwnl_rtnl_addr(nla_data(nla), nla_len(nla), route->via);
	case RTA_VIA:
		return kwnl_rtnl_via(nla, route);
	case RTA_OIF:
		return kwnl_rtnl_u32(nla, &route->ifindex);
	case RTA_PRIORITY:
		return kwnl_rtnl_u32(nla, &route->metric);
	case RTA_TABLE:
		return kwnl_rtnl_u32(nla, &route->table);
	default:
		return 0;
	}
}

int kwnl_rtnl_parse_route(const struct nlmsghdr *h, struct kwnl_route *route)
{
	const struct rtmsg *rtm = nlmsg_data(h);
	struct nlattr *nla;
	int rest, err;

	memset(route, 0, sizeof(*route));
	if (!nlmsg_valid_hdr(h, sizeof(*rtm)))
		return -EBADMSG;
	if ((rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6) ||
	    rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & RTM_F_CLONED)
		return -ENOMSG;
	if (rtm->rtm_family == AF_INET)
		memset(route->dst + 10, 0xff, 2); /* a default route has no RTA_DST */
	route->table = rtm->rtm_table;
	nlmsg_for_each_attr(nla, (struct nlmsghdr *)h, sizeof(*rtm), rest)
	{
		err = kwnl_rtnl_route_attr(nla, route);
		if (err)
			return err;
	}
	route->len = rtm->rtm_dst_len + (rtm->rtm_family == AF_INET ? 96 : 0);
	route->protocol = rtm->rtm_protocol;
	return 0;
}

static void kwnl_rtnl_dispatch_link(const struct nlmsghdr *h,
				    const struct kwnl_rtnl_ops *ops, void *arg)
{
	struct kwnl_link link;

	if (ops->link && !kwnl_rtnl_parse_link(h, &link))
		ops->link(arg, &link, h->nlmsg_type == RTM_DELLINK);
}

static void kwnl_rtnl_dispatch_address(const struct nlmsghdr *h,
				       const struct kwnl_rtnl_ops *ops, void *arg)
{
	struct kwnl_address address;

	if (ops->address && !kwnl_rtnl_parse_address(h, &address))
		ops->address(arg, &address, h->nlmsg_type == RTM_DELADDR);
}

void kwnl_rtnl_dispatch(const struct nlmsghdr *h, const struct kwnl_rtnl_ops *ops,
			void *arg)
{
	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		kwnl_rtnl_dispatch_link(h, ops, arg);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		kwnl_rtnl_dispatch_address(h, ops, arg);
		break;
	default:
		break;
	}
}
