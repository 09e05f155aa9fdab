// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/ctl.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/json.c */
/*
 * Any line to the control socket: the answer is one line of JSON, and no
 * handler of the owner runs for a stranger.
 */
#include <stdlib.h>
#include <string.h>

#include "fakeloop.h"
#include "keywayd/ctl.h"

static bool owner_ran;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *look(void *arg, const json_t *request)
{
	const char *text = ctl_text(request, "name");

	(void)arg;
	return text ? ctl_error(FAILURE_NOT_FOUND, "%.9s", text) : ctl_ok();
}

static json_t *change(void *arg, const json_t *request)
{
	(void)arg;
	(void)request;
	owner_ran = true;
	return ctl_ok();
}

static const struct ctl_request requests[] = {
	{ "look", CTL_ANYBODY, { "name" }, look },
	{ "do", CTL_OWNER, { "name", "list" }, change },
	{ .name = NULL },
};

static void ask(const uint8_t *data, size_t size, bool owner)
{
	char *text = ctl_answer(requests, NULL, (const char *)data, size, owner);
	json_t *answer = json_loads(text, 0, NULL);

	if (!answer || strchr(text, '\n') != text + strlen(text) - 1)
		abort();
	json_decref(answer);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owner_ran = false;
	ask(data, size, false);
	if (owner_ran)
		abort();
	ask(data, size, true);
	return 0;
}
