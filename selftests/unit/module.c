// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: tools/keyway/module.c */
/* cflags: -Itools/keyway -DKEYWAY_VERSION=\"0\" */
/*
 * What is said where keyway.ko is missing: on a kernel that it can't be built
 * for, to boot another one; on any other, what to install.
 */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "cli.h"
#include "module.h"
#include "test.h"

static const char *running;
static char said[512];

int uname(struct utsname *u)
{
	snprintf(u->release, sizeof(u->release), "%s", running);
	return 0;
}

int cli_fail(enum cli_exit code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	return code;
}

static void tells(const char *release, const char *words)
{
	running = release;
	test_eq(module_report(), CLI_NOT_FOUND, "%s: it is not there", release);
	if (!test_ok(strstr(said, words) && strstr(said, release), "%s: %s", release, words))
		printf("# %s\n", said);
}

int main(void)
{
	if (!access("/sys/module/keyway", F_OK)) {
		test_ok(1, "module # SKIP keyway.ko is loaded here");
		return test_done();
	}
	tells("6.1.0-unit", "boot a newer one");
	tells("6.9.99-unit", "boot a newer one");
	tells("5.19.0-unit", "boot a newer one");
	tells("6.12.0-unit", "make && sudo make install");
	tells("6.100.1-unit", "make && sudo make install");
	tells("7.3-rc1-unit", "make && sudo make install");
	return test_done();
}
