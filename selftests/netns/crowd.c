// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: build/user/libkwnl.a build/user/libkeyway.a */
/*
 * Adds devices until one is refused, then peers of the last; prints how many
 * there are and what the kernel said. Used by a scenario, in a user namespace.
 */
#include <stdio.h>
#include <string.h>

#include "libkwnl/kwnl.h"

#define CROWD_MAX 10000

static int crowd_device(struct kwnl *kwnl, struct kwnl_dev *last)
{
	struct kwnl_dev dev;
	int err = kwnl_new_dev(kwnl, NULL, &dev);

	if (!err)
		*last = dev;
	return err;
}

/* Its key address and fingerprint only have to be its own. */
static int crowd_peer(struct kwnl *kwnl, uint32_t dev, unsigned int n)
{
	struct kwnl_peer_req peer = { .dev = dev, .address = { 0x20, 0x01, 0x00, 0x2f } };

	memcpy(peer.address + KWNL_ADDR_SIZE - sizeof(n), &n, sizeof(n));
	memcpy(peer.fingerprint, &n, sizeof(n));
	return kwnl_new_peer(kwnl, &peer);
}

int main(void)
{
	unsigned int devices = 0, peers = 0;
	struct kwnl_dev last = { 0 };
	struct kwnl *kwnl;

	if (kwnl_create(&kwnl)) {
		fprintf(stderr, "crowd: no family keyway\n");
		return 2;
	}
	while (devices < CROWD_MAX && !crowd_device(kwnl, &last))
		devices++;
	printf("%u devices: %s\n", devices, kwnl_strerror(kwnl));
	while (peers < CROWD_MAX && !crowd_peer(kwnl, last.id, peers))
		peers++;
	printf("%u peers: %s\n", peers, kwnl_strerror(kwnl));
	kwnl_destroy(kwnl);
	return 0;
}
