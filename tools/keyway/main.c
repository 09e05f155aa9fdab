// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * keyway, the command line tool: options, then a walk through tables of words
 * to the command. Kernel objects are read and set over netlink; the rest goes
 * to keywayd's control socket. Manual: Documentation/keyway.8.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "libkeyway/keyway.h"
#include "print.h"

static int main_help(struct cli *cli);
static int main_version(struct cli *cli);
static int main_completion(struct cli *cli);

static const struct cli_word main_completion_words[] = {
	{"bash", main_completion, NULL, "", "print the completion for bash"},
	{NULL, NULL, NULL, NULL, NULL},
};

static const struct cli_word main_words[] = {
	{"status", status_run, NULL, "[DEVICE]",
	 "devices and peers, where and how they are"},
	{"up", up_run, NULL, "[FILE|NAME]", "bring a device up as its file says"},
	{"down", up_run_down, NULL, "[NAME]", "take a device away"},
	{"reload", up_run_reload, NULL, "[NAME]", "read its file again"},
	{"key", NULL, key_words, "", ""},
	{"trust", NULL, trust_words, "", ""},
	{"monitor", monitor_run, NULL, "", "show events as they come"},
	{"peer", NULL, peer_words, "", ""},
	{"path", NULL, path_words, "", ""},
	{"session", NULL, session_words, "", ""},
	{"device", NULL, device_words, "", ""},
	{"socket", NULL, socket_words, "", ""},
	{"domain", NULL, domain_words, "", ""},
	{"completion", NULL, main_completion_words, "", ""},
	{"version", main_version, NULL, "", "print the version"},
	{"help", main_help, NULL, "", "print this"},
	{NULL, NULL, NULL, NULL, NULL},
};

static void main_help_words(const struct cli_word *table, const char *before)
{
	const struct cli_word *w;
	char left[128];

	for (w = table; w->name; w++) {
		if (w->words) {
			main_help_words(w->words, w->name);
			continue;
		}
		snprintf(left, sizeof(left), "%s%s%s %s", before, *before ? " " : "",
			 w->name, w->args);
		/* a long left side gets a line of its own */
		if (strlen(left) > 34)
			printf("  %s\n  %-34s  %s\n", left, "", w->help);
		else
			printf("  %-34s  %s\n", left, w->help);
	}
}

static int main_help(struct cli *cli)
{
	(void)cli;
	puts("usage: keyway [-j] [-i DEVICE] [COMMAND]\n"
	     "  -j, --json           print JSON\n"
	     "  -i, --device NAME    this device, where there are several\n"
	     "  -V, --version        print the version\n"
	     "  -h, --help           print this\n"
	     "commands, which may be shortened (none: status):");
	main_help_words(main_words, "");
	puts("PEER is a key address, a fingerprint (ni URI) or a name. Manual: man "
	     "keyway");
	return CLI_OK;
}

static int main_version(struct cli *cli)
{
	if (cli->json)
		return print_json(json_pack("{ss}", "version", KEYWAY_VERSION));
	puts("keyway " KEYWAY_VERSION);
	return CLI_OK;
}

/* The linker puts the file in, so there is one copy of it. */
__asm__(".pushsection .rodata\n"
	".local main_completion_text\n"
	"main_completion_text:\n"
	".incbin \"" KEYWAY_COMPLETION "\"\n"
	".byte 0\n"
	".popsection\n");
extern const char main_completion_text[];

static int main_completion(struct cli *cli)
{
	(void)cli;
	fputs(main_completion_text, stdout);
	return CLI_OK;
}

static int main_options(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"device", required_argument, NULL, 'i'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, ":ji:Vh", options, NULL)) >= 0) {
		switch (c) {
		case 'j':
			cli->json = true;
			break;
		case 'i':
			cli->device = optarg;
			break;
		case 'V':
			return main_version(cli), -1;
		case 'h':
			return main_help(cli), -1;
		case ':':
			return cli_fail(CLI_USAGE,
					"%s - a value is missing - see keyway help",
					argv[optind - 1]);
		default:
			return cli_fail(CLI_USAGE,
					"%s - no such option - see keyway help",
					argv[optind - 1]);
		}
	}
	cli->argc = argc - optind;
	cli->argv = argv + optind;
	return CLI_OK;
}

int main(int argc, char **argv)
{
	struct cli cli = {0};
	int code;

	if (kw_crypto_init())
		return cli_fail(CLI_INTERNAL,
				"cryptography - the libraries lack what is needed - "
				"install libsodium23 and OpenSSL 3");
	/* what is being completed may hold options, so it comes before them */
	if (argc > 2 && !strcmp(argv[1], "completion") && !strcmp(argv[2], "words")) {
		cli.argc = argc - 3;
		cli.argv = argv + 3;
		cli_complete(&cli, main_words);
		return CLI_OK;
	}
	code = main_options(&cli, argc, argv);
	if (!code)
		code = cli_dispatch(&cli, main_words);
	cli_close(&cli);
	return code < 0 ? CLI_OK : code;
}
