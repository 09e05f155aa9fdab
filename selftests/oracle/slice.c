// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Reads Ethernet, IPv4 or IPv6, and UDP, each after its bounds. A train's UDP
 * length field may be that of the train or of a segment, so the IP length
 * decides. Called by the oracle's main and test.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "slice.h"

#define SLICE_ETH 14
#define SLICE_UDP 8

static size_t slice_be16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* Length of the IP header, 0 if this isn't UDP; *end = where the packet ends. */
static size_t slice_ip(const uint8_t *ip, size_t len, size_t *end)
{
	if (len >= 20 && ip[0] >> 4 == 4) {
		*end = slice_be16(ip + 2);
		if (ip[9] != IPPROTO_UDP || slice_be16(ip + 6) & 0x3fff)
			return 0;
		return (ip[0] & 15) * 4;
	}
	if (len >= 40 && ip[0] >> 4 == 6) {
		*end = 40 + slice_be16(ip + 4);
		return ip[6] == IPPROTO_UDP ? 40 : 0;
	}
	return 0;
}

int slice_frame(const uint8_t *frame, size_t len, size_t gso_size,
		void (*fn)(void *arg, const uint8_t *payload, size_t len), void *arg)
{
	const uint8_t *ip = frame + SLICE_ETH;
	size_t head, end, at, n;
	int count = 0;

	if (len < SLICE_ETH)
		return 0;
	len -= SLICE_ETH;
	head = slice_ip(ip, len, &end);
	if (!head || end > len || head + SLICE_UDP > end)
		return 0;
	for (at = head + SLICE_UDP; at < end; at += n) {
		n = end - at;
		if (gso_size && n > gso_size)
			n = gso_size;
		fn(arg, ip + at, n);
		count++;
	}
	return count;
}
