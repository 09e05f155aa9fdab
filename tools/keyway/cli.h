/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What every command of keyway shares: options, exit codes, tables of words,
 * the netlink socket and the device that is meant. Made by main.c, given to
 * each command. Errors are one line on stderr, "what - why - next command",
 * and the command's result is its exit code.
 */
#ifndef KEYWAY_CLI_H
#define KEYWAY_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "libkwnl/kwnl.h"

struct print_column;

/* Exit codes; keyway(8) and control-socket.md list them. 8 is kept free. */
enum cli_exit {
	CLI_OK = 0,
	CLI_INTERNAL = 1,
	CLI_USAGE = 2,
	CLI_DAEMON_DOWN = 3,
	CLI_NOT_FOUND = 4,
	CLI_DENIED = 5,
	CLI_UNTRUSTED = 6,
	CLI_TIMEOUT = 7,
	CLI_CONFIG = 9,
	CLI_PERMISSION = 10,
};

struct cli_word;

struct cli {
	/* set */
	bool json;
	const char *device; /* -i, or NULL */
	/* state */
	struct kwnl *kwnl;	     /* NULL before cli_open() */
	struct kwnl_dev dev;	     /* after cli_open_device() */
	char command[64];	     /* words taken so far */
	const struct cli_word *word; /* the last of them */
	int argc;		     /* what is left of the arguments */
	char **argv;
};

/* A command, or with words a table of them, whose first is meant by none. */
struct cli_word {
	const char *name; /* NULL ends a table */
	int (*run)(struct cli *cli);
	const struct cli_word *words;
	const char *args; /* for the usage line; small letters are keywords */
	const char *help; /* one line */
};

/* Prints "keyway: " and the sentence; returns code. */
int cli_fail(enum cli_exit code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The exit code that a negative errno of the kernel stands for. */
enum cli_exit cli_code(int err);

/* Reports a failed netlink call on what, with the kernel's sentence. */
int cli_fail_kernel(const struct cli *cli, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Takes words of the tables and runs the command at their end. A word may be
 * shortened as long as it is unambiguous. */
int cli_dispatch(struct cli *cli, const struct cli_word *table);

/* Prints the words that may come last, for completion: "FILE" for a file. */
void cli_complete(struct cli *cli, const struct cli_word *table);

/* The next argument, or NULL. */
char *cli_next(struct cli *cli);

/* Takes a device's name, if one is left, as if it had come with -i. */
int cli_take_device(struct cli *cli);

/* A request to the daemon, with the device of -i. */
json_t *cli_request(const struct cli *cli, const char *command);

/* Complains about what is left over or missing, with the command's usage. */
int cli_usage(const struct cli *cli);

/* Opens the netlink socket, loading nothing: says what is missing. */
int cli_open(struct cli *cli);

/* The same, and counts the devices that -i allows; the last is in cli->dev. */
int cli_count_devices(struct cli *cli, unsigned int *n);

/* The same, and finds the device: -i, or the only one. */
int cli_open_device(struct cli *cli);
void cli_close(struct cli *cli);

/* Key address of a peer named by key address, ni URI or name (known to the
 * daemon). */
int cli_peer(struct cli *cli, const char *text, uint8_t address[KWNL_ADDR_SIZE]);

/* Takes [PEER] and opens its device; *peer is address, or NULL for all. */
int cli_open_peer(struct cli *cli, uint8_t address[KWNL_ADDR_SIZE], const uint8_t **peer);

/* Ends an `ls`, err being how reading went: prints the list, which it takes
 * over, as the document's member key. */
int cli_report(const struct cli *cli, int err, const char *key, json_t *list,
	       const struct print_column *columns);

#endif
