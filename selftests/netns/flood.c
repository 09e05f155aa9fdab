// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: build/user/libkeyway.a */
/*
 * An attacker who knows a fingerprint: INITs and RECORD-REQs whose mac1 is
 * right, each another, from as many IPv4 sources as he likes (a raw socket).
 *   flood ADDR PORT NI-URI PER_SECOND SECONDS
 * Prints how many it sent. Used by scenarios.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "libkeyway/crypto.h"
#include "libkeyway/fingerprint.h"
#include "libkeyway/message.h"

#define FLOOD_IP 28 /* IPv4 and UDP headers */

static void flood_die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void flood_sleep_until(const struct timespec *start, uint64_t ns)
{
	struct timespec t = *start;

	ns += t.tv_nsec;
	t.tv_sec += ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* Sources are those of 100.64.0.0/10, which nobody owns here. */
static size_t flood_packet(uint8_t *p, const struct sockaddr_in *to, const struct kw_mackey *key, uint32_t i)
{
	size_t n = i % 4 ? KW_MESSAGE_INIT_MIN : KW_MESSAGE_MAX;
	struct udphdr udp = { .source = htons(1024 + i % 60000), .dest = to->sin_port, .len = htons(8 + n) };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP, .daddr = to->sin_addr.s_addr,
			    .tot_len = htons(FLOOD_IP + n), .saddr = htonl(0x64400000 | (i * 2654435761u) >> 10) };
	uint8_t *m = p + FLOOD_IP;

	memcpy(p, &ip, sizeof(ip));
	memcpy(p + sizeof(ip), &udp, sizeof(udp));
	if (getrandom(m, 128, 0) != 128)
		flood_die("random");
	m[0] = i % 4 ? KW_MESSAGE_INIT : KW_MESSAGE_RECORD_REQ;
	m[1] = KW_MESSAGE_VERSION;
	m[2] = 0;
	if (m[0] == KW_MESSAGE_RECORD_REQ)
		m[3] = 0;
	memset(m + n - 8, 0, 8);
	kw_message_set_mac1(key, m, n);
	return FLOOD_IP + n;
}

static unsigned int flood_run(int fd, const struct sockaddr_in *to, const struct kw_mackey *key, char **argv)
{
	unsigned int rate = atoi(argv[4]), n = rate * atoi(argv[5]), sent = 0;
	static uint8_t p[FLOOD_IP + KW_MESSAGE_MAX];
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned int i = 0; i < n; i++) {
		size_t len = flood_packet(p, to, key, i);

		sent += sendto(fd, p, len, 0, (const struct sockaddr *)to, sizeof(*to)) == (ssize_t)len;
		if (i % 16 == 15)
			flood_sleep_until(&start, (uint64_t)i * 1000000000 / rate);
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct kw_message_domain domain = { 0 };
	struct kw_fingerprint fp;
	struct kw_mackey key;
	int fd;

	if (argc != 6 || kw_crypto_init() || kw_fingerprint_parse(argv[3], &fp)) {
		fprintf(stderr, "usage: flood ADDR PORT NI-URI PER_SECOND SECONDS\n");
		return 2;
	}
	to.sin_port = htons(atoi(argv[2]));
	if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		flood_die("address");
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0)
		flood_die("raw socket");
	domain.val = fp.val;
	kw_message_mac1_key(&domain, &key);
	printf("sent=%u\n", flood_run(fd, &to, &key, argv));
	return 0;
}
