// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Prefixes: text form, containment, and the ranges that no peer is ever
 * granted. Owns nothing; called by the trust store and by whoever shows or
 * checks granted prefixes.
 */
#include "prefix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PREFIX_V4 96 /* bits before the IPv4 part of a v4-mapped address */

#define PREFIX_MAPPED 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff

static const struct kw_prefix prefix_mapped = { { { PREFIX_MAPPED } }, PREFIX_V4 };

static const struct kw_prefix prefix_never[] = {
	{ { { 0x20, 0x01, 0x00, 0x2f } }, 32 },			   /* key addresses */
	{ { { 0 } }, 128 },					   /* :: */
	{ { { [15] = 1 } }, 128 },				   /* ::1 */
	{ { { 0xfe, 0x80 } }, 10 },				   /* link-local */
	{ { { 0xff } }, 8 },					   /* multicast */
	{ { { PREFIX_MAPPED, 0 } }, PREFIX_V4 + 8 },		   /* 0.0.0.0/8 */
	{ { { PREFIX_MAPPED, 127 } }, PREFIX_V4 + 8 },		   /* loopback */
	{ { { PREFIX_MAPPED, 169, 254 } }, PREFIX_V4 + 16 },	   /* link-local */
	{ { { PREFIX_MAPPED, 224 } }, PREFIX_V4 + 4 },		   /* multicast */
	{ { { PREFIX_MAPPED, 255, 255, 255, 255 } }, PREFIX_V4 + 32 }, /* broadcast */
};

#define PREFIX_NEVER (sizeof(prefix_never) / sizeof(prefix_never[0]))

/* Do the first len bits agree? */
static bool prefix_equal(const struct kw_addr *a, const struct kw_addr *b, uint8_t len)
{
	uint8_t mask = 0xff00 >> (len % 8);

	if (memcmp(a->b, b->b, len / 8))
		return false;
	return !(len % 8) || !((a->b[len / 8] ^ b->b[len / 8]) & mask);
}

bool kw_prefix_contains(const struct kw_prefix *p, const struct kw_addr *a)
{
	if (p->len < PREFIX_V4 && prefix_equal(&prefix_mapped.addr, a, PREFIX_V4))
		return false;
	return prefix_equal(&p->addr, a, p->len);
}

bool kw_prefix_reserved(const struct kw_addr *a)
{
	size_t i;

	for (i = 0; i < PREFIX_NEVER; i++) {
		if (prefix_equal(&prefix_never[i].addr, a, prefix_never[i].len))
			return true;
	}
	return false;
}

int kw_prefix_check(const struct kw_prefix *p)
{
	const struct kw_prefix *never;
	size_t i;

	if (p->len > 128)
		return -EINVAL;
	for (i = 0; i < PREFIX_NEVER; i++) {
		never = &prefix_never[i];
		if (p->len >= never->len && prefix_equal(&never->addr, &p->addr, never->len))
			return -EINVAL;
	}
	return 0;
}

static void prefix_clear_host(struct kw_prefix *p)
{
	size_t i;

	for (i = p->len / 8; i < sizeof(p->addr.b); i++)
		p->addr.b[i] &= i == p->len / 8u ? 0xff00 >> (p->len % 8) : 0;
}

/* A decimal without sign, blanks or leading zero, at most max; -1 if not. */
static int prefix_parse_len(const char *text, int max)
{
	int v = 0;

	if (!*text || (*text == '0' && text[1]))
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + (*text - '0');
		if (v > max)
			return -1;
	}
	return v;
}

int kw_prefix_parse(const char *text, struct kw_prefix *p)
{
	struct kw_prefix got = prefix_mapped;
	char host[INET6_ADDRSTRLEN];
	size_t n = strcspn(text, "/");
	bool four;
	int len;

	if (n >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, n);
	host[n] = '\0';
	four = !strchr(host, ':');
	if (inet_pton(four ? AF_INET : AF_INET6, host, got.addr.b + (four ? 12 : 0)) != 1)
		return -EINVAL;
	len = four ? 32 : 128;
	if (text[n])
		len = prefix_parse_len(text + n + 1, len);
	if (len < 0)
		return -EINVAL;
	got.len = len + (four ? PREFIX_V4 : 0);
	prefix_clear_host(&got);
	*p = got;
	return 0;
}

int kw_prefix_format(const struct kw_prefix *p, char *out, size_t size)
{
	bool four = p->len >= PREFIX_V4 && prefix_equal(&prefix_mapped.addr, &p->addr, PREFIX_V4);
	char ip[INET6_ADDRSTRLEN];
	int n;

	if (!inet_ntop(four ? AF_INET : AF_INET6, p->addr.b + (four ? 12 : 0), ip, sizeof(ip)))
		return -EMSGSIZE;
	n = snprintf(out, size, "%s/%d", ip, p->len - (four ? PREFIX_V4 : 0));
	return n < 0 || (size_t)n >= size ? -EMSGSIZE : n;
}
