// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway path`: where peers are, as the kernel has it.
 */
#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "cli.h"
#include "facts.h"
#include "print.h"
#include "text.h"

static const struct print_column path_columns[] = {
	{"PEER", "peer", PRINT_AS_IS},	    {"ID", "id", PRINT_AS_IS},
	{"REMOTE", "remote", PRINT_AS_IS},  {"LOCAL", "local", PRINT_AS_IS},
	{"STATE", "state", PRINT_AS_IS},    {"IN USE", "in_use", PRINT_AS_IS},
	{"RTT", "rtt_us", PRINT_MICROS},    {"MTU", "mtu", PRINT_AS_IS},
	{"RX", "rx_bytes", PRINT_SIZE},	    {"TX", "tx_bytes", PRINT_SIZE},
	{"HEARD", "last_rx_ms", PRINT_AGO}, {NULL, NULL, 0},
};

static int path_ls(struct cli *cli)
{
	uint8_t address[KWNL_ADDR_SIZE];
	const uint8_t *peer;
	json_t *list;
	int err = cli_open_peer(cli, address, &peer);

	if (err)
		return err;
	list = json_array();
	err = kwnl_dump_path(cli->kwnl, cli->dev.id, peer, facts_add_path, list);
	return cli_report(cli, err, "paths", list, path_columns);
}

/* Takes PEER and opens its device. */
static int path_begin(struct cli *cli, struct kwnl_path_req *req)
{
	const char *name = cli_next(cli);
	int err;

	memset(req, 0, sizeof(*req));
	if (!name || !cli->argc)
		return cli_usage(cli);
	err = cli_peer(cli, name, req->peer);
	if (!err)
		err = cli_open_device(cli);
	req->dev = cli->dev.id;
	return err;
}

/* Takes [ENDPOINT] [socket N]. */
static int path_read_rest(struct cli *cli, struct kwnl_path_req *req)
{
	const char *text;

	while ((text = cli_next(cli))) {
		if (strcmp(text, "socket")) {
			if (text_parse_endpoint(text, &req->remote))
				return cli_fail(
					CLI_USAGE,
					"%s - no endpoint - write 192.0.2.1:51820 or "
					"[2001:db8::1]:51820",
					text);
			continue;
		}
		text = cli_next(cli);
		if (!text || text_parse_number(text, 1, UINT32_MAX, &req->socket))
			return cli_usage(cli);
	}
	return CLI_OK;
}

/* The first socket of the endpoint's family, as users mean by saying none. */
static int path_pick_socket(void *arg, const struct kwnl_socket *sock)
{
	struct kwnl_path_req *req = arg;
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const bool v4 = !memcmp(req->remote.addr, mapped, sizeof(mapped));

	if (!req->socket && v4 == (sock->family == AF_INET))
		req->socket = sock->id;
	return 0;
}

static int path_add(struct cli *cli)
{
	struct kwnl_path_req req;
	uint32_t id;
	int err;

	err = path_begin(cli, &req);
	if (!err)
		err = path_read_rest(cli, &req);
	if (err)
		return err;
	if (!req.remote.port)
		return cli_usage(cli);
	if (!req.socket)
		err = kwnl_dump_socket(cli->kwnl, cli->dev.id, path_pick_socket, &req);
	if (!err)
		err = kwnl_new_path(cli->kwnl, &req, &id);
	if (err)
		return cli_fail_kernel(cli, err, "path");
	if (cli->json)
		return print_json(json_pack("{si}", "id", id));
	printf("path %u\n", id);
	return CLI_OK;
}

/* Takes ID behind PEER. */
static int path_read_id(struct cli *cli, struct kwnl_path_req *req)
{
	const char *text = cli_next(cli);

	if (!text || text_parse_number(text, 0, UINT32_MAX, &req->id))
		return cli_usage(cli);
	return CLI_OK;
}

static int path_set(struct cli *cli)
{
	struct kwnl_path_req req;
	int err;

	err = path_begin(cli, &req);
	if (!err)
		err = path_read_id(cli, &req);
	if (!err)
		err = path_read_rest(cli, &req);
	if (err)
		return err;
	err = kwnl_set_path(cli->kwnl, &req);
	return err ? cli_fail_kernel(cli, err, "path %u", req.id) : CLI_OK;
}

static int path_del(struct cli *cli)
{
	struct kwnl_path_req req;
	int err;

	err = path_begin(cli, &req);
	if (!err)
		err = path_read_id(cli, &req);
	if (err)
		return err;
	err = kwnl_del_path(cli->kwnl, req.dev, req.peer, req.id);
	return err ? cli_fail_kernel(cli, err, "path %u", req.id) : CLI_OK;
}

const struct cli_word path_words[] = {
	{"ls", path_ls, NULL, "[PEER]", "list the paths"},
	{"add", path_add, NULL, "PEER ENDPOINT [socket ID]", "add an endpoint"},
	{"set", path_set, NULL, "PEER ID [ENDPOINT] [socket ID]",
	 "challenge a path, or move it"},
	{"del", path_del, NULL, "PEER ID", "remove a path"},
	{NULL, NULL, NULL, NULL, NULL},
};
