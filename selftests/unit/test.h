/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * TAP for unit tests: one call per behaviour, the name says which. A program
 * ends with `return test_done();`, which prints the plan and fails if a check
 * failed or none ran. Needs nothing but the C library, so that tests of kernel
 * files can use it too.
 */
#ifndef KW_TEST_H
#define KW_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int test_ran;
static unsigned int test_failed;

__attribute__((format(printf, 2, 3), unused))
static int test_ok(int ok, const char *name, ...)
{
	va_list ap;

	printf("%sok %u - ", ok ? "" : "not ", ++test_ran);
	va_start(ap, name);
	vprintf(name, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	test_failed += !ok;
	return ok;
}

/* Numbers; says both when they differ. */
__attribute__((format(printf, 3, 4), unused))
static int test_eq(long long have, long long want, const char *name, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, name);
	vsnprintf(text, sizeof(text), name, ap);
	va_end(ap);
	if (!test_ok(have == want, "%s", text))
		printf("# have %lld, want %lld\n", have, want);
	return have == want;
}

/* Bytes; shows both when they differ. */
__attribute__((format(printf, 4, 5), unused))
static int test_mem(const void *have, const void *want, size_t n, const char *name, ...)
{
	const unsigned char *h = have, *w = want;
	int same = !memcmp(have, want, n);
	char text[200];
	va_list ap;
	size_t i;

	va_start(ap, name);
	vsnprintf(text, sizeof(text), name, ap);
	va_end(ap);
	if (test_ok(same, "%s", text))
		return 1;
	for (i = 0; i < n && h[i] == w[i]; i++)
		;
	printf("# byte %zu of %zu: have %02x, want %02x\n", i, n, h[i], w[i]);
	return 0;
}

__attribute__((unused))
static int test_done(void)
{
	printf("1..%u\n", test_ran);
	if (test_failed)
		printf("# %u of %u failed\n", test_failed, test_ran);
	return test_failed || !test_ran;
}

#endif
