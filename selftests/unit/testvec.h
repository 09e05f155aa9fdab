/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Test vectors by path (see vectors.py). A path that isn't there ends the
 * program: a misspelt vector must never pass. Bytes land in a ring of static
 * buffers, so that a test can hold sixteen at once.
 */
#ifndef KW_TESTVEC_H
#define KW_TESTVEC_H

#include <stdint.h>

#include "test.h"
#include "vectors.h"

struct testvec {
	const uint8_t *p;
	size_t n;
};

__attribute__((format(printf, 1, 2), unused))
static const char *testvec_text(const char *format, ...)
{
	char path[200];
	va_list ap;
	size_t i;

	va_start(ap, format);
	vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (!strcmp(vectors[i].path, path))
			return vectors[i].text;
	}
	printf("Bail out! no vector %s\n", path);
	exit(1);
}

__attribute__((unused))
static unsigned long long testvec_number(const char *path)
{
	return strtoull(testvec_text("%s", path), NULL, 10);
}

/* Hex to bytes. */
__attribute__((unused))
static struct testvec testvec_bytes(const char *path)
{
	static uint8_t ring[16][2400];
	static unsigned int turn;
	const char *hex = testvec_text("%s", path);
	uint8_t *out = ring[turn++ % 16];
	size_t n = strlen(hex) / 2, i;
	unsigned int byte;

	for (i = 0; i < n && i < sizeof(ring[0]); i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			exit(1);
		out[i] = byte;
	}
	return (struct testvec){ out, n };
}

/* Is what we have the vector of this path, length and all? */
__attribute__((unused))
static int testvec_is(const void *have, size_t n, const char *path)
{
	struct testvec want = testvec_bytes(path);

	if (n != want.n)
		return test_eq(n, want.n, "%s: length", path);
	return test_mem(have, want.p, n, "%s", path);
}

#endif
