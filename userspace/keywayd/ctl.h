/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The control socket: abstract unix socket "@keyway" of this network
 * namespace, one JSON object a line each way (control-socket.md). Checks who
 * asks, which members a request may have, and calls its handler. Loop thread;
 * made by main.c with the table of command.c.
 */
#ifndef KEYWAYD_CTL_H
#define KEYWAYD_CTL_H

#include <jansson.h>
#include <stdbool.h>

#include "failure.h"

struct ctl;
struct loop;

#define CTL_NAME "keyway"
#define CTL_MEMBERS 10

enum ctl_permission {
	CTL_OWNER, /* root and the daemon's own uid */
	CTL_ANYBODY,
};

struct ctl_request {
	const char *name; /* NULL ends the table */
	enum ctl_permission permission;
	const char *members[CTL_MEMBERS + 1]; /* besides "cmd"; NULL ends */
	/* A new reference: ctl_ok() or ctl_error(). */
	json_t *(*handle)(void *arg, const json_t *request);
};

struct ctl_conf {
	struct loop *loop;
	const struct ctl_request *requests;
	void *arg; /* of the handlers */
};

/* NULL and f, which names who holds the socket already. */
struct ctl *ctl_create(const struct ctl_conf *conf, struct failure *f);
/* The name is free for another daemon; who is connected still gets answers. */
void ctl_stop(struct ctl *ctl);
/* Answers that wait are sent first, as far as they go. */
void ctl_destroy(struct ctl *ctl);

/* {"ok":true} to add members to; {"ok":false,…}, also from a struct failure. */
json_t *ctl_ok(void);
json_t *ctl_error(enum failure_code code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
json_t *ctl_failure(const struct failure *f);
/* A text member, or NULL when it is absent or no text. */
const char *ctl_text(const json_t *request, const char *member);
/* The answer to one line, as the socket gives it; owner: may do all. To be freed. */
char *ctl_answer(const struct ctl_request *requests, void *arg, const char *line, size_t size,
		 bool owner);

#endif
