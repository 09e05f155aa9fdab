// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Requests to rtnetlink: links, addresses, routes whose next hop is a key, and
 * the neighbour table's thresholds. Owns one netlink socket; called by
 * keywayd's device, router and uplink.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include "kwnl_nl.h"
#include "rtnl_parse.h"

struct kwnl_rtnl {
	struct kwnl_nl nl;
};

/* A dump under way: what to pass on and to whom. */
struct kwnl_rtnl_dump {
	union {
		int (*link)(void *arg, const struct kwnl_link *link);
		int (*address)(void *arg, const struct kwnl_address *address);
		int (*route)(void *arg, const struct kwnl_route *route);
	} fn;
	void *arg;
	uint32_t ifindex;
	uint8_t protocol;
};

int kwnl_rtnl_create(struct kwnl_rtnl **out)
{
	struct kwnl_rtnl *rt = calloc(1, sizeof(*rt));
	int err;

	if (!rt)
		return -ENOMEM;
	err = kwnl_nl_open(&rt->nl, NETLINK_ROUTE);
	if (err) {
		kwnl_rtnl_destroy(rt);
		return err;
	}
	*out = rt;
	return 0;
}

void kwnl_rtnl_destroy(struct kwnl_rtnl *rt)
{
	if (!rt)
		return;
	kwnl_nl_close(&rt->nl);
	free(rt);
}

const char *kwnl_rtnl_strerror(const struct kwnl_rtnl *rt)
{
	return rt->nl.error;
}

static bool kwnl_rtnl_is_v4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return !memcmp(addr, mapped, sizeof(mapped));
}

/* The address in the width of its family. */
static void kwnl_rtnl_put_addr(struct kwnl_nl_req *req, int attr, const uint8_t addr[16])
{
	if (kwnl_rtnl_is_v4(addr))
		kwnl_nl_put(req, attr, addr + 12, 4);
	else
		kwnl_nl_put(req, attr, addr, 16);
}

static int kwnl_rtnl_call(struct kwnl_rtnl *rt, struct kwnl_nl_req *req)
{
	return kwnl_nl_call(&rt->nl, req, NULL, NULL);
}

static int kwnl_rtnl_read_link(void *arg, const struct nlmsghdr *h)
{
	return kwnl_rtnl_parse_link(h, arg);
}

int kwnl_rtnl_get_link(struct kwnl_rtnl *rt, const char *ifname, struct kwnl_link *link)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	kwnl_nl_put(&req, IFLA_IFNAME, ifname, strlen(ifname) + 1);
	return kwnl_nl_call(&rt->nl, &req, kwnl_rtnl_read_link, link);
}

static int kwnl_rtnl_hand_link(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_rtnl_dump *dump = arg;
	struct kwnl_link link;
	int err = kwnl_rtnl_parse_link(h, &link);

	return err ? err : dump->fn.link(dump->arg, &link);
}

int kwnl_rtnl_dump_link(struct kwnl_rtnl *rt,
			int (*fn)(void *arg, const struct kwnl_link *link), void *arg)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct kwnl_rtnl_dump dump = {.fn.link = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	return kwnl_nl_dump(&rt->nl, &req, kwnl_rtnl_hand_link, &dump);
}

int kwnl_rtnl_set_link(struct kwnl_rtnl *rt, uint32_t ifindex, bool up, uint32_t mtu)
{
	const struct ifinfomsg ifi = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)ifindex,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	if (mtu)
		kwnl_nl_put_u32(&req, IFLA_MTU, mtu);
	return kwnl_rtnl_call(rt, &req);
}

int kwnl_rtnl_del_link(struct kwnl_rtnl *rt, uint32_t ifindex)
{
	const struct ifinfomsg ifi = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)ifindex,
	};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_DELLINK, 0, &ifi, sizeof(ifi));
	return kwnl_rtnl_call(rt, &req);
}

/* Starts a request about one address. */
static void kwnl_rtnl_begin_address(struct kwnl_nl_req *req, uint16_t type,
				    uint32_t ifindex, const uint8_t addr[16], uint8_t len)
{
	const bool v4 = kwnl_rtnl_is_v4(addr);
	const struct ifaddrmsg ifa = {
		.ifa_family = v4 ? AF_INET : AF_INET6,
		.ifa_prefixlen = v4 ? len - 96 : len,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = ifindex,
	};
	const bool add = type == RTM_NEWADDR;

	kwnl_nl_begin(req, type, add ? NLM_F_CREATE | NLM_F_REPLACE : 0, &ifa,
		      sizeof(ifa));
	kwnl_rtnl_put_addr(req, IFA_LOCAL, addr);
	kwnl_rtnl_put_addr(req, IFA_ADDRESS, addr);
	if (add)
		kwnl_nl_put_u32(req, IFA_FLAGS,
				IFA_F_NOPREFIXROUTE | (v4 ? 0 : IFA_F_NODAD));
}

int kwnl_rtnl_add_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16],
			  uint8_t len)
{
	struct kwnl_nl_req req;

	kwnl_rtnl_begin_address(&req, RTM_NEWADDR, ifindex, addr, len);
	return kwnl_rtnl_call(rt, &req);
}

int kwnl_rtnl_del_address(struct kwnl_rtnl *rt, uint32_t ifindex, const uint8_t addr[16],
			  uint8_t len)
{
	struct kwnl_nl_req req;

	kwnl_rtnl_begin_address(&req, RTM_DELADDR, ifindex, addr, len);
	return kwnl_rtnl_call(rt, &req);
}

/* Objects that are none of ours to see are passed by. */
static int kwnl_rtnl_seen(int err)
{
	return err == -ENOMSG ? 0 : err;
}

static int kwnl_rtnl_hand_address(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_rtnl_dump *dump = arg;
	struct kwnl_address address;
	int err = kwnl_rtnl_parse_address(h, &address);

	if (err)
		return kwnl_rtnl_seen(err);
	if (dump->ifindex && address.ifindex != dump->ifindex)
		return 0;
	return dump->fn.address(dump->arg, &address);
}

int kwnl_rtnl_dump_address(struct kwnl_rtnl *rt, uint32_t ifindex,
			   int (*fn)(void *arg, const struct kwnl_address *address),
			   void *arg)
{
	const struct ifaddrmsg ifa = {.ifa_family = AF_UNSPEC};
	struct kwnl_rtnl_dump dump = {.fn.address = fn, .arg = arg, .ifindex = ifindex};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_GETADDR, 0, &ifa, sizeof(ifa));
	return kwnl_nl_dump(&rt->nl, &req, kwnl_rtnl_hand_address, &dump);
}

/* An IPv4 route by way of an IPv6 next hop names the family (RFC 5549). */
static void kwnl_rtnl_put_via(struct kwnl_nl_req *req, bool v4, const uint8_t via[16])
{
	struct {
		uint16_t family;
		uint8_t addr[16];
	} rtvia = {.family = AF_INET6};

	if (v4 == kwnl_rtnl_is_v4(via)) {
		kwnl_rtnl_put_addr(req, RTA_GATEWAY, via);
		return;
	}
	memcpy(rtvia.addr, via, sizeof(rtvia.addr));
	kwnl_nl_put(req, RTA_VIA, &rtvia, sizeof(rtvia));
}

/* Starts a request about one route. */
static void kwnl_rtnl_begin_route(struct kwnl_nl_req *req, uint16_t type,
				  const struct kwnl_route *route)
{
	const bool v4 = kwnl_rtnl_is_v4(route->dst);
	const uint32_t table = route->table ? route->table : RT_TABLE_MAIN;
	const struct rtmsg rtm = {
		.rtm_family = v4 ? AF_INET : AF_INET6,
		.rtm_dst_len = v4 ? route->len - 96 : route->len,
		.rtm_table = table < 256 ? table : RT_TABLE_UNSPEC,
		.rtm_protocol = route->protocol ? route->protocol : KWNL_RTNL_PROTOCOL,
		.rtm_scope = v4 && !route->has_via ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};
	const bool add = type == RTM_NEWROUTE;

	kwnl_nl_begin(req, type, add ? NLM_F_CREATE | NLM_F_REPLACE : 0, &rtm,
		      sizeof(rtm));
	if (rtm.rtm_dst_len)
		kwnl_rtnl_put_addr(req, RTA_DST, route->dst);
	kwnl_nl_put_u32(req, RTA_TABLE, table);
	if (route->ifindex)
		kwnl_nl_put_u32(req, RTA_OIF, route->ifindex);
	if (route->has_via)
		kwnl_rtnl_put_via(req, v4, route->via);
	if (route->metric)
		kwnl_nl_put_u32(req, RTA_PRIORITY, route->metric);
}

int kwnl_rtnl_add_route(struct kwnl_rtnl *rt, const struct kwnl_route *route)
{
	struct kwnl_nl_req req;

	kwnl_rtnl_begin_route(&req, RTM_NEWROUTE, route);
	return kwnl_rtnl_call(rt, &req);
}

int kwnl_rtnl_del_route(struct kwnl_rtnl *rt, const struct kwnl_route *route)
{
	struct kwnl_nl_req req;

	kwnl_rtnl_begin_route(&req, RTM_DELROUTE, route);
	return kwnl_rtnl_call(rt, &req);
}

static int kwnl_rtnl_hand_route(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_rtnl_dump *dump = arg;
	struct kwnl_route route;
	int err = kwnl_rtnl_parse_route(h, &route);

	if (err)
		return kwnl_rtnl_seen(err);
	if ((dump->ifindex && route.ifindex != dump->ifindex) ||
	    (dump->protocol && route.protocol != dump->protocol))
		return 0;
	return dump->fn.route(dump->arg, &route);
}

int kwnl_rtnl_dump_route(struct kwnl_rtnl *rt, uint32_t ifindex, uint8_t protocol,
			 int (*fn)(void *arg, const struct kwnl_route *route), void *arg)
{
	const struct rtmsg rtm = {.rtm_family = AF_UNSPEC};
	struct kwnl_rtnl_dump dump = {
		.fn.route = fn,
		.arg = arg,
		.ifindex = ifindex,
		.protocol = protocol,
	};
	struct kwnl_nl_req req;

	kwnl_nl_begin(&req, RTM_GETROUTE, 0, &rtm, sizeof(rtm));
	return kwnl_nl_dump(&rt->nl, &req, kwnl_rtnl_hand_route, &dump);
}

static uint32_t kwnl_rtnl_larger(const struct nlattr *nla, uint32_t now)
{
	uint32_t value;

	if (nla_len(nla) != sizeof(value))
		return now;
	memcpy(&value, nla_data(nla), sizeof(value));
	return value > now ? value : now;
}

/* Takes over the thresholds of the table that are larger than the wanted. */
static int kwnl_rtnl_read_neightbl(void *arg, const struct nlmsghdr *h)
{
	uint32_t *wanted = arg; /* soft, hard */
	uint32_t soft = wanted[0], hard = wanted[1];
	bool ours = false;
	struct nlattr *nla;
	int rest;

	if (!nlmsg_valid_hdr(h, sizeof(struct ndtmsg)))
		return -EBADMSG;
	nlmsg_for_each_attr(nla, (struct nlmsghdr *)h, sizeof(struct ndtmsg), rest)
	{
		if (nla_type(nla) == NDTA_NAME)
			ours = nla_len(nla) == sizeof("ndisc_cache") &&
			       !memcmp(nla_data(nla), "ndisc_cache", nla_len(nla));
		else if (nla_type(nla) == NDTA_THRESH2)
			soft = kwnl_rtnl_larger(nla, soft);
		else if (nla_type(nla) == NDTA_THRESH3)
			hard = kwnl_rtnl_larger(nla, hard);
	}
	if (ours) {
		wanted[0] = soft;
		wanted[1] = hard;
	}
	return 0;
}

int kwnl_rtnl_raise_neightbl(struct kwnl_rtnl *rt, uint32_t entries)
{
	const struct ndtmsg ndt = {.ndtm_family = AF_INET6};
	uint32_t wanted[2] = {entries, 2 * entries};
	struct kwnl_nl_req req;
	int err;

	kwnl_nl_begin(&req, RTM_GETNEIGHTBL, 0, &ndt, sizeof(ndt));
	err = kwnl_nl_dump(&rt->nl, &req, kwnl_rtnl_read_neightbl, wanted);
	if (err)
		return err;
	kwnl_nl_begin(&req, RTM_SETNEIGHTBL, 0, &ndt, sizeof(ndt));
	kwnl_nl_put(&req, NDTA_NAME, "ndisc_cache", sizeof("ndisc_cache"));
	kwnl_nl_put_u32(&req, NDTA_THRESH2, wanted[0]);
	kwnl_nl_put_u32(&req, NDTA_THRESH3, wanted[1]);
	return kwnl_rtnl_call(rt, &req);
}
