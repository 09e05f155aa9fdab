/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One request to keywayd and its answer, as Documentation/control-socket.md
 * describes. Each call opens the socket anew.
 */
#ifndef KEYWAY_CTL_H
#define KEYWAY_CTL_H

#include <jansson.h>

#define CTL_TIMEOUT    5  /* seconds */
#define CTL_TIMEOUT_UP 30 /* for a request that makes a device */
#define CTL_ERROR      1024

/*
 * Sends the request, which it takes over. 0: *answer is the caller's. Else an
 * exit code, and error has the sentence; CLI_DAEMON_DOWN: nobody listens.
 */
int ctl_ask(json_t *request, unsigned int seconds, json_t **answer,
	    char error[CTL_ERROR]);

/* The same, and prints the sentence. */
int ctl_call(json_t *request, unsigned int seconds, json_t **answer);

#endif
