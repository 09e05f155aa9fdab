// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * `keyway key`: the identity key of a node, in its file. What is shown is the
 * fingerprint and the key address that follow from it, never the key.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "libdaemon/file.h"
#include "libdaemon/json.h"
#include "libdaemon/keyfile.h"
#include "libkeyway/keyway.h"
#include "print.h"

#define KEY_DEFAULT "/var/lib/keyway/kw0/identity"

static const struct print_column key_fields[] = {
	{"fingerprint", "fingerprint", PRINT_AS_IS},
	{"address", "address", PRINT_AS_IS},
	{"file", "file", PRINT_AS_IS},
	{NULL, NULL, 0},
};

static int key_code(int err)
{
	switch (err) {
	case -ENOENT:
		return CLI_NOT_FOUND;
	case -EPERM:
	case -EACCES:
		return CLI_PERMISSION;
	case -EEXIST:
		return CLI_DENIED;
	case -ENOKEY:
	case -EPROTONOSUPPORT:
	case -EINVAL:
		return CLI_CONFIG;
	default:
		return CLI_INTERNAL;
	}
}

/* Takes [FILE] [authority NAME]. */
static int key_read_args(struct cli *cli, const char **path, struct kw_fingerprint *fp)
{
	const char *word;

	*path = KEY_DEFAULT;
	memset(fp, 0, sizeof(*fp));
	if (cli->argc && strcmp(*cli->argv, "authority"))
		*path = cli_next(cli);
	while ((word = cli_next(cli))) {
		if (strcmp(word, "authority"))
			return cli_usage(cli);
		word = cli_next(cli);
		if (!word || strlen(word) >= sizeof(fp->authority))
			return cli_usage(cli);
		if (kw_fingerprint_check_authority(word))
			return cli_fail(CLI_USAGE,
					"%s - no authority - a DNS name or IP address, "
					"with :PORT "
					"if need be",
					word);
		strcpy(fp->authority, word);
	}
	return CLI_OK;
}

static int key_print(struct cli *cli, const char *path,
		     const struct kw_identity *identity, struct kw_fingerprint *fp)
{
	json_t *o;

	fp->val = identity->val;
	o = json_pack("{so so ss}", "fingerprint", json_fingerprint(fp), "address",
		      json_address(&identity->addr), "file", path);
	if (cli->json)
		return print_json(o);
	print_fields(o, key_fields);
	json_decref(o);
	return CLI_OK;
}

/*
 * The file, or the directory it will be made in, is keywayd's, which may not
 * read root's files and whose files root refuses as another's, or root's own.
 * Root goes on as that user: changing the owner afterwards could be led astray
 * by a link.
 */
static int key_become_owner(const char *path)
{
	struct stat st;
	int err = file_stat_nearest(path, &st);

	if (!err && !geteuid() && (setegid(st.st_gid) || seteuid(st.st_uid)))
		err = -errno;
	if (err)
		return cli_fail(key_code(err), "%s - %s - run as root, or check its directory",
				path, strerror(-err));
	return CLI_OK;
}

/* The directories above a file that nobody else may look into. */
static void key_make_directories(const char *path)
{
	char dir[512];
	char *slash;

	if (strlen(path) >= sizeof(dir))
		return;
	strcpy(dir, path);
	for (slash = strchr(dir + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(dir, 0700); /* writing the file tells what failed */
		*slash = '/';
	}
}

static int key_gen(struct cli *cli)
{
	struct keyfile_error why;
	struct kw_identity identity;
	struct kw_fingerprint fp;
	struct kw_key seed;
	const char *path;
	int err;

	err = key_read_args(cli, &path, &fp);
	if (!err)
		err = key_become_owner(path);
	if (err)
		return err;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return cli_fail(CLI_INTERNAL, "entropy - %s - see dmesg",
				strerror(errno));
	kw_identity_create(&identity, &seed);
	kw_crypto_wipe(&seed, sizeof(seed));
	key_make_directories(path);
	err = keyfile_write(path, &identity, &why);
	err = err ? cli_fail(key_code(err), "%s", why.text)
		  : key_print(cli, path, &identity, &fp);
	kw_identity_destroy(&identity);
	return err;
}

static int key_show(struct cli *cli)
{
	struct keyfile_error why;
	struct kw_identity identity;
	struct kw_fingerprint fp;
	const char *path;
	int err;

	err = key_read_args(cli, &path, &fp);
	if (!err)
		err = key_become_owner(path);
	if (err)
		return err;
	err = keyfile_read(path, &identity, &why);
	if (err)
		return cli_fail(key_code(err), "%s", why.text);
	err = key_print(cli, path, &identity, &fp);
	kw_identity_destroy(&identity);
	return err;
}

const struct cli_word key_words[] = {
	{"show", key_show, NULL, "[FILE] [authority NAME]",
	 "print its fingerprint and key address"},
	{"gen", key_gen, NULL, "[FILE] [authority NAME]", "make an identity key"},
	{NULL, NULL, NULL, NULL, NULL},
};
