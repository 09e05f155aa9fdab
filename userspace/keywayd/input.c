// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Dispatch by the first byte, which the kernel has judged with the rest of
 * the message's shape; a row that is empty drops.
 */
#include "input.h"

void input_set(struct input *in, uint8_t type, const struct input_handler *handler)
{
	in->handler[type] = *handler;
}

void input_dispatch(struct input *in, const struct kwnl_control *c)
{
	uint8_t type = c->payload_len && !c->frame_type ? c->payload[0] : 0;

	if (type >= INPUT_TYPES || !in->handler[type].fn) {
		in->dropped++;
		return;
	}
	in->handler[type].fn(in->handler[type].arg, c);
}
