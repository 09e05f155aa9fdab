// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/self.c userspace/keywayd/statickey.c userspace/keywayd/state.c userspace/keywayd/clock.c userspace/keywayd/entropy.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libdaemon/file.c userspace/libdaemon/keyfile.c userspace/libdaemon/log.c */
/*
 * A node's own files on first start and after: the identity is made once and
 * is ours alone; keys that others may read, or that are none, are refused with
 * a sentence that says what to do.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/failure.h"
#include "keywayd/self.h"
#include "libkeyway/crypto.h"
#include "test.h"

static char dir[] = "/tmp/keyway-self.XXXXXX";
static char identity[64], domain[64];
static struct loop loop;
static struct failure f;

static struct self *start(const char *secrets)
{
	struct self_conf conf = { .loop = &loop, .dir = dir, .identity = identity, .domain = secrets };

	memset(&f, 0, sizeof(f));
	return self_create(&conf, &f);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *out = fopen(path, "w");

	fputs(text, out);
	fclose(out);
	chmod(path, mode);
}

static void refuse_as(const char *secrets, enum failure_code code, const char *words,
		      const char *name)
{
	struct self *s = start(secrets);

	if (!test_ok(!s && f.code == code && strstr(f.text, words), "refuses %s", name))
		printf("# %d: %s\n", f.code, f.text);
	if (s)
		self_destroy(s);
}

static void refuse(const char *secrets, const char *words, const char *name)
{
	refuse_as(secrets, FAILURE_CONFIG, words, name);
}

static void starts(void)
{
	struct kw_identity first;
	struct self *s = start("");
	struct stat st;

	if (!test_ok(!!s, "a first start makes all it needs"))
		return;
	first = s->identity;
	test_ok(!stat(identity, &st) && (st.st_mode & 0777) == 0600, "the identity is ours alone");
	self_destroy(s);
	s = start("");
	test_ok(s && !memcmp(&s->identity, &first, sizeof(first)), "the next one finds it");
	if (s)
		self_destroy(s);
}

static void refuses_keys(void)
{
	chmod(identity, 0604);
	refuse_as("", FAILURE_PERMISSION, "chmod 600", "an identity that others may read");
	chmod(identity, 0620);
	refuse_as("", FAILURE_PERMISSION, "chmod 600", "an identity that the group may write");
	write_file(identity, "no key\n", 0600);
	refuse("", "no Ed25519 private key", "an identity that is none");
	write_file(identity, "", 0600);
	refuse("", "no Ed25519 private key", "an empty identity");
	unlink(identity);
}

static void takes_secrets(void)
{
	static const char good[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\n"
				   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=\n";
	struct self *s;

	write_file(domain, good, 0600);
	s = start(domain);
	test_ok(s && s->secrets == 2 && s->secret[0].b[31] == 1 && s->secret[1].b[31] == 2,
		"domain secrets come in the file's order");
	if (s)
		self_destroy(s);
	write_file(domain, good, 0644);
	refuse(domain, "chmod 600", "domain secrets that others may read");
	write_file(domain, "AAAA\n", 0600);
	refuse(domain, "32 bytes", "a short domain secret");
	write_file(domain, "\n", 0600);
	refuse(domain, "32 bytes", "a file without any");
	unlink(domain);
	refuse(domain, "not read", "a file that isn't there");
}

int main(void)
{
	char state[64];

	if (kw_crypto_init() || !mkdtemp(dir))
		return 1;
	snprintf(identity, sizeof(identity), "%s/identity", dir);
	snprintf(domain, sizeof(domain), "%s/domain", dir);
	snprintf(state, sizeof(state), "%s/state", dir);
	starts();
	refuses_keys();
	takes_secrets();
	unlink(identity);
	unlink(state);
	rmdir(dir);
	return test_done();
}
