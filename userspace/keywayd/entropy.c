// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Random bytes from the kernel. getrandom() blocks until the pool is seeded
 * once after boot and can't fail afterwards, so a failure is a broken system.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "entropy.h"

void entropy_fill(void *out, size_t n)
{
	uint8_t *p = out;
	ssize_t got;

	while (n) {
		got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		p += got;
		n -= (size_t)got;
	}
}

uint32_t entropy_below(uint32_t below)
{
	uint64_t v;

	entropy_fill(&v, sizeof(v));
	return (uint32_t)(v % below);
}
