// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/config.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libdaemon/file.c */
/*
 * Configuration files of a device: what they give, and what is refused with
 * its place. Keys and values of [Peer] are trust.c's test.
 */
#include <errno.h>

#include "keywayd/config.h"
#include "libkeyway/crypto.h"
#include "test.h"

#define FP "Fingerprint = ni://d.example/sha3-256;OboJhW6BME7EP_SM7zIH6jPCJEs7Y4jkrcK2APDGkM0\n"

static struct conf_error err;

static struct config *parse(const char *text)
{
	struct config *c = config_create("/etc/keyway/gw7.conf");

	if (!config_parse(c, text, strlen(text), &err))
		return c;
	config_destroy(c);
	return NULL;
}

static void gives(void)
{
	struct config *c = parse("[Interface]\nAddress = 10.1.0.1/24\nAddress = fd00::1/64\n"
				 "Uplink = wan0\nKeepalive = 25\n[Peer]\n" FP "AllowedIPs = 10.2.0.0/16\n");

	if (!test_ok(!!c, "a usual file"))
		return;
	test_ok(!strcmp(c->name, "gw7"), "the device is named after the file");
	test_ok(!strcmp(c->identity, "/var/lib/keyway/gw7/identity"), "and so is its key");
	test_eq(c->mtu, 1420, "MTU by default");
	test_ok(c->addresses == 2 && c->address[0].addr.b[15] == 1 && c->address[0].len == 120,
		"an address keeps its host bits");
	test_ok(c->uplinks == 1 && !strcmp(c->uplink[0], "wan0"), "uplinks");
	test_ok(c->trust.n == 1 && c->trust.entry[0].prefixes == 1, "a peer with what it is granted");
	test_eq(c->keepalive, 25, "a keepalive for peers without");
	test_ok(!config_fixed(c, c), "equal files differ in nothing");
	config_destroy(c);
	c = parse("");
	test_ok(c && !c->trust.n, "an empty file trusts nobody");
	config_destroy(c);
}

static void refuse(const char *text, uint32_t line, const char *words, const char *name)
{
	struct config *c = parse(text);

	if (!test_ok(!c && err.line == line && strstr(err.text, words), "refuses %s", name))
		printf("# at %u: %s\n", err.line, err.text);
	if (c)
		config_destroy(c);
}

static void refuses(void)
{
	refuse("[Interface]\nMTU = 1279\n", 2, "1280", "an MTU below IPv6's");
	refuse("[Interface]\nListenPort = 0\n", 2, "from 1", "port 0");
	refuse("[Interface]\nPrivateKey = MC4CAQAwBQYDK2VwBCIEI\n", 2, "absolute name", "a key in the file");
	refuse("[Interface]\nAddress = 10.1.0.300/24\n", 2, "no address", "an address that is none");
	refuse("[Interface]\nAddress = 2001:2f::1/128\n", 2, "reserved", "a key address as an address");
	refuse("[Interface]\nName = much-too-long-name\n", 2, "no interface", "a long name");
	refuse("[Interface]\nUplink = a/b\n", 2, "no interface", "an uplink that is none");
	refuse("[Interface]\nAuthority = a b\n", 2, "no DNS name", "an authority that is none");
	refuse("[Interface]\nQuiet = yes\n", 2, "DomainSecret", "quiet without a secret");
	refuse("[Interface]\nListnPort = 7\n", 2, "did you mean ListenPort?", "a slip");
	refuse("[Peer]\n" FP "AllowdIPs = 10.0.0.0/8\n", 3, "did you mean AllowedIPs?", "a slip in a peer");
	refuse("[Interface]\n\n[Peer]\nName = x\n", 3, "no Fingerprint", "a peer without fingerprint");
	refuse("[Peer]\n" FP "[Peer]\n" FP, 3, "second time", "a peer twice");
	refuse("[Peer]\n" FP "AllowedIPs = 2001:2f::/48\n", 3, "", "a grant of key addresses");
}

static void differs(void)
{
	struct config *a = parse("[Interface]\nListenPort = 1\n"), *b = parse("[Interface]\nMTU = 1300\n");

	test_ok(a && b && !strcmp(config_fixed(a, b), "ListenPort"), "a port can't change under a device");
	b->port = a->port;
	test_ok(!config_fixed(a, b), "an MTU can");
	config_destroy(a);
	config_destroy(b);
}

int main(void)
{
	if (kw_crypto_init())
		return 1;
	gives();
	refuses();
	differs();
	return test_done();
}
