// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What the module's netlink promises beside refusing: keys go in once and
 * never come out, one process binds the channels and its closing voids its
 * reservations, a dump survives changes under it, events come to those who
 * may hear them, devices are seen from their own namespace alone. Prints TAP.
 * Called by a scenario, in a fresh namespace; `nlstate deaf` only checks that
 * the asker can't join the events, `nlstate storm N` sends N good requests and
 * takes any answer, for when allocations fail.
 */
#include <sched.h>
#include <sys/wait.h>
#include <time.h>

#include "rawnl.h"

#define PEERS 300
#define CANARY "\x8d\x1fKeywayCanary\xe2\x91"	/* 16 bytes and a NUL */

static unsigned int dev_id, socket_id;
static unsigned short group;
static int failures;

static void verdict(bool good, const char *what)
{
	failures += !good;
	printf("%sok - %s\n", good ? "" : "not ", what);
}

static void verdict_error(struct answer answer, int want, const char *what)
{
	bool good = answer.error == -want && !answer.text[0] == !want;

	verdict(good, what);
	if (!good)
		printf("# error %d, sentence \"%s\"\n", answer.error, answer.text);
}

static const void *find(const struct nlmsghdr *nlh, int type, int *len)
{
	const char *at = (const char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	int left = nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);

	while (left >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)at;

		if ((a->nla_type & NLA_TYPE_MASK) == type) {
			*len = a->nla_len - NLA_HDRLEN;
			return at + NLA_HDRLEN;
		}
		left -= NLA_ALIGN(a->nla_len);
		at += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

static unsigned int find_u32(const char *reply, int type)
{
	unsigned int value = 0;
	const void *at;
	int len;

	at = find((const void *)reply, type, &len);
	if (at && len == 4)
		memcpy(&value, at, 4);
	return value;
}

/* The number that the request's answer carries, 0 if it was refused. */
static unsigned int ask_u32(const struct msg *m, int type)
{
	static char seen[SEEN];
	size_t used = 0;

	send_msg(m);
	return reap(seen, &used).error || !used ? 0 : find_u32(seen, type);
}

static void begin(struct msg *m, int cmd, int flags)
{
	start(m, family, cmd, flags);
	if (dev_id)
		put(m, KEYWAY_A_DEV_ID, &dev_id, 4);
}

static const char *key_address(unsigned int n)
{
	static char addr[16];

	memcpy(addr, "\x20\x01\x00\x2f", 4);
	addr[14] = n >> 8;
	addr[15] = n;
	return addr;
}

static void put_remote(struct msg *m, int type)
{
	static const char addr[16] = { [10] = -1, -1, 127, 0, 0, 1 };
	struct nlattr *nest = (void *)((char *)m + NLMSG_ALIGN(m->nlh.nlmsg_len));

	put(m, type | NLA_F_NESTED, "", 0);
	put(m, KEYWAY_A_ENDPOINT_ADDR, addr, 16);
	put(m, KEYWAY_A_ENDPOINT_PORT, "\x11\x22", 2);
	nest->nla_len = (char *)m + m->nlh.nlmsg_len - (char *)nest;
}

static struct answer peer_new(unsigned int n)
{
	char fingerprint[32] = { n, n >> 8, 1 };
	struct msg m;

	begin(&m, KEYWAY_CMD_PEER_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_PEER_ADDRESS, key_address(n), 16);
	put(&m, KEYWAY_A_PEER_FINGERPRINT, fingerprint, 32);
	return ask(&m);
}

static struct answer peer_del(unsigned int n)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_PEER_DEL, NLM_F_ACK);
	put(&m, KEYWAY_A_PEER_ADDRESS, key_address(n), 16);
	return ask(&m);
}

static unsigned int reserve(unsigned int peer)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_SESSION_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_SESSION_PEER, key_address(peer), 16);
	return ask_u32(&m, KEYWAY_A_SESSION_INDEX);
}

/* Keys are the canary twice; the last byte tells pairs apart. */
static struct answer session_set(unsigned int index, unsigned int peer, char tell)
{
	char rx[32] = CANARY CANARY, tx[32] = CANARY CANARY;
	unsigned long long rank = tell;
	unsigned short suite = KEYWAY_SUITE_CHACHA20_POLY1305;
	struct msg m;

	rx[31] = tell;
	tx[31] = tell + 1;
	begin(&m, KEYWAY_CMD_SESSION_SET, NLM_F_ACK);
	put(&m, KEYWAY_A_SESSION_INDEX, &index, 4);
	put(&m, KEYWAY_A_SESSION_PEER, key_address(peer), 16);
	put(&m, KEYWAY_A_SESSION_REMOTE_INDEX, &index, 4);
	put(&m, KEYWAY_A_SESSION_SUITE, &suite, 2);
	put(&m, KEYWAY_A_SESSION_RX_KEY, rx, 32);
	put(&m, KEYWAY_A_SESSION_TX_KEY, tx, 32);
	put(&m, KEYWAY_A_SESSION_RX_SALT, CANARY, 4);
	put(&m, KEYWAY_A_SESSION_TX_SALT, CANARY, 4);
	put(&m, KEYWAY_A_SESSION_RANK, &rank, 8);
	put(&m, KEYWAY_A_SESSION_SCOPE, "\x01", 1);
	put(&m, KEYWAY_A_SESSION_ROLE, "\x01", 1);
	put(&m, KEYWAY_A_SESSION_SOCKET, &socket_id, 4);
	put_remote(&m, KEYWAY_A_SESSION_REMOTE);
	return ask(&m);
}

/* Who answers speaks on a session only once it has heard the other on it. */
static void test_frame_early(unsigned int index)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_CONTROL_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_CONTROL_PEER, key_address(1), 16);
	put(&m, KEYWAY_A_CONTROL_INDEX, &index, 4);
	put(&m, KEYWAY_A_CONTROL_FRAME_TYPE, "\x10", 1);
	put(&m, KEYWAY_A_CONTROL_PAYLOAD, "early", 5);
	verdict_error(ask(&m), ENOTCONN,
		      "an answered session sends nothing before it is confirmed");
}

static void test_keys_once(void)
{
	unsigned int one = reserve(1), two = reserve(1);

	verdict_error(session_set(one, 2, 1), EPERM,
		      "a reservation takes no other peer");
	verdict_error(session_set(one, 1, 1), 0, "a reservation takes keys");
	verdict_error(session_set(one, 1, 3), EALREADY, "but once only");
	test_frame_early(one);
	verdict_error(session_set(two, 1, 1), EEXIST,
		      "keys seen before are refused for another index");
	verdict_error(session_set(one ^ two ^ 0x55aa, 1, 5), ESTALE,
		      "an index that is not reserved takes none");
}

static void test_keys_hidden(void)
{
	static const unsigned char dumps[] = {
		KEYWAY_CMD_SESSION_GET, KEYWAY_CMD_PEER_GET, KEYWAY_CMD_PATH_GET,
	};
	static char seen[SEEN];
	size_t used = 0;
	struct msg m;

	for (size_t i = 0; i < sizeof(dumps); i++) {
		begin(&m, dumps[i], NLM_F_DUMP);
		send_msg(&m);
		reap(seen, &used);
	}
	begin(&m, KEYWAY_CMD_DOMAIN_GET, NLM_F_ACK);
	send_msg(&m);
	reap(seen, &used);
	verdict(used > 400 && !memmem(seen, used, CANARY, 8),
		"no key comes out in any answer");
	verdict(find_u32(seen, KEYWAY_A_SESSION_DEV_ID) == dev_id,
		"though the session is there");
}

static int bind_channel(unsigned int channel)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_CONTROL_SET, NLM_F_ACK);
	put(&m, KEYWAY_A_CONTROL_CHANNEL, &channel, 4);
	return ask(&m).error;
}

static int session_get(unsigned int index)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_SESSION_GET, NLM_F_ACK);
	put(&m, KEYWAY_A_SESSION_INDEX, &index, 4);
	return ask(&m).error;
}

/* Another process binds, tells the index that it reserved, waits to be killed. */
static pid_t start_holder(unsigned int *index)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		die("pipe");
	pid = fork();
	if (!pid) {
		unsigned int got;

		open_family();
		if (bind_channel(0) || bind_channel(1))
			_exit(1);
		got = reserve(1);
		_exit(write(fds[1], &got, sizeof(got)) < 0 || pause());
	}
	close(fds[1]);
	if (read(fds[0], index, sizeof(*index)) != sizeof(*index))
		die("holder");
	close(fds[0]);
	return pid;
}

static void test_binding(void)
{
	unsigned int index;
	pid_t holder = start_holder(&index);

	verdict(bind_channel(2) == -EBUSY, "one process binds all channels");
	verdict(!session_get(index), "what it reserved is there");
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	verdict(session_get(index) == -ENOENT, "its death voids reservations");
	verdict(!session_set(reserve(1), 1, 9).error,
		"and nothing else of the device");
	verdict(!bind_channel(2), "and frees the channels");
}

/* Reads one datagram of a dump; the flags seen, and each peer counted. */
static bool dump_step(unsigned char *seen, bool *interrupted)
{
	static char buf[BUF];
	struct nlmsghdr *nlh = (void *)buf;
	int n = recv(sock, buf, sizeof(buf), 0);

	for (; NLMSG_OK(nlh, (unsigned int)n); nlh = NLMSG_NEXT(nlh, n)) {
		const unsigned char *addr;
		int len;

		*interrupted |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			return false;
		addr = find(nlh, KEYWAY_A_PEER_ADDRESS, &len);
		if (addr)
			seen[addr[14] << 8 | addr[15]]++;
	}
	return true;
}

static void path_new(unsigned int peer)
{
	struct msg m;

	begin(&m, KEYWAY_CMD_PATH_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_PATH_PEER, key_address(peer), 16);
	put(&m, KEYWAY_A_PATH_SOCKET, &socket_id, 4);
	put_remote(&m, KEYWAY_A_PATH_REMOTE);
	ask(&m);
}

/* Others delete while we read: the even peers, those just told first. */
static void disturb_peers(unsigned int n)
{
	for (unsigned int i = 2; i < PEERS; i += 2)
		if (i % 3 == n % 3 && peer_del(i).error)
			continue;
}

static void disturb_paths(unsigned int n)
{
	path_new(1 + n);
}

static void disturb_nothing(unsigned int n)
{
	(void)n;
}

static void test_dump(void (*disturb)(unsigned int n), const char *what)
{
	bool gone = disturb == disturb_peers;
	unsigned char seen[65536] = { 0 };
	bool interrupted = false, once = true;
	int mine = sock, other;
	unsigned int n;
	struct msg m;

	open_family();
	other = sock;
	sock = mine;
	begin(&m, KEYWAY_CMD_PEER_GET, NLM_F_DUMP);
	send_msg(&m);
	for (n = 0; dump_step(seen, &interrupted); n++) {
		sock = other;
		disturb(n);
		sock = mine;
	}
	close(other);
	for (n = 1; n < PEERS; n++)
		once &= seen[n] == 1 || (gone && n % 2 == 0 && !seen[n]);
	verdict(once && interrupted == gone, what);
}

static void join_events(void)
{
	int on = group;

	if (setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &on, sizeof(on)))
		die("join");
}

/* The next event's command and reason, 0 when none comes. */
static int event_next(unsigned long long *generation)
{
	static char buf[BUF];
	struct timeval wait = { .tv_sec = 2 };
	struct nlmsghdr *nlh = (void *)buf;
	const void *at;
	int len;

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (recv(sock, buf, sizeof(buf), 0) < 0)
		return 0;
	at = find(nlh, KEYWAY_A_PEER_GENERATION, &len);
	if (at)
		memcpy(generation, at, 8);
	return ((struct genlmsghdr *)NLMSG_DATA(nlh))->cmd << 8 |
	       find_u32(buf, KEYWAY_A_PEER_REASON);
}

static void test_events(void)
{
	unsigned long long before = 0, after = 0;
	int mine = sock, ears;

	open_family();
	ears = sock;
	join_events();
	sock = mine;
	peer_new(PEERS + 1);
	peer_del(PEERS + 1);
	sock = ears;
	verdict(event_next(&before) ==
		(KEYWAY_CMD_PEER_NTF << 8 | KEYWAY_REASON_NEW),
		"a new peer is told to who listens");
	verdict(event_next(&after) ==
		(KEYWAY_CMD_PEER_NTF << 8 | KEYWAY_REASON_DEL),
		"its end as well");
	verdict(after > before, "and the generation grows");
	close(ears);
	sock = mine;
}

static void test_namespace(void)
{
	int mine = sock;
	struct msg m;

	if (unshare(CLONE_NEWNET))
		die("unshare");
	open_family();
	begin(&m, KEYWAY_CMD_DEV_GET, NLM_F_ACK);
	verdict_error(ask(&m), ENODEV, "no other namespace sees the device");
	close(sock);
	sock = mine;
}

static void make_objects(void)
{
	static const unsigned short inet = AF_INET;
	unsigned int n;
	struct msg m;

	start(&m, family, KEYWAY_CMD_DEV_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_IFNAME, "kwstate", 8);
	dev_id = ask_u32(&m, KEYWAY_A_DEV_ID);
	begin(&m, KEYWAY_CMD_SOCKET_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_SOCKET_FAMILY, &inet, 2);
	put(&m, KEYWAY_A_SOCKET_BIND_IFINDEX, &(unsigned int){0x7ffffffe}, 4);
	verdict_error(ask(&m), ENODEV, "no socket is bound to an interface that isn't there");
	begin(&m, KEYWAY_CMD_SOCKET_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_SOCKET_FAMILY, &inet, 2);
	socket_id = ask_u32(&m, KEYWAY_A_SOCKET_ID);
	if (!dev_id || !socket_id)
		die("dev-new or socket-new");
	for (n = 1; n < PEERS; n++)
		if (peer_new(n).error)
			die("peer-new");
}

static void dump(int cmd)
{
	struct msg m;

	begin(&m, cmd, NLM_F_DUMP);
	send_msg(&m);
	reap(NULL, NULL);
}

/* A RECORD-REQ to a port of this host, its answers expected. */
static void control_new(unsigned int index)
{
	static const char message[1160] = { 5, 1, [7] = 1 };
	struct msg m;

	begin(&m, KEYWAY_CMD_CONTROL_NEW, NLM_F_ACK);
	put_remote(&m, KEYWAY_A_CONTROL_REMOTE);
	put(&m, KEYWAY_A_CONTROL_PAYLOAD, message, sizeof(message));
	put(&m, KEYWAY_A_CONTROL_INDEX, &index, 4);
	ask(&m);
}

static void domain_set(void)
{
	struct nlattr *nest;
	struct msg m;

	begin(&m, KEYWAY_CMD_DOMAIN_SET, NLM_F_ACK);
	nest = (void *)((char *)&m + NLMSG_ALIGN(m.nlh.nlmsg_len));
	put(&m, KEYWAY_A_DOMAIN_MAC1_KEY | NLA_F_NESTED, "", 0);
	put(&m, KEYWAY_A_MAC1_KEY_ID, "\x01", 1);
	put(&m, KEYWAY_A_MAC1_KEY_KEY, CANARY, 16);
	nest->nla_len = (char *)&m + m.nlh.nlmsg_len - (char *)nest;
	ask(&m);
}

/* A device that comes and goes: what its id was, 0 if it was refused. */
static unsigned int spare_device(void)
{
	unsigned int mine = dev_id, id;
	struct msg m;

	dev_id = 0;
	begin(&m, KEYWAY_CMD_DEV_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_IFNAME, "kwspare", 8);
	id = dev_id = ask_u32(&m, KEYWAY_A_DEV_ID);
	if (dev_id) {
		begin(&m, KEYWAY_CMD_DEV_DEL, NLM_F_ACK);
		ask(&m);
	}
	dev_id = mine;
	return id;
}

static void test_ids(void)
{
	unsigned int first = spare_device(), second = spare_device();

	verdict(first && second && first != second,
		"no device gets the id of one that is gone");
}

/* This process's allocations fail from now on, where the kernel knows how. */
static void make_it_fail(const char *yes)
{
	FILE *f = fopen("/proc/self/make-it-fail", "w");

	if (!f || fputs(yes, f) < 0 || fclose(f))
		die("make-it-fail");
}

static void storm(unsigned int rounds)
{
	struct timeval wait = { .tv_sec = 2 };
	unsigned int peer;

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	make_it_fail("1");
	while (rounds--) {
		peer = 1 + rand() % 16;
		switch (rand() % 8) {
		case 0: peer_new(peer); break;
		case 1: path_new(peer); break;
		case 2: session_set(reserve(peer), peer, rand()); break;
		case 3: control_new(reserve(peer)); break;
		case 4: domain_set(); break;
		case 5: dump(KEYWAY_CMD_SESSION_GET); break;
		case 6: spare_device(); break;
		case 7: peer_del(peer); break;
		}
	}
	make_it_fail("0");
}

/* The device can still be asked and filled: the last word of a storm. */
static int calm(void)
{
	int on = 0;

	close(sock);
	open_family();
	peer_del(1);
	for (unsigned int tries = 0; tries < 20 && !on; tries++)
		on = !peer_new(1).error && reserve(1);
	printf("# %u requests were refused for want of memory\n", starved);
	return !on || !starved;
}

/* The number of the family's one group. */
static void find_group(void)
{
	static char seen[SEEN];
	const struct nlattr *nest;
	size_t used = 0;
	struct msg m;
	int len;

	start(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	put(&m, CTRL_ATTR_FAMILY_NAME, KEYWAY_FAMILY_NAME,
	    sizeof(KEYWAY_FAMILY_NAME));
	send_msg(&m);
	reap(seen, &used);
	nest = find((const void *)seen, CTRL_ATTR_MCAST_GROUPS, &len);
	for (const char *at = (const char *)(nest + 1); len >= 8;
	     at += 4, len -= 4) {
		const struct nlattr *a = (const void *)at;

		if (a->nla_type == CTRL_ATTR_MCAST_GRP_ID && a->nla_len == 8)
			memcpy(&group, at + NLA_HDRLEN, 2);
	}
	if (!group)
		die("no group");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	open_family();
	find_group();
	if (argc > 1 && !strcmp(argv[1], "deaf")) {
		int on = group;

		return !setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				   &on, sizeof(on)) || errno != EPERM;
	}
	make_objects();
	if (argc > 2 && !strcmp(argv[1], "storm")) {
		storm(strtoul(argv[2], NULL, 0));
		return calm();
	}
	test_keys_once();
	test_keys_hidden();
	test_binding();
	test_events();
	test_dump(disturb_nothing, "a dump in parts tells each peer once, and is whole");
	test_dump(disturb_paths, "paths that come don't disturb a dump of peers");
	test_dump(disturb_peers, "a dump tells who stays once and that others go");
	test_namespace();
	test_ids();
	return !!failures;
}
