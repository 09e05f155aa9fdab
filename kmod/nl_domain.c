// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2026 The Keyway authors
 *
 * Requests about a device's domain: the keys of mac1 and the secrets of
 * cookies, which go in and never come out. Called by the netlink core through
 * family.c, which holds the device's lock and wipes the request afterwards.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "attr.h"
#include "family.h"
#include "gate.h"
#include "genl.h"
#include "mac1.h"
#include "netdev.h"
#include "netlink-gen.h"

static int nl_domain_read_key(const struct nlattr *attr,
			      struct kw_mac1_keys *keys,
			      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KEYWAY_A_MAC1_KEY_MAX + 1];
	int err;
	u32 i;

	err = nla_parse_nested(tb, KEYWAY_A_MAC1_KEY_MAX, attr,
			       kw_nl_mac1_key_policy, extack);
	if (err)
		return err;
	if (!tb[KEYWAY_A_MAC1_KEY_ID] || !tb[KEYWAY_A_MAC1_KEY_KEY]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "mac1-key: id and key must be given");
		return -EINVAL;
	}
	if (keys->count == KW_MAC1_KEYS) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "mac1-key: a device has at most 8");
		return -E2BIG;
	}
	keys->key[keys->count].id = nla_get_u8(tb[KEYWAY_A_MAC1_KEY_ID]);
	for (i = 0; i < keys->count; i++) {
		if (keys->key[i].id != keys->key[keys->count].id)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "mac1-key: two have the same id");
		return -EEXIST;
	}
	kw_mac1_key_read(&keys->key[keys->count++].key,
			 nla_data(tb[KEYWAY_A_MAC1_KEY_KEY]));
	return 0;
}

static int nl_domain_read_secret(const struct nlattr *attr,
				 struct kw_mac1_secrets *secrets,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[KEYWAY_A_COOKIE_SECRET_MAX + 1];
	struct kw_mac1_secret *secret;
	int err;

	err = nla_parse_nested(tb, KEYWAY_A_COOKIE_SECRET_MAX, attr,
			       kw_nl_cookie_secret_policy, extack);
	if (err)
		return err;
	if (!tb[KEYWAY_A_COOKIE_SECRET_S0] || !tb[KEYWAY_A_COOKIE_SECRET_S1]) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "cookie-secret: s0 and s1 must be given");
		return -EINVAL;
	}
	if (secrets->count == KW_COOKIE_PERIODS) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "cookie-secret: a device has at most 2");
		return -E2BIG;
	}
	secret = &secrets->period[secrets->count++];
	kw_mac1_key_read(&secret->s0, nla_data(tb[KEYWAY_A_COOKIE_SECRET_S0]));
	kw_mac1_key_read(&secret->s1, nla_data(tb[KEYWAY_A_COOKIE_SECRET_S1]));
	return 0;
}

static int nl_domain_read(struct genl_info *info, struct kw_mac1_keys *keys,
			  struct kw_mac1_secrets *secrets)
{
	const struct nlattr *attr;
	int rem, err = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) == KEYWAY_A_DOMAIN_MAC1_KEY)
			err = nl_domain_read_key(attr, keys, info->extack);
		else if (nla_type(attr) == KEYWAY_A_DOMAIN_COOKIE_SECRET)
			err = nl_domain_read_secret(attr, secrets,
						    info->extack);
		if (err)
			return err;
	}
	if (!keys->count && !secrets->count) {
		NL_SET_ERR_MSG(info->extack,
			       "mac1-key or cookie-secret must be given");
		return -EINVAL;
	}
	return 0;
}

/* What isn't given stays as it is. */
int kw_nl_domain_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	struct kw_mac1_secrets *secrets;
	struct kw_mac1_keys *keys;
	int err = -ENOMEM;

	keys = kzalloc(sizeof(*keys), GFP_KERNEL_ACCOUNT);
	secrets = kzalloc(sizeof(*secrets), GFP_KERNEL_ACCOUNT);
	if (!keys || !secrets) {
		NL_SET_ERR_MSG(info->extack, "no memory for the keys");
		goto out_free;
	}
	err = nl_domain_read(info, keys, secrets);
	if (err)
		goto out_free;
	if (keys->count) {
		kw_gate_keys_set(kw_genl_gate(dev), keys);
		keys = NULL;
	}
	if (secrets->count) {
		kw_gate_secrets_set(kw_genl_gate(dev), secrets);
		secrets = NULL;
	}
	kw_netdev_changed(dev, KW_NETDEV_SELF);
out_free:
	kfree_sensitive(secrets);
	kfree_sensitive(keys);
	return err;
}

int kw_nl_domain_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kw_dev *dev = kw_family_dev(info);
	u32 keys, secrets;
	struct sk_buff *reply;
	void *head;
	int err;

	reply = kw_family_reply_start(info, &head);
	if (!reply)
		return -ENOMEM;
	kw_gate_count(kw_genl_gate(dev), &keys, &secrets);
	err = nla_put_u32(reply, KEYWAY_A_DOMAIN_DEV_ID, dev->id) ||
	      nla_put_u32(reply, KEYWAY_A_DOMAIN_MAC1_KEYS, keys) ||
	      nla_put_u32(reply, KEYWAY_A_DOMAIN_COOKIE_SECRETS, secrets);
	return kw_family_reply_send(info, reply, head, err);
}
