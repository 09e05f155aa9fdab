// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Requests and answers on one netlink socket. Owns the socket and its receive
 * buffer; called by kwnl.c, kwnl_event.c and rtnl.c. The library's own receive
 * loop is not used: its callbacks print whole messages when an environment
 * variable says so, and messages here carry keys.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/genl/genl.h>
#include <linux/netlink.h>
#include <linux/genetlink.h>
#include "kwnl.h"
#include "kwnl_nl.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

#define KWNL_NL_TRIES 10

struct kwnl_nl_table {
	uint8_t *data;
	size_t len;
	size_t size;
};

int kwnl_nl_fail(struct kwnl_nl *nl, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(nl->error, sizeof(nl->error), fmt, ap);
	va_end(ap);
	return err;
}

static int kwnl_nl_fail_errno(struct kwnl_nl *nl, int err, const char *what)
{
	return kwnl_nl_fail(nl, err, "%s: %s", what, strerror(-err));
}

static struct nl_sock *kwnl_nl_alloc_sock(void)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);
	struct nl_sock *sk;

	if (!cb)
		return NULL;
	sk = nl_socket_alloc_cb(cb);
	nl_cb_put(cb);
	return sk;
}

int kwnl_nl_open(struct kwnl_nl *nl, int protocol)
{
	const int on = 1;
	int fd;

	memset(nl, 0, sizeof(*nl));
	nl->buf = malloc(KWNL_NL_BUFFER);
	if (!nl->buf)
		return kwnl_nl_fail_errno(nl, -ENOMEM, "netlink");
	nl->sk = kwnl_nl_alloc_sock();
	if (!nl->sk)
		goto out_buf;
	if (nl_connect(nl->sk, protocol) < 0)
		goto out_sock;
	fd = nl_socket_get_fd(nl->sk);
	/* both only make answers better or shorter: an old kernel may refuse */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;

out_sock:
	nl_socket_free(nl->sk);
	nl->sk = NULL;
out_buf:
	free(nl->buf);
	nl->buf = NULL;
	return kwnl_nl_fail_errno(nl, errno ? -errno : -ENOMEM, "netlink socket");
}

void kwnl_nl_close(struct kwnl_nl *nl)
{
	if (nl->sk)
		nl_socket_free(nl->sk);
	free(nl->buf);
	nl->sk = NULL;
	nl->buf = NULL;
}

void kwnl_nl_begin(struct kwnl_nl_req *req, uint16_t type, uint16_t flags,
		   const void *data, size_t len)
{
	req->err = 0;
	req->msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	if (!req->msg)
		req->err = -ENOMEM;
	else if (nlmsg_append(req->msg, (void *)data, len, NLMSG_ALIGNTO) < 0)
		req->err = -EMSGSIZE;
}

void kwnl_nl_begin_genl(struct kwnl_nl_req *req, uint16_t family, uint8_t cmd,
			uint8_t version)
{
	const struct genlmsghdr head = {.cmd = cmd, .version = version};

	kwnl_nl_begin(req, family, 0, &head, sizeof(head));
}

void kwnl_nl_put(struct kwnl_nl_req *req, int attr, const void *data, size_t len)
{
	if (!req->err && nla_put(req->msg, attr, len, data) < 0)
		req->err = -EMSGSIZE;
}

void kwnl_nl_put_u8(struct kwnl_nl_req *req, int attr, uint8_t value)
{
	kwnl_nl_put(req, attr, &value, sizeof(value));
}

void kwnl_nl_put_u16(struct kwnl_nl_req *req, int attr, uint16_t value)
{
	kwnl_nl_put(req, attr, &value, sizeof(value));
}

void kwnl_nl_put_be16(struct kwnl_nl_req *req, int attr, uint16_t value)
{
	const uint16_t be = htobe16(value);

	kwnl_nl_put(req, attr, &be, sizeof(be));
}

void kwnl_nl_put_u32(struct kwnl_nl_req *req, int attr, uint32_t value)
{
	kwnl_nl_put(req, attr, &value, sizeof(value));
}

void kwnl_nl_put_u64(struct kwnl_nl_req *req, int attr, uint64_t value)
{
	kwnl_nl_put(req, attr, &value, sizeof(value));
}

struct nlattr *kwnl_nl_nest(struct kwnl_nl_req *req, int attr)
{
	struct nlattr *nest = NULL;

	if (!req->err)
		nest = nla_nest_start(req->msg, NLA_F_NESTED | attr);
	if (!nest && !req->err)
		req->err = -EMSGSIZE;
	return nest;
}

void kwnl_nl_end_nest(struct kwnl_nl_req *req, struct nlattr *nest)
{
	if (!req->err)
		nla_nest_end(req->msg, nest);
}

void kwnl_nl_drop(struct kwnl_nl_req *req)
{
	if (!req->msg)
		return;
	explicit_bzero(nlmsg_hdr(req->msg), nlmsg_get_max_size(req->msg));
	nlmsg_free(req->msg);
	req->msg = NULL;
}

static int kwnl_nl_submit(struct kwnl_nl *nl, struct kwnl_nl_req *req, uint16_t flags)
{
	struct nlmsghdr *h;
	int err;

	if (req->err)
		return kwnl_nl_fail_errno(nl, req->err, "netlink request");
	h = nlmsg_hdr(req->msg);
	h->nlmsg_flags |= flags;
	h->nlmsg_pid = nl_socket_get_local_port(nl->sk);
	h->nlmsg_seq = nl_socket_use_seq(nl->sk);
	do
		err = send(nl_socket_get_fd(nl->sk), h, h->nlmsg_len, 0) < 0 ? -errno : 0;
	while (err == -EINTR);
	return err ? kwnl_nl_fail_errno(nl, err, "netlink request") : 0;
}

int kwnl_nl_send(struct kwnl_nl *nl, struct kwnl_nl_req *req)
{
	int err = kwnl_nl_submit(nl, req, 0);

	kwnl_nl_drop(req);
	return err;
}

ssize_t kwnl_nl_receive(struct kwnl_nl *nl, int flags)
{
	const int fd = nl_socket_get_fd(nl->sk);
	struct sockaddr_nl from;
	socklen_t len;
	ssize_t n;

	for (;;) {
		len = sizeof(from);
		n = recvfrom(fd, nl->buf, KWNL_NL_BUFFER, flags | MSG_TRUNC,
			     (struct sockaddr *)&from, &len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (from.nl_pid == 0)
			return n > KWNL_NL_BUFFER ? -EMSGSIZE : n;
		/* some process wrote to us: not the kernel, so not heard */
		if (flags & MSG_PEEK)
			(void)recv(fd, nl->buf, 0, MSG_DONTWAIT);
	}
}

/* The sentence in the attributes that begin skip bytes into the payload. */
static const char *kwnl_nl_sentence(const struct nlmsghdr *h, size_t skip)
{
	struct nlattr *nla;
	int rest;

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	rest = (int)nlmsg_datalen(h) - (int)skip;
	nla_for_each_attr(nla, (struct nlattr *)((char *)nlmsg_data(h) + skip), rest,
			  rest)
	{
		const char *text = nla_data(nla);

		if (nla_type(nla) == NLMSGERR_ATTR_MSG && nla_len(nla) > 0 &&
		    text[nla_len(nla) - 1] == '\0')
			return text;
	}
	return NULL;
}

static int kwnl_nl_refuse(struct kwnl_nl *nl, int err, const char *text)
{
	if (text)
		return kwnl_nl_fail(nl, err, "%s", text);
	return kwnl_nl_fail_errno(nl, err, "the kernel refused");
}

int kwnl_nl_refusal(struct kwnl_nl *nl, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = nlmsg_data(h);
	size_t skip = sizeof(*e);

	if (nlmsg_datalen(h) < (int)sizeof(*e) || e->error > 0)
		return kwnl_nl_fail_errno(nl, -EBADMSG, "netlink answer");
	if (e->error == 0)
		return 0;
	/* behind the request, which is echoed unless it was cut off */
	if (!(h->nlmsg_flags & NLM_F_CAPPED)) {
		if (e->msg.nlmsg_len < sizeof(e->msg) || e->msg.nlmsg_len > h->nlmsg_len)
			return kwnl_nl_refuse(nl, e->error, NULL);
		skip += NLMSG_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
	}
	return kwnl_nl_refuse(nl, e->error, kwnl_nl_sentence(h, skip));
}

/* 1: more is to come, 0: the answer is complete, else a negative errno. */
static int kwnl_nl_answer(struct kwnl_nl *nl, const struct nlmsghdr *h,
			  int (*fn)(void *arg, const struct nlmsghdr *h), void *arg)
{
	int err;

	switch (h->nlmsg_type) {
	case NLMSG_NOOP:
		return 1;
	case NLMSG_ERROR:
		return kwnl_nl_refusal(nl, h);
	case NLMSG_DONE:
		if (nlmsg_datalen(h) < (int)sizeof(err))
			return 0;
		memcpy(&err, nlmsg_data(h), sizeof(err));
		return err < 0 ? kwnl_nl_refuse(nl, err, kwnl_nl_sentence(h, sizeof(err)))
			       : 0;
	default:
		nl->answered = true;
		err = fn ? fn(arg, h) : 0;
		if (err == -EBADMSG)
			kwnl_nl_fail(nl, err, "the kernel's answer cannot be read");
		return err ? err : 1;
	}
}

/* Answers to the request just sent; others (of one given up) are passed by. */
static int kwnl_nl_wait(struct kwnl_nl *nl, uint32_t seq,
			int (*fn)(void *arg, const struct nlmsghdr *h), void *arg)
{
	struct nlmsghdr *h;
	int ret = 1, len;

	nl->answered = false;
	while (ret > 0) {
		len = kwnl_nl_receive(nl, 0);
		if (len < 0)
			return kwnl_nl_fail_errno(nl, len, "netlink answer");
		for (h = (struct nlmsghdr *)nl->buf; ret > 0 && nlmsg_ok(h, len);
		     h = nlmsg_next(h, &len))
			if (h->nlmsg_seq == seq) {
				nl->torn |= !!(h->nlmsg_flags & NLM_F_DUMP_INTR);
				ret = kwnl_nl_answer(nl, h, fn, arg);
			}
	}
	return ret;
}

int kwnl_nl_call(struct kwnl_nl *nl, struct kwnl_nl_req *req,
		 int (*fn)(void *arg, const struct nlmsghdr *h), void *arg)
{
	int err = kwnl_nl_submit(nl, req, NLM_F_ACK);

	if (!err)
		err = kwnl_nl_wait(nl, nlmsg_hdr(req->msg)->nlmsg_seq, fn, arg);
	kwnl_nl_drop(req);
	if (!err && fn && !nl->answered)
		err = kwnl_nl_fail_errno(nl, -EBADMSG, "the kernel did not answer");
	return err;
}

static int kwnl_nl_keep(void *arg, const struct nlmsghdr *h)
{
	struct kwnl_nl_table *t = arg;
	const size_t need = t->len + NLMSG_ALIGN(h->nlmsg_len);
	uint8_t *data;

	if (need > t->size) {
		data = realloc(t->data, 2 * need);
		if (!data)
			return -ENOMEM;
		t->data = data;
		t->size = 2 * need;
	}
	memcpy(t->data + t->len, h, h->nlmsg_len);
	t->len = need;
	return 0;
}

static int kwnl_nl_replay(const struct kwnl_nl_table *t,
			  int (*fn)(void *arg, const struct nlmsghdr *h), void *arg)
{
	const struct nlmsghdr *h;
	size_t at;
	int err;

	for (at = 0; at < t->len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (const struct nlmsghdr *)(t->data + at);
		err = fn(arg, h);
		if (err)
			return err;
	}
	return 0;
}

int kwnl_nl_dump(struct kwnl_nl *nl, struct kwnl_nl_req *req,
		 int (*fn)(void *arg, const struct nlmsghdr *h), void *arg)
{
	struct kwnl_nl_table t = {0};
	int tries = KWNL_NL_TRIES;
	int err;

	do {
		t.len = 0;
		nl->torn = false;
		err = kwnl_nl_submit(nl, req, NLM_F_DUMP);
		if (!err)
			err = kwnl_nl_wait(nl, nlmsg_hdr(req->msg)->nlmsg_seq,
					   kwnl_nl_keep, &t);
	} while (!err && nl->torn && --tries);
	kwnl_nl_drop(req);
	if (!err && nl->torn)
		err = kwnl_nl_fail(nl, -EAGAIN,
				   "the table kept changing while it was read");
	if (!err)
		err = kwnl_nl_replay(&t, fn, arg);
	if (err == -EBADMSG)
		kwnl_nl_fail(nl, err, "the kernel's answer cannot be read");
	free(t.data);
	return err;
}

void kwnl_nl_start(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd)
{
	k->nl.error[0] = '\0';
	kwnl_nl_begin_genl(req, k->family.id, cmd, KEYWAY_FAMILY_VERSION);
}

int kwnl_nl_finish(struct kwnl *k, struct kwnl_nl_req *req)
{
	return kwnl_nl_call(&k->nl, req, NULL, NULL);
}

void kwnl_nl_put_endpoint(struct kwnl_nl_req *req, int attr,
			  const struct kwnl_endpoint *ep)
{
	struct nlattr *nest;

	if (!ep->port)
		return;
	nest = kwnl_nl_nest(req, attr);
	kwnl_nl_put(req, KEYWAY_A_ENDPOINT_ADDR, ep->addr, sizeof(ep->addr));
	kwnl_nl_put_be16(req, KEYWAY_A_ENDPOINT_PORT, ep->port);
	if (ep->ifindex)
		kwnl_nl_put_u32(req, KEYWAY_A_ENDPOINT_IFINDEX, ep->ifindex);
	kwnl_nl_end_nest(req, nest);
}

void kwnl_nl_put_local(struct kwnl_nl_req *req, int addr, int ifindex,
		       const struct kwnl_local *local)
{
	static const uint8_t none[KWNL_ADDR_SIZE];

	if (!memcmp(local->addr, none, sizeof(none)))
		return;
	kwnl_nl_put(req, addr, local->addr, sizeof(local->addr));
	kwnl_nl_put_u32(req, ifindex, local->ifindex);
}
