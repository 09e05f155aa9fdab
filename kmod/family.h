/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors
 *
 * The generic netlink family: registration, who may ask, which device a
 * request means, and the frame of answers and dumps. Around every request but
 * dev-new and dev-del the device is counted and its lock held. Secrets are
 * wiped from the request's memory when it is done. Called by main.c, by the
 * netlink core, and by the handlers in nl_*.c.
 */
#ifndef KW_FAMILY_H
#define KW_FAMILY_H

#include <linux/types.h>
#include <net/genetlink.h>

#include "netdev.h"

/* Until init returns and from exit on there are no requests. */
int __must_check kw_family_init(void);
void kw_family_exit(void);

/* The request's device, locked. */
static inline struct kw_dev *kw_family_dev(struct genl_info *info)
{
	return info->user_ptr[0];
}

/*
 * Is the required attribute there? If not, -EINVAL and the sentence.
 */
#define KW_FAMILY_NEED(info, type, sentence) ({				\
	struct genl_info *need_info = (info);				\
	int need_err = 0;						\
									\
	if (!need_info->attrs[type]) {					\
		NL_SET_ERR_ATTR_MISS(need_info->extack, NULL, type);	\
		NL_SET_ERR_MSG(need_info->extack, sentence);		\
		need_err = -EINVAL;					\
	}								\
	need_err;							\
})

/* Refuse: the error, with a sentence about an attribute that is there. */
#define KW_FAMILY_REFUSE(info, type, err, sentence) ({			\
	struct genl_info *refuse_info = (info);				\
									\
	NL_SET_ERR_MSG_ATTR(refuse_info->extack,			\
			    refuse_info->attrs[type], sentence);	\
	(err);								\
})

/*
 * An answer: start gives the message and its head or NULL, with the sentence;
 * send consumes it, err being how writing it ended. 0 or a negative errno.
 */
struct sk_buff *kw_family_reply_start(struct genl_info *info, void **head);
int __must_check kw_family_reply_send(struct genl_info *info,
				      struct sk_buff *reply, void *head,
				      int err);

/*
 * A dump of a table of a device, whose change during it is told: begin checks
 * and gives the device, counted and locked, or ERR_PTR with a sentence; end
 * undoes it.
 */
struct kw_dev *kw_family_dump_begin(struct netlink_callback *cb,
				    enum kw_netdev_table table);
void kw_family_dump_end(struct kw_dev *dev);

/* Refuses who may not ask; for dumps that name no device. */
int __must_check kw_family_dump_permit(struct netlink_callback *cb);

/*
 * One object of a dump: start gives its head or NULL; end keeps it, or takes
 * it out again when writing it ended in err. Full is -EMSGSIZE.
 */
void *kw_family_entry_start(struct sk_buff *skb, struct netlink_callback *cb,
			    u8 cmd);
int __must_check kw_family_entry_end(struct sk_buff *skb, void *head, int err);

#endif /* KW_FAMILY_H */
