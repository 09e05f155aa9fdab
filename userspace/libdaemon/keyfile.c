// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The file of an identity key. Owns no memory beyond a call: texts that hold
 * the key are wiped before they are freed. Called by keywayd and `keyway key`.
 */
#include "keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "file.h"
#include "libkeyway/identity.h"

#define KEYFILE_MAX 8192

static int keyfile_explain(const char *path, int err, struct keyfile_error *e)
{
	switch (err) {
	case -ENOENT:
		snprintf(e->text, sizeof(e->text),
			 "%s: no key there - the file does not exist - make one with: keyway key gen %s",
			 path, path);
		break;
	case -EPERM:
		snprintf(e->text, sizeof(e->text),
			 "%s: key refused - others may read it, or it is another user's - run: chmod 600 %s, and chown it to who uses it",
			 path, path);
		break;
	case -EACCES:
		snprintf(e->text, sizeof(e->text),
			 "%s: key not read - permission denied - run as root; if it is keywayd's, run: chown keyway: %s",
			 path, path);
		break;
	case -EEXIST:
		snprintf(e->text, sizeof(e->text),
			 "%s: key not written - the file exists - move it away first, it may be a node's only key",
			 path);
		break;
	case -ENOKEY:
	case -EINVAL:
	case -EFBIG:
	case -EPROTONOSUPPORT:
		snprintf(e->text, sizeof(e->text),
			 "%s: key refused - no Ed25519 private key in PEM form - restore it, or make one with: keyway key gen",
			 path);
		break;
	default:
		snprintf(e->text, sizeof(e->text), "%s: %s - check the file system", path,
			 strerror(-err));
	}
	return err;
}

int keyfile_read(const char *path, struct kw_identity *i, struct keyfile_error *err)
{
	size_t size;
	char *text;
	int res;

	res = file_read(path, KEYFILE_MAX, FILE_SECRET, &text, &size);
	if (res)
		return keyfile_explain(path, res, err);
	res = kw_identity_parse(text, i);
	explicit_bzero(text, size);
	free(text);
	return res ? keyfile_explain(path, res, err) : 0;
}

int keyfile_write(const char *path, const struct kw_identity *i, struct keyfile_error *err)
{
	char text[KW_IDENTITY_TEXT];
	int n, res;

	n = kw_identity_format(i, text, sizeof(text));
	res = n < 0 ? n : file_create(path, 0600, text, (size_t)n);
	explicit_bzero(text, sizeof(text));
	return res ? keyfile_explain(path, res, err) : 0;
}

int keyfile_open(const char *path, struct kw_identity *i, struct keyfile_error *err)
{
	struct kw_key seed;
	int res;

	res = keyfile_read(path, i, err);
	if (res != -ENOENT)
		return res;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return keyfile_explain(path, -EIO, err);
	kw_identity_create(i, &seed);
	explicit_bzero(&seed, sizeof(seed));
	res = keyfile_write(path, i, err);
	if (res)
		kw_identity_destroy(i);
	return res;
}
