// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/mac1.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Any datagram through the checks of messages outside a session, in pieces of
 * exactly the promised size so that reading beyond them is seen. What passes
 * must have a type, length and version of the protocol.
 */
#include <stdlib.h>

#include "drop.h"
#include "kshim.h"
#include "mac1.h"

int kshim_fail = -1;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static u8 *copy(const u8 *from, size_t len)
{
	u8 *to = malloc(len ? len : 1);

	memcpy(to, from, len);
	return to;
}

static void check_macs(const struct kw_mac1_message *msg, const u8 *data)
{
	struct kw_mac1_keys keys = { .count = KW_MAC1_KEYS };
	struct kw_mac1_secrets secrets = { .count = KW_COOKIE_PERIODS };
	struct kw_mac1_source source = {};
	u8 id = 0xff;

	keys.key[KW_MAC1_KEYS - 1].id = KW_MAC1_KEYS - 1;
	if (kw_mac1_check(&keys, msg, &id) == KW_DROP_NONE && id >= KW_MAC1_KEYS)
		abort();
	(void)!kw_mac1_answer_check(&keys.key[0].key, msg);
	if (data[0] == KW_MESSAGE_INIT && kw_mac1_has_mac2(msg))
		(void)!kw_mac1_cookie_ok(&secrets, &source, data, msg->len);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	size_t head = min_t(size_t, size, KW_MAC1_HEAD_LEN);
	size_t tail = min_t(size_t, size, KW_MAC1_TAIL_LEN);
	u8 *first = copy(data, head);
	u8 *last = copy(data + size - tail, tail);
	struct kw_mac1_message msg = { first, last, size };

	if (kw_mac1_shape(&msg) == KW_DROP_NONE) {
		if (size < 48 || size > 1160 || !data[0] || data[0] > 6 ||
		    data[1] != 1 || data[2] || (data[0] != 1 && data[3]))
			abort();
		check_macs(&msg, data);
	}
	free(first);
	free(last);
	return 0;
}
