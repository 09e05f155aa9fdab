/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Why something that a person asked for failed: a sentence "what - why - next
 * command" and the exit code that keyway ends with. Filled by what main.c and
 * the control socket call; any file of keywayd may include this.
 */
#ifndef KEYWAYD_FAILURE_H
#define KEYWAYD_FAILURE_H

#include "libdaemon/conf.h"

#define FAILURE_TEXT 640

enum failure_code {
	FAILURE_INTERNAL = 1,
	FAILURE_USAGE = 2,
	FAILURE_NOT_FOUND = 4,
	FAILURE_DENIED = 5,
	FAILURE_UNTRUSTED = 6,
	FAILURE_TIMEOUT = 7,
	FAILURE_CONFIG = 9,
	FAILURE_PERMISSION = 10,
};

struct failure {
	enum failure_code code;
	char text[FAILURE_TEXT];
};

/* Always -EINVAL, so that callers can return it. */
int failure_set(struct failure *f, enum failure_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "FILE:LINE:COLUMN: …", code CONFIG. */
int failure_set_at(struct failure *f, const char *file, const struct conf_error *at);

#endif
