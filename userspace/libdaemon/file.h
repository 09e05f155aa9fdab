/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Whole files in and out: written so that a crash leaves the old or the new
 * one, read with a limit, and for secrets only when nobody else could. Used by
 * keywayd's state and by what keeps key files.
 */
#ifndef KW_FILE_H
#define KW_FILE_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Who else may touch a file that is read. */
enum file_guard {
	FILE_READABLE, /* may read it, but not write */
	FILE_SECRET,   /* neither, and it is ours or root's */
};

/*
 * Reads all of path into fresh memory ending in NUL, to be freed (a secret:
 * wiped before). -EFBIG above max; -EPERM when more may touch it than guard
 * says.
 */
int file_read(const char *path, size_t max, enum file_guard guard, char **text, size_t *size)
	__attribute__((warn_unused_result));
/* Temporary file beside it, fsync, rename, fsync of the directory. */
int file_write(const char *path, mode_t mode, const void *data, size_t size)
	__attribute__((warn_unused_result));
/* The same, but -EEXIST rather than replace. */
int file_create(const char *path, mode_t mode, const void *data, size_t size)
	__attribute__((warn_unused_result));
/*
 * Removes what writers that were killed left in dir: it may hold secrets, and
 * old ones. Nobody may be writing there.
 */
void file_sweep(const char *dir);
/* What path is, or the nearest directory above that it will be made in. */
int file_stat_nearest(const char *path, struct stat *st) __attribute__((warn_unused_result));

#endif
