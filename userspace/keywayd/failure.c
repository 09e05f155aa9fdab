// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Fills struct failure. Owns nothing; called by every step that may refuse
 * what a person asked for.
 */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int failure_set(struct failure *f, enum failure_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	f->code = code;
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	return -EINVAL;
}

int failure_set_at(struct failure *f, const char *file, const struct conf_error *at)
{
	return failure_set(f, FAILURE_CONFIG, "%s:%u:%u: %s", file, at->line, at->column, at->text);
}
