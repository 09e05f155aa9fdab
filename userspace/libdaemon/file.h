/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Whole files in and out: written so that a crash leaves the old or the new
 * one, read with a limit, and for secrets only when nobody else could. Used by
 * keywayd's state and by what keeps key files.
 */
#ifndef KW_FILE_H
#define KW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Reads all of path into fresh memory ending in NUL, to be freed (a secret:
 * wiped before). -EFBIG above max; secret: -EPERM when group or others may
 * read or write it, or when it isn't ours or root's.
 */
int file_read(const char *path, size_t max, bool secret, char **text, size_t *size)
	__attribute__((warn_unused_result));
/* Temporary file beside it, fsync, rename, fsync of the directory. */
int file_write(const char *path, mode_t mode, const void *data, size_t size)
	__attribute__((warn_unused_result));
/* The same, but -EEXIST rather than replace. */
int file_create(const char *path, mode_t mode, const void *data, size_t size)
	__attribute__((warn_unused_result));

#endif
