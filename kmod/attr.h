/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * Netlink attributes of the objects: values read with a sentence for each
 * refusal, and the full description of an object written for answers, dumps
 * and events alike, so that all three say the same. Owns nothing. Writers
 * return 0 or -EMSGSIZE and need rcu_read_lock; readers touch no object.
 * Neither sleeps.
 */
#ifndef KW_ATTR_H
#define KW_ATTR_H

#include <linux/types.h>

#include "addr.h"

struct kw_dev;
struct kw_path;
struct kw_remote;
struct kw_peer;
struct kw_session;
struct kw_sock;
struct net;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

/* No such event: leaves the attribute reason out. */
#define KW_ATTR_NO_REASON	U32_MAX

/* Measure the ciphers once, for what dev-get tells; at start. */
void kw_attr_measure(void);

/* 16 bytes of an attribute that a policy has measured. */
struct kw_addr kw_attr_read_addr(const struct nlattr *attr);

/*
 * A key address (2001:2f::/32). 0, or -EINVAL with the sentence.
 */
int __must_check kw_attr_read_key_addr(const struct nlattr *attr,
				       struct kw_addr *addr,
				       struct netlink_ext_ack *extack);

/*
 * An outer endpoint: unicast, no key address, an interface exactly when it is
 * link-local. 0, or -EINVAL with the sentence.
 */
int __must_check kw_attr_read_endpoint(const struct nlattr *attr,
				       struct kw_endpoint *endpoint,
				       struct netlink_ext_ack *extack);

/*
 * The device's peer or socket that the attribute names, or ERR_PTR(-ENOENT)
 * with the sentence. dev->lock.
 */
struct kw_peer *kw_attr_find_peer(struct kw_dev *dev, const struct nlattr *attr,
				  struct netlink_ext_ack *extack);
struct kw_sock *kw_attr_find_sock(struct kw_dev *dev, const struct nlattr *attr,
				  struct netlink_ext_ack *extack);

/*
 * An endpoint to be reached by the socket, which find looks up first (then
 * dev->lock): the caller's to destroy, or ERR_PTR with the sentence.
 */
struct kw_remote *kw_attr_read_remote(struct kw_sock *sock,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack);
struct kw_remote *kw_attr_find_remote(struct kw_dev *dev,
				      const struct nlattr *sock,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack);

/*
 * Where to send from, NULL for any. An address that this host doesn't have, or
 * of another family, counts as any.
 */
void kw_attr_read_local(struct kw_remote *remote, const struct nlattr *addr,
			const struct nlattr *ifindex);

int __must_check kw_attr_write_endpoint(struct sk_buff *skb, int type,
					const struct kw_endpoint *endpoint);

/*
 * net is the asker's: the interface's index is told only there. bound: bit per
 * channel.
 */
int __must_check kw_attr_write_dev(struct sk_buff *skb, struct kw_dev *dev,
				   const struct net *net, u32 bound,
				   u32 reason);
int __must_check kw_attr_write_sock(struct sk_buff *skb, struct kw_dev *dev,
				    struct kw_sock *sock);
int __must_check kw_attr_write_peer(struct sk_buff *skb, struct kw_dev *dev,
				    struct kw_peer *peer, u32 reason);
int __must_check kw_attr_write_session(struct sk_buff *skb, struct kw_dev *dev,
				       struct kw_session *session, u32 reason);
int __must_check kw_attr_write_path(struct sk_buff *skb, struct kw_dev *dev,
				    struct kw_path *path, u32 reason);

#endif /* KW_ATTR_H */
