/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Raw generic netlink for test programs that must say what no library would:
 * messages built by hand, the kernel's sentence read from refusals, replies
 * kept. One socket and one family per program. Included by nlfuzz.c.
 */
#ifndef RAWNL_H
#define RAWNL_H

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/keyway.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUF 65536
#define SEEN (4 * BUF)		/* room for the replies of one dump */

struct msg {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char data[8192];
};

struct answer {
	int error;		/* 0 or negative errno */
	char text[256];		/* the refusal's sentence, "" if none */
};

static int sock;
static unsigned short family;
static unsigned int seq;
static unsigned int starved;	/* refusals for want of memory */

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void start(struct msg *m, unsigned short type, int cmd, int flags)
{
	memset(m, 0, sizeof(m->nlh) + sizeof(m->genl));
	m->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	m->nlh.nlmsg_type = type;
	m->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	m->nlh.nlmsg_seq = ++seq;
	m->genl.cmd = cmd;
	m->genl.version = 1;
}

static void put(struct msg *m, unsigned short type, const void *data, int len)
{
	struct nlattr *a = (void *)((char *)m + NLMSG_ALIGN(m->nlh.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memset((char *)a + NLA_HDRLEN, 0, NLA_ALIGN(len));
	if (len)
		memcpy((char *)a + NLA_HDRLEN, data, len);
	m->nlh.nlmsg_len = NLMSG_ALIGN(m->nlh.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

static void send_msg(const struct msg *m)
{
	if (send(sock, m, m->nlh.nlmsg_len, 0) < 0 && errno != ENOBUFS)
		die("send");
}

static void read_error(const struct nlmsghdr *nlh, struct answer *answer)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	int left = nlh->nlmsg_len - NLMSG_LENGTH(sizeof(*err));
	const char *at = (const char *)(err + 1);

	answer->error = err->error;
	starved += err->error == -ENOMEM;
	while (left >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)at;

		if ((a->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG)
			snprintf(answer->text, sizeof(answer->text), "%s",
				 at + NLA_HDRLEN);
		left -= NLA_ALIGN(a->nla_len);
		at += NLA_ALIGN(a->nla_len);
	}
}

/* The status of a dump is in its last message, followed by the sentence. */
static void read_done(const struct nlmsghdr *nlh, struct answer *answer)
{
	struct nlmsghdr copy = *nlh;
	const int *error = NLMSG_DATA(nlh);
	const char *at = (const char *)(error + 1);
	int left = copy.nlmsg_len - NLMSG_LENGTH(sizeof(int));

	answer->error = *error;
	if (left > NLA_HDRLEN)
		snprintf(answer->text, sizeof(answer->text), "%s",
			 at + NLA_HDRLEN);
}

/* One message: true at the request's end. Replies go to seen if not NULL. */
static bool read_message(const struct nlmsghdr *nlh, struct answer *answer,
			 char *seen, size_t *used)
{
	if (nlh->nlmsg_seq != seq)
		return false;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		read_error(nlh, answer);
		return true;
	}
	if (nlh->nlmsg_type == NLMSG_DONE) {
		read_done(nlh, answer);
		return true;
	}
	if (seen && *used + nlh->nlmsg_len < SEEN) {
		memcpy(seen + *used, nlh, nlh->nlmsg_len);
		*used += nlh->nlmsg_len;
	}
	return false;
}

static struct answer reap(char *seen, size_t *used)
{
	static char buf[BUF];
	struct answer answer = { 0 };

	for (;;) {
		struct nlmsghdr *nlh = (void *)buf;
		int n = recv(sock, buf, sizeof(buf), 0);

		if (n < 0) {
			answer.error = -errno;
			return answer;
		}
		for (; NLMSG_OK(nlh, (unsigned int)n); nlh = NLMSG_NEXT(nlh, n))
			if (read_message(nlh, &answer, seen, used))
				return answer;
	}
}

static struct answer ask(const struct msg *m)
{
	send_msg(m);
	return reap(NULL, NULL);
}

static void open_family(void)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	int on = 1, len;
	static char buf[BUF];
	struct nlattr *a;
	struct msg m;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (sock < 0 || connect(sock, (void *)&to, sizeof(to)))
		die("socket");
	setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	start(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	put(&m, CTRL_ATTR_FAMILY_NAME, KEYWAY_FAMILY_NAME,
	    sizeof(KEYWAY_FAMILY_NAME));
	send_msg(&m);
	len = recv(sock, buf, sizeof(buf), 0) - NLMSG_LENGTH(GENL_HDRLEN);
	a = (void *)(buf + NLMSG_LENGTH(GENL_HDRLEN));
	for (; len >= NLA_HDRLEN; len -= NLA_ALIGN(a->nla_len),
	     a = (void *)((char *)a + NLA_ALIGN(a->nla_len)))
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&family, (char *)a + NLA_HDRLEN, 2);
	if (!family)
		die("no family keyway");
}

#endif
