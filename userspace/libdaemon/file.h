/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Whole files in and out: written so that a crash leaves the old or the new
 * one, read with a limit, and for secrets only when nobody else could. Used by
 * keywayd's state and by `keyway key`.
 */
#ifndef KW_FILE_H
#define KW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct kw_identity;

#define FILE_ERROR 512

/* Why it failed: "what - why - next". */
struct file_error {
	char text[FILE_ERROR];
};

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

/* An identity (PEM, 0600). Errors carry a sentence for the user. */
int file_read_identity(const char *path, struct kw_identity *i, struct file_error *err)
	__attribute__((warn_unused_result));
int file_create_identity(const char *path, const struct kw_identity *i, struct file_error *err)
	__attribute__((warn_unused_result));

#endif
