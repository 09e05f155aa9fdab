/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The module's commands as nlfuzz.c needs them: which attributes each takes,
 * how large, which it can't do without, and how a request without a fault ends
 * when it names what is not there. Included by nlfuzz.c alone.
 */
#ifndef NLFUZZ_H
#define NLFUZZ_H

#include <errno.h>
#include <linux/keyway.h>
#include <stdbool.h>

#define ATTRS 16

enum kind { END, U8, U16, U32, U64, BIN, NEST, TEXT, FLAG };
enum nest { ENDPOINT = 1, PREFIX, MAC1_KEY, COOKIE_SECRET };

#define UNJUDGED (-1)		/* a whole request may do anything */

struct field {
	unsigned short type;
	enum kind kind;
	unsigned short len;	/* exact length of BIN, largest if max; of NEST its kind */
	bool need;
	bool max;
};

struct command {
	const char *name;
	unsigned char cmd;
	bool dump;
	int whole;		/* how the request without a fault ends */
	struct field field[ATTRS];
};

#define D(object) { KEYWAY_A_##object##_DEV_ID, U32, 4, true, false }
#define PEER(object, need) { KEYWAY_A_##object##_PEER, BIN, 16, need, false }

static const struct command commands[] = {
	{ "dev-get", KEYWAY_CMD_DEV_GET, false, 0, {
		{ KEYWAY_A_DEV_ID, U32, 4, true, false } } },
	{ "dev-new", KEYWAY_CMD_DEV_NEW, false, EEXIST, {
		{ KEYWAY_A_DEV_IFNAME, TEXT, 15, false, true } } },
	{ "dev-set", KEYWAY_CMD_DEV_SET, false, EBUSY, {
		{ KEYWAY_A_DEV_ID, U32, 4, true, false },
		{ KEYWAY_A_DEV_ADDRESS, BIN, 16, false, false },
		{ KEYWAY_A_DEV_MAX_TRAIN, U16, 2, false, false },
		{ KEYWAY_A_DEV_MAX_STAGE, U32, 4, false, false } } },
	{ "dev-del", KEYWAY_CMD_DEV_DEL, false, ENODEV, {
		{ KEYWAY_A_DEV_ID, U32, 4, true, false } } },
	{ "socket-new", KEYWAY_CMD_SOCKET_NEW, false, UNJUDGED, { D(SOCKET),
		{ KEYWAY_A_SOCKET_FAMILY, U16, 2, true, false },
		{ KEYWAY_A_SOCKET_PORT, U16, 2, false, false },
		{ KEYWAY_A_SOCKET_BIND_IFINDEX, U32, 4, false, false },
		{ KEYWAY_A_SOCKET_MARK, U32, 4, false, false } } },
	{ "socket-get", KEYWAY_CMD_SOCKET_GET, false, ENOENT, { D(SOCKET),
		{ KEYWAY_A_SOCKET_ID, U32, 4, true, false } } },
	{ "socket-dump", KEYWAY_CMD_SOCKET_GET, true, 0, { D(SOCKET) } },
	{ "socket-del", KEYWAY_CMD_SOCKET_DEL, false, ENOENT, { D(SOCKET),
		{ KEYWAY_A_SOCKET_ID, U32, 4, true, false } } },
	{ "peer-new", KEYWAY_CMD_PEER_NEW, false, EEXIST, { D(PEER),
		{ KEYWAY_A_PEER_ADDRESS, BIN, 16, true, false },
		{ KEYWAY_A_PEER_FINGERPRINT, BIN, 32, true, false },
		{ KEYWAY_A_PEER_ORIGIN, BIN, 64, false, true },
		{ KEYWAY_A_PEER_PREFIX, NEST, PREFIX, false, false },
		{ KEYWAY_A_PEER_TRANSIT, U8, 1, false, false },
		{ KEYWAY_A_PEER_KEEPALIVE, U16, 2, false, false } } },
	{ "peer-set", KEYWAY_CMD_PEER_SET, false, ENOENT, { D(PEER),
		{ KEYWAY_A_PEER_ADDRESS, BIN, 16, true, false },
		{ KEYWAY_A_PEER_FINGERPRINT, BIN, 32, false, false },
		{ KEYWAY_A_PEER_ORIGIN, BIN, 64, false, true },
		{ KEYWAY_A_PEER_PREFIX, NEST, PREFIX, false, false },
		{ KEYWAY_A_PEER_TRANSIT, U8, 1, false, false },
		{ KEYWAY_A_PEER_KEEPALIVE, U16, 2, false, false } } },
	{ "peer-get", KEYWAY_CMD_PEER_GET, false, ENOENT, { D(PEER),
		{ KEYWAY_A_PEER_ADDRESS, BIN, 16, true, false } } },
	{ "peer-dump", KEYWAY_CMD_PEER_GET, true, 0, { D(PEER) } },
	{ "peer-del", KEYWAY_CMD_PEER_DEL, false, ENOENT, { D(PEER),
		{ KEYWAY_A_PEER_ADDRESS, BIN, 16, true, false } } },
	{ "session-new", KEYWAY_CMD_SESSION_NEW, false, ENOENT, { D(SESSION),
		PEER(SESSION, false) } },
	{ "session-set", KEYWAY_CMD_SESSION_SET, false, ESTALE, { D(SESSION),
		{ KEYWAY_A_SESSION_INDEX, U32, 4, true, false },
		PEER(SESSION, true),
		{ KEYWAY_A_SESSION_REMOTE_INDEX, U32, 4, true, false },
		{ KEYWAY_A_SESSION_SUITE, U16, 2, true, false },
		{ KEYWAY_A_SESSION_RX_KEY, BIN, 32, true, false },
		{ KEYWAY_A_SESSION_TX_KEY, BIN, 32, true, false },
		{ KEYWAY_A_SESSION_RX_SALT, BIN, 4, true, false },
		{ KEYWAY_A_SESSION_TX_SALT, BIN, 4, true, false },
		{ KEYWAY_A_SESSION_RANK, U64, 8, true, false },
		{ KEYWAY_A_SESSION_SCOPE, U8, 1, true, false },
		{ KEYWAY_A_SESSION_ROLE, U8, 1, true, false },
		{ KEYWAY_A_SESSION_REFUSE_AFTER, U32, 4, false, false },
		{ KEYWAY_A_SESSION_SOCKET, U32, 4, true, false },
		{ KEYWAY_A_SESSION_REMOTE, NEST, ENDPOINT, true, false } } },
	{ "session-get", KEYWAY_CMD_SESSION_GET, false, ENOENT, { D(SESSION),
		{ KEYWAY_A_SESSION_INDEX, U32, 4, true, false } } },
	{ "session-dump", KEYWAY_CMD_SESSION_GET, true, ENOENT, { D(SESSION),
		PEER(SESSION, false) } },
	{ "session-del", KEYWAY_CMD_SESSION_DEL, false, ENOENT, { D(SESSION),
		{ KEYWAY_A_SESSION_INDEX, U32, 4, true, false } } },
	{ "path-new", KEYWAY_CMD_PATH_NEW, false, ENOENT, { D(PATH), PEER(PATH, true),
		{ KEYWAY_A_PATH_SOCKET, U32, 4, true, false },
		{ KEYWAY_A_PATH_REMOTE, NEST, ENDPOINT, true, false } } },
	{ "path-get", KEYWAY_CMD_PATH_GET, false, ENOENT, { D(PATH), PEER(PATH, true),
		{ KEYWAY_A_PATH_ID, U32, 4, true, false } } },
	{ "path-dump", KEYWAY_CMD_PATH_GET, true, ENOENT, { D(PATH),
		PEER(PATH, false) } },
	{ "path-set", KEYWAY_CMD_PATH_SET, false, ENOENT, { D(PATH), PEER(PATH, true),
		{ KEYWAY_A_PATH_ID, U32, 4, true, false },
		{ KEYWAY_A_PATH_SOCKET, U32, 4, false, false },
		{ KEYWAY_A_PATH_REMOTE, NEST, ENDPOINT, false, false } } },
	{ "path-del", KEYWAY_CMD_PATH_DEL, false, ENOENT, { D(PATH), PEER(PATH, true),
		{ KEYWAY_A_PATH_ID, U32, 4, true, false } } },
	{ "control-new", KEYWAY_CMD_CONTROL_NEW, false, ENOENT, { D(CONTROL),
		{ KEYWAY_A_CONTROL_PAYLOAD, BIN, 1400, true, true },
		{ KEYWAY_A_CONTROL_REMOTE, NEST, ENDPOINT, true, false },
		{ KEYWAY_A_CONTROL_SOCKET, U32, 4, false, false },
		{ KEYWAY_A_CONTROL_INDEX, U32, 4, false, false },
		{ KEYWAY_A_CONTROL_ANSWER_KEY, BIN, 16, false, false } } },
	{ "control-set", KEYWAY_CMD_CONTROL_SET, false, UNJUDGED, { D(CONTROL),
		{ KEYWAY_A_CONTROL_CHANNEL, U32, 4, true, false } } },
	{ "control-del", KEYWAY_CMD_CONTROL_DEL, false, UNJUDGED, { D(CONTROL),
		{ KEYWAY_A_CONTROL_CHANNEL, U32, 4, true, false } } },
	{ "domain-set", KEYWAY_CMD_DOMAIN_SET, false, UNJUDGED, { D(DOMAIN),
		{ KEYWAY_A_DOMAIN_MAC1_KEY, NEST, MAC1_KEY, false, false },
		{ KEYWAY_A_DOMAIN_COOKIE_SECRET, NEST, COOKIE_SECRET, false, false } } },
	{ "domain-get", KEYWAY_CMD_DOMAIN_GET, false, 0, { D(DOMAIN) } },
};

#endif
