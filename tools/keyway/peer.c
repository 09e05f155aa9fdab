// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway peer`: the peers of a device as the kernel has them. What keywayd
 * trusts is `keyway trust`; peers added here are for looking and for tests,
 * and a running daemon takes away those that it does not trust.
 */
#include "commands.h"

#include <string.h>

#include "cli.h"
#include "facts.h"
#include "libkeyway/fingerprint.h"
#include "libkeyway/prefix.h"
#include "print.h"
#include "text.h"

static const struct print_column peer_columns[] = {
	{"PEER", "address", PRINT_AS_IS},
	{"FINGERPRINT", "fingerprint", PRINT_SHORT},
	{"ALLOWED", "allowed", PRINT_AS_IS},
	{"SESSION", "session", PRINT_AS_IS},
	{"RX", "rx_bytes", PRINT_SIZE},
	{"TX", "tx_bytes", PRINT_SIZE},
	{"HANDSHAKE", "last_handshake_ms", PRINT_AGO},
	{NULL, NULL, 0},
};

static const struct print_column peer_fields[] = {
	{"peer", "address", PRINT_AS_IS},
	{"fingerprint", "fingerprint", PRINT_AS_IS},
	{"allowed", "allowed", PRINT_AS_IS},
	{"transit", "transit", PRINT_AS_IS},
	{"keepalive", "keepalive", PRINT_AS_IS},
	{"session", "session", PRINT_AS_IS},
	{"last handshake", "last_handshake_ms", PRINT_AGO},
	{"last heard", "last_rx_ms", PRINT_AGO},
	{"received", "rx_bytes", PRINT_SIZE},
	{"sent", "tx_bytes", PRINT_SIZE},
	{"staged", "staged", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static int peer_ls(struct cli *cli)
{
	json_t *list;
	int err = cli_open_device(cli);

	if (err)
		return err;
	list = json_array();
	err = kwnl_dump_peer(cli->kwnl, cli->dev.id, facts_add_peer, list);
	return cli_report(cli, err, "peers", list, peer_columns);
}

/* Takes PEER, the only argument, and opens its device. */
static int peer_begin(struct cli *cli, uint8_t address[KWNL_ADDR_SIZE])
{
	const char *name = cli_next(cli);
	int err;

	if (!name || cli->argc)
		return cli_usage(cli);
	err = cli_peer(cli, name, address);
	return err ? err : cli_open_device(cli);
}

static int peer_show(struct cli *cli)
{
	uint8_t address[KWNL_ADDR_SIZE];
	struct kwnl_peer peer;
	json_t *o;
	int err;

	err = peer_begin(cli, address);
	if (err)
		return err;
	err = kwnl_get_peer(cli->kwnl, cli->dev.id, address, &peer);
	if (err)
		return cli_fail_kernel(cli, err, "peer");
	o = facts_peer(&peer);
	if (cli->json)
		return print_json(o);
	print_fields(o, peer_fields);
	json_decref(o);
	return CLI_OK;
}

static int peer_del(struct cli *cli)
{
	uint8_t address[KWNL_ADDR_SIZE];
	int err;

	err = peer_begin(cli, address);
	if (err)
		return err;
	err = kwnl_del_peer(cli->kwnl, cli->dev.id, address);
	return err ? cli_fail_kernel(cli, err, "peer") : CLI_OK;
}

/* What peer add and set take. */
struct peer_change {
	struct kwnl_peer_req req;
	struct kwnl_prefix prefixes[KEYWAY_PREFIXES_MAX];
};

static int peer_allow(struct peer_change *change, const char *text)
{
	struct kwnl_peer_req *req = &change->req;
	struct kw_prefix p;

	req->has_prefixes = true;
	req->prefixes = change->prefixes;
	if (!strcmp(text, "none"))
		return 0;
	if (req->n_prefixes == KEYWAY_PREFIXES_MAX || kw_prefix_parse(text, &p) < 0)
		return -1;
	memcpy(change->prefixes[req->n_prefixes].addr, p.addr.b, KWNL_ADDR_SIZE);
	change->prefixes[req->n_prefixes++].len = p.len;
	return 0;
}

static int peer_set_one(struct peer_change *change, const char *key, const char *value)
{
	uint32_t n;

	if (!strcmp(key, "allowed"))
		return peer_allow(change, value);
	if (!strcmp(key, "transit")) {
		change->req.has_transit = true;
		return text_parse_yesno(value, &change->req.transit);
	}
	if (!strcmp(key, "keepalive") && !text_parse_number(value, 0, 65535, &n)) {
		change->req.has_keepalive = true;
		change->req.keepalive = (uint16_t)n;
		return 0;
	}
	return -1;
}

static int peer_read_change(struct cli *cli, struct peer_change *change)
{
	const char *uri = cli_next(cli);
	const char *key, *value;
	struct kw_fingerprint fp;
	struct kw_addr addr;
	int err;

	if (!uri)
		return cli_usage(cli);
	err = kw_fingerprint_parse(uri, &fp);
	if (err)
		return cli_fail(CLI_USAGE, "%s - %s - keyway key show prints one", uri,
				kw_fingerprint_strerror(err));
	memset(change, 0, sizeof(*change));
	kw_fingerprint_address(&fp.val, &addr);
	memcpy(change->req.address, addr.b, KWNL_ADDR_SIZE);
	memcpy(change->req.fingerprint, fp.val.b, KEYWAY_KEY_SIZE);
	while ((key = cli_next(cli))) {
		value = cli_next(cli);
		if (!value || peer_set_one(change, key, value))
			return cli_usage(cli);
	}
	return CLI_OK;
}

static int peer_change(struct cli *cli,
		       int (*call)(struct kwnl *k, const struct kwnl_peer_req *req))
{
	struct peer_change change;
	int err;

	err = peer_read_change(cli, &change);
	if (!err)
		err = cli_open_device(cli);
	if (err)
		return err;
	change.req.dev = cli->dev.id;
	err = call(cli->kwnl, &change.req);
	return err ? cli_fail_kernel(cli, err, "peer") : CLI_OK;
}

static int peer_add(struct cli *cli)
{
	return peer_change(cli, kwnl_new_peer);
}

static int peer_set(struct cli *cli)
{
	return peer_change(cli, kwnl_set_peer);
}

const struct cli_word peer_words[] = {
	{"ls", peer_ls, NULL, "", "list the peers"},
	{"show", peer_show, NULL, "PEER", "one peer"},
	{"add", peer_add, NULL,
	 "FINGERPRINT [allowed PREFIX]… [transit yes|no] [keepalive SECONDS]",
	 "add a peer"},
	{"set", peer_set, NULL,
	 "FINGERPRINT [allowed PREFIX]… [transit yes|no] [keepalive SECONDS]",
	 "change a peer"},
	{"del", peer_del, NULL, "PEER", "remove a peer and its sessions"},
	{NULL, NULL, NULL, NULL, NULL},
};
