// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Errors, words, the netlink socket and the device of every command. Owns the
 * socket in struct cli; called by all commands.
 */
#include "cli.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "libkeyway/fingerprint.h"
#include "module.h"
#include "print.h"
#include "text.h"

int cli_fail(enum cli_exit code, const char *fmt, ...)
{
	va_list ap;

	/* what it may speak of stands above it, in a pipe too */
	(void)fflush(stdout);
	fputs("keyway: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

enum cli_exit cli_code(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return CLI_PERMISSION;
	case ENOENT:
	case ENODEV:
	case ESRCH:
		return CLI_NOT_FOUND;
	case EEXIST:
	case EALREADY:
	case EADDRINUSE:
	case EBUSY:
	case ESTALE:
		return CLI_DENIED;
	case EINVAL:
	case ERANGE:
	case E2BIG:
		return CLI_USAGE;
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return CLI_TIMEOUT;
	default:
		return CLI_INTERNAL;
	}
}

static const char *cli_next_step(enum cli_exit code)
{
	switch (code) {
	case CLI_PERMISSION:
		return "try with sudo";
	case CLI_DENIED:
	case CLI_NOT_FOUND:
		return "see what there is: keyway status";
	case CLI_USAGE:
		return "see keyway help";
	default:
		return "see dmesg and keyway device show";
	}
}

int cli_fail_kernel(const struct cli *cli, int err, const char *fmt, ...)
{
	const enum cli_exit code = cli_code(err);
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return cli_fail(code, "%s - %s - %s", what,
			code == CLI_PERMISSION ? "this needs CAP_NET_ADMIN"
					       : kwnl_strerror(cli->kwnl),
			cli_next_step(code));
}

int cli_usage(const struct cli *cli)
{
	return cli_fail(CLI_USAGE,
			"wrong arguments - usage: keyway %s%s%s - see keyway help",
			cli->command, *cli->word->args ? " " : "", cli->word->args);
}

char *cli_next(struct cli *cli)
{
	if (!cli->argc)
		return NULL;
	cli->argc--;
	return *cli->argv++;
}

static const struct cli_word *cli_lookup(const struct cli_word *table, const char *name)
{
	const struct cli_word *w, *found = NULL;

	for (w = table; w->name; w++) {
		if (!strcmp(w->name, name))
			return w;
		if (strncmp(w->name, name, strlen(name)))
			continue;
		if (found)
			return NULL;
		found = w;
	}
	return found;
}

static void cli_list(const struct cli_word *table, char *out, size_t size)
{
	const struct cli_word *w;
	size_t at = 0;

	out[0] = '\0';
	for (w = table; w->name && at < size; w++)
		at += snprintf(out + at, size - at, "%s%s", at ? "|" : "", w->name);
}

static void cli_take(struct cli *cli, const struct cli_word *w)
{
	const size_t at = strlen(cli->command);

	snprintf(cli->command + at, sizeof(cli->command) - at, "%s%s", at ? " " : "",
		 w->name);
	cli->word = w;
}

/* How many words a usage line has room for. */
static int cli_most(const char *args)
{
	int n = 0;

	if (strstr(args, "]…"))
		return INT_MAX;
	for (args += strspn(args, " "); *args; args += strspn(args, " ")) {
		args += strcspn(args, " ");
		n++;
	}
	return n;
}

int cli_dispatch(struct cli *cli, const struct cli_word *table)
{
	const struct cli_word *w = table; /* the first is meant by none */
	const char *name;
	char list[256];

	name = cli_next(cli);
	if (name)
		w = *name ? cli_lookup(table, name) : NULL;
	if (!w) {
		cli_list(table, list, sizeof(list));
		return cli_fail(
			CLI_USAGE,
			"%s%s%s - no such command, or an ambiguous one - one of %s",
			cli->command, *cli->command ? " " : "", name, list);
	}
	cli_take(cli, w);
	if (w->words)
		return cli_dispatch(cli, w->words);
	return cli->argc > cli_most(w->args) ? cli_usage(cli) : w->run(cli);
}

/* The keywords of a usage line, or FILE. */
static void cli_complete_args(const char *args)
{
	size_t len;

	if (strstr(args, "FILE")) {
		puts("FILE");
		return;
	}
	for (; *args; args += len) {
		len = strspn(args, "abcdefghijklmnopqrstuvwxyz-");
		if (len > 1)
			printf("%.*s\n", (int)len, args);
		len += strcspn(args + len, "[]| ");
		len += strspn(args + len, "[]| ");
	}
}

void cli_complete(struct cli *cli, const struct cli_word *table)
{
	const struct cli_word *w;
	const char *name;

	while (cli->argc > 1) {
		name = cli_next(cli);
		if (!strcmp(name, "-i") || !strcmp(name, "--device"))
			(void)cli_next(cli);
		if (*name == '-')
			continue;
		w = cli_lookup(table, name);
		if (!w)
			return;
		if (!w->words) {
			cli_complete_args(w->args);
			return;
		}
		table = w->words;
	}
	for (w = table; w->name; w++)
		puts(w->name);
}

int cli_open(struct cli *cli)
{
	int err;

	if (cli->kwnl)
		return CLI_OK;
	err = kwnl_create(&cli->kwnl);
	if (err == -ENOENT || err == -EPROTO)
		return module_report();
	if (err)
		return cli_fail(CLI_INTERNAL, "netlink - %s - see dmesg", strerror(-err));
	return module_check_version();
}

void cli_close(struct cli *cli)
{
	kwnl_destroy(cli->kwnl);
	cli->kwnl = NULL;
}

struct cli_search {
	struct cli *cli;
	unsigned int n; /* devices that fit */
};

static int cli_match_device(void *arg, const struct kwnl_dev *dev)
{
	struct cli_search *s = arg;
	const char *name = s->cli->device;

	if (name && strcmp(name, dev->ifname))
		return 0;
	s->cli->dev = *dev;
	s->n++;
	return 0;
}

int cli_count_devices(struct cli *cli, unsigned int *n)
{
	struct cli_search search = {.cli = cli};
	int err = cli_open(cli);

	if (err)
		return err;
	err = kwnl_dump_dev(cli->kwnl, cli_match_device, &search);
	*n = search.n;
	return err ? cli_fail_kernel(cli, err, "reading the devices") : CLI_OK;
}

int cli_open_device(struct cli *cli)
{
	unsigned int n;
	int err = cli_count_devices(cli, &n);

	if (err || n == 1)
		return err;
	if (n)
		return cli_fail(CLI_USAGE, "which device? - there are %u - say -i NAME",
				n);
	if (cli->device)
		return cli_fail(CLI_NOT_FOUND,
				"%s - no such keyway device here - keyway device ls",
				cli->device);
	return cli_fail(
		CLI_NOT_FOUND,
		"no device - there is none in this network namespace - keyway up");
}

json_t *cli_request(const struct cli *cli, const char *command)
{
	json_t *request = json_pack("{ss}", "cmd", command);

	if (cli->device)
		json_object_set_new(request, "device", json_string(cli->device));
	return request;
}

int cli_take_device(struct cli *cli)
{
	if (cli->argc)
		cli->device = cli_next(cli);
	return cli->argc ? cli_usage(cli) : CLI_OK;
}

static int cli_peer_by_name(const struct cli *cli, const char *name,
			    uint8_t address[KWNL_ADDR_SIZE])
{
	const char *text;
	json_t *answer, *entry;
	bool found = false;
	size_t i;
	int code;

	code = ctl_call(cli_request(cli, "trust-ls"), CTL_TIMEOUT, &answer);
	if (code)
		return code;
	json_array_foreach(json_object_get(answer, "trust"), i, entry)
	{
		text = json_string_value(json_object_get(entry, "name"));
		if (!text || strcmp(text, name))
			continue;
		text = json_string_value(json_object_get(entry, "address"));
		found = text && !text_parse_addr(text, address);
		break;
	}
	json_decref(answer);
	if (found)
		return CLI_OK;
	return cli_fail(CLI_NOT_FOUND,
			"%s - no peer has that name, key address or fingerprint - keyway "
			"trust ls",
			name);
}

int cli_peer(struct cli *cli, const char *text, uint8_t address[KWNL_ADDR_SIZE])
{
	struct kw_fingerprint fp;
	struct kw_addr addr;
	int err;

	if (!text_parse_addr(text, address))
		return CLI_OK;
	if (strncmp(text, "ni:", 3))
		return cli_peer_by_name(cli, text, address);
	err = kw_fingerprint_parse(text, &fp);
	if (err)
		return cli_fail(CLI_USAGE, "%s - %s - keyway key show prints one", text,
				kw_fingerprint_strerror(err));
	kw_fingerprint_address(&fp.val, &addr);
	memcpy(address, addr.b, KWNL_ADDR_SIZE);
	return CLI_OK;
}

int cli_open_peer(struct cli *cli, uint8_t address[KWNL_ADDR_SIZE], const uint8_t **peer)
{
	const char *name = cli_next(cli);
	int err = name ? cli_peer(cli, name, address) : CLI_OK;

	*peer = name ? address : NULL;
	return err ? err : cli_open_device(cli);
}

int cli_report(const struct cli *cli, int err, const char *key, json_t *list,
	       const struct print_column *columns)
{
	if (err) {
		json_decref(list);
		return cli_fail_kernel(cli, err, "reading the %s", key);
	}
	return print_rows(cli->json, json_pack("{so}", key, list), key, columns);
}
