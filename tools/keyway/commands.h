/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The commands of keyway, one file each, and tables of them where an object has
 * several. main.c's table names them; each takes its arguments from struct cli
 * and returns an exit code.
 */
#ifndef KEYWAY_COMMANDS_H
#define KEYWAY_COMMANDS_H

#include "cli.h"

extern const struct cli_word device_words[];
extern const struct cli_word domain_words[];
extern const struct cli_word key_words[];
extern const struct cli_word path_words[];
extern const struct cli_word peer_words[];
extern const struct cli_word session_words[];
extern const struct cli_word socket_words[];
extern const struct cli_word trust_words[];

int monitor_run(struct cli *cli);
int status_run(struct cli *cli);
int up_run(struct cli *cli);
int up_run_down(struct cli *cli);
int up_run_reload(struct cli *cli);

#endif
