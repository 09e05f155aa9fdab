/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * An endpoint where a peer may be reached, as the path manager offers it and
 * handshakes use it. Copied by value; every engine may include this.
 */
#ifndef KEYWAYD_CANDIDATE_H
#define KEYWAYD_CANDIDATE_H

#include "libkwnl/kwnl.h"

struct pathmgr_candidate {
	uint32_t socket; /* 0: the kernel chooses by family */
	struct kwnl_endpoint remote;
};

#endif
