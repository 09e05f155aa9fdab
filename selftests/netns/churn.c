// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: build/user/libkwnl.a build/user/libkeyway.a */
/*
 * Adds and removes peers of a device as fast as netlink goes: each gets a
 * prefix, a path and a reservation before it goes again, and every tenth stays
 * until the end.   churn DEV-ID COUNT SOCKET-ID
 * Prints how many came and went. Used by scenarios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "libkeyway/crypto.h"
#include "libkeyway/fingerprint.h"
#include "libkwnl/kwnl.h"

#define CHURN_STAY 10

static struct kwnl *kwnl;
static uint32_t dev, sock;

static void churn_try(int err, const char *what)
{
	if (!err)
		return;
	printf("churn: %s: %s\n", what, kwnl_strerror(kwnl));
	exit(1);
}

/* Nobody's fingerprint and key address, and a prefix of its own. */
static void churn_draw(struct kwnl_peer_req *peer, uint32_t i)
{
	static struct kwnl_prefix prefix;
	struct kw_addr addr;
	struct kw_hash val;

	prefix = (struct kwnl_prefix){ { 0xfd, 0xcc, i >> 8, i }, 64 };
	*peer = (struct kwnl_peer_req){ .dev = dev, .has_prefixes = true, .prefixes = &prefix, .n_prefixes = 1 };

	if (getrandom(&val, sizeof(val), 0) != sizeof(val))
		exit(2);
	kw_fingerprint_address(&val, &addr);
	memcpy(peer->address, addr.b, KWNL_ADDR_SIZE);
	memcpy(peer->fingerprint, val.b, KEYWAY_KEY_SIZE);
}

/* With a path to nowhere that answers. */
static void churn_add(uint32_t i, uint8_t address[KWNL_ADDR_SIZE])
{
	struct kwnl_path_req path = { .dev = dev, .socket = sock,
				      .remote = { { [10] = 0xff, 0xff, 203, 0, 113, 1 + i % 250 }, 1024 + i, 0 } };
	struct kwnl_session_req session = { .dev = dev, .has_peer = true };
	struct kwnl_session_reply reply;
	struct kwnl_peer_req peer;
	uint32_t id;

	churn_draw(&peer, i);
	memcpy(address, peer.address, KWNL_ADDR_SIZE);
	memcpy(path.peer, address, KWNL_ADDR_SIZE);
	memcpy(session.peer, address, KWNL_ADDR_SIZE);
	churn_try(kwnl_new_peer(kwnl, &peer), "adding a peer");
	churn_try(kwnl_new_path(kwnl, &path, &id), "adding its path");
	churn_try(kwnl_new_session(kwnl, &session, &reply), "reserving a session");
}

int main(int argc, char **argv)
{
	uint32_t count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0, stayed = 0;
	static uint8_t stay[65536][KWNL_ADDR_SIZE];
	uint8_t address[KWNL_ADDR_SIZE];

	if (!count || count / CHURN_STAY >= 65536 || kw_crypto_init()) {
		fprintf(stderr, "usage: churn DEV-ID COUNT SOCKET-ID\n");
		return 2;
	}
	dev = strtoul(argv[1], NULL, 10);
	sock = strtoul(argv[3], NULL, 10);
	if (kwnl_create(&kwnl)) {
		fprintf(stderr, "churn: no family keyway\n");
		return 2;
	}
	for (uint32_t i = 0; i < count; i++) {
		churn_add(i, address);
		if (i % CHURN_STAY == 0)
			memcpy(stay[stayed++], address, KWNL_ADDR_SIZE);
		else
			churn_try(kwnl_del_peer(kwnl, dev, address), "removing a peer");
	}
	for (uint32_t i = 0; i < stayed; i++)
		churn_try(kwnl_del_peer(kwnl, dev, stay[i]), "removing a peer that stayed");
	printf("churned=%u\n", count);
	kwnl_destroy(kwnl);
	return 0;
}
