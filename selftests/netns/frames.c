// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: userspace/libkwnl/kwnl*.c userspace/libkeyway/crypto.c -lnl-genl-3 -lnl-3 -lcrypto -lsodium */
/* cflags: -I/usr/include/libnl3 */
/*
 * Control frames of a session, with a played peer: those of the daemon pass in
 * and out as uapi/keyway.yaml says, and SPACE_GONE is believed and told.
 * `frames` prints TAP; `frames retired` takes a minute, as a window must be
 * idle so long to be retired. In a namespace with its loopback up; called by
 * scenarios.
 */
#include "wirepeer.h"
#include "libkwnl/kwnl_event.h"

#define FRAME		4	/* type 1, flags 1, length 2 */
#define CONTROL		1	/* flag of DATA */
#define PROBE		1
#define ECHO		2
#define SPACE_GONE	7
#define DAEMON		16	/* the first of its types */
#define BODY_MAX	1020
#define X(space, number) ((uint64_t)(space) << 48 | (number))

struct told {
	int count;
	struct kwnl_control last;
	uint8_t body[64];
};

static struct kwnl_event *ears;

static const struct testvec nothing = { (const uint8_t *)"", 0 };

static uint16_t space_of(const struct packet *p)
{
	return p->data[8] << 8 | p->data[9];
}

static struct testvec frame(uint8_t type, uint8_t flags, const char *body, size_t n)
{
	static uint8_t buf[ROOM];

	buf[0] = type;
	buf[1] = flags;
	buf[2] = n >> 8;
	buf[3] = n;
	memcpy(buf + FRAME, body, n);
	return (struct testvec){ buf, FRAME + n };
}

static struct packet space_gone(uint64_t x, uint16_t space)
{
	char body[2] = { space >> 8, space };

	return made(CONTROL, x, frame(SPACE_GONE, 0, body, sizeof(body)));
}

/* Waits for a control frame of that type, and opens what brings it. */
static bool heard_frame(uint8_t type, struct packet *p)
{
	uint64_t end = now_ms() + 2500;

	while (now_ms() < end) {
		*p = heard();
		if (p->len < 0)
			return false;
		if (p->len > HEAD + TAG && p->data[1] == CONTROL && aead(0, p, 1) &&
		    p->data[HEAD] == type)
			return true;
	}
	return false;
}

static bool waited_for_drops(int reason, uint64_t want)
{
	int tries;

	for (tries = 0; tries < 30 && dropped(reason) < want; tries++)
		usleep(100000);
	return dropped(reason) == want;
}

static void tell(void *arg, const struct kwnl_control *control)
{
	struct told *told = arg;

	told->count++;
	told->last = *control;
	if (control->payload_len <= sizeof(told->body))
		memcpy(told->body, control->payload, control->payload_len);
}

/* All that the channel tells until it has been silent for half a second. */
static struct told hear_channel(void)
{
	static const struct kwnl_event_ops ops = { .control = tell };
	uint64_t end = now_ms() + 500;
	struct told told = { 0 };
	int before;

	while (now_ms() < end) {
		before = told.count;
		if (kwnl_event_read(ears, 100, &ops, &told) < 0)
			abort();
		if (told.count > before)
			end = now_ms() + 500;
		usleep(10000);
	}
	return told;
}

static void confirm(void)
{
	int tries;

	say(made(0, X(0, 0), nothing));
	for (tries = 0; tries < 30 && !confirmed(); tries++)
		usleep(100000);
	test_ok(confirmed(), "the session is confirmed");
}

static void test_unbound(void)
{
	say(made(CONTROL, X(0, 1), frame(DAEMON, 0, "x", 1)));
	test_ok(waited_for_drops(KEYWAY_DROP_RX_UNBOUND, 1),
		"a daemon's frame without a daemon is counted");
}

static void test_handed_over(void)
{
	struct told told;

	say(made(CONTROL, X(0, 2), frame(DAEMON, 0, "kind-id-body", 12)));
	told = hear_channel();
	test_eq(told.count, 1, "a frame of type 16 is told once");
	test_eq(told.last.channel, KEYWAY_CHANNEL_FRAMES, "on the channel of frames");
	test_eq(told.last.frame_type, DAEMON, "with its type");
	test_eq(told.last.index, own.index, "its session");
	test_ok(told.last.has_peer && !memcmp(told.last.peer, own.peer, 16), "its peer");
	test_eq(told.last.payload_len, 12, "its length");
	test_mem(told.body, "kind-id-body", 12, "and its body");
	say(made(CONTROL, X(0, 3), frame(255, 0, "", 0)));
	told = hear_channel();
	test_ok(told.count == 1 && told.last.frame_type == 255 && !told.last.payload_len,
		"so is an empty one of type 255");
}

static void test_kept(void)
{
	uint8_t buf[64];
	size_t n = 0, i;

	say(made(CONTROL, X(0, 4), frame(DAEMON - 1, 0, "x", 1)));
	say(made(CONTROL, X(0, 5), frame(DAEMON, 1, "x", 1)));
	test_eq(hear_channel().count, 0, "an unknown type below 16, and flags, are skipped");
	for (i = 0; i < 2; i++) {
		struct testvec f = frame(DAEMON, 0, "ab", 2);

		memcpy(buf + n, f.p, f.n);
		n += f.n;
	}
	buf[n - 3] = 200;	/* the second's length */
	say(made(CONTROL, X(0, 6), (struct testvec){ buf, n }));
	test_eq(hear_channel().count, 1, "a frame past the end isn't told, the one before it is");
}

static void test_budget(void)
{
	uint64_t before = dropped(KEYWAY_DROP_RX_BUDGET);
	struct testvec f = frame(DAEMON, 0, "ab", 2);
	int frames = 200, told, i;
	uint8_t buf[ROOM];

	for (i = 0; i < frames; i++)
		memcpy(buf + i * f.n, f.p, f.n);
	say(made(CONTROL, X(0, 7), (struct testvec){ buf, frames * f.n }));
	told = hear_channel().count;
	test_ok(told >= 1 && told < 100, "of %d frames at once the budget lets some in", frames);
	test_eq(told + dropped(KEYWAY_DROP_RX_BUDGET) - before, frames, "and the others are counted");
}

static struct kwnl_control_req request(const char *body, size_t n)
{
	struct kwnl_control_req req = { .dev = own.dev.id, .payload = body, .payload_len = n,
					.has_peer = true, .frame_type = DAEMON + 1 };

	memcpy(req.peer, own.peer, 16);
	return req;
}

static void test_sent(void)
{
	struct kwnl_control_req req = request("to the peer", 11);
	static char longest[BODY_MAX];
	struct packet p;

	must(kwnl_send_control(own.kwnl, &req), "control-new");
	test_ok(heard_frame(DAEMON + 1, &p), "a frame of the daemon's reaches the peer");
	test_mem(p.data + HEAD, frame(DAEMON + 1, 0, "to the peer", 11).p, FRAME + 11,
		 "with its body");
	req = request(longest, sizeof(longest));
	req.index = own.index;
	must(kwnl_send_control(own.kwnl, &req), "control-new, named session");
	test_ok(heard_frame(DAEMON + 1, &p) && p.len == HEAD + FRAME + BODY_MAX,
		"so does the longest, on a session that is named");
}

static void refused(struct kwnl_control_req req, int want, const char *what)
{
	int err = kwnl_send_control(own.kwnl, &req);

	test_eq(err, want, "%s is refused", what);
	test_ok(strlen(kwnl_strerror(own.kwnl)) > 20, "%s: with a sentence: %s", what,
		kwnl_strerror(own.kwnl));
}

static void test_refused(void)
{
	static const char longer[BODY_MAX + 1];
	struct kwnl_control_req req = request("x", 1);

	req.frame_type = DAEMON - 1;
	refused(req, -EINVAL, "a frame type of the kernel's own");
	refused(request(longer, sizeof(longer)), -EMSGSIZE, "a body of 1021 bytes");
	req = request("x", 1);
	req.peer[15] ^= 1;
	refused(req, -ENOENT, "a peer that isn't there");
	req = request("x", 1);
	req.index = own.index ^ 1;
	refused(req, -ENOTCONN, "a session that isn't there");
	req = request("x", 1);
	req.remote = loopback(9);
	refused(req, -EINVAL, "a frame with a remote of its own");
}

/* The kernel is told that a space of its own is gone. */
static void test_gone_believed(void)
{
	struct packet p;
	uint16_t space;

	say(echo_request(X(0, 8)));
	test_ok(echo_reply(&p), "an echo is answered");
	space = space_of(&p);
	say(space_gone(X(0, 9), space + 1));
	say(echo_request(X(0, 10)));
	test_ok(echo_reply(&p) && space_of(&p) == space,
		"SPACE_GONE of a space that isn't used changes nothing");
	say(space_gone(X(0, 11), space));
	say(echo_request(X(0, 12)));
	test_ok(echo_reply(&p) && space_of(&p) > space, "SPACE_GONE of the one in use makes it take another");
}

/* A seventeenth space, once others were idle for a minute, retires the first. */
static void test_gone_told(void)
{
	struct packet p, echo = echo_request(X(0, 1));
	uint16_t space, answers;
	int i;

	say(echo);
	test_ok(echo_reply(&p), "an echo is answered");
	space = space_of(&p);
	for (i = 1; i < 16; i++) {
		usleep(20000);
		say(made(0, X(i, 0), nothing));
	}
	say(echo);
	test_ok(waited_for_drops(KEYWAY_DROP_RX_REPLAY, 1), "its replay is a replay");
	sleep(61);
	while (recv(own.udp, p.data, sizeof(p.data), MSG_DONTWAIT) >= 0)
		;
	say(made(CONTROL, X(16, 0), frame(PROBE, 0, "question", 8)));
	test_ok(heard_frame(ECHO, &p), "a probe in one more space is answered");
	answers = space_of(&p);
	say(echo);
	test_ok(waited_for_drops(KEYWAY_DROP_RX_SPACE, 1),
		"when its space is retired, its replay finds no window");
	test_ok(heard_frame(SPACE_GONE, &p) && !p.data[HEAD + FRAME] && !p.data[HEAD + FRAME + 1],
		"and SPACE_GONE names the space");
	test_ok(space_of(&p) != space && space_of(&p) != answers, "in a space of its own");
	test_eq(dropped(KEYWAY_DROP_RX_REPLAY), 1, "nothing else was called a replay");
	say(echo_request(X(0, 2)));
	test_ok(waited_for_drops(KEYWAY_DROP_RX_SPACE, 2), "nor does a new number of that space pass");
	test_ok(!echo_reply(&p), "and nothing of it was answered as data");
}

static void test_gone_never_answered(void)
{
	struct packet p;

	say(made(0, X(17, 0), nothing));
	say(space_gone(X(1, 1), 0));
	test_ok(waited_for_drops(KEYWAY_DROP_RX_SPACE, 3), "SPACE_GONE in a retired space is dropped");
	test_ok(!heard_frame(SPACE_GONE, &p), "and never answered");
	say(made(0, X(1, 2), nothing));
	test_ok(heard_frame(SPACE_GONE, &p) && p.data[HEAD + FRAME + 1] == 1,
		"though others in that space are");
}

int main(int argc, char **argv)
{
	bool retired = argc == 2 && !strcmp(argv[1], "retired");

	if (argc > 1 && !retired) {
		fprintf(stderr, "usage: frames [retired]\n");
		return 2;
	}
	wirepeer_start("first_contact_chacha");
	confirm();
	if (retired) {
		test_gone_told();
		test_gone_never_answered();
	} else {
		test_unbound();
		must(kwnl_event_bind(&ears, own.kwnl, own.dev.id, KEYWAY_CHANNEL_FRAMES), "bind");
		test_handed_over();
		test_kept();
		test_budget();
		test_sent();
		test_refused();
		test_gone_believed();
		kwnl_event_destroy(ears);
	}
	must(kwnl_del_dev(own.kwnl, own.dev.id), "dev-del");
	return test_done();
}
