// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Memory of daemons: aborts when there is none. Owns nothing; called by every
 * file of a daemon that must keep something.
 */
#include "alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *alloc_must(void *p)
{
	if (!p)
		abort();
	return p;
}

void *alloc_zero(size_t size)
{
	return alloc_must(calloc(1, size ? size : 1));
}

void *alloc_copy(const void *from, size_t size)
{
	void *p = alloc_zero(size);

	if (size)
		memcpy(p, from, size);
	return p;
}

void *alloc_resize(void *p, size_t n, size_t size)
{
	return alloc_must(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *alloc_text(const char *text)
{
	return alloc_copy(text, strlen(text) + 1);
}

char *alloc_format(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	return text;
}
