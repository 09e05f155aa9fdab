// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/fib.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Any list of prefixes and any source: grants are made only of good prefixes,
 * and whatever is granted, a forbidden source never passes, nor a foreign key
 * address.
 */
#include <stdlib.h>

#include "fib.h"
#include "kshim.h"

int kshim_fail = -1;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_source(const struct kw_fib_grant *grant, const u8 *source)
{
	struct kw_addr v6 = kw_addr_v6(source), v4;
	__be32 word;

	memcpy(&word, source, sizeof(word));
	v4 = kw_addr_v4(word);
	if (kw_fib_source_ok(grant, 6, source)) {
		if (kw_addr_is_v4(&v6))
			abort();
		if (kw_fib_forbidden(&v6) && !kw_addr_equal(&v6, &grant->key))
			abort();
	} else if (kw_addr_equal(&v6, &grant->key) && kw_addr_is_key(&v6)) {
		abort();
	}
	if (kw_fib_source_ok(grant, 4, source) && kw_fib_forbidden(&v4) &&
	    !kw_addr_equal(&v4, &grant->key))
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct kw_prefix prefix[KW_PREFIXES_PER_PEER + 2];
	struct kw_fib_grant *grant;
	struct kw_addr key;
	size_t count;

	if (size < 33)
		return 0;
	count = min_t(size_t, (size - 33) / sizeof(*prefix), ARRAY_SIZE(prefix));
	memcpy(prefix, data + 33, count * sizeof(*prefix));
	key = kw_addr_v6(data);
	memcpy(&key, "\x20\x01\x00\x2f", 4);
	grant = kw_fib_grant_create(&key, data[32] & 1, prefix, count);
	if (IS_ERR(grant))
		return 0;
	check_source(grant, data + 16);
	check_source(grant, key.byte);
	kw_fib_grant_destroy(grant);
	return 0;
}
