// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/trustlist.c userspace/keywayd/trustdb.c userspace/keywayd/failure.c userspace/libdaemon/alloc.c userspace/libdaemon/file.c userspace/libdaemon/json.c userspace/libdaemon/log.c */
/*
 * The trust file and what it comes to beside a configuration: which of the two
 * wins, what is refused, and that a refusal leaves file and trust as they were.
 */
#include <unistd.h>

#include "fakeloop.h"
#include "keywayd/config.h"
#include "keywayd/failure.h"
#include "keywayd/trustdb.h"
#include "keywayd/trustlist.h"
#include "libdaemon/file.h"
#include "libkeyway/crypto.h"
#include "libkeyway/trustfile.h"
#include "test.h"

#define FP "Fingerprint = ni:///sha3-256;OboJhW6BME7EP_SM7zIH6jPCJEs7Y4jkrcK2APDGkM0\n"

static const struct kw_time now = { .sec = 1000, .synchronised = true };
static const struct kw_trust none;
static const struct kw_hash nobody;
static struct loop loop;
static struct trustlist *list;
static struct trustdb *db;
static char dir[] = "/tmp/kw-trustlist.XXXXXX", path[64];

static void put(const char *text, size_t size)
{
	if (file_write(path, 0644, text, size))
		exit(1);
}

static struct kw_trust_entry parse(const char *text)
{
	struct kw_trust_entry room;
	struct kw_trust_error err;
	struct kw_trust t;

	kw_trust_create(&t, &room, 1);
	if (kw_trustfile_parse(&t, KW_BYTES(text, strlen(text)), &err))
		exit(1);
	return room;
}

/* The peer of FP as the daemon takes it, of these two files. */
static const struct kw_trust_entry *merged(struct config *config, const char *file)
{
	const struct kw_trust_entry e = parse("[Peer]\n" FP);
	struct failure f;

	put(file, strlen(file));
	if (trustlist_load(list, &f))
		exit(1);
	trustlist_apply(list, config, &nobody, &now, db);
	return trustdb_lookup(db, &e.fp.val);
}

static void keepalives(void)
{
	struct kw_trust_entry room = parse("[Peer]\n" FP "PersistentKeepalive = off\n");
	struct config config = { .keepalive = 25 };

	test_eq(merged(&config, "[Peer]\n" FP)->keepalive, 25, "a peer of the trust file gets the device's keepalive");
	test_eq(merged(&config, "[Peer]\n" FP "PersistentKeepalive = 7\n")->keepalive, 7, "but keeps its own");
	test_eq(merged(&config, "[Peer]\n" FP "PersistentKeepalive = off\n")->keepalive, 0, "also none at all");
	config.trust = (struct kw_trust){ &room, 1, 1 };
	test_eq(merged(&config, "")->keepalive, 0, "which the configuration may say too");
	room = parse("[Peer]\n" FP);
	test_eq(merged(&config, "")->keepalive, 25, "one that says nothing there gets it");
}

/* What `keyway trust add … keepalive 0` wrote is what is read again. */
static void rewrites(void)
{
	struct kw_trust_entry e = parse("[Peer]\n" FP "PersistentKeepalive = off\n");
	struct config config = { .keepalive = 25 };
	struct failure f;
	size_t size;
	char *text;

	put("", 0);
	if (trustlist_add(list, &e, &none, &f) || file_read(path, 4096, FILE_READABLE, &text, &size))
		exit(1);
	test_eq(merged(&config, text)->keepalive, 0, "an entry written with keepalive off stays so");
	free(text);
}

/* As a power cut leaves one: what stands after the zeros isn't lost by an edit. */
static void torn(void)
{
	static const char text[] = "# mine\n\0\0\0\n[Peer]\n" FP;
	struct kw_trust_entry e = parse("[Peer]\n" FP);
	struct failure f;
	size_t size;
	char *now;

	put(text, sizeof(text) - 1);
	test_ok(trustlist_add(list, &e, &none, &f) && f.code == FAILURE_CONFIG, "a file with zeros isn't edited");
	if (file_read(path, 4096, FILE_READABLE, &now, &size))
		exit(1);
	test_ok(size == sizeof(text) - 1 && !memcmp(now, text, size), "and stays as it was");
	free(now);
}

static void configured(void)
{
	struct kw_trust_entry room = parse("[Peer]\n" FP), e = room;
	struct kw_trust config;
	struct failure f;

	kw_trust_create(&config, &room, 1);
	put("", 0);
	if (kw_trust_add(&config, &e))
		exit(1);
	test_ok(trustlist_add(list, &e, &config, &f) && f.code == FAILURE_DENIED,
		"an entry that the configuration would outdo is refused");
	e.flags = KW_TRUST_DENY;
	test_eq(trustlist_add(list, &e, &config, &f), 0, "but a deny is not");
}

/* What is read may still be dropped, when the configuration beside it fails. */
static void in_two_steps(void)
{
	static const char two[] = "[Peer]\n" FP "PersistentKeepalive = 2\n";
	struct config config = { .keepalive = 0 };
	struct kw_trust fresh;
	struct failure f;

	test_eq(merged(&config, "[Peer]\n" FP "PersistentKeepalive = 1\n")->keepalive, 1, "an entry");
	put(two, sizeof(two) - 1);
	if (trustlist_read(list, &fresh, &f))
		exit(1);
	trustlist_apply(list, &config, &nobody, &now, db);
	test_eq(trustdb_lookup(db, &fresh.entry[0].fp.val)->keepalive, 1, "a file that was read alone changes nothing");
	trustlist_take(list, &fresh);
	trustlist_apply(list, &config, &nobody, &now, db);
	test_eq(trustdb_lookup(db, &fresh.entry[0].fp.val)->keepalive, 2, "until it is taken");
}

static void changed(void *arg)
{
	(void)arg;
}

int main(void)
{
	if (kw_crypto_init() || !mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/trust", dir);
	list = trustlist_create(&loop, dir, changed, NULL);
	db = trustdb_create();
	keepalives();
	rewrites();
	torn();
	configured();
	in_two_steps();
	trustdb_destroy(db);
	trustlist_destroy(list);
	unlink(path);
	rmdir(dir);
	return test_done();
}
