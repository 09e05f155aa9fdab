// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The kernel module as a user has to care for it: installed for this kernel,
 * loaded, of the version that this program was made with. Owns nothing; called
 * by cli.c when the family does not answer, and by `keyway up`.
 */
#include "module.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

#define MODULE_SYSFS "/sys/module/keyway"

static bool module_loaded(void)
{
	return !access(MODULE_SYSFS, F_OK);
}

/* Is there a keyway.ko, compressed or not, in the kernel's list? */
static bool module_installed(const char *release)
{
	bool found = false;
	char path[256];
	char line[4096];
	FILE *f;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, ":")] = '\0';
		found = strstr(line, "/keyway.ko");
	}
	fclose(f);
	return found;
}

/* Then no headers help: the Makefile builds for another kernel than this. */
static bool module_too_old(const char *release)
{
	unsigned int major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 12));
}

static int module_missing(void)
{
	struct utsname u;

	uname(&u);
	if (module_too_old(u.release))
		return cli_fail(
			CLI_NOT_FOUND,
			"no kernel module - the running kernel %s is too old, keyway.ko "
			"needs 6.12 or newer - boot a newer one, see: ls /lib/modules",
			u.release);
	if (module_installed(u.release))
		return cli_fail(
			CLI_NOT_FOUND,
			"no kernel module - keyway.ko is installed for %s but not "
			"loaded - modprobe keyway",
			u.release);
	return cli_fail(
		CLI_NOT_FOUND,
		"no kernel module - keyway.ko is not installed for the running kernel "
		"%s - install linux-headers-%s, then make && sudo make install",
		u.release, u.release);
}

static bool module_version(char *out, size_t size)
{
	FILE *f = fopen(MODULE_SYSFS "/version", "re");
	bool ok;

	if (!f)
		return false;
	ok = fgets(out, size, f);
	fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

static int module_other(const char *version)
{
	return cli_fail(
		CLI_INTERNAL,
		"wrong kernel module - keyway.ko %s is loaded, this program is %s - "
		"make && make install, then keyway down; rmmod keyway; modprobe keyway",
		version, KEYWAY_VERSION);
}

int module_report(void)
{
	char version[64] = "of another version";

	if (!module_loaded())
		return module_missing();
	(void)module_version(version, sizeof(version));
	return module_other(version);
}

int module_check_version(void)
{
	char version[64];

	if (!module_version(version, sizeof(version)) || !strcmp(version, KEYWAY_VERSION))
		return CLI_OK;
	return module_other(version);
}

static bool module_modprobe(void)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return false;
	if (!pid) {
		execlp("modprobe", "modprobe", "-q", "keyway", (char *)NULL);
		execl("/sbin/modprobe", "modprobe", "-q", "keyway", (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

int module_load(void)
{
	if (module_loaded())
		return module_check_version();
	if (geteuid() == 0 && module_modprobe() && module_loaded())
		return module_check_version();
	return module_missing();
}
