// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* trustfile.c: whole files, lines in errors, writing an entry, finding a section. */
#include <errno.h>

#include "testnode.h"

#define A "ni://example.org/sha3-256;OboJhW6BME7EP_SM7zIH6jPCJEs7Y4jkrcK2APDGkM0"
#define B "ni://h/sha3-256;dBNrtDPoMORClaDaxO1kpR1ZcTunbglP4QF_kD0v8bg"

static struct kw_trust_entry room[8];
static struct kw_trust t;
static struct kw_trust_error err;

static int parse(const char *text)
{
	kw_trust_create(&t, room, 2);
	return kw_trustfile_parse(&t, KW_BYTES(text, strlen(text)), &err);
}

static void refused(const char *name, const char *text, int want, unsigned int line)
{
	test_eq(parse(text), want, "%s: refused", name);
	test_eq(err.line, line, "%s: in line %u", name, line);
	test_ok(err.text[0], "%s: %s", name, err.text);
}

static void good(void)
{
	test_eq(parse(""), 0, "an empty file");
	test_eq(t.n, 0, "trusts nobody");
	test_eq(parse("# friends\n\n[Peer] ; first\r\n  fingerprint=" A "   # his\r\n"
		      "Name = a\n\n[peer]\nFingerprint = " B "\nAllowedIPs = 10.0.0.0/8\n"
		      "AllowedIPs = 192.0.2.1"), 0, "two peers, comments, blanks, no last line end");
	test_eq(t.n, 2, "both are there");
	test_ok(!strcmp(t.entry[0].name, "a") && t.entry[0].line == 3 && t.entry[1].line == 7,
		"with their lines");
	test_eq(t.entry[1].prefixes, 2, "and prefixes");
	test_eq(t.entry[0].origin, KW_TRUST_LOCAL, "of local origin");
}

static void bad(void)
{
	static char large[KW_TRUSTFILE_LINE + 1];

	refused("key before a section", "\nName = x\n", -EINVAL, 2);
	refused("another section", "[Peer]\nFingerprint=" A "\n[Interface]\n", -EINVAL, 3);
	refused("unknown key", "[Peer]\nFingerprint=" A "\nAllowedIP = 10.0.0.0/8\n", -ENOENT, 3);
	refused("bad value", "[Peer]\n\nFingerprint=ni:x\n", -EINVAL, 3);
	refused("no fingerprint", "[Peer]\nName=x\n[Peer]\nFingerprint=" A, -EINVAL, 1);
	refused("no fingerprint at the end", "\n[Peer]\n", -EINVAL, 2);
	refused("no =", "[Peer]\nFingerprint\n", -EINVAL, 2);
	refused("open bracket", "[Peer\n", -EINVAL, 1);
	refused("a lone bracket", "[", -EINVAL, 1);
	refused("the same peer twice", "[Peer]\nFingerprint=" A "\n[Peer]\nFingerprint=" A "\n", -EEXIST, 3);
	refused("more than fit", "[Peer]\nFingerprint=" A "\n[Peer]\nFingerprint=" B "\n[Peer]\n"
		"Fingerprint=ni:///sha3-256;i3HzzAzWKCQKbt9PgxA8i50QN6yswlmR7L4eTuD5nqI\n", -ENOSPC, 5);
	memset(large, 'x', sizeof(large) - 1);
	refused("a line of 2048", large, -EINVAL, 1);
	large[0] = '#';
	large[sizeof(large) - 2] = '\0';
	test_eq(parse(large), 0, "a line of 2047");
	kw_trust_create(&t, room, 2);
	test_eq(kw_trustfile_parse(&t, KW_TEXT("[Peer]\nFingerprint=" A "\nName=x\0y"), &err),
		-EINVAL, "a zero byte");
}

static void formats(void)
{
	struct kw_trust_entry e = { .keepalive = 25, .expires = 1767323045,
				    .flags = KW_TRUST_TRANSIT | KW_TRUST_DENY };
	char text[KW_TRUSTFILE_ENTRY], again[KW_TRUSTFILE_ENTRY];
	unsigned int i;
	int n;

	if (kw_fingerprint_parse(A, &e.fp))
		exit(1);
	strcpy(e.name, "gw");
	strcpy(e.endpoint, "[2001:db8::1]:47576");
	for (i = 0; i < KW_TRUST_PREFIXES; i++) {
		memset(e.prefix[i].addr.b, 0xbb, 16);
		e.prefix[i].addr.b[15] = i;
		e.prefix[i].len = 128;
	}
	e.prefixes = KW_TRUST_PREFIXES;
	n = kw_trustfile_format(&e, text, sizeof(text));
	test_ok(n > 0 && n == (int)strlen(text), "the longest entry formats");
	test_eq(kw_trustfile_format(&e, again, n), -EMSGSIZE, "no room for its NUL");
	test_eq(parse(text), 0, "and parses");
	test_ok(t.n == 1 && t.entry[0].prefixes == 64 && t.entry[0].keepalive == 25 &&
		t.entry[0].flags == e.flags && t.entry[0].expires == e.expires &&
		!strcmp(t.entry[0].endpoint, e.endpoint) &&
		!memcmp(t.entry[0].prefix, e.prefix, sizeof(e.prefix)), "to the same entry");
	test_ok(kw_trustfile_format(&t.entry[0], again, sizeof(again)) == n && !strcmp(text, again),
		"which formats the same");
	memset(&e, 0, sizeof(e));
	if (kw_fingerprint_parse(B, &e.fp))
		exit(1);
	kw_trustfile_format(&e, text, sizeof(text)) > 0 ? (void)0 : exit(1);
	test_ok(!strcmp(text, "[Peer]\nFingerprint = " B "\n"), "nothing unsaid is written");
}

static void finds(void)
{
	static const char text[] = "# head\n\n# of a\n[Peer]\nFingerprint = " A "\nName = a\n\n"
				   "# about b\n; more\n[Peer]\nName = b\nFingerprint = " B "\n\n# tail\n";
	struct kw_fingerprint a, b;
	struct kw_slice s;
	struct kw_hash none = { { 1 } };

	if (kw_fingerprint_parse(A, &a) || kw_fingerprint_parse(B, &b))
		exit(1);
	test_eq(kw_trustfile_find(KW_TEXT(text), &a.val, &s), 0, "the first section is found");
	test_ok(s.p == (const uint8_t *)strstr(text, "# of a") &&
		s.p + s.n == (const uint8_t *)strstr(text, "# about b"), "with its comment, not the next one's");
	test_eq(kw_trustfile_find(KW_TEXT(text), &b.val, &s), 0, "the last section is found");
	test_ok(s.p == (const uint8_t *)strstr(text, "# about b") &&
		s.p + s.n == (const uint8_t *)text + strlen(text), "up to the end");
	test_eq(kw_trustfile_find(KW_TEXT(text), &none, &s), -ENOENT, "nobody else is");
	test_eq(kw_trustfile_find(KW_TEXT(""), &a.val, &s), -ENOENT, "nor in an empty file");
}

int main(void)
{
	if (kw_crypto_init())
		return 1;
	good();
	bad();
	formats();
	finds();
	return test_done();
}
