/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The file of an identity key: PEM, mode 0600, read only when nobody else
 * could. Used by keywayd, which makes it on first start, and by `keyway key`.
 */
#ifndef KW_KEYFILE_H
#define KW_KEYFILE_H

#define KEYFILE_ERROR 512

struct kw_identity;

/* Why it failed: "what - why - next". */
struct keyfile_error {
	char text[KEYFILE_ERROR];
};

/* -ENOENT, -EPERM (others may read it), or an error of kw_identity_parse(). */
int keyfile_read(const char *path, struct kw_identity *i, struct keyfile_error *err)
	__attribute__((warn_unused_result));
/* Never replaces a file: -EEXIST. */
int keyfile_write(const char *path, const struct kw_identity *i, struct keyfile_error *err)
	__attribute__((warn_unused_result));
/* Reads it, or makes a new identity from the system's entropy and writes it. */
int keyfile_open(const char *path, struct kw_identity *i, struct keyfile_error *err)
	__attribute__((warn_unused_result));

#endif
