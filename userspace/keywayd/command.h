/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What people ask of the daemon: its devices, and the handlers of the control
 * socket's requests (control-socket.md). Loop thread; made by main.c.
 */
#ifndef KEYWAYD_COMMAND_H
#define KEYWAYD_COMMAND_H

#include "ctl.h"

struct command;
struct loop;
struct node_options;

#define COMMAND_NODES 8 /* devices of one daemon */

/* last: the daemon has no device left and should end. */
struct command *command_create(struct loop *loop, const struct node_options *options,
			       void (*last)(void *arg), void *arg);
/* Ends the devices' daemon sides; the kernel keeps them. */
void command_destroy(struct command *c);
/* For ctl_create(), with the command as argument. */
const struct ctl_request *command_requests(void);

/* Brings up the device of a file, or reloads it. Its name, or NULL and f. */
const char *command_up(struct command *c, const char *file, struct failure *f);
/* Reads all files again; what is wrong is logged. */
void command_reload_all(struct command *c);

#endif
