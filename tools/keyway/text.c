// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Parsing and formatting of the values that people type and read. Owns
 * nothing; called by the commands and by facts.c.
 */
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static const uint8_t text_mapped[12] = {[10] = 0xff, [11] = 0xff};

int text_parse_addr(const char *text, uint8_t addr[KWNL_ADDR_SIZE])
{
	uint8_t v6[16];
	uint8_t v4[4];

	if (inet_pton(AF_INET, text, v4) == 1) {
		memcpy(addr, text_mapped, sizeof(text_mapped));
		memcpy(addr + sizeof(text_mapped), v4, sizeof(v4));
		return 0;
	}
	if (inet_pton(AF_INET6, text, v6) != 1)
		return -EINVAL;
	memcpy(addr, v6, sizeof(v6));
	return 0;
}

int text_parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
	uint64_t n = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = 10 * n + (*text - '0');
		if (n > UINT32_MAX)
			return -EINVAL;
	}
	if (n < min || n > max)
		return -EINVAL;
	*value = (uint32_t)n;
	return 0;
}

int text_parse_yesno(const char *text, bool *value)
{
	if (!strcmp(text, "yes"))
		*value = true;
	else if (!strcmp(text, "no"))
		*value = false;
	else
		return -EINVAL;
	return 0;
}

/* "2001:db8::1" or "fe80::1%eth0" into the endpoint. */
static int text_parse_host(const char *host, struct kwnl_endpoint *ep)
{
	char addr[TEXT_ADDR];
	const char *zone = strchr(host, '%');
	const size_t len = zone ? (size_t)(zone - host) : strlen(host);

	if (len >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, host, len);
	addr[len] = '\0';
	if (zone) {
		ep->ifindex = if_nametoindex(zone + 1);
		if (!ep->ifindex)
			return -EINVAL;
	}
	return text_parse_addr(addr, ep->addr);
}

int text_parse_endpoint(const char *text, struct kwnl_endpoint *out)
{
	const bool brackets = *text == '[';
	const char *colon = strrchr(text, ':');
	struct kwnl_endpoint ep = {0};
	char host[TEXT_ENDPOINT];
	uint32_t port;
	size_t len;

	if (!colon || colon == text || text_parse_number(colon + 1, 1, 65535, &port))
		return -EINVAL;
	len = colon - text;
	if (brackets && text[len - 1] != ']')
		return -EINVAL;
	text += brackets;
	len -= 2 * brackets;
	if (len >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, len);
	host[len] = '\0';
	/* an IPv6 address without brackets would hide where its port begins */
	if (brackets != !!strchr(host, ':') || text_parse_host(host, &ep))
		return -EINVAL;
	ep.port = (uint16_t)port;
	*out = ep;
	return 0;
}

static int text_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int text_parse_hex(const char *text, uint8_t *out, size_t size)
{
	size_t i;

	if (strlen(text) != 2 * size)
		return -EINVAL;
	for (i = 0; i < 2 * size; i++)
		if (text_digit(text[i]) < 0)
			return -EINVAL;
	for (i = 0; i < size; i++)
		out[i] = (uint8_t)(text_digit(text[2 * i]) << 4 |
				   text_digit(text[2 * i + 1]));
	return 0;
}

void text_format_addr(const uint8_t addr[KWNL_ADDR_SIZE], char out[TEXT_ADDR])
{
	if (!memcmp(addr, text_mapped, sizeof(text_mapped)))
		inet_ntop(AF_INET, addr + sizeof(text_mapped), out, TEXT_ADDR);
	else
		inet_ntop(AF_INET6, addr, out, TEXT_ADDR);
}

void text_format_endpoint(const struct kwnl_endpoint *ep, char out[TEXT_ENDPOINT])
{
	const bool v4 = !memcmp(ep->addr, text_mapped, sizeof(text_mapped));
	char zone[IF_NAMESIZE + 1] = "";
	char addr[TEXT_ADDR];

	text_format_addr(ep->addr, addr);
	if (ep->ifindex) {
		zone[0] = '%';
		if (!if_indextoname(ep->ifindex, zone + 1))
			snprintf(zone + 1, sizeof(zone) - 1, "%u", ep->ifindex);
	}
	snprintf(out, TEXT_ENDPOINT, v4 ? "%s%s:%u" : "[%s%s]:%u", addr, zone, ep->port);
}
