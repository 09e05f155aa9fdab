// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/trustdb.c userspace/libdaemon/alloc.c */
/*
 * The live trust table: who is in it, what changes are told, and that readers
 * on other threads see whole entries while it is being edited.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "keywayd/trustdb.h"
#include "libkeyway/crypto.h"
#include "test.h"

#define ROUNDS 2000

static const struct kw_time now = { .sec = 1000, .synchronised = true };
static struct kw_trust_entry room[4];
static unsigned int told[3];

static void changed(void *arg, enum trustdb_change change, const struct kw_trust_entry *e)
{
	(void)arg;
	(void)e;
	told[change]++;
}

static struct kw_trust_entry entry(uint8_t n)
{
	struct kw_trust_entry e;

	memset(&e, 0, sizeof(e));
	memset(e.fp.val.b, n, sizeof(e.fp.val.b));
	if (n == 1)
		strcpy(e.name, "one");
	return e;
}

static struct kw_trust store(const struct kw_trust_entry *e, size_t n)
{
	struct kw_trust t;
	size_t i;

	kw_trust_create(&t, room, 4);
	for (i = 0; i < n; i++) {
		if (kw_trust_add(&t, &e[i]))
			abort();
	}
	return t;
}

static void set(struct trustdb *db, const struct kw_trust_entry *e, size_t n)
{
	struct kw_trust t = store(e, n);

	memset(told, 0, sizeof(told));
	trustdb_set(db, &t);
}

static void answers(struct trustdb *db)
{
	struct kw_trust_entry e[3] = { entry(1), entry(2), entry(3) };
	struct trustdb_entry out;
	struct kw_addr addr;

	e[1].flags = KW_TRUST_DENY;
	e[2].expires = 999;
	test_eq(trustdb_check(db, &e[0].fp.val, &now, &out), -ENOENT, "who isn't there is nobody");
	set(db, e, 3);
	test_ok(told[TRUSTDB_ADDED] == 2 && !told[TRUSTDB_REMOVED], "the new are told, not the denied");
	test_eq(trustdb_check(db, &e[0].fp.val, &now, &out), 0, "who is there is trusted");
	test_eq(trustdb_check(db, &e[1].fp.val, &now, &out), -EACCES, "the denied are denied");
	test_eq(trustdb_check(db, &e[2].fp.val, &now, &out), -EKEYEXPIRED, "the expired are refused");
	kw_fingerprint_address(&e[0].fp.val, &addr);
	test_ok(!trustdb_check_addr(db, &addr, &now, &out) &&
		!memcmp(&out.val, &e[0].fp.val, sizeof(out.val)), "found by key address too");
	test_eq((long long)trustdb_count(db), 3, "counts its entries");
	test_ok(!strcmp(trustdb_name(db, &addr), "one"), "tells its name");
	memset(&addr, 0, sizeof(addr));
	test_ok(!strcmp(trustdb_name(db, &addr), "a peer"), "or that it has none");
}

static void tells(struct trustdb *db)
{
	struct kw_trust_entry e[2] = { entry(1), entry(2) };
	struct kw_trust_entry turned[2] = { entry(2), entry(1) };
	struct trustdb_entry out;

	set(db, e, 2);
	test_ok(told[TRUSTDB_ADDED] == 1 && told[TRUSTDB_REMOVED] == 1 && !told[TRUSTDB_CHANGED],
		"a deny lifted is an addition, an entry gone a removal");
	e[0].line = 77;
	set(db, e, 2);
	test_ok(!told[TRUSTDB_ADDED] && !told[TRUSTDB_CHANGED] && !told[TRUSTDB_REMOVED],
		"another line of the file is no change");
	set(db, turned, 2);
	test_ok(!told[TRUSTDB_ADDED] && !told[TRUSTDB_CHANGED] && !told[TRUSTDB_REMOVED],
		"nor is another order");
	e[0].keepalive = 5;
	set(db, e, 2);
	test_ok(told[TRUSTDB_CHANGED] == 1, "another keepalive is");
	e[0].flags = KW_TRUST_DENY;
	set(db, e, 2);
	test_ok(told[TRUSTDB_REMOVED] == 1 && trustdb_check(db, &e[0].fp.val, &now, &out) == -EACCES,
		"a deny is a removal, at once");
	set(db, e, 0);
	test_ok(told[TRUSTDB_REMOVED] == 1 && !trustdb_count(db), "an empty store empties it");
}

struct reader {
	struct trustdb *db;
	atomic_bool stop;
	atomic_ulong reads;
	unsigned long torn;
};

/* Writers set flags and expiry together: one without the other is half an entry. */
static void *read_on(void *arg)
{
	struct kw_trust_entry e = entry(1);
	struct reader *r = arg;
	struct trustdb_entry out;
	int err;

	trustdb_thread_start();
	while (!atomic_load(&r->stop)) {
		err = trustdb_check(r->db, &e.fp.val, &now, &out);
		r->torn += err || !!(out.flags & KW_TRUST_TRANSIT) != (out.expires == 5000);
		atomic_fetch_add(&r->reads, 1);
	}
	trustdb_thread_stop();
	return NULL;
}

static void is_read_while_edited(struct trustdb *db)
{
	struct kw_trust_entry e[2] = { entry(1), entry(2) };
	struct reader r[2] = { { .db = db }, { .db = db } };
	pthread_t thread[2];
	int i;

	set(db, e, 2);
	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, read_on, &r[i]);
	/* on a busy machine a thread could begin when all is over */
	for (i = 0; i < 2; i++) {
		while (!atomic_load(&r[i].reads))
			sched_yield();
	}
	for (i = 0; i < ROUNDS; i++) {
		e[0].flags = i & 1 ? KW_TRUST_TRANSIT : 0;
		e[0].expires = i & 1 ? 5000 : 0;
		set(db, e, i & 2 ? 2 : 1);
	}
	for (i = 0; i < 2; i++) {
		atomic_store(&r[i].stop, true);
		pthread_join(thread[i], NULL);
	}
	test_ok(!r[0].torn && !r[1].torn,
		"readers never miss an entry nor see half of one");
	printf("# %lu and %lu reads during %d edits\n", r[0].reads, r[1].reads, ROUNDS);
}

int main(void)
{
	struct trustdb *db = trustdb_create();

	if (kw_crypto_init())
		return 1;
	trustdb_watch(db, changed, NULL);
	answers(db);
	tells(db);
	is_read_while_edited(db);
	trustdb_destroy(db);
	return test_done();
}
