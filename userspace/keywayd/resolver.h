/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Names of endpoints turned into addresses by getaddrinfo() on a thread of its
 * own, since that may block for many seconds. Questions go in and answers come
 * back by value, on the loop's thread. Used by the path manager alone.
 */
#ifndef KEYWAYD_RESOLVER_H
#define KEYWAYD_RESOLVER_H

#include "libkeyway/types.h"
#include "libkwnl/kwnl.h"

#define RESOLVER_TEXT 272  /* "host:port", NUL included */
#define RESOLVER_ANSWERS 4 /* addresses of one name */

struct loop;
struct resolver;

struct resolver_answer {
	struct kw_addr peer; /* as asked */
	char text[RESOLVER_TEXT];
	struct kwnl_endpoint at[RESOLVER_ANSWERS];
	size_t n; /* 0: error says why */
	const char *error;
};

/* done runs on the loop's thread, never inside resolver_ask(). */
struct resolver *resolver_create(struct loop *loop,
				 void (*done)(void *arg, const struct resolver_answer *a),
				 void *arg);
/* Doesn't wait for a question that is with the system's resolver. */
void resolver_destroy(struct resolver *r);
void resolver_ask(struct resolver *r, const struct kw_addr *peer, const char *text);

/*
 * Resolves now, without names: -EINVAL no "host:port"; -EAGAIN a name, which
 * must be asked for.
 */
int KW_MUST resolver_parse(const char *text, struct kwnl_endpoint *at);

#endif
