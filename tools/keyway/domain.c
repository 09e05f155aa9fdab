// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway domain`: how many mac1 keys and cookie secrets a device has. Never
 * what they are: the kernel does not tell.
 */
#include "commands.h"

#include "cli.h"
#include "print.h"

static const struct print_column domain_fields[] = {
	{"mac1 keys", "mac1_keys", PRINT_AS_IS},
	{"cookie secrets", "cookie_secrets", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static int domain_show(struct cli *cli)
{
	struct kwnl_domain domain;
	json_t *o;
	int err;

	err = cli_open_device(cli);
	if (err)
		return err;
	err = kwnl_get_domain(cli->kwnl, cli->dev.id, &domain);
	if (err)
		return cli_fail_kernel(cli, err, "domain");
	o = json_pack("{si si si}", "dev", domain.dev, "mac1_keys", domain.mac1_keys,
		      "cookie_secrets", domain.cookie_secrets);
	if (cli->json)
		return print_json(o);
	print_fields(o, domain_fields);
	json_decref(o);
	return CLI_OK;
}

const struct cli_word domain_words[] = {
	{"show", domain_show, NULL, "", "count keys and secrets"},
	{NULL, NULL, NULL, NULL, NULL},
};
