// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway up`, `down` and `reload`: hands a configuration file to the daemon
 * of this network namespace, starting one when there is none.
 */
#include "commands.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "ctl.h"
#include "module.h"
#include "print.h"

#define UP_DIRECTORY "/etc/keyway"
#define UP_DEFAULT   "kw0"

/* FILE, or the name of a device whose file is in /etc/keyway. */
static int up_find_file(const char *word, char path[PATH_MAX])
{
	char guess[PATH_MAX];

	if (!word)
		word = UP_DEFAULT;
	if (strchr(word, '/') || strchr(word, '.'))
		snprintf(guess, sizeof(guess), "%s", word);
	else
		snprintf(guess, sizeof(guess), UP_DIRECTORY "/%s.conf", word);
	if (realpath(guess, path))
		return CLI_OK;
	return cli_fail(cli_code(-errno), "%s - %s - write it first: man keyway.conf",
			guess, strerror(errno));
}

/* The daemon beside this program, as in a build tree and in /usr/local. */
static void up_exec(const char *path)
{
	static const char *const beside[] = {"keywayd", "../sbin/keywayd"};
	char self[PATH_MAX / 2], full[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	size_t i;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	for (i = 0; slash && i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(full, sizeof(full), "%.*s/%s", (int)(slash - self), self,
			 beside[i]);
		execl(full, "keywayd", "--background", path, (char *)NULL);
	}
	execlp("keywayd", "keywayd", "--background", path, (char *)NULL);
	_exit(127);
}

static int up_start(const char *path)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		up_exec(path);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return cli_fail(CLI_INTERNAL, "keywayd - %s - see dmesg",
				strerror(errno));
	if (WIFSIGNALED(status))
		return cli_fail(CLI_INTERNAL,
				"keywayd - it was killed by signal %d - see dmesg and "
				"journalctl -t keywayd",
				WTERMSIG(status));
	if (WEXITSTATUS(status) == 127)
		return cli_fail(CLI_NOT_FOUND,
				"keywayd - it is not installed - make install");
	return WEXITSTATUS(status);
}

static int up_report(struct cli *cli, json_t *answer, const char *what)
{
	json_object_del(answer, "ok");
	if (cli->json)
		return print_json(answer);
	printf("%s %s\n", json_string_value(json_object_get(answer, "name")), what);
	json_decref(answer);
	return CLI_OK;
}

/* The device that the daemon has made of the file. A new reference. */
static json_t *up_name(const char *path)
{
	char error[CTL_ERROR];
	json_t *answer, *device, *name = NULL;
	const char *file;
	size_t i;

	if (ctl_ask(json_pack("{ss}", "cmd", "status"), CTL_TIMEOUT, &answer, error))
		return json_string(path);
	json_array_foreach(json_object_get(answer, "devices"), i, device)
	{
		file = json_string_value(json_object_get(device, "file"));
		if (file && !strcmp(file, path))
			name = json_incref(json_object_get(device, "name"));
	}
	json_decref(answer);
	return name ? name : json_string(path);
}

/* A daemon that is started says so itself, on the same terminal. */
static void up_warn(const json_t *answer)
{
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(answer, "absent"), i, name)
		fprintf(stderr,
			"keyway: uplink %s not used - there is no such interface - it "
			"will be once it comes, see: ip link\n",
			json_string_value(name));
}

int up_run(struct cli *cli)
{
	const char *word = cli_next(cli);
	char error[CTL_ERROR];
	char path[PATH_MAX];
	json_t *answer;
	int code;

	if (cli->argc)
		return cli_usage(cli);
	code = up_find_file(word, path);
	if (!code)
		code = module_load();
	if (code)
		return code;
	code = ctl_ask(json_pack("{ss ss}", "cmd", "up", "file", path), CTL_TIMEOUT_UP,
		       &answer, error);
	if (!code) {
		up_warn(answer);
		return up_report(cli, answer, "is up");
	}
	if (code != CLI_DAEMON_DOWN)
		return cli_fail(code, "%s", error);
	code = up_start(path);
	if (code)
		return code;
	return up_report(cli, json_pack("{so}", "name", up_name(path)), "is up");
}

/* A device that no daemon serves may still be there: the kernel keeps it. */
static int up_down_kernel(struct cli *cli, int code, const char *error)
{
	unsigned int n;
	int err = cli_count_devices(cli, &n);

	if (err)
		return err;
	if (!n)
		return cli_fail(code, "%s", error);
	err = cli_open_device(cli);
	if (err)
		return err;
	err = kwnl_del_dev(cli->kwnl, cli->dev.id);
	if (err)
		return cli_fail_kernel(cli, err, "device %s", cli->dev.ifname);
	return up_report(cli, json_pack("{ss}", "name", cli->dev.ifname),
			 "is down (no daemon served it)");
}

int up_run_down(struct cli *cli)
{
	char error[CTL_ERROR];
	json_t *answer;
	int code;

	code = cli_take_device(cli);
	if (code)
		return code;
	code = ctl_ask(cli_request(cli, "down"), CTL_TIMEOUT, &answer, error);
	if (!code)
		return up_report(cli, answer, "is down");
	if (code != CLI_DAEMON_DOWN && (code != CLI_NOT_FOUND || !cli->device))
		return cli_fail(code, "%s", error);
	return up_down_kernel(cli, code, error);
}

int up_run_reload(struct cli *cli)
{
	json_t *answer;
	int code;

	code = cli_take_device(cli);
	if (!code)
		code = ctl_call(cli_request(cli, "reload"), CTL_TIMEOUT_UP, &answer);
	return code ? code : up_report(cli, answer, "is reloaded");
}
