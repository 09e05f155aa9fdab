/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Messages of rtnetlink into the structs of rtnl.h. Pure; called for dumps by
 * rtnl.c and for notifications by rtnl_event.c. Each returns 0, -EBADMSG for a
 * message too short for its header or with an attribute of a wrong size, or
 * -ENOMSG for an object that is none of ours to see (other families and types).
 */
#ifndef KEYWAY_RTNL_PARSE_H
#define KEYWAY_RTNL_PARSE_H

#include "rtnl.h"

struct nlmsghdr;

int kwnl_rtnl_parse_link(const struct nlmsghdr *h, struct kwnl_link *link) KW_MUST;
int kwnl_rtnl_parse_address(const struct nlmsghdr *h,
			    struct kwnl_address *address) KW_MUST;
int kwnl_rtnl_parse_route(const struct nlmsghdr *h, struct kwnl_route *route) KW_MUST;

/* Reads one notification and calls back for it. */
void kwnl_rtnl_dispatch(const struct nlmsghdr *h, const struct kwnl_rtnl_ops *ops,
			void *arg);

#endif
