// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * keywayd: takes its arguments, opens what needs privileges, gives them away,
 * and runs the loop. Owns loop, devices and control socket, made in one order
 * and ended in the mirrored one. With --background the caller waits until the
 * device is up, or sees why not.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "config.h"
#include "libdaemon/file.h"
#include "libdaemon/log.h"
#include "libdaemon/loop.h"
#include "libdaemon/privs.h"
#include "libkeyway/crypto.h"
#include "node.h"
#include "notify.h"

#define MAIN_FILE "/etc/keyway/kw0.conf"
#define MAIN_STATE "/var/lib/keyway"

const char *argp_program_version = "keywayd " KEYWAY_VERSION;

struct main_args {
	const char *const *file; /* as NULL ends them, one at least */
	bool background;
	bool check;
	int level;
	struct node_options options;
};

struct main_daemon {
	struct loop *loop;
	struct command *command;
	struct ctl *ctl;
	struct notify *notify;
	struct loop_signal *term, *intr, *hup;
	int ready; /* descriptor of the waiting parent, -1 none */
};

enum main_key {
	MAIN_CHECK = 256,
	MAIN_CLOCK_OFFSET,
	MAIN_CLOCK_STATE,
	MAIN_REKEY_AFTER,
	MAIN_UNDER_LOAD,
};

static const struct argp_option main_options[] = {
	{ "background", 'b', NULL, 0, "Return when the device is up, and go on behind", 0 },
	{ "check", MAIN_CHECK, NULL, 0, "Read FILE, say what is wrong with it, and end", 0 },
	{ "state-dir", 'S', "DIR", 0, "Keep state there instead of StateDir", 0 },
	{ "verbose", 'v', NULL, 0, "Log more; twice: everything", 0 },
	{ NULL, 0, NULL, 0, "For tests:", 1 },
	{ "clock-offset", MAIN_CLOCK_OFFSET, "SECONDS", 0, "Shift the clock", 1 },
	{ "clock-synchronised", MAIN_CLOCK_STATE, "yes|no", 0, "Don't ask the kernel", 1 },
	{ "rekey-after", MAIN_REKEY_AFTER, "SECONDS", 0, "Rekey so often", 1 },
	{ "under-load", MAIN_UNDER_LOAD, NULL, 0, "Demand cookies of everybody", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static long long main_number(struct argp_state *state, const char *arg)
{
	long long n;
	char *end;

	errno = 0;
	n = strtoll(arg, &end, 10);
	if (errno || end == arg || *end)
		argp_error(state, "%s is no number of seconds", arg);
	return n;
}

static enum clock_state main_clock_state(struct argp_state *state, const char *arg)
{
	if (!strcmp(arg, "yes"))
		return CLOCK_SYNCHRONISED;
	if (strcmp(arg, "no"))
		argp_error(state, "%s is neither yes nor no", arg);
	return CLOCK_UNSYNCHRONISED;
}

static error_t main_parse(int key, char *arg, struct argp_state *state)
{
	struct main_args *a = state->input;

	switch (key) {
	case 'b':
		a->background = true;
		return 0;
	case MAIN_CHECK:
		a->check = true;
		return 0;
	case 'S':
		if (*arg != '/')
			argp_error(state, "%s is no absolute name", arg);
		a->options.state = arg;
		return 0;
	case 'v':
		a->level = a->level < LOG_INFO ? LOG_INFO : LOG_DEBUG;
		return 0;
	case MAIN_CLOCK_OFFSET:
		a->options.clock_offset = main_number(state, arg);
		return 0;
	case MAIN_CLOCK_STATE:
		a->options.clock_state = main_clock_state(state, arg);
		return 0;
	case MAIN_REKEY_AFTER:
		a->options.rekey_after = (unsigned int)main_number(state, arg);
		return 0;
	case MAIN_UNDER_LOAD:
		a->options.under_load = true;
		return 0;
	case ARGP_KEY_ARGS:
		a->file = (const char *const *)state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp main_argp = {
	.options = main_options,
	.parser = main_parse,
	.args_doc = "[FILE...]",
	.doc = "Serves a device of the Keyway overlay network as each FILE (" MAIN_FILE
	       ") says.\v"
	       "See keywayd(8) and keyway.conf(5).",
};

static int main_say(const struct failure *f)
{
	fprintf(stderr, "keywayd: %s\n", f->text);
	return (int)f->code;
}

static int main_check(const char *const *file)
{
	struct config *config;
	struct failure f;

	for (; *file; file++) {
		config = config_read(*file, &f);
		if (!config)
			return main_say(&f);
		config_destroy(config);
	}
	return 0;
}

/* --- background ------------------------------------------------------------------ */

/* In the parent: until the child says how it went, or dies without a word. */
static int main_wait(int fd)
{
	unsigned char code = FAILURE_INTERNAL;
	ssize_t n;

	do
		n = read(fd, &code, 1);
	while (n < 0 && errno == EINTR);
	return code;
}

/* Returns in the child alone, with the descriptor to answer on. */
static int main_detach(void)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		exit(FAILURE_INTERNAL);
	pid = fork();
	if (pid < 0)
		exit(FAILURE_INTERNAL);
	if (pid) {
		close(fds[1]);
		/* _exit: streams and handlers are the child's now */
		_exit(main_wait(fds[0]));
	}
	close(fds[0]);
	setsid();
	return fds[1];
}

static void main_answer(struct main_daemon *d, int code)
{
	unsigned char byte = (unsigned char)code;
	int null;

	if (d->ready < 0)
		return;
	(void)!write(d->ready, &byte, 1);
	close(d->ready);
	d->ready = -1;
	if (code)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	(void)!chdir("/");
}

/* --- the daemon -------------------------------------------------------------------- */

static void main_stop(void *arg)
{
	struct main_daemon *d = arg;

	loop_stop(d->loop, 0);
}

/*
 * An answer to "down" is on its way: deferred, so that it is sent first. Who
 * reads it may at once start another daemon, or ask for one.
 */
static void main_last(void *arg)
{
	struct main_daemon *d = arg;

	if (d->ctl)
		ctl_stop(d->ctl);
	loop_defer(d->loop, main_stop, d);
}

static void main_reload(void *arg)
{
	struct main_daemon *d = arg;

	command_reload_all(d->command);
}

/* `keyway` would take the control socket of anybody else for a stranger's. */
static int main_check_owner(const char *dir, uid_t owner, struct failure *f)
{
	struct stat st;

	if (!stat(MAIN_STATE, &st) && S_ISDIR(st.st_mode) && st.st_uid == owner)
		return 0;
	return failure_set(f, FAILURE_PERMISSION,
			   "keywayd not started - %s is user %u's, who is neither root nor the owner of " MAIN_STATE
			   " - run: chown -R root %s",
			   dir, (unsigned int)owner, dir);
}

static int main_give_up(const struct stat *st, struct failure *f)
{
	int err = privs_become(st->st_uid, st->st_gid);

	return err ? failure_set(f, FAILURE_INTERNAL, "privileges not given up - %s - report this",
				 strerror(-err)) : 0;
}

/*
 * Started by root or by the service as its own user, the state is one and the
 * same: root goes on as whom the state of the first device belongs to.
 */
static int main_become(const struct main_args *a, struct failure *f)
{
	struct config *config = config_read(*a->file, f);
	const char *dir = a->options.state;
	struct stat st;
	int err = 0;

	if (!config)
		return -EINVAL;
	dir = dir ? dir : config->state;
	if (!geteuid() && !file_stat_nearest(dir, &st) && st.st_uid)
		err = main_check_owner(dir, st.st_uid, f) ?: main_give_up(&st, f);
	config_destroy(config);
	return err;
}

static int main_drop(const struct main_args *a, struct failure *f)
{
	int err = privs_start();

	if (!err && main_become(a, f))
		return -EINVAL;
	if (!err)
		err = privs_drop(1ull << CAP_NET_ADMIN);
	if (err)
		return failure_set(f, FAILURE_INTERNAL, "privileges not dropped - %s - report this",
				   strerror(-err));
	return 0;
}

static int main_open(struct main_daemon *d, const struct main_args *a, struct failure *f)
{
	struct ctl_conf ctl = { .requests = command_requests() };
	const char *const *file;

	d->loop = loop_create();
	d->notify = notify_create(d->loop);
	d->command = command_create(d->loop, &a->options, main_last, d);
	ctl.loop = d->loop;
	ctl.arg = d->command;
	d->ctl = ctl_create(&ctl, f);
	if (!d->ctl)
		return -EINVAL;
	d->term = loop_signal_create(d->loop, SIGTERM, main_stop, d);
	d->intr = loop_signal_create(d->loop, SIGINT, main_stop, d);
	d->hup = loop_signal_create(d->loop, SIGHUP, main_reload, d);
	for (file = a->file; *file; file++) {
		if (!command_up(d->command, *file, f))
			return -EINVAL;
	}
	return 0;
}

static void main_close(struct main_daemon *d)
{
	if (d->ctl)
		ctl_destroy(d->ctl);
	command_destroy(d->command);
	if (d->term) {
		loop_signal_destroy(d->hup);
		loop_signal_destroy(d->intr);
		loop_signal_destroy(d->term);
	}
	notify_destroy(d->notify);
	loop_destroy(d->loop);
}

static void main_announce(const struct main_args *a)
{
	const char *const *file;

	for (file = a->file; *file; file++)
		log_notice("version " KEYWAY_VERSION " serves %s", *file);
}

static int main_serve(struct main_daemon *d, const struct main_args *a)
{
	struct failure f;
	int code;

	if (main_drop(a, &f)) {
		code = main_say(&f);
		main_answer(d, code);
		return code;
	}
	if (main_open(d, a, &f)) {
		code = main_say(&f);
		main_answer(d, code);
	} else {
		if (a->background)
			log_start("keywayd", LOG_TO_SYSLOG, a->level);
		main_answer(d, 0);
		notify_ready(d->notify);
		main_announce(a);
		code = loop_run(d->loop);
	}
	main_close(d);
	return code;
}

int main(int argc, char **argv)
{
	static const char *const files[] = { MAIN_FILE, NULL };
	struct main_args args = { .file = files, .level = LOG_NOTICE };
	struct main_daemon daemon = { .ready = -1 };

	argp_err_exit_status = FAILURE_USAGE;
	argp_parse(&main_argp, argc, argv, 0, NULL, &args);
	umask(0077);
	signal(SIGPIPE, SIG_IGN);
	log_start("keywayd", LOG_TO_STDERR, args.level);
	if (kw_crypto_init()) {
		fprintf(stderr, "keywayd: cryptography not started - the library refused - reinstall libsodium\n");
		return FAILURE_INTERNAL;
	}
	if (args.check)
		return main_check(args.file);
	if (args.background)
		daemon.ready = main_detach();
	return main_serve(&daemon, &args);
}
