// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: build/user/libkwnl.a */
/*
 * Puts a socket with a firewall mark in the place of a device's socket, with
 * its family and port.   mark DEV-ID SOCKET-ID MARK
 * Used by scenarios, since no option of the daemon sets a mark.
 */
#include <stdio.h>
#include <stdlib.h>

#include "libkwnl/kwnl.h"

static struct kwnl *kwnl;

static void mark_try(int err, const char *what)
{
	if (!err)
		return;
	printf("mark: %s: %s\n", what, kwnl_strerror(kwnl));
	exit(1);
}

int main(int argc, char **argv)
{
	struct kwnl_socket_req req = { 0 };
	struct kwnl_socket sock;
	uint32_t id;

	if (argc != 4)
		return 2;
	req.dev = (uint32_t)atoi(argv[1]);
	id = (uint32_t)atoi(argv[2]);
	mark_try(kwnl_create(&kwnl), "opening the family");
	mark_try(kwnl_get_socket(kwnl, req.dev, id, &sock), "reading the socket");
	req.family = sock.family;
	req.port = sock.port;
	req.bind_ifindex = sock.bind_ifindex;
	req.mark = (uint32_t)atoi(argv[3]);
	mark_try(kwnl_del_socket(kwnl, req.dev, id), "closing it");
	mark_try(kwnl_new_socket(kwnl, &req, &sock), "opening the marked one");
	kwnl_destroy(kwnl);
	return 0;
}
