// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway session`: the sessions and reservations of a device. Setting keys by
 * hand is for tests of the kernel without a daemon; the keys come from a file
 * or standard input, never from the command line, and are wiped after use.
 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "facts.h"
#include "libkeyway/line.h"
#include "print.h"
#include "text.h"

#define SESSION_FILE_MAX 4096

static const struct print_column session_columns[] = {
	{"INDEX", "index", PRINT_AS_IS},
	{"PEER", "peer", PRINT_AS_IS},
	{"STATE", "state", PRINT_AS_IS},
	{"SENDING", "sending", PRINT_AS_IS},
	{"ROLE", "role", PRINT_AS_IS},
	{"SUITE", "suite", PRINT_AS_IS},
	{"SCOPE", "scope", PRINT_AS_IS},
	{"RX", "rx_bytes", PRINT_SIZE},
	{"TX", "tx_bytes", PRINT_SIZE},
	{"AGE", "age_ms", PRINT_DURATION},
	{NULL, NULL, 0},
};

static int session_ls(struct cli *cli)
{
	uint8_t address[KWNL_ADDR_SIZE];
	const uint8_t *peer;
	json_t *list;
	int err = cli_open_peer(cli, address, &peer);

	if (err)
		return err;
	list = json_array();
	err = kwnl_dump_session(cli->kwnl, cli->dev.id, peer, facts_add_session, list);
	return cli_report(cli, err, "sessions", list, session_columns);
}

static int session_new(struct cli *cli)
{
	struct kwnl_session_req req = {0};
	const char *name = cli_next(cli);
	struct kwnl_session_reply reply;
	int err = 0;

	if (cli->argc)
		return cli_usage(cli);
	if (name) {
		req.has_peer = true;
		err = cli_peer(cli, name, req.peer);
	}
	if (!err)
		err = cli_open_device(cli);
	if (err)
		return err;
	req.dev = cli->dev.id;
	err = kwnl_new_session(cli->kwnl, &req, &reply);
	if (err)
		return cli_fail_kernel(cli, err, "session");
	if (cli->json)
		return print_json(json_pack("{sI sI}", "index", (json_int_t)reply.index,
					    "highest", (json_int_t)reply.highest));
	printf("%u\n", reply.index);
	return CLI_OK;
}

/* Takes INDEX. */
static int session_read_index(struct cli *cli, uint32_t *index)
{
	const char *text = cli_next(cli);

	if (!text || text_parse_number(text, 1, UINT32_MAX, index))
		return cli_usage(cli);
	return CLI_OK;
}

static int session_del(struct cli *cli)
{
	uint32_t index;
	int err;

	err = session_read_index(cli, &index);
	if (!err)
		err = cli_open_device(cli);
	if (err)
		return err;
	err = kwnl_del_session(cli->kwnl, cli->dev.id, index);
	return err ? cli_fail_kernel(cli, err, "session %u", index) : CLI_OK;
}

static int session_one_of(const char *text, const char *zero, const char *one,
			  uint8_t *value)
{
	if (strcmp(text, zero) && strcmp(text, one))
		return -EINVAL;
	*value = !strcmp(text, one);
	return 0;
}

static int session_set_suite(struct kwnl_session_set_req *req, const char *text)
{
	uint8_t gcm;

	if (session_one_of(text, "chacha20-poly1305", "aes-256-gcm", &gcm))
		return -EINVAL;
	req->suite = gcm ? KEYWAY_SUITE_AES_256_GCM : KEYWAY_SUITE_CHACHA20_POLY1305;
	return 0;
}

static int session_set_rank(struct kwnl_session_set_req *req, const char *text)
{
	uint8_t b[8];
	size_t i;

	if (text_parse_hex(text, b, sizeof(b)))
		return -EINVAL;
	for (req->rank = 0, i = 0; i < sizeof(b); i++)
		req->rank = req->rank << 8 | b[i];
	return 0;
}

static int session_set_one(struct kwnl_session_set_req *r, const char *key,
			   const char *value)
{
	if (!strcmp(key, "peer"))
		return text_parse_addr(value, r->peer);
	if (!strcmp(key, "remote_index"))
		return text_parse_number(value, 1, UINT32_MAX, &r->remote_index);
	if (!strcmp(key, "suite"))
		return session_set_suite(r, value);
	if (!strcmp(key, "rx_key"))
		return text_parse_hex(value, r->rx_key, sizeof(r->rx_key));
	if (!strcmp(key, "tx_key"))
		return text_parse_hex(value, r->tx_key, sizeof(r->tx_key));
	if (!strcmp(key, "rx_salt"))
		return text_parse_hex(value, r->rx_salt, sizeof(r->rx_salt));
	if (!strcmp(key, "tx_salt"))
		return text_parse_hex(value, r->tx_salt, sizeof(r->tx_salt));
	if (!strcmp(key, "rank"))
		return session_set_rank(r, value);
	if (!strcmp(key, "scope"))
		return session_one_of(value, "signal", "full", &r->scope);
	if (!strcmp(key, "role"))
		return session_one_of(value, "initiator", "responder", &r->role);
	if (!strcmp(key, "refuse_after"))
		return text_parse_number(value, 180, 600, &r->refuse_after);
	if (!strcmp(key, "socket"))
		return text_parse_number(value, 1, UINT32_MAX, &r->socket);
	if (!strcmp(key, "remote"))
		return text_parse_endpoint(value, &r->remote);
	return -ENOENT;
}

/* "key = value" lines. The values are secret, so no error shows one. */
static int session_parse(char *text, const char *path, struct kwnl_session_set_req *req)
{
	char *line, *value, *save = text;
	unsigned int n = 0;
	int err;

	while ((line = strsep(&save, "\n"))) {
		n++;
		line = kw_line_trim(line);
		if (!*line || *line == '#')
			continue;
		value = strchr(line, '=');
		if (!value)
			return cli_fail(CLI_CONFIG,
					"%s:%u: no key = value - see keyway(8)", path, n);
		*value++ = '\0';
		err = session_set_one(req, kw_line_trim(line), kw_line_trim(value));
		if (err)
			return cli_fail(CLI_CONFIG, "%s:%u: %s - %s - see keyway(8)",
					path, n, kw_line_trim(line),
					err == -ENOENT ? "there is no such key"
						       : "its value cannot be read");
	}
	return CLI_OK;
}

/* The whole file, or standard input for "-", ended by NUL. */
static int session_read_file(const char *path, char text[SESSION_FILE_MAX])
{
	const bool in = !strcmp(path, "-");
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return cli_fail(cli_code(-errno), "%s - %s - check the name", path,
				strerror(errno));
	while (n > 0 && len < SESSION_FILE_MAX - 1) {
		n = read(fd, text + len, SESSION_FILE_MAX - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (!in)
		close(fd);
	text[len] = '\0';
	if (n > 0)
		return cli_fail(CLI_CONFIG, "%s - it is too long - see keyway(8)", path);
	return n < 0 ? cli_fail(CLI_INTERNAL, "%s - it cannot be read - check it", path)
		     : CLI_OK;
}

static int session_set(struct cli *cli)
{
	struct kwnl_session_set_req req = {.scope = KEYWAY_SCOPE_FULL};
	char text[SESSION_FILE_MAX];
	const char *path;
	int err;

	err = session_read_index(cli, &req.index);
	if (err)
		return err;
	path = cli_next(cli);
	if (!path || cli->argc)
		return cli_usage(cli);
	err = session_read_file(path, text);
	if (!err)
		err = session_parse(text, path, &req);
	explicit_bzero(text, sizeof(text));
	if (!err)
		err = cli_open_device(cli);
	if (!err) {
		req.dev = cli->dev.id;
		err = kwnl_set_session(cli->kwnl, &req);
		err = err ? cli_fail_kernel(cli, err, "session %u", req.index) : 0;
	}
	explicit_bzero(&req, sizeof(req));
	return err;
}

const struct cli_word session_words[] = {
	{"ls", session_ls, NULL, "[PEER]", "list sessions and reservations"},
	{"new", session_new, NULL, "[PEER]", "reserve an index for 20 seconds"},
	{"set", session_set, NULL, "INDEX FILE|-", "give a reservation its keys"},
	{"del", session_del, NULL, "INDEX", "end a session"},
	{NULL, NULL, NULL, NULL, NULL},
};
