/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Which engine takes which message from another node: a table by type, filled
 * by whoever makes the engines. Messages outside a session here; control
 * frames of sessions (types 16 and above) get their own rows when they exist.
 * Loop thread.
 */
#ifndef KEYWAYD_INPUT_H
#define KEYWAYD_INPUT_H

#include "libkwnl/kwnl_event.h"

#define INPUT_TYPES 7 /* 1 … 6 */

struct input_handler {
	void (*fn)(void *arg, const struct kwnl_control *c);
	void *arg;
};

struct input {
	struct input_handler handler[INPUT_TYPES];
	uint64_t dropped; /* of no type, or one that nobody takes */
};

void input_set(struct input *in, uint8_t type, const struct input_handler *handler);
void input_dispatch(struct input *in, const struct kwnl_control *c);

#endif
