/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * What differs between the floor kernel (6.12) and the newest (7.x), and the
 * only place that looks at the kernel's version. Code elsewhere is written in
 * the newest form; here older kernels get that form. Whatever both kernels
 * accept has no business here. Included by the files that need it, level 0.
 */
#ifndef KW_COMPAT_H
#define KW_COMPAT_H

#include <linux/version.h>
#include <net/rtnetlink.h>
#include <net/udp_tunnel.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)

/* 6.15 gathered the arguments of newlink in one struct */
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

/* before 6.15 the core had resolved IFLA_LINK_NETNSID into src_net already */
static inline struct net *
rtnl_newlink_link_net(struct rtnl_newlink_params *params)
{
	return params->src_net;
}

#define KW_COMPAT_NEWLINK(fn)						\
	static int fn##_compat(struct net *net, struct net_device *dev,	\
			       struct nlattr *tb[],			\
			       struct nlattr *data[],			\
			       struct netlink_ext_ack *extack)		\
	{								\
		struct rtnl_newlink_params params = {			\
			.src_net = net, .tb = tb, .data = data,		\
		};							\
									\
		return fn(dev, &params, extack);			\
	}
#define kw_compat_newlink(fn) fn##_compat

#else

#define KW_COMPAT_NEWLINK(fn)
#define kw_compat_newlink(fn) fn

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define timer_container_of from_timer
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)

/* 6.17 added the flags of the outer control block as last argument */
#define udp_tunnel_xmit_skb(rt, sk, skb, src, dst, tos, ttl, df, sport,	\
			    dport, xnet, nocheck, ipcb_flags)		\
	udp_tunnel_xmit_skb(rt, sk, skb, src, dst, tos, ttl, df, sport,	\
			    dport, xnet, nocheck)
#define udp_tunnel6_xmit_skb(dst, sk, skb, dev, src, daddr, prio, ttl,	\
			     label, sport, dport, nocheck, ip6cb_flags)	\
	udp_tunnel6_xmit_skb(dst, sk, skb, dev, src, daddr, prio, ttl,	\
			     label, sport, dport, nocheck)

#endif

/*
 * 7.1 began to hand the sock around rather than its socket, within its stable
 * series, and older series took that over: the type tells, no version does.
 */
#define KW_TUNNEL_SOCK(sk)						\
	__builtin_choose_expr(__builtin_types_compatible_p(		\
		typeof(udp_tunnel_sock_release), void(struct sock *)),	\
		(sk), (sk)->sk_socket)
#define setup_udp_tunnel_sock(net, sk, cfg)				\
	setup_udp_tunnel_sock(net, KW_TUNNEL_SOCK(sk), cfg)
#define udp_tunnel_sock_release(sk)					\
	udp_tunnel_sock_release(KW_TUNNEL_SOCK(sk))

#endif /* KW_COMPAT_H */
