// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/state.c userspace/libdaemon/alloc.c userspace/libdaemon/conf.c userspace/libdaemon/file.c userspace/libdaemon/log.c */
/*
 * What keywayd remembers: all of it comes back after a restart; damaged or
 * open files are refused with a sentence; what was to be stored at once is.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/state.h"
#include "libdaemon/conf.h"
#include "libkeyway/identity.h"
#include "test.h"

static char dir[] = "/tmp/keyway-state.XXXXXX";
static char path[64];
static struct loop loop;
static struct conf_error err;

static struct state_peer peer_of(unsigned int n)
{
	struct state_peer p = { .stamp = UINT64_MAX - n, .record = n };

	memset(p.val.b, (int)(n >> 8), sizeof(p.val.b));
	p.val.b[0] = (uint8_t)n;
	return p;
}

static void remembers(void)
{
	struct state_self self = { .floor = 1, .stamp = 2, .record = 3, .epoch = UINT64_MAX, .port = 65535 };
	struct state_static key = { .until = 77 };
	struct state_peer p = peer_of(9);
	struct state *s = state_create(&loop, dir, &err);
	const struct state_static *keys;
	size_t n;

	p.seen.epoch = 12;
	memset(p.seen.s.b, 5, sizeof(p.seen.s.b));
	memset(key.secret.b, 7, sizeof(key.secret.b));
	key.cert.epoch = 99;
	test_ok(s && !state_lookup_peer(s, &p.val), "a new state knows nobody");
	test_ok(!state_set_self(s, &self, STATE_SOON) && !state_set_statics(s, &key, 1) &&
		!state_set_peer(s, &p, STATE_SOON), "takes all");
	state_destroy(s);
	s = state_create(&loop, dir, &err);
	test_mem(state_lookup_self(s), &self, sizeof(self), "self comes back");
	keys = state_lookup_statics(s, &n);
	test_ok(n == 1 && keys->until == 77 && keys->cert.epoch == 99 &&
		!memcmp(&keys->secret, &key.secret, sizeof(key.secret)), "static keys come back");
	test_mem(state_lookup_peer(s, &p.val), &p, sizeof(p), "a peer comes back");
	state_del_peer(s, &p.val);
	test_ok(!state_lookup_peer(s, &p.val), "a deleted peer is gone");
	state_destroy(s);
}

static void is_private(void)
{
	struct stat st;

	test_ok(!stat(path, &st) && (st.st_mode & 0777) == 0600, "the file is ours alone");
	chmod(path, 0640);
	test_ok(!state_create(&loop, dir, &err) && strstr(err.text, "others may read"),
		"a file that others may read is refused");
	chmod(path, 0600);
}

static void write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

static void refuse(const char *text, const char *name)
{
	write_text(text);
	test_ok(!state_create(&loop, dir, &err) && err.line && *err.text, "refuses %s", name);
}

static void refuses(void)
{
	struct state *s;

	refuse("[Self]\nFloor = 12x\n", "a damaged number");
	refuse("[Self]\nFloor = 99999999999999999999\n", "a number that wraps");
	refuse("[Self]\nPort = 65536\n", "a port that is none");
	refuse("[Static]\nSecret = AAAA\n", "a short key");
	refuse("[Static]\nUntil = 3\n", "a key without certificate");
	refuse("[Peer]\nWhat = 3\n", "an unknown key");
	refuse("garbage", "garbage");
	unlink(path);
	s = state_create(&loop, dir, &err);
	test_ok(!!s, "a missing file is an empty state");
	state_destroy(s);
}

static void stores_in_time(void)
{
	struct state_self self = { .port = 1 };
	struct state *s = state_create(&loop, dir, &err);

	test_ok(!state_set_self(s, &self, STATE_SOON) && access(path, F_OK), "SOON waits");
	fakeloop_pass(&loop, 11);
	test_ok(!access(path, F_OK), "but seconds only");
	unlink(path);
	test_ok(!state_set_self(s, &self, STATE_NOW) && !access(path, F_OK), "NOW is on disk");
	unlink(path);
	test_ok(!mkdir(path, 0700) && state_set_self(s, &self, STATE_NOW) < 0,
		"NOW says when it could not");
	rmdir(path);
	state_destroy(s);
	unlink(path);
}

/* The table is sorted by VAL: in this order nothing is moved. */
static struct state_peer nth_peer(unsigned int n)
{
	struct state_peer p = peer_of(0);

	p.val.b[0] = (uint8_t)(n >> 16);
	p.val.b[1] = (uint8_t)(n >> 8);
	p.val.b[2] = (uint8_t)n;
	return p;
}

static void is_bounded(void)
{
	struct state *s = state_create(&loop, NULL, NULL);
	struct state_peer p;
	unsigned int i;

	for (i = 0; i <= STATE_PEERS_MAX; i++) {
		p = nth_peer(i);
		(void)!state_set_peer(s, &p, STATE_SOON);
	}
	p = nth_peer(0);
	test_ok(!state_lookup_peer(s, &p.val), "the longest unused peer goes for room");
	p = nth_peer(1);
	test_ok(!!state_lookup_peer(s, &p.val), "and no other");
	state_destroy(s);
}

int main(void)
{
	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/state", dir);
	remembers();
	is_private();
	refuses();
	stores_in_time();
	is_bounded();
	rmdir(dir);
	return test_done();
}
