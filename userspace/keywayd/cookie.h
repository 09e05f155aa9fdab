/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Cookies, both sides. As responder: secrets drawn anew every two minutes and
 * given to the kernel, which checks mac2; the rule of when we are under load;
 * the COOKIE message. As initiator: cookies received, kept 110 s per socket
 * and remote address. Called by handshake.c, initiator.c and responder.c. Loop
 * thread.
 */
#ifndef KEYWAYD_COOKIE_H
#define KEYWAYD_COOKIE_H

#include "libkeyway/message.h"
#include "libkwnl/kwnl_event.h"
#include "candidate.h"

struct cookie;
struct loop;

#define COOKIE_KEPT_MAX 256 /* received cookies; the oldest goes */

struct cookie_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	bool under_load; /* always; for tests */
};

/* Draws secrets and gives them to the kernel from then on. */
struct cookie *cookie_create(const struct cookie_conf *conf);
void cookie_destroy(struct cookie *c);
/* Gives the kernel the secrets now; again after a device was made anew. */
int KW_MUST cookie_install(struct cookie *c);

/* An INIT's DHs were begun; busy: the workers' queue is long. */
void cookie_count(struct cookie *c, bool busy);
/* Must this moment's INIT carry a cookie? Holds a second longer than its cause. */
bool KW_MUST cookie_demanded(const struct cookie *c);
void cookie_write(struct cookie *c, const struct kw_message_init_view *v,
		  const struct kw_message_domain *d, const struct kw_source *from,
		  uint8_t out[KW_MESSAGE_COOKIE_SIZE]);

/* Initiator's side. */
void cookie_keep(struct cookie *c, const struct pathmgr_candidate *to,
		 const struct kw_mackey *cookie);
/* NULL: none that is fresh. */
const struct kw_mackey *cookie_lookup(const struct cookie *c, const struct pathmgr_candidate *to);

#endif
