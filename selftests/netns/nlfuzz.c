// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Bad netlink for the module: every command with each attribute missing, of
 * each wrong size, surplus, unknown, nested wrongly, cut short, or naming what
 * is not there, then random damage. Each must be refused with a sentence and
 * change nothing that a dump shows; that the same request without the fault is
 * judged otherwise is tested too. Makes its own device in the namespace that
 * it runs in. Prints TAP. Called by a scenario; needs no library.
 */
#include "nlfuzz.h"
#include "rawnl.h"

#define DEVICE "kwfuzz"
#define KW_RECORD_REQ 5

static unsigned int dev_id;
static const unsigned int nowhere = 0x7ffffff1;
static int tests, failures;

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void verdict(bool good, const char *what, const char *detail)
{
	failures += !good;
	printf("%sok %d - %s%s%s\n", good ? "" : "not ", ++tests, what,
	       good ? "" : ": ", good ? "" : detail);
}

/* Attributes that move by themselves: traffic, ages, drops. */
static bool moves(int cmd, int type)
{
	switch (cmd) {
	case KEYWAY_CMD_DEV_GET:
		return type == KEYWAY_A_DEV_DROPS || type == KEYWAY_A_DEV_TRAFFIC;
	case KEYWAY_CMD_PEER_GET:
		return type == KEYWAY_A_PEER_TRAFFIC || type == KEYWAY_A_PEER_STAGED ||
		       type == KEYWAY_A_PEER_LAST_HANDSHAKE ||
		       type == KEYWAY_A_PEER_LAST_RX;
	case KEYWAY_CMD_SESSION_GET:
		return type == KEYWAY_A_SESSION_AGE || type == KEYWAY_A_SESSION_IDLE ||
		       type == KEYWAY_A_SESSION_TRAFFIC;
	case KEYWAY_CMD_PATH_GET:
		return type == KEYWAY_A_PATH_TRAFFIC || type == KEYWAY_A_PATH_RTT ||
		       type == KEYWAY_A_PATH_LAST_RX;
	}
	return false;
}

static unsigned long long fold(unsigned long long h, const void *data, int len)
{
	const unsigned char *p = data;

	while (len--)
		h = (h ^ *p++) * 0x100000001b3ULL;
	return h;
}

static unsigned long long fold_dump(unsigned long long h, char *seen, int used)
{
	struct nlmsghdr *nlh = (void *)seen;

	for (; NLMSG_OK(nlh, (unsigned int)used); nlh = NLMSG_NEXT(nlh, used)) {
		struct genlmsghdr *genl = NLMSG_DATA(nlh);
		char *at = (char *)(genl + 1);
		int left = nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);

		while (left >= NLA_HDRLEN) {
			struct nlattr *a = (void *)at;

			if (!moves(genl->cmd, a->nla_type & NLA_TYPE_MASK))
				h = fold(h, a, a->nla_len);
			left -= NLA_ALIGN(a->nla_len);
			at += NLA_ALIGN(a->nla_len);
		}
	}
	return h;
}

/* One number for all that the module holds. */
static unsigned long long state(void)
{
	static const unsigned char dumps[] = {
		KEYWAY_CMD_DEV_GET, KEYWAY_CMD_SOCKET_GET, KEYWAY_CMD_PEER_GET,
		KEYWAY_CMD_SESSION_GET, KEYWAY_CMD_PATH_GET,
	};
	static char seen[SEEN];
	unsigned long long h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(dumps); i++) {
		size_t used = 0;
		struct msg m;

		start(&m, family, dumps[i], NLM_F_DUMP);
		if (i)
			put(&m, KEYWAY_A_PEER_DEV_ID, &dev_id, 4);
		send_msg(&m);
		if (reap(seen, &used).error)
			die("dump");
		h = fold_dump(h, seen, used);
	}
	return h;
}

static void *nest_start(struct msg *m, unsigned short type)
{
	void *at = (char *)m + NLMSG_ALIGN(m->nlh.nlmsg_len);

	put(m, type | NLA_F_NESTED, "", 0);
	return at;
}

static void nest_end(struct msg *m, struct nlattr *nest)
{
	nest->nla_len = (char *)m + m->nlh.nlmsg_len - (char *)nest;
}

/* 10.0.0.0 v4-mapped, or 2001:2f::LAST */
static const char v4[16] = { [10] = -1, [11] = -1, [12] = 10 };

static const char *key_address(char last)
{
	static char addr[16];

	memcpy(addr, "\x20\x01\x00\x2f", 4);
	addr[15] = last;
	return addr;
}

static void put_nest(struct msg *m, unsigned short type, enum nest kind)
{
	static const char key[16] = "0123456789abcde";
	struct nlattr *nest = nest_start(m, type);

	switch (kind) {
	case ENDPOINT:
		put(m, KEYWAY_A_ENDPOINT_ADDR, v4, 16);
		put(m, KEYWAY_A_ENDPOINT_PORT, "\x11\x22", 2);
		break;
	case PREFIX:
		put(m, KEYWAY_A_PREFIX_ADDR, v4, 16);
		put(m, KEYWAY_A_PREFIX_LEN, "\x68", 1);
		break;
	case MAC1_KEY:
		put(m, KEYWAY_A_MAC1_KEY_ID, "\x01", 1);
		put(m, KEYWAY_A_MAC1_KEY_KEY, key, 16);
		break;
	case COOKIE_SECRET:
		put(m, KEYWAY_A_COOKIE_SECRET_S0, key, 16);
		put(m, KEYWAY_A_COOKIE_SECRET_S1, key, 16);
		break;
	}
	nest_end(m, nest);
}

/* Values that pass the policies but name nothing that is there. */
static void put_field(struct msg *m, const struct field *f, int cmd)
{
	static const unsigned int small = 200;
	static const unsigned long long large = 2;
	char bytes[1400] = { KW_RECORD_REQ, 1, [7] = 1 };

	if (f->kind == NEST)
		put_nest(m, f->type, f->len);
	else if (f->kind == TEXT)
		put(m, f->type, DEVICE, sizeof(DEVICE));
	else if (f->kind == U32)
		put(m, f->type, &small, 4);
	else if (f->kind == U8)
		put(m, f->type, "\x01", 1);
	else if (f->kind == U16 || f->kind == U64)
		put(m, f->type, &large, f->len);
	else if (f->len == 16 && f->type != KEYWAY_A_CONTROL_ANSWER_KEY)
		put(m, f->type, key_address(cmd == KEYWAY_CMD_PEER_NEW ? 2 : 9), 16);
	else
		put(m, f->type, bytes, f->len == 1400 ? 1160 : f->len);
}

static void put_fields(struct msg *m, const struct command *c, int skip)
{
	for (int i = 0; c->field[i].kind != END && i < ATTRS; i++) {
		if (i == skip)
			continue;
		if (i == 0 && c->field[0].kind == U32)
			put(m, c->field[0].type,
			    c->cmd == KEYWAY_CMD_DEV_DEL ? &nowhere : &dev_id, 4);
		else
			put_field(m, &c->field[i], c->cmd);
	}
}

static void begin(struct msg *m, const struct command *c)
{
	start(m, family, c->cmd, c->dump ? NLM_F_DUMP : NLM_F_ACK);
}

/* By what it is, not by what it names. */
static bool refused(const struct msg *m, char *why)
{
	struct answer answer = ask(m);

	if ((answer.error == -EINVAL || answer.error == -ERANGE) && answer.text[0])
		return true;
	snprintf(why, 320, "error %d, sentence \"%s\"", answer.error, answer.text);
	return false;
}

static void conclude(const struct command *c, const char *what, bool good,
		     unsigned long long before, const char *why)
{
	bool same = state() == before;
	char name[96];

	snprintf(name, sizeof(name), "%s %s", c->name, what);
	verdict(good && same, name, same ? why : "something changed");
}

static void test_whole(const struct command *c)
{
	struct answer answer;
	char name[96], why[320];
	struct msg m;

	if (c->whole == UNJUDGED)
		return;
	begin(&m, c);
	put_fields(&m, c, -1);
	answer = ask(&m);
	snprintf(name, sizeof(name), "%s without a fault is judged by its names", c->name);
	snprintf(why, sizeof(why), "error %d, sentence \"%s\"", answer.error,
		 answer.text);
	verdict(answer.error == -c->whole && !answer.text[0] == !c->whole, name,
		why);
}

static void test_missing(const struct command *c)
{
	unsigned long long before = state();
	char why[320] = "";
	bool good = true;
	struct msg m;

	if (!c->field[0].need)
		return;
	for (int i = 0; c->field[i].kind != END && i < ATTRS; i++) {
		if (!c->field[i].need)
			continue;
		begin(&m, c);
		put_fields(&m, c, i);
		good &= refused(&m, why);
	}
	conclude(c, "without what it needs is refused", good, before, why);
}

/* A nest gets bytes that are no attributes; an empty one is well formed. */
static bool refuses_size(const struct command *c, int at, int size, char *why)
{
	const struct field *f = &c->field[at];
	struct msg m;
	char bytes[1500];

	memset(bytes, 7, sizeof(bytes));
	begin(&m, c);
	put_fields(&m, c, at);
	put(&m, f->type | (f->kind == NEST ? NLA_F_NESTED : 0), bytes, size);
	return refused(&m, why);
}

static void test_sizes(const struct command *c)
{
	unsigned long long before = state();
	char why[320] = "";
	bool good = true;

	for (int i = 0; c->field[i].kind != END && i < ATTRS; i++) {
		const struct field *f = &c->field[i];
		static const int sizes[] = { 0, 1, 3, 5, 7, 9, 15, 17, 31, 33 };

		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++)
			if (!f->max && (f->kind == NEST ? sizes[s] :
					sizes[s] != f->len))
				good &= refuses_size(c, i, sizes[s], why);
		if (f->max)
			good &= refuses_size(c, i, f->len + 1, why);
	}
	conclude(c, "with wrong sizes is refused", good, before, why);
}

static void test_surplus(const struct command *c)
{
	unsigned long long before = state();
	char why[320] = "";
	bool good = true;
	struct msg m;

	for (int type = 64; type < 1024; type += 191) {
		begin(&m, c);
		put_fields(&m, c, -1);
		put(&m, type, "surplus", 8);
		good &= refused(&m, why);
	}
	conclude(c, "with an unknown attribute is refused", good, before, why);
}

static void test_trailing(const struct command *c)
{
	unsigned long long before = state();
	char why[320] = "";
	struct msg m;
	bool good;

	begin(&m, c);
	put_fields(&m, c, -1);
	memset((char *)&m + m.nlh.nlmsg_len, 0xff, 4);
	m.nlh.nlmsg_len += 2;
	good = refused(&m, why);
	conclude(c, "with trailing bytes is refused", good, before, why);
}

static void test_no_device(const struct command *c)
{
	unsigned long long before = state();
	struct answer answer;
	char why[320];
	struct msg m;
	bool good;

	if (c->field[0].kind != U32)
		return;
	begin(&m, c);
	put(&m, c->field[0].type, &nowhere, 4);
	for (int i = 1; c->field[i].kind != END && i < ATTRS; i++)
		put_field(&m, &c->field[i], c->cmd);
	answer = ask(&m);
	/* a value out of range is seen before the device is looked for */
	good = (answer.error == -ENODEV || answer.error == -ERANGE) &&
	       answer.text[0];
	snprintf(why, sizeof(why), "error %d, sentence \"%s\"", answer.error,
		 answer.text);
	conclude(c, "for no device is refused", good, before, why);
}

/* Damage anywhere behind the header of a whole request. */
static void test_random(unsigned int rounds)
{
	unsigned int silent = 0, round;
	struct msg m;
	char why[96];

	for (round = 0; round < rounds; round++) {
		const struct command *c = &commands[rand() % COMMANDS];
		unsigned int len, hits = 1 + rand() % 8;
		struct answer answer;

		/* it stays ours, or another's device would be hit */
		if (c->cmd == KEYWAY_CMD_DEV_DEL || c->cmd == KEYWAY_CMD_DEV_NEW)
			continue;
		begin(&m, c);
		put_fields(&m, c, rand() % (2 * ATTRS));
		len = m.nlh.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
		while (len > 8 && hits--)
			m.data[8 + rand() % (len - 8)] = rand();
		if (rand() % 4 == 0 && len > 8)
			m.nlh.nlmsg_len -= rand() % (len - 8);
		answer = ask(&m);
		silent += answer.error && !answer.text[0];
	}
	snprintf(why, sizeof(why), "%u refusals without one", silent);
	verdict(!silent, "every refusal of damaged requests has a sentence", why);
	start(&m, family, KEYWAY_CMD_DEV_GET, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_ID, &dev_id, 4);
	verdict(!ask(&m).error, "the device still answers", "it does not");
}

/* Sends a request that must succeed. */
static void must(struct msg *m, const char *what)
{
	struct answer answer = ask(m);

	if (!answer.error)
		return;
	printf("Bail out! %s: error %d, %s\n", what, answer.error, answer.text);
	exit(1);
}

/* The first device of the namespace's dump is the one just made. */
static void find_device(void)
{
	static char seen[SEEN];
	size_t used = 0;
	struct nlattr *a;
	struct msg m;
	int left;

	start(&m, family, KEYWAY_CMD_DEV_GET, NLM_F_DUMP);
	send_msg(&m);
	if (reap(seen, &used).error || !used)
		die("dev dump");
	a = (void *)(seen + NLMSG_LENGTH(GENL_HDRLEN));
	left = ((struct nlmsghdr *)seen)->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	for (; left >= NLA_HDRLEN; left -= NLA_ALIGN(a->nla_len),
	     a = (void *)((char *)a + NLA_ALIGN(a->nla_len)))
		if (a->nla_type == KEYWAY_A_DEV_ID)
			memcpy(&dev_id, (char *)a + NLA_HDRLEN, 4);
}

/* A device with an address, a socket and a peer that has a path. */
static void make_objects(void)
{
	static const unsigned short inet = AF_INET;
	static const unsigned int first = 1;
	char fingerprint[32] = "some fingerprint";
	struct msg m;

	start(&m, family, KEYWAY_CMD_DEV_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_IFNAME, DEVICE, sizeof(DEVICE));
	must(&m, "dev-new");
	find_device();
	start(&m, family, KEYWAY_CMD_DEV_SET, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_DEV_ADDRESS, key_address(1), 16);
	must(&m, "dev-set");
	start(&m, family, KEYWAY_CMD_SOCKET_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_SOCKET_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_SOCKET_FAMILY, &inet, 2);
	must(&m, "socket-new");
	start(&m, family, KEYWAY_CMD_PEER_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_PEER_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_PEER_ADDRESS, key_address(2), 16);
	put(&m, KEYWAY_A_PEER_FINGERPRINT, fingerprint, 32);
	put_nest(&m, KEYWAY_A_PEER_PREFIX, PREFIX);
	must(&m, "peer-new");
	start(&m, family, KEYWAY_CMD_PATH_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_PATH_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_PATH_PEER, key_address(2), 16);
	put(&m, KEYWAY_A_PATH_SOCKET, &first, 4);
	put_nest(&m, KEYWAY_A_PATH_REMOTE, ENDPOINT);
	must(&m, "path-new");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	srand(argc > 2 ? strtoul(argv[2], NULL, 0) : 1);
	open_family();
	make_objects();
	for (size_t i = 0; i < COMMANDS; i++) {
		test_whole(&commands[i]);
		test_missing(&commands[i]);
		test_sizes(&commands[i]);
		test_surplus(&commands[i]);
		test_trailing(&commands[i]);
		test_no_device(&commands[i]);
	}
	test_random(argc > 1 ? strtoul(argv[1], NULL, 0) : 20000);
	return !!failures;
}
