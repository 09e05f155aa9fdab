/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One netlink socket with synchronous requests on it: builds a message with a
 * sticky error, sends it, waits for the acknowledgement and keeps the kernel's
 * sentence. Private to libkwnl; kwnl.c (generic netlink) and rtnl.c stand on
 * it. Buffers of messages are wiped before they are freed, because some carry
 * keys; and the kernel is told not to echo requests in its refusals.
 */
#ifndef KEYWAY_KWNL_NL_H
#define KEYWAY_KWNL_NL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <netlink/msg.h>
#include <netlink/attr.h>
#include "kwnl.h"

#define KWNL_NL_BUFFER (64 * 1024) /* more than the kernel puts in one datagram */

struct kwnl_nl {
	struct nl_sock *sk;
	bool torn;	 /* the table changed while a dump read it */
	uint8_t *buf;	 /* KWNL_NL_BUFFER bytes */
	bool answered;	 /* a message other than the acknowledgement came */
	char error[256]; /* of the last call that failed */
};

/* What the family is called in this kernel. */
struct kwnl_family {
	uint16_t id;
	uint32_t version;
	uint32_t events; /* multicast group, 0 if there is none */
};

/* What the public headers keep opaque; kwnl.c owns it. */
struct kwnl {
	struct kwnl_nl nl;
	struct kwnl_family family;
};

struct kwnl_nl_req {
	struct nl_msg *msg; /* NULL when err is set */
	int err;	    /* first error while building */
};

int kwnl_nl_open(struct kwnl_nl *nl, int protocol) KW_MUST;
void kwnl_nl_close(struct kwnl_nl *nl);

/* Keeps a sentence and returns err. */
int kwnl_nl_fail(struct kwnl_nl *nl, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Starts a request of the type, whose fixed header is the len bytes at data. */
void kwnl_nl_begin(struct kwnl_nl_req *req, uint16_t type, uint16_t flags,
		   const void *data, size_t len);

/* Starts a generic netlink request of the family. */
void kwnl_nl_begin_genl(struct kwnl_nl_req *req, uint16_t family, uint8_t cmd,
			uint8_t version);
void kwnl_nl_put(struct kwnl_nl_req *req, int attr, const void *data, size_t len);
void kwnl_nl_put_u8(struct kwnl_nl_req *req, int attr, uint8_t value);
void kwnl_nl_put_u16(struct kwnl_nl_req *req, int attr, uint16_t value);
void kwnl_nl_put_be16(struct kwnl_nl_req *req, int attr, uint16_t value);
void kwnl_nl_put_u32(struct kwnl_nl_req *req, int attr, uint32_t value);
void kwnl_nl_put_u64(struct kwnl_nl_req *req, int attr, uint64_t value);
struct nlattr *kwnl_nl_nest(struct kwnl_nl_req *req, int attr);
void kwnl_nl_end_nest(struct kwnl_nl_req *req, struct nlattr *nest);
void kwnl_nl_drop(struct kwnl_nl_req *req);

/* Sends the request and frees it. fn sees each message of the answer, and its
 * error ends the reading; with a NULL fn there is to be none but the
 * acknowledgement. */
int kwnl_nl_call(struct kwnl_nl *nl, struct kwnl_nl_req *req,
		 int (*fn)(void *arg, const struct nlmsghdr *h), void *arg) KW_MUST;

/* The same for a dump: fn is called after the whole of it was read without a
 * change of the table meanwhile. -EAGAIN: it changed ten times. */
int kwnl_nl_dump(struct kwnl_nl *nl, struct kwnl_nl_req *req,
		 int (*fn)(void *arg, const struct nlmsghdr *h), void *arg) KW_MUST;

/* Sends without asking for an acknowledgement and frees the request. */
int kwnl_nl_send(struct kwnl_nl *nl, struct kwnl_nl_req *req) KW_MUST;

/* Reads one datagram that the kernel sent into nl->buf; flags as of recv().
 * Returns its length, never cut. */
ssize_t kwnl_nl_receive(struct kwnl_nl *nl, int flags) KW_MUST;

/* The errno of an NLMSG_ERROR message (0: acknowledged); keeps its sentence. */
int kwnl_nl_refusal(struct kwnl_nl *nl, const struct nlmsghdr *h);

/* A request to the keyway family: its start, an endpoint in it (left out when
 * its port is 0), and its end, for verbs that are acknowledged only. */
void kwnl_nl_start(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd);
void kwnl_nl_put_endpoint(struct kwnl_nl_req *req, int attr,
			  const struct kwnl_endpoint *ep);
/* By these two attributes, or none for zeros. */
void kwnl_nl_put_local(struct kwnl_nl_req *req, int addr, int ifindex,
		       const struct kwnl_local *local);
int kwnl_nl_finish(struct kwnl *k, struct kwnl_nl_req *req) KW_MUST;

#endif
