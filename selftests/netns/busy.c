// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: userspace/libkwnl/kwnl*.c userspace/libkeyway/crypto.c -lnl-genl-3 -lnl-3 -lcrypto -lsodium */
/* cflags: -I/usr/include/libnl3 */
/*
 * Keeps a device of its own busy until it is killed: a session that carries
 * echoes in and replies out, peers and unknown addresses that packets are
 * parked for, a bound channel that is asked about them. Says `busy` once all
 * of that happens; that the module goes away meanwhile is none of its errors.
 * In a namespace with its loopback up; called by a scenario.
 */
#include "wirepeer.h"
#include "libkwnl/kwnl_event.h"

#define BUSY_PEERS 40

static struct in6_addr busy_address(unsigned int n)
{
	struct in6_addr addr = { .s6_addr = { 0x20, 0x01, 0, 0x2f, 1 } };

	addr.s6_addr[14] = n >> 8;
	addr.s6_addr[15] = n;
	return addr;
}

static void busy_peers(void)
{
	struct kwnl_peer_req peer = { .dev = own.dev.id };
	unsigned int n;

	for (n = 0; n < BUSY_PEERS; n++) {
		struct in6_addr addr = busy_address(n);

		memcpy(peer.address, &addr, sizeof(addr));
		peer.fingerprint[0] = n + 1;
		must(kwnl_new_peer(own.kwnl, &peer), "peer-new");
	}
}

/* To peers without a session, and as many times to nobody's key address. */
static void busy_park(int fd, unsigned int n)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(9),
				   .sin6_addr = busy_address(n % (2 * BUSY_PEERS)) };

	(void)!sendto(fd, "parked", 6, 0, (void *)&to, sizeof(to));
}

static void busy_ask(void *arg, const struct kwnl_ask *ask)
{
	(void)ask;
	++*(unsigned int *)arg;
}

int main(void)
{
	static const struct kwnl_event_ops ops = { .ask = busy_ask };
	unsigned int n, asked = 0, replies = 0;
	bool said = false;
	struct kwnl_event *ears;
	struct packet p;
	int fd;

	wirepeer_start("first_contact_chacha");
	busy_peers();
	must(kwnl_event_bind(&ears, own.kwnl, own.dev.id, KEYWAY_CHANNEL_UPCALL), "bind");
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	for (n = 0;; n++) {
		say(echo_request(n));
		busy_park(fd, n);
		while (recv(own.udp, p.data, sizeof(p.data), MSG_DONTWAIT) > 0)
			replies++;
		if (kwnl_event_read(ears, 100, &ops, &asked) < 0)
			usleep(1000);
		if (!said && replies > 20 && asked) {
			said = true;
			puts("busy");
			fflush(stdout);
		}
	}
}
