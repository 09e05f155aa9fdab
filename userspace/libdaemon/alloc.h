/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Memory of daemons: zeroed, and aborting when there is none, so no caller
 * handles NULL. Given back with free().
 */
#ifndef KW_ALLOC_H
#define KW_ALLOC_H

#include <stddef.h>

void *alloc_zero(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *alloc_copy(const void *from, size_t size)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
/* n elements of size; what is new is not zeroed. n * size that overflows aborts. */
void *alloc_resize(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));
char *alloc_text(const char *text) __attribute__((malloc, returns_nonnull, warn_unused_result));
char *alloc_format(const char *fmt, ...)
	__attribute__((malloc, returns_nonnull, warn_unused_result, format(printf, 1, 2)));

#endif
