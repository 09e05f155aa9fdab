// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway device`: the devices of this network namespace, straight from the
 * kernel. keywayd makes them for `keyway up`; these verbs are for looking and
 * for tests.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "facts.h"
#include "print.h"
#include "text.h"

static const struct print_column device_columns[] = {
	{"DEVICE", "name", PRINT_AS_IS},
	{"ID", "dev", PRINT_AS_IS},
	{"ADDRESS", "address", PRINT_AS_IS},
	{"MTU", "mtu", PRINT_AS_IS},
	{"PEERS", "peer_count", PRINT_AS_IS},
	{"SESSIONS", "session_count", PRINT_AS_IS},
	{"RX", "rx_bytes", PRINT_SIZE},
	{"TX", "tx_bytes", PRINT_SIZE},
	{"DAEMON", "daemon_bound", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static const struct print_column device_fields[] = {
	{"device", "name", PRINT_AS_IS},
	{"id", "dev", PRINT_AS_IS},
	{"address", "address", PRINT_AS_IS},
	{"mtu", "mtu", PRINT_AS_IS},
	{"peers", "peer_count", PRINT_AS_IS},
	{"sessions", "session_count", PRINT_AS_IS},
	{"reservations", "reservation_count", PRINT_AS_IS},
	{"daemon bound", "daemon_bound", PRINT_AS_IS},
	{"received", "rx_bytes", PRINT_SIZE},
	{"sent", "tx_bytes", PRINT_SIZE},
	{"largest train", "max_train", PRINT_AS_IS},
	{"most staged", "max_stage", PRINT_AS_IS},
	{"ChaCha20 ns", "chacha_ns", PRINT_AS_IS},
	{"AES-GCM ns", "gcm_ns", PRINT_AS_IS},
	{"module", "module", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static int device_ls(struct cli *cli)
{
	json_t *list;
	int err = cli_open(cli);

	if (err)
		return err;
	list = json_array();
	err = kwnl_dump_dev(cli->kwnl, facts_add_device, list);
	return cli_report(cli, err, "devices", list, device_columns);
}

static void device_print_drops(const json_t *drops)
{
	const char *name;
	json_t *count;

	printf("dropped%s\n", json_object_size((json_t *)drops) ? "" : "        nothing");
	json_object_foreach((json_t *)drops, name, count) printf(
		"  %-18s %" JSON_INTEGER_FORMAT "\n", name, json_integer_value(count));
}

static int device_show(struct cli *cli)
{
	json_t *o;
	int err;

	err = cli_take_device(cli);
	if (!err)
		err = cli_open_device(cli);
	if (err)
		return err;
	o = facts_device(&cli->dev);
	if (cli->json)
		return print_json(o);
	print_fields(o, device_fields);
	device_print_drops(json_object_get(o, "drops"));
	json_decref(o);
	return CLI_OK;
}

static int device_add(struct cli *cli)
{
	const char *name = cli_next(cli);
	struct kwnl_dev dev;
	int err;

	if (!name || cli->argc || strlen(name) >= KWNL_NAME_SIZE)
		return cli_usage(cli);
	err = cli_open(cli);
	if (err)
		return err;
	err = kwnl_new_dev(cli->kwnl, name, &dev);
	if (err)
		return cli_fail_kernel(cli, err, "device %s", name);
	return CLI_OK;
}

static int device_del(struct cli *cli)
{
	int err;

	cli->device = cli_next(cli);
	if (!cli->device || cli->argc)
		return cli_usage(cli);
	err = cli_open_device(cli);
	if (err)
		return err;
	err = kwnl_del_dev(cli->kwnl, cli->dev.id);
	return err ? cli_fail_kernel(cli, err, "device %s", cli->device) : CLI_OK;
}

static int device_set_one(struct kwnl_dev_set_req *req, const char *key,
			  const char *value)
{
	uint32_t n;

	if (!strcmp(key, "max-train")) {
		if (text_parse_number(value, 1, 64, &n))
			return -1;
		req->max_train = (uint16_t)n;
		return 0;
	}
	if (!strcmp(key, "max-stage")) {
		req->has_max_stage = true;
		return text_parse_number(value, 0, UINT32_MAX, &req->max_stage);
	}
	if (!strcmp(key, "address")) {
		req->has_address = true;
		return text_parse_addr(value, req->address);
	}
	return -1;
}

static int device_set(struct cli *cli)
{
	struct kwnl_dev_set_req req = {0};
	const char *key, *value;
	int err;

	if (!cli->argc)
		return cli_usage(cli);
	while ((key = cli_next(cli))) {
		value = cli_next(cli);
		if (!value || device_set_one(&req, key, value))
			return cli_fail(
				CLI_USAGE,
				"%s %s - no such setting or value - usage: keyway device "
				"set [max-train 1…64] [max-stage N] [address A]",
				key, value ? value : "");
	}
	err = cli_open_device(cli);
	if (err)
		return err;
	req.dev = cli->dev.id;
	err = kwnl_set_dev(cli->kwnl, &req);
	return err ? cli_fail_kernel(cli, err, "device %s", cli->dev.ifname) : CLI_OK;
}

const struct cli_word device_words[] = {
	{"ls", device_ls, NULL, "", "list the devices"},
	{"show", device_show, NULL, "[NAME]", "one device, with what it dropped"},
	{"add", device_add, NULL, "NAME", "make a device"},
	{"del", device_del, NULL, "NAME", "remove a device"},
	{"set", device_set, NULL, "[max-train 1…64] [max-stage N] [address A]",
	 "change its settings"},
	{NULL, NULL, NULL, NULL, NULL},
};
