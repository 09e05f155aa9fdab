/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Tests of many small checks: TEST(what_it_shows) { CHECK(...); } is one line
 * of TAP, not ok if any CHECK in it fails; TEST_MAIN() runs them in the order
 * of the file. On top of test.h, for the tests of kmod's pure files.
 */
#ifndef KW_CASES_H
#define KW_CASES_H

#include "test.h"

#define CASES_MAX	100

static struct {
	const char *name;
	void (*run)(void);
} cases[CASES_MAX];

static unsigned int cases_count;
static int cases_good;

static void cases_add(const char *name, void (*run)(void))
{
	if (cases_count == CASES_MAX)
		abort();
	cases[cases_count].name = name;
	cases[cases_count++].run = run;
}

static void cases_run(void)
{
	unsigned int i;

	for (i = 0; i < cases_count; i++) {
		cases_good = 1;
		cases[i].run();
		test_ok(cases_good, "%s", cases[i].name);
	}
}

#define TEST(what)							\
	static void what(void);						\
	__attribute__((constructor)) static void what##_add(void)	\
	{								\
		cases_add(#what, what);					\
	}								\
	static void what(void)

#define CHECK(condition) do {						\
	if (!(condition)) {						\
		printf("# line %d: %s\n", __LINE__, #condition);	\
		cases_good = 0;						\
	}								\
} while (0)

#define TEST_MAIN()							\
	int main(void)							\
	{								\
		cases_run();						\
		return test_done();					\
	}

#endif
