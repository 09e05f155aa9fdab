// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/ctl.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/json.c userspace/libdaemon/loop.c */
/* cflags: -levent */
/*
 * The control socket beside strangers who connect and stay silent: its owner
 * still gets in. In a network namespace of its own, as the socket's name is;
 * only root can be both, anybody else skips.
 */
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keywayd/ctl.h"
#include "libdaemon/loop.h"
#include "test.h"

#define STRANGERS 40

static json_t *handle(void *arg, const json_t *request)
{
	(void)request;
	loop_stop(arg, 0);
	return ctl_ok();
}

static void too_late(void *arg)
{
	loop_stop(arg, 1);
}

static int call(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(at.sun_path + 1, CTL_NAME, strlen(CTL_NAME));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&at,
			      offsetof(struct sockaddr_un, sun_path) + 1 + strlen(CTL_NAME)))
		_exit(1);
	return fd;
}

/* Tells by closing wait that all strangers are in, and goes when killed. */
static pid_t strangers(int ready)
{
	pid_t pid = fork();
	int i;

	if (pid)
		return pid;
	if (setresuid(65534, 65534, 65534))
		_exit(1);
	for (i = 0; i < STRANGERS; i++)
		call();
	close(ready);
	pause();
	_exit(0);
}

static pid_t owner(int ready, int wait)
{
	static const char line[] = "{\"cmd\":\"do\"}\n";
	pid_t pid = fork();
	char byte;

	if (pid)
		return pid;
	close(ready);
	(void)!read(wait, &byte, 1);
	(void)!send(call(), line, sizeof(line) - 1, MSG_NOSIGNAL);
	pause();
	_exit(0);
}

static void serves_its_owner(struct loop *loop, const struct ctl_request *requests)
{
	struct loop_timer *timer = loop_timer_create(loop, too_late, loop);
	struct ctl_conf conf = { .loop = loop, .requests = requests, .arg = loop };
	struct failure f;
	struct ctl *ctl = ctl_create(&conf, &f);
	pid_t pid[2];
	int fds[2];

	if (!ctl || pipe(fds))
		abort();
	pid[0] = strangers(fds[1]);
	pid[1] = owner(fds[1], fds[0]);
	close(fds[1]);
	loop_timer_set(timer, 3 * LOOP_SECOND);
	test_eq(loop_run(loop), 0, "%d silent strangers don't keep the owner out", STRANGERS);
	kill(pid[0], SIGKILL);
	kill(pid[1], SIGKILL);
	while (wait(NULL) > 0)
		;
	loop_timer_destroy(timer);
	ctl_destroy(ctl);
	close(fds[0]);
}

int main(void)
{
	static const struct ctl_request requests[] = {
		{ "do", CTL_OWNER, { NULL }, handle },
		{ .name = NULL },
	};
	struct loop *loop;

	if (geteuid() || unshare(CLONE_NEWNET)) {
		printf("ok 1 - # SKIP only root can be owner and stranger\n1..1\n");
		return 0;
	}
	loop = loop_create();
	serves_its_owner(loop, requests);
	loop_destroy(loop);
	return test_done();
}
