// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/ctl.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/json.c */
/*
 * One line in, one line out: who may ask what, and that nothing but a well
 * formed request reaches a handler. The socket itself is the scenarios'.
 */
#include "fakeloop.h"
#include "keywayd/ctl.h"
#include "test.h"

static unsigned int handled;

static json_t *handle(void *arg, const json_t *request)
{
	(void)arg;
	handled++;
	return ctl_text(request, "name")
		       ? ctl_error(FAILURE_NOT_FOUND, "%s", ctl_text(request, "name"))
		       : ctl_ok();
}

static const struct ctl_request requests[] = {
	{"look", CTL_ANYBODY, {"name"}, handle},
	{"do", CTL_OWNER, {NULL}, handle},
	{.name = NULL},
};

/* The answer's code, 0 for ok, -1 for what is no answer. */
static int ask(const char *line, bool owner)
{
	char *text = ctl_answer(requests, NULL, line, strlen(line), owner);
	json_t *answer = json_loads(text, 0, NULL);
	int code = -1;

	if (answer && text[strlen(text) - 1] == '\n' && !strchr(text, '\n')[1])
		code = json_is_true(json_object_get(answer, "ok"))
			       ? 0
			       : (int)json_integer_value(json_object_get(answer, "code"));
	json_decref(answer);
	free(text);
	return code;
}

int main(void)
{
	char deep[4001], nested[5000];

	test_eq(ask("{\"cmd\":\"look\"}", false), 0, "a request of anybody");
	test_eq(ask("{\"cmd\":\"do\"}", true), 0, "a request of the owner");
	handled = 0;
	test_eq(ask("{\"cmd\":\"do\"}", false), FAILURE_PERMISSION,
		"no stranger does what the owner may");
	test_eq(ask("{\"cmd\":\"nothing\"}", true), FAILURE_USAGE, "an unknown request");
	test_eq(ask("{}", true), FAILURE_USAGE, "no request");
	test_eq(ask("{\"cmd\":7}", true), FAILURE_USAGE, "a request that is no text");
	test_eq(ask("{\"cmd\":\"do\",\"extra\":1}", true), FAILURE_USAGE,
		"an unknown member");
	test_eq(ask("{\"cmd\":\"do\",\"cmd\":\"do\"}", true), FAILURE_USAGE,
		"a member twice");
	test_eq(ask("[1]", true), FAILURE_USAGE, "an array");
	test_eq(ask("{\"cmd\":", true), FAILURE_USAGE, "half an object");
	test_eq(ask("", true), FAILURE_USAGE, "an empty line");
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	snprintf(nested, sizeof(nested), "{\"cmd\":%s", deep);
	test_eq(ask(nested, true), FAILURE_USAGE, "a deep nest");
	test_eq(handled, 0, "none of these reached a handler");
	test_eq(ask("{\"cmd\":\"look\",\"name\":\"\303\251\"}", true), FAILURE_NOT_FOUND,
		"other alphabets come back");
	test_eq(ask("{\"cmd\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\303\251\"}",
		    true),
		FAILURE_USAGE, "even cut inside a character");
	return test_done();
}
