// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* trust.c: the table under adding and deleting, grants, and each key of [Peer]. */
#include <arpa/inet.h>
#include <errno.h>

#include "testnode.h"

static struct kw_trust_entry room[64], spare[64];
static struct kw_trust t;

static struct kw_trust_entry entry(unsigned int n)
{
	struct kw_trust_entry e = { .line = n };
	struct kw_slice in = KW_BYTES(&n, sizeof(n));

	kw_crypto_sha3(&in, 1, &e.fp.val);
	return e;
}

/* Are exactly the entries whose bit is set found, by VAL and by address? */
static bool consistent(uint64_t there)
{
	const struct kw_trust_entry *v, *a;
	struct kw_trust_entry e;
	unsigned int i, count = 0;

	for (i = 0; i < 64; i++) {
		e = entry(i);
		kw_fingerprint_address(&e.fp.val, &e.addr);
		v = kw_trust_lookup(&t, &e.fp.val);
		a = kw_trust_lookup_addr(&t, &e.addr);
		if (v != a || !!v != (there >> i & 1) || (v && v->line != i))
			return false;
		count += !!v;
	}
	return count == t.n;
}

static void table(void)
{
	unsigned int i, step, seed = 1, bad = 0;
	struct kw_trust_entry e;
	uint64_t there = 0;
	int ret;

	kw_trust_create(&t, room, 48);
	test_ok(consistent(0), "an empty table finds nobody");
	e = entry(0);
	test_eq(kw_trust_del(&t, &e.fp.val), -ENOENT, "and deletes nobody");
	for (step = 0; step < 4000; step++) {
		seed = seed * 1103515245 + 12345;
		i = seed >> 16 & 63;
		e = entry(i);
		if (there >> i & 1) {
			bad += kw_trust_add(&t, &e) != -EEXIST;
			bad += kw_trust_del(&t, &e.fp.val) != 0;
			there &= ~(1ull << i);
		} else {
			ret = kw_trust_add(&t, &e);
			bad += ret != (__builtin_popcountll(there) == 48 ? -ENOSPC : 0);
			there |= ret ? 0 : 1ull << i;
		}
		bad += !consistent(there);
	}
	test_eq(bad, 0, "4000 adds and dels: both indexes stay right");
}

static void origins(void)
{
	struct kw_trust from;
	struct kw_trust_entry e;
	struct kw_time now = { 100, true };

	kw_trust_create(&t, room, 3);
	kw_trust_create(&from, spare, 3);
	e = entry(1);
	e.flags = KW_TRUST_DENY;
	if (kw_trust_add(&t, &e))
		exit(1);
	e.flags = 0;
	e.origin = KW_TRUST_DELEGATOR;
	if (kw_trust_add(&from, &e))
		exit(1);
	e = entry(2);
	e.expires = 100;
	if (kw_trust_add(&from, &e))
		exit(1);
	test_eq(kw_trust_merge(&t, &from), 0, "merge");
	e = entry(1);
	test_eq(kw_trust_check(kw_trust_lookup(&t, &e.fp.val), &now), -EACCES,
		"a local deny outlives a delegator's grant");
	e = entry(2);
	test_eq(kw_trust_check(kw_trust_lookup(&t, &e.fp.val), &now), 0, "the other one came in");
	now.sec = 101;
	test_eq(kw_trust_check(kw_trust_lookup(&t, &e.fp.val), &now), -EKEYEXPIRED, "until it expires");
	test_eq(kw_trust_check(NULL, &now), -EACCES, "nobody may not");
	kw_trust_create(&t, room, 1);
	test_eq(kw_trust_merge(&t, &from), -ENOSPC, "merge says when it is full");
}

static void identities(void)
{
	struct kw_trust_entry e = { 0 };
	struct testnode a, b;

	testnode_create(&a, "a");
	testnode_create(&b, "b");
	kw_trust_create(&t, room, 4);
	e.fp.val = a.id.val;
	if (kw_trust_add(&t, &e))
		exit(1);
	test_ok(!!kw_trust_lookup_id(&t, &a.id.id), "a is found by its public key");
	test_ok(!kw_trust_lookup_id(&t, &b.id.id), "b isn't");
	test_mem(&kw_trust_lookup(&t, &a.id.val)->addr, &a.id.addr, 16, "add fills the key address");
}

static bool allows(const struct kw_trust_entry *e, const char *text)
{
	struct kw_prefix p;

	if (kw_prefix_parse(text, &p))
		exit(1);
	return kw_trust_allows(e, &p.addr);
}

static void sources(void)
{
	struct kw_trust_error err;
	struct kw_trust_entry e = entry(3), other = entry(4);

	kw_fingerprint_address(&e.fp.val, &e.addr);
	kw_fingerprint_address(&other.fp.val, &other.addr);
	test_ok(kw_trust_allows(&e, &e.addr), "its own key address");
	test_ok(!kw_trust_allows(&e, &other.addr), "not another's key address");
	test_ok(!allows(&e, "10.1.0.1"), "no address without a grant");
	if (kw_trust_parse_field(&e, "AllowedIPs", "10.1.0.0/16", &err))
		exit(1);
	test_ok(allows(&e, "10.1.0.1") && !allows(&e, "10.2.0.1"), "a granted prefix and no more");
	e.flags = KW_TRUST_TRANSIT;
	test_ok(allows(&e, "10.2.0.1"), "transit: any address");
	test_ok(!kw_trust_allows(&e, &other.addr), "transit: no other key address");
	test_ok(!allows(&e, "127.0.0.1") && !allows(&e, "fe80::1"), "transit: nothing reserved");
	e.prefix[0].addr.b[12] = 127;
	kw_trust_create(&t, room, 4);
	test_eq(kw_trust_add(&t, &e), -EINVAL, "an entry with a reserved prefix isn't added");
}

static void field(const char *key, const char *value, int want)
{
	struct kw_trust_error err = { 0, "" };
	struct kw_trust_entry e = { 0 };
	int ret;

	ret = kw_trust_parse_field(&e, key, value, &err);
	test_eq(ret, want, "%s = %.60s%s", key, value, want ? " is refused" : "");
	if (want)
		test_ok(err.text[0], "and said why: %s", err.text);
}

#define NI "ni://example.org/sha3-256;OboJhW6BME7EP_SM7zIH6jPCJEs7Y4jkrcK2APDGkM0"

static void fields(void)
{
	field("Fingerprint", NI, 0);
	field("fingerprint", NI, 0);
	field("Fingerprint", NI "=", -EINVAL);
	field("Name", "gw-b.example", 0);
	field("Name", "gw b", -EINVAL);
	field("Name", "", -EINVAL);
	field("Name", "0123456789012345678901234567890123456789012345678901234567890123", -EINVAL);
	field("Endpoint", "gw.example.org:47576", 0);
	field("Endpoint", "[2001:db8::1]:1", 0);
	field("Endpoint", "192.0.2.1", -EINVAL);
	field("Endpoint", "[2001:db8::1]", -EINVAL);
	field("Endpoint", "192.0.2.1:70000", -EINVAL);
	field("AllowedIPs", "10.0.0.0/8, 2001:db8::/32,192.0.2.1", 0);
	field("AllowedIPs", "10.0.0.0/8, x", -EINVAL);
	field("AllowedIPs", "2001:2f::/32", -EINVAL);
	field("PersistentKeepalive", "25", 0);
	field("PersistentKeepalive", "off", 0);
	field("PersistentKeepalive", "-1", -EINVAL);
	field("PersistentKeepalive", "65536", -EINVAL);
	field("Transit", "yes", 0);
	field("Transit", "maybe", -EINVAL);
	field("Deny", "true", 0);
	field("Deny", "", -EINVAL);
	field("Expires", "2026-01-02T03:04:05Z", 0);
	field("Expires", "never", 0);
	field("Expires", "2026-02-30T03:04:05Z", -EINVAL);
	field("Expires", "2026-1-2T3:4:5Z", -EINVAL);
	field("Expires", "tomorrow", -EINVAL);
	field("AllowedIP", "10.0.0.0/8", -ENOENT);
	field("Colour", "red", -ENOENT);
}

static void suggestions(void)
{
	test_ok(!strcmp(kw_trust_suggest("AllowedIP"), "AllowedIPs"), "AllowedIP: AllowedIPs");
	test_ok(!strcmp(kw_trust_suggest("endpiont"), "Endpoint"), "endpiont: Endpoint");
	test_ok(!kw_trust_suggest("PrivateKey"), "PrivateKey: nothing like it");
	test_ok(!kw_trust_suggest("an absurdly long key that is nothing like any of them at all"),
		"a long key: nothing like it");
}

static void twice(void)
{
	struct kw_trust_entry e = { 0 };
	struct kw_trust_error err;
	char one[32];
	unsigned int i;

	if (kw_trust_parse_field(&e, "Fingerprint", NI, &err) ||
	    kw_trust_parse_field(&e, "Name", "n", &err) ||
	    kw_trust_parse_field(&e, "Endpoint", "h:1", &err))
		exit(1);
	test_eq(kw_trust_parse_field(&e, "Fingerprint", NI, &err), -EINVAL, "Fingerprint twice");
	test_eq(kw_trust_parse_field(&e, "Name", "n", &err), -EINVAL, "Name twice");
	test_eq(kw_trust_parse_field(&e, "Endpoint", "h:1", &err), -EINVAL, "Endpoint twice");
	test_eq(kw_trust_parse_field(&e, "Deny", "yes", &err), 0, "a deny");
	test_ok(kw_trust_parse_field(&e, "deny", "no", &err) == -EINVAL && e.flags & KW_TRUST_DENY,
		"and no second Deny lifts it");
	for (i = 0; i < KW_TRUST_PREFIXES; i++) {
		snprintf(one, sizeof(one), "10.0.%u.0/24", i);
		if (kw_trust_parse_field(&e, "AllowedIPs", one, &err))
			exit(1);
	}
	test_eq(e.prefixes, 64, "AllowedIPs adds up");
	test_eq(kw_trust_parse_field(&e, "AllowedIPs", "10.1.0.0/24", &err), -EINVAL, "to 64 at most");
}

int main(void)
{
	if (kw_crypto_init())
		return 1;
	table();
	origins();
	identities();
	sources();
	fields();
	suggestions();
	twice();
	return test_done();
}
