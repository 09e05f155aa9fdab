// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway trust`: whom keywayd trusts, through its control socket. The daemon
 * writes the trust file before a change takes effect.
 */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "ctl.h"
#include "libkeyway/fingerprint.h"
#include "print.h"
#include "text.h"

static const struct print_column trust_columns[] = {
	{"NAME", "name", PRINT_AS_IS},
	{"ADDRESS", "address", PRINT_AS_IS},
	{"FINGERPRINT", "fingerprint", PRINT_SHORT},
	{"ENDPOINT", "endpoint", PRINT_AS_IS},
	{"ALLOWED", "allowed", PRINT_AS_IS},
	{"DENY", "deny", PRINT_AS_IS},
	{"FROM", "origin", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static int trust_ls(struct cli *cli)
{
	json_t *answer;
	int code;

	code = ctl_call(cli_request(cli, "trust-ls"), CTL_TIMEOUT, &answer);
	if (code)
		return code;
	json_object_del(answer, "ok");
	return print_rows(cli->json, answer, "trust", trust_columns);
}

static int trust_set_one(json_t *request, const char *key, const char *value)
{
	uint32_t n;
	bool yes;

	if (!strcmp(key, "name") || !strcmp(key, "endpoint"))
		return json_object_set_new(request, key, json_string(value));
	if (!strcmp(key, "allowed")) {
		if (!json_object_get(request, key))
			json_object_set_new(request, key, json_array());
		return json_array_append_new(json_object_get(request, key),
					     json_string(value));
	}
	if ((!strcmp(key, "transit") || !strcmp(key, "deny")) &&
	    !text_parse_yesno(value, &yes))
		return json_object_set_new(request, key, json_boolean(yes));
	if (!strcmp(key, "keepalive") && !text_parse_number(value, 0, 65535, &n))
		return json_object_set_new(request, key, json_integer(n));
	return -1;
}

/* The request, or NULL and *code. */
static json_t *trust_read_add(struct cli *cli, int *code)
{
	const char *uri = cli_next(cli);
	const char *key, *value;
	struct kw_fingerprint fp;
	json_t *request;
	int err;

	*code = CLI_USAGE;
	if (!uri) {
		cli_usage(cli);
		return NULL;
	}
	err = kw_fingerprint_parse(uri, &fp);
	if (err) {
		cli_fail(CLI_USAGE, "%s - %s - keyway key show prints one", uri,
			 kw_fingerprint_strerror(err));
		return NULL;
	}
	request = cli_request(cli, "trust-add");
	json_object_set_new(request, "fingerprint", json_string(uri));
	while ((key = cli_next(cli))) {
		value = cli_next(cli);
		if (!value || trust_set_one(request, key, value)) {
			cli_usage(cli);
			json_decref(request);
			return NULL;
		}
	}
	return request;
}

static int trust_add(struct cli *cli)
{
	json_t *request, *answer;
	int code;

	request = trust_read_add(cli, &code);
	if (!request)
		return code;
	code = ctl_call(request, CTL_TIMEOUT, &answer);
	if (code)
		return code;
	json_object_del(answer, "ok");
	if (cli->json)
		return print_json(answer);
	printf("trusted %s\n", json_string_value(json_object_get(answer, "address")));
	json_decref(answer);
	return CLI_OK;
}

static int trust_del(struct cli *cli)
{
	const char *who = cli_next(cli);
	json_t *request, *answer;
	int code;

	if (!who || cli->argc)
		return cli_usage(cli);
	request = cli_request(cli, "trust-del");
	json_object_set_new(request, "fingerprint", json_string(who));
	code = ctl_call(request, CTL_TIMEOUT, &answer);
	if (code)
		return code;
	json_object_del(answer, "ok");
	if (cli->json)
		return print_json(answer);
	json_decref(answer);
	return CLI_OK;
}

const struct cli_word trust_words[] = {
	{"ls", trust_ls, NULL, "", "list whom the daemon trusts"},
	{"add", trust_add, NULL,
	 "FINGERPRINT [name NAME] [endpoint HOST:PORT] [allowed PREFIX]… [transit "
	 "yes|no] [deny yes|no] [keepalive SECONDS]",
	 "trust a node"},
	{"del", trust_del, NULL, "FINGERPRINT|NAME", "trust it no longer"},
	{NULL, NULL, NULL, NULL, NULL},
};
