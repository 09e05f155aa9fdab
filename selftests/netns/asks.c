// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Gives a device peers without sessions and packets for each in turn, and
 * counts how often the daemon is asked for them.   asks DEV-ID IFNAME
 * Prints TAP. Called by a scenario; the device is up.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <time.h>

#include "rawnl.h"

#define PEERS 300
#define ROUNDS 20		/* packets for each of them */

static unsigned int dev_id;
static int failures;

static void verdict(bool good, const char *what)
{
	failures += !good;
	printf("%sok - %s\n", good ? "" : "not ", what);
}

static const char *key_address(unsigned int n)
{
	static char addr[16] = "\x20\x01\x00\x2f";

	addr[14] = n >> 8;
	addr[15] = n;
	return addr;
}

static void make_peer(unsigned int n)
{
	char fingerprint[32] = { n, n >> 8, 1 };
	struct msg m;

	start(&m, family, KEYWAY_CMD_PEER_NEW, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_PEER_ADDRESS, key_address(n), 16);
	put(&m, KEYWAY_A_PEER_FINGERPRINT, fingerprint, 32);
	if (ask(&m).error)
		die("peer-new");
}

static void bind_upcall(void)
{
	static const unsigned int channel = KEYWAY_CHANNEL_UPCALL;
	struct msg m;

	start(&m, family, KEYWAY_CMD_CONTROL_SET, NLM_F_ACK);
	put(&m, KEYWAY_A_DEV_ID, &dev_id, 4);
	put(&m, KEYWAY_A_CONTROL_CHANNEL, &channel, 4);
	if (ask(&m).error)
		die("control-set");
}

/* An empty IPv6 packet, given to the device itself: no route is needed. */
static void send_packet(int link, unsigned int ifindex, unsigned int peer)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = ifindex,
				  .sll_protocol = htons(ETHERTYPE_IPV6) };
	char packet[40] = { 0x60, [6] = 59, [7] = 1, [8] = -3 };

	memcpy(packet + 24, key_address(peer), 16);
	if (sendto(link, packet, sizeof(packet), 0, (void *)&to, sizeof(to)) < 0)
		die("send to the device");
}

/* How many asks came since last time. */
static unsigned int hear(void)
{
	static char buf[BUF];
	struct nlmsghdr *nlh = (void *)buf;
	unsigned int heard = 0;

	while (recv(sock, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		heard += ((struct genlmsghdr *)NLMSG_DATA(nlh))->cmd ==
			 KEYWAY_CMD_PEER_ASK;
	return heard;
}

int main(int argc, char **argv)
{
	int link = socket(AF_PACKET, SOCK_DGRAM, 0);
	unsigned int ifindex, heard = 0, n;
	struct timespec begun, done;
	int seconds;

	if (argc != 3 || link < 0)
		die("usage: asks DEV-ID IFNAME");
	dev_id = strtoul(argv[1], NULL, 0);
	ifindex = if_nametoindex(argv[2]);
	open_family();
	for (n = 0; n < PEERS; n++)
		make_peer(n);
	bind_upcall();
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (n = 0; n < ROUNDS * PEERS; n++) {
		send_packet(link, ifindex, n % PEERS);
		heard += hear();
	}
	clock_gettime(CLOCK_MONOTONIC, &done);
	seconds = done.tv_sec - begun.tv_sec + 1;
	printf("# %u packets, %u asks, %d s\n", n, heard, seconds);
	verdict(heard, "packets that wait ask for their peers");
	verdict(heard <= (unsigned int)(PEERS * seconds), "each is asked for once a second");
	return !!failures;
}
