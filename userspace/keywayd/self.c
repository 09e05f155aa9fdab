// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * What this node is and remembers. Owns the identity in memory and the parts
 * that live in the state directory. Called by node.c.
 */
#include "self.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "failure.h"
#include "libdaemon/alloc.h"
#include "libdaemon/file.h"
#include "libdaemon/keyfile.h"
#include "libdaemon/loop.h"
#include "libkeyway/base64.h"
#include "state.h"
#include "statickey.h"

#define SELF_DOMAIN_MAX 4096 /* bytes of the file */

static int self_parse_secrets(struct self *s, char *text)
{
	char *line, *rest;
	int n;

	for (line = strtok_r(text, " \t\r\n", &rest); line; line = strtok_r(NULL, " \t\r\n", &rest)) {
		if (s->secrets == SELF_SECRETS)
			return -E2BIG;
		n = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(line, strlen(line)),
				    s->secret[s->secrets].b, sizeof(s->secret->b));
		if (n != sizeof(s->secret->b))
			return -EINVAL;
		s->secrets++;
	}
	return s->secrets ? 0 : -EINVAL;
}

static int self_read_secrets(struct self *s, const char *file, struct failure *f)
{
	size_t size;
	char *text;
	int err;

	if (!*file)
		return 0;
	err = file_read(file, SELF_DOMAIN_MAX, FILE_SECRET, &text, &size);
	if (err)
		return failure_set(f, FAILURE_CONFIG,
				   "%s: domain secret not read - %s - run: chmod 600 %s, and chown it to keywayd's user",
				   file, strerror(-err), file);
	err = self_parse_secrets(s, text);
	explicit_bzero(text, size);
	free(text);
	if (err)
		return failure_set(f, FAILURE_CONFIG,
				   "%s: domain secret refused - not 1 to %d lines of 32 bytes in base64 - correct it",
				   file, SELF_SECRETS);
	return 0;
}

static void self_floor_raised(void *arg, uint64_t floor)
{
	struct self *s = arg;
	struct state_self mine = *state_lookup_self(s->state);

	mine.floor = floor;
	(void)!state_set_self(s->state, &mine, STATE_SOON);
}

static void self_renewed(void *arg)
{
	struct self *s = arg;

	if (s->renewed)
		s->renewed(s->arg);
}

static int self_open_state(struct self *s, const struct self_conf *conf, struct failure *f)
{
	char path[512];
	struct conf_error at = { 0 };

	if (conf->dir)
		file_sweep(conf->dir);
	s->state = state_create(conf->loop, conf->dir, &at);
	if (s->state)
		return 0;
	snprintf(path, sizeof(path), "%s/state", conf->dir);
	return failure_set_at(f, path, &at);
}

static enum failure_code self_code(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return FAILURE_PERMISSION;
	case -ENOKEY:
	case -EINVAL:
	case -EPROTONOSUPPORT:
	case -EFBIG:
		return FAILURE_CONFIG;
	default:
		return FAILURE_INTERNAL;
	}
}

static int self_open_identity(struct self *s, const struct self_conf *conf, struct failure *f)
{
	struct keyfile_error why;
	int err = keyfile_open(conf->identity, &s->identity, &why);

	if (!err)
		return 0;
	return failure_set(f, self_code(err), "%s", why.text);
}

static int self_open_keys(struct self *s, const struct self_conf *conf, struct failure *f)
{
	struct clock_conf clock = { .offset = conf->clock_offset,
				    .state = conf->clock_state,
				    .floor = state_lookup_self(s->state)->floor,
				    .raised = self_floor_raised,
				    .arg = s };
	struct statickey_conf key = { .loop = conf->loop,
				      .state = s->state,
				      .identity = &s->identity,
				      .renewed = self_renewed,
				      .arg = s };

	s->clock = clock_create(conf->loop, &clock);
	key.clock = s->clock;
	s->statickey = statickey_create(&key);
	if (s->statickey)
		return 0;
	clock_destroy(s->clock);
	return failure_set(f, FAILURE_INTERNAL,
			   "%s/state not written - a new static key must be stored first - mend the file system",
			   conf->dir);
}

struct self *self_create(const struct self_conf *conf, struct failure *f)
{
	struct self *s = alloc_zero(sizeof(*s));

	/* best effort: a small RLIMIT_MEMLOCK is no reason not to run */
	(void)!mlock(s, sizeof(*s));
	s->renewed = conf->renewed;
	s->arg = conf->arg;
	if (self_open_state(s, conf, f))
		goto out_free;
	if (self_open_identity(s, conf, f))
		goto out_state;
	if (self_read_secrets(s, conf->domain, f))
		goto out_identity;
	if (self_open_keys(s, conf, f))
		goto out_identity;
	return s;
out_identity:
	kw_identity_destroy(&s->identity);
	explicit_bzero(s->secret, sizeof(s->secret));
out_state:
	state_destroy(s->state);
out_free:
	munlock(s, sizeof(*s));
	free(s);
	return NULL;
}

void self_destroy(struct self *s)
{
	statickey_destroy(s->statickey);
	clock_destroy(s->clock);
	kw_identity_destroy(&s->identity);
	explicit_bzero(s->secret, sizeof(s->secret));
	state_destroy(s->state);
	munlock(s, sizeof(*s));
	free(s);
}
