// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: tools/keyway/ctl.c -lpthread */
/* cflags: -Itools/keyway */
/*
 * The client of the control socket against a daemon that answers, refuses with
 * each code, is silent, talks nonsense, hangs up or is not there: which exit
 * code comes of it. In a network namespace of its own, whose socket is ours.
 */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli.h"
#include "ctl.h"
#include "test.h"

int cli_fail(enum cli_exit code, const char *fmt, ...)
{
	(void)fmt;
	return code;
}

#define HANG_UPS 20 /* as often as the client tries */

struct daemon {
	int fd;
	const char *answer;
};

/* One connection: reads a line, writes the answer in two parts, hangs up. */
static void *serve(void *arg)
{
	const struct daemon *daemon = arg;
	const char *answer = daemon->answer;
	const size_t half = strlen(answer) / 2;
	int client = accept(daemon->fd, NULL, NULL), i;
	char request[512];

	/* nothing to say: not to those either who try again */
	for (i = 1; !*answer && i < HANG_UPS; i++) {
		close(client);
		client = accept(daemon->fd, NULL, NULL);
	}

	if (read(client, request, sizeof(request)) > 0) {
		(void)!write(client, answer, half);
		usleep(20000);
		(void)!write(client, answer + half, strlen(answer + half));
	}
	if (!strcmp(answer, "silent"))
		sleep(2);
	close(client);
	return NULL;
}

static int listening(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(at.sun_path + 1, "keyway", 6);
	if (bind(fd, (struct sockaddr *)&at,
		 offsetof(struct sockaddr_un, sun_path) + 7) ||
	    listen(fd, 4)) {
		perror("bind");
		exit(1);
	}
	return fd;
}

/* Asks a daemon that runs so; error has its sentence. */
static int ask_daemon(struct daemon *daemon, void *(*run)(void *), char error[CTL_ERROR])
{
	json_t *got = NULL;
	pthread_t thread;
	int code;

	pthread_create(&thread, NULL, run, daemon);
	code = ctl_ask(json_pack("{ss}", "cmd", "status"), 1, &got, error);
	pthread_join(thread, NULL);
	json_decref(got);
	return code;
}

static int ask(int fd, const char *answer, char error[CTL_ERROR])
{
	struct daemon daemon = {fd, answer};

	return ask_daemon(&daemon, serve, error);
}

static void test_refusals(int fd)
{
	static const int codes[] = {1, 2, 4, 5, 6, 7, 9, 10};
	char error[CTL_ERROR], answer[128];
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(answer, sizeof(answer),
			 "{\"ok\": false, \"code\": %d, \"error\": \"a - b - c\"}\n",
			 codes[i]);
		test_eq(ask(fd, answer, error), codes[i], "code %d is passed on",
			codes[i]);
		test_ok(!strcmp(error, "a - b - c"), "with its sentence");
	}
	test_eq(ask(fd, "{\"ok\": false, \"code\": 0}\n", error), 1,
		"a refusal that says success is a failure");
	test_eq(ask(fd, "{\"ok\": false, \"code\": 77}\n", error), 1,
		"so is an unknown code");
	test_ok(*error, "and there is a sentence all the same");
}

static void test_answers(int fd)
{
	char error[CTL_ERROR];

	test_eq(ask(fd, "{\"ok\": true, \"name\": \"kw0\"}\n", error), 0, "an answer");
	test_eq(ask(fd, "hello\n", error), 1, "no JSON");
	test_eq(ask(fd, "[1]\n", error), 1, "no object");
	test_eq(ask(fd, "{\"ok\": true", error), 1, "half an answer");
	test_eq(ask(fd, "", error), 1, "a daemon that always hangs up");
	test_eq(ask(fd, "silent", error), CLI_TIMEOUT, "a daemon that is silent");
}

/* Somebody else has taken the name: no word is said to him. */
static void test_impostor(void)
{
	char error[CTL_ERROR], c = 0;
	json_t *got = NULL;
	int fd, ready[2];
	pid_t pid;

	if (geteuid() || pipe(ready))
		return;
	pid = fork();
	if (!pid) {
		fd = setuid(12345) ? -1 : listening();
		(void)!write(ready[1], &c, 1);
		fd = accept(fd, NULL, NULL);
		_exit(read(fd, &c, 1) == 1);
	}
	(void)!read(ready[0], &c, 1);
	test_eq(ctl_ask(json_pack("{ss}", "cmd", "status"), 1, &got, error),
		CLI_PERMISSION, "an impostor is not believed");
	test_ok(!!strstr(error, "user 12345"), "and named");
	waitpid(pid, &fd, 0);
	test_eq(fd, 0, "and hears nothing");
}

/* Hangs up on who was accepted, and takes the name along or gives it on. */
static void *end(void *arg)
{
	struct daemon *daemon = arg;
	int client = accept(daemon->fd, NULL, NULL);

	close(daemon->fd);
	daemon->fd = *daemon->answer ? listening() : -1;
	close(client);
	if (daemon->fd >= 0)
		serve(daemon);
	return NULL;
}

static int ask_ending(const char *next)
{
	struct daemon daemon = {listening(), next};
	char error[CTL_ERROR];
	int code = ask_daemon(&daemon, end, error);

	close(daemon.fd);
	return code;
}

static void test_endings(void)
{
	test_eq(ask_ending(""), CLI_DAEMON_DOWN, "a daemon that is just ending is none");
	test_eq(ask_ending("{\"ok\": true}\n"), 0, "the one after it is asked instead");
}

int main(void)
{
	char error[CTL_ERROR];
	json_t *got;
	int fd;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		test_ok(1, "ctl # SKIP no network namespace may be made here");
		return test_done();
	}
	test_eq(ctl_ask(json_pack("{ss}", "cmd", "status"), 1, &got, error),
		CLI_DAEMON_DOWN, "no daemon");
	test_ok(!!strstr(error, "keyway up"), "and what to do about it");
	test_impostor();
	test_endings();
	fd = listening();
	test_answers(fd);
	test_refusals(fd);
	test_eq(ctl_ask(NULL, 1, &got, error), CLI_USAGE, "arguments that are no UTF-8");
	close(fd);
	return test_done();
}
