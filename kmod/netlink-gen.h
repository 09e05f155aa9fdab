/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/keyway.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_KEYWAY_GEN_H
#define _LINUX_KEYWAY_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/keyway.h>

/* Common nested types */
extern const struct nla_policy kw_nl_cookie_secret_policy[KEYWAY_A_COOKIE_SECRET_S1 + 1];
extern const struct nla_policy kw_nl_endpoint_policy[KEYWAY_A_ENDPOINT_IFINDEX + 1];
extern const struct nla_policy kw_nl_mac1_key_policy[KEYWAY_A_MAC1_KEY_KEY + 1];
extern const struct nla_policy kw_nl_prefix_policy[KEYWAY_A_PREFIX_LEN + 1];

int kw_family_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info);
void
kw_family_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info);

int kw_nl_dev_get_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int kw_nl_dev_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_dev_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_dev_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_socket_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_socket_get_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_socket_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int kw_nl_socket_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_peer_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_peer_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_peer_get_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_peer_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int kw_nl_peer_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_session_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_session_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_session_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int kw_nl_session_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_path_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_path_get_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_path_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int kw_nl_path_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_path_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_control_new_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_control_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_control_del_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_domain_set_doit(struct sk_buff *skb, struct genl_info *info);
int kw_nl_domain_get_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	KEYWAY_NLGRP_EVENTS,
};

extern struct genl_family kw_nl_family;

#endif /* _LINUX_KEYWAY_GEN_H */
