// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway socket`: the UDP sockets that the kernel keeps for a device.
 */
#include "commands.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "cli.h"
#include "facts.h"
#include "print.h"
#include "text.h"

static const struct print_column socket_columns[] = {
	{"ID", "id", PRINT_AS_IS},     {"FAMILY", "family", PRINT_AS_IS},
	{"PORT", "port", PRINT_AS_IS}, {"UPLINK", "uplink", PRINT_AS_IS},
	{"MARK", "mark", PRINT_AS_IS}, {NULL, NULL, 0},
};

static int socket_ls(struct cli *cli)
{
	json_t *list;
	int err = cli_open_device(cli);

	if (err)
		return err;
	list = json_array();
	err = kwnl_dump_socket(cli->kwnl, cli->dev.id, facts_add_socket, list);
	return cli_report(cli, err, "sockets", list, socket_columns);
}

static int socket_set_one(struct kwnl_socket_req *req, const char *key, const char *value)
{
	uint32_t n;

	if (!strcmp(key, "uplink")) {
		req->bind_ifindex = if_nametoindex(value);
		return req->bind_ifindex ? 0 : -1;
	}
	if (text_parse_number(value, 0, UINT32_MAX, &n))
		return -1;
	if (!strcmp(key, "family") && (n == 4 || n == 6))
		req->family = n == 4 ? AF_INET : AF_INET6;
	else if (!strcmp(key, "port") && n <= 65535)
		req->port = (uint16_t)n;
	else if (!strcmp(key, "mark"))
		req->mark = n;
	else
		return -1;
	return 0;
}

static int socket_add(struct cli *cli)
{
	struct kwnl_socket_req req = {.family = AF_INET};
	struct kwnl_socket sock;
	const char *key, *value;
	int err;

	while ((key = cli_next(cli))) {
		value = cli_next(cli);
		if (!value || socket_set_one(&req, key, value))
			return cli_usage(cli);
	}
	err = cli_open_device(cli);
	if (err)
		return err;
	req.dev = cli->dev.id;
	err = kwnl_new_socket(cli->kwnl, &req, &sock);
	if (err)
		return cli_fail_kernel(cli, err, "socket");
	if (cli->json)
		return print_json(json_pack("{si si}", "id", sock.id, "port", sock.port));
	printf("socket %u port %u\n", sock.id, sock.port);
	return CLI_OK;
}

static int socket_del(struct cli *cli)
{
	const char *text = cli_next(cli);
	uint32_t id;
	int err;

	if (!text || cli->argc || text_parse_number(text, 1, UINT32_MAX, &id))
		return cli_usage(cli);
	err = cli_open_device(cli);
	if (err)
		return err;
	err = kwnl_del_socket(cli->kwnl, cli->dev.id, id);
	return err ? cli_fail_kernel(cli, err, "socket %u", id) : CLI_OK;
}

const struct cli_word socket_words[] = {
	{"ls", socket_ls, NULL, "", "list the sockets"},
	{"add", socket_add, NULL, "[family 4|6] [port N] [uplink NAME] [mark N]",
	 "open a socket"},
	{"del", socket_del, NULL, "ID", "close a socket"},
	{NULL, NULL, NULL, NULL, NULL},
};
