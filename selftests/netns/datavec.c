// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/libkwnl/kwnl*.c userspace/libkeyway/crypto.c -lnl-genl-3 -lnl-3 -lcrypto -lsodium */
/* cflags: -I/usr/include/libnl3 */
/*
 * The module's DATA against the wire's vectors and OpenSSL: `datavec SESSION`
 * plays the peer of that session of vectors.json and prints TAP. In a
 * namespace with its loopback up; called by a scenario.
 */
#include "wirepeer.h"

static void test_first_packet(void)
{
	struct testvec want = key_of(0, "packets.0.packet");
	struct packet p = heard();

	test_eq(p.len, want.n, "%s: length of the first packet", own.session);
	test_mem(p.data, want.p, want.n, "%s: the first packet is the vector's", own.session);
}

static void test_confirmation(void)
{
	struct packet good = made(0, 0, (struct testvec){ (const uint8_t *)"", 0 });
	struct packet bad = good;

	bad.data[HEAD + TAG - 1] ^= 1;
	say(bad);
	usleep(100000);
	test_ok(!confirmed(), "%s: a wrong tag confirms nothing", own.session);
	test_eq(dropped(KEYWAY_DROP_RX_CRYPTO), 1, "%s: and is counted", own.session);
	say(good);
	usleep(100000);
	test_ok(confirmed(), "%s: a frame sealed by OpenSSL confirms", own.session);
	say(good);
	usleep(100000);
	test_eq(dropped(KEYWAY_DROP_RX_REPLAY), 1, "%s: but passes once", own.session);
}

static void say_drops(void)
{
	struct kwnl_dev dev;
	int i;

	must(kwnl_get_dev(own.kwnl, own.dev.id, &dev), "dev-get");
	for (i = 0; i <= KEYWAY_DROP_MAX; i++)
		if (dev.drops[i])
			printf("# dropped for reason %d: %llu\n", i,
			       (unsigned long long)dev.drops[i]);
}

static void test_echo(void)
{
	struct packet p;

	say(echo_request(1));
	if (!test_ok(echo_reply(&p), "%s: an echo is answered, sealed as OpenSSL opens it",
		     own.session))
		say_drops();
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: datavec SESSION - a session of vectors.json\n");
		return 2;
	}
	wirepeer_start(argv[1]);
	test_first_packet();
	test_confirmation();
	test_echo();
	must(kwnl_del_dev(own.kwnl, own.dev.id), "dev-del");
	return test_done();
}
