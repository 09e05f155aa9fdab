// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/ctl.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/json.c */
/*
 * The end of a control socket: its name is another daemon's from the stop on,
 * before the first has gone. In a network namespace of its own.
 */
#include <sched.h>
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/ctl.h"
#include "test.h"

int main(void)
{
	static const struct ctl_request requests[] = { { .name = NULL } };
	struct loop loop = { 0 };
	struct ctl_conf conf = { .loop = &loop, .requests = requests };
	struct ctl *ending, *next;
	struct failure f;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		printf("ok 1 - # SKIP no network namespace may be made here\n1..1\n");
		return 0;
	}
	ending = ctl_create(&conf, &f);
	if (!ending)
		return 1;
	test_ok(!ctl_create(&conf, &f) && f.code == FAILURE_DENIED, "the name is taken");
	ctl_stop(ending);
	next = ctl_create(&conf, &f);
	test_ok(!!next, "until its holder stops");
	ctl_destroy(ending);
	test_ok(!ctl_create(&conf, &f), "whose end takes it from nobody");
	if (next)
		ctl_destroy(next);
	return test_done();
}
