/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Is an authentic INIT new, or a recording? At once by its timestamp where one
 * is remembered; else by a challenge that we gave out in this or the previous
 * 10 s, each good once (protocol.md, Freshness). No clock and no disk can lock
 * anyone out: it costs a round trip. Sans I/O. Loop thread.
 */
#ifndef KEYWAYD_FRESHNESS_H
#define KEYWAYD_FRESHNESS_H

#include "libkeyway/message.h"

struct freshness;

#define FRESHNESS_USED 4096 /* challenges remembered as used */

/* What is known of the sender. */
struct freshness_view {
	uint64_t stamp;	 /* of its last accepted INIT, ns since 1970; 0 none */
	bool stamp_ok;	 /* the new one isn't far ahead of our clock */
	bool undated;	 /* its certificate was made without a clock */
	uint64_t now;	 /* ns of boot time */
};

enum freshness_verdict {
	FRESHNESS_ACCEPT,
	FRESHNESS_RETRY,
};

struct freshness *freshness_create(void);
void freshness_destroy(struct freshness *f);

/* ACCEPT uses up the challenge that it rests on. */
enum freshness_verdict KW_MUST freshness_check(struct freshness *f, const struct kw_message_init *in,
					       const struct freshness_view *v);
void freshness_challenge(struct freshness *f, const struct kw_key *id, uint64_t now,
			 uint8_t out[KW_MESSAGE_CHALLENGE]);

#endif
