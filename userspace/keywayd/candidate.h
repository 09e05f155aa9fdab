/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * An endpoint where a peer may be reached, as the path manager offers it and
 * handshakes use it. Copied by value; every engine may include this.
 */
#ifndef KEYWAYD_CANDIDATE_H
#define KEYWAYD_CANDIDATE_H

#include "libkwnl/kwnl_event.h"

struct pathmgr_candidate {
	uint32_t socket; /* 0: the kernel chooses by family */
	struct kwnl_endpoint remote;
	struct kwnl_local local; /* to send from */
};

/* Where an answer goes, from the address that was asked: a filter knows no other. */
static inline struct pathmgr_candidate candidate_from(const struct kwnl_control *c)
{
	return (struct pathmgr_candidate){
		.socket = c->socket,
		.remote = c->remote,
		.local = c->local,
	};
}

#endif
