// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Sends traffic with a mark before and after, so that a counting QEMU knows
 * which instructions belong to it.
 *   burst udp ADDR PORT COUNT SIZE BURST GAP_US     IP packets of SIZE bytes, in bursts
 *   burst tcp ADDR PORT BYTES                       one flow, until the far end has closed
 * What runs before the first mark warms the way and isn't counted. For profile.sh.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BURST_MAX 256
#define MARK(n) __asm__ volatile(".byte 0x0f, 0x1f, 0x80; .long 0x4d520" #n ::: "memory")

static char buf[65536];

static int burst_connect(char **argv, int type)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[3])) };
	int s = socket(AF_INET, type, 0), size = 4 << 20;

	if (s < 0 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 ||
	    connect(s, (struct sockaddr *)&to, sizeof(to))) {
		perror("burst: connect");
		exit(1);
	}
	if (type == SOCK_DGRAM)
		setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return s;
}

static void burst_packets(int s, int count, int size, int burst, int gap)
{
	struct iovec iov = { buf, size - 28 };
	struct mmsghdr m[BURST_MAX] = { 0 };
	int sent = 0;

	for (int i = 0; i < BURST_MAX; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &iov, .msg_iovlen = 1 };
	while (sent < count) {
		int n = sendmmsg(s, m, count - sent < burst ? count - sent : burst, 0);

		if (n < 0) {
			perror("burst: send");
			exit(1);
		}
		sent += n;
		usleep(gap);
	}
	usleep(50000);	/* what was sent arrives before the window closes */
}

static void burst_udp(char **argv)
{
	int count = atoi(argv[4]), size = atoi(argv[5]), burst = atoi(argv[6]), gap = atoi(argv[7]);
	int s = burst_connect(argv, SOCK_DGRAM);

	burst_packets(s, 4 * burst, size, burst, gap);
	MARK(1);
	burst_packets(s, count, size, burst, gap);
	MARK(2);
}

static void burst_bytes(int s, long left)
{
	while (left > 0) {
		ssize_t n = send(s, buf, left < (long)sizeof(buf) ? left : (long)sizeof(buf), 0);

		if (n < 0) {
			perror("burst: send");
			exit(1);
		}
		left -= n;
	}
}

static void burst_tcp(char **argv)
{
	long bytes = atol(argv[4]);
	int s = burst_connect(argv, SOCK_STREAM);
	char end;

	burst_bytes(s, bytes / 4);
	MARK(1);
	burst_bytes(s, bytes);
	shutdown(s, SHUT_WR);
	while (recv(s, &end, 1, 0) > 0)
		;
	MARK(2);
}

int main(int argc, char **argv)
{
	if (argc == 8 && !strcmp(argv[1], "udp") && atoi(argv[6]) <= BURST_MAX) {
		burst_udp(argv);
	} else if (argc == 5 && !strcmp(argv[1], "tcp")) {
		burst_tcp(argv);
	} else {
		fprintf(stderr, "usage: burst udp ADDR PORT COUNT SIZE BURST GAP_US | burst tcp ADDR PORT BYTES\n");
		return 2;
	}
	return 0;
}
