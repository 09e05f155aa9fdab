/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Messages of the keyway family into structs: one table of attributes per
 * object, bounds checked first. Pure; called by kwnl.c for answers and by
 * kwnl_event.c for events. Unknown attributes are passed by, because the uapi
 * only grows; a known one of a wrong size, or a missing name of the object, is
 * -EBADMSG. Pointers in the results point into the message.
 */
#ifndef KEYWAY_KWNL_PARSE_H
#define KEYWAY_KWNL_PARSE_H

#include "kwnl_event.h"

struct nlmsghdr;

int kwnl_parse_dev(const struct nlmsghdr *h, struct kwnl_dev *dev) KW_MUST;
int kwnl_parse_socket(const struct nlmsghdr *h, struct kwnl_socket *sock) KW_MUST;
int kwnl_parse_peer(const struct nlmsghdr *h, struct kwnl_peer *peer) KW_MUST;
int kwnl_parse_ask(const struct nlmsghdr *h, struct kwnl_ask *ask) KW_MUST;
int kwnl_parse_session(const struct nlmsghdr *h, struct kwnl_session *session) KW_MUST;
int kwnl_parse_reservation(const struct nlmsghdr *h,
			   struct kwnl_session_reply *reply) KW_MUST;
int kwnl_parse_path(const struct nlmsghdr *h, struct kwnl_path *path) KW_MUST;
int kwnl_parse_control(const struct nlmsghdr *h, struct kwnl_control *control) KW_MUST;
int kwnl_parse_domain(const struct nlmsghdr *h, struct kwnl_domain *domain) KW_MUST;

struct kwnl_family;

/* From CTRL_CMD_NEWFAMILY. */
int kwnl_parse_family(const struct nlmsghdr *h, struct kwnl_family *family) KW_MUST;

/* The command of a generic netlink message, -EBADMSG if it is too short. */
int kwnl_parse_command(const struct nlmsghdr *h) KW_MUST;

#endif
