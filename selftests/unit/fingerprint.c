// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* fingerprint.c: names of the vectors' keys, the strict ni URI, authorities. */
#include <errno.h>

#include <arpa/inet.h>

#include "testnode.h"

#define VAL "dBNrtDPoMORClaDaxO1kpR1ZcTunbglP4QF_kD0v8bg"

static void names(const char *who)
{
	struct kw_fingerprint fp;
	char path[64], text[KW_FINGERPRINT_DNS];
	uint8_t der[KW_FINGERPRINT_DER];
	struct kw_addr want;
	struct testnode n;
	int len;

	testnode_create(&n, who);
	snprintf(path, sizeof(path), "%s.id", who);
	testvec_is(n.id.id.b, 32, path);
	kw_fingerprint_der(&n.id.id, der);
	snprintf(path, sizeof(path), "%s.der", who);
	testvec_is(der, sizeof(der), path);
	snprintf(path, sizeof(path), "%s.val", who);
	testvec_is(n.id.val.b, 32, path);
	snprintf(path, sizeof(path), "%s.address", who);
	inet_pton(AF_INET6, testvec_text("%s", path), &want);
	test_mem(&n.id.addr, &want, 16, "%s", path);
	snprintf(path, sizeof(path), "%s.ni", who);
	test_eq(kw_fingerprint_parse(testvec_text("%s", path), &fp), 0, "%s parses", path);
	test_mem(&fp.val, &n.id.val, 32, "%s: its value", path);
	len = kw_fingerprint_format(&fp, text, sizeof(text));
	test_ok(len > 0 && !strcmp(text, testvec_text("%s", path)), "%s formats", path);
	snprintf(path, sizeof(path), "%s.dns", who);
	len = kw_fingerprint_dns(&fp, text, sizeof(text));
	test_ok(len > 0 && !strcmp(text, testvec_text("%s", path)), "%s", path);
	test_eq(kw_fingerprint_dns(&fp, text, len), -EMSGSIZE, "%s: no room for the NUL", path);
}

/* protocol.md's own example, the key of RFC 8032 test 1 */
static void rfc8032(void)
{
	static const uint8_t id[32] = {
		0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
		0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
	struct kw_fingerprint fp = { .authority = "example.org" };
	struct kw_addr addr, want;
	char text[KW_FINGERPRINT_TEXT];
	struct kw_key key;

	memcpy(key.b, id, 32);
	kw_fingerprint_compute(&key, &fp.val);
	kw_fingerprint_address(&fp.val, &addr);
	inet_pton(AF_INET6, "2001:2f:68f:b5c8:6902:327f:8849:1401", &want);
	test_mem(&addr, &want, 16, "key address of RFC 8032 test 1");
	test_ok(kw_fingerprint_format(&fp, text, sizeof(text)) > 0 &&
		!strcmp(text, "ni://example.org/sha3-256;OboJhW6BME7EP_SM7zIH6jPCJEs7Y4jkrcK2APDGkM0"),
		"ni URI of RFC 8032 test 1");
}

static void parse(const char *text, int want)
{
	struct kw_fingerprint fp;

	test_eq(kw_fingerprint_parse(text, &fp), want, "%s", text);
}

static void refused(void)
{
	static const int want[] = { -EILSEQ, -EPROTONOSUPPORT, -EMSGSIZE, -EBADMSG, -EINVAL };
	unsigned int i, n = strtoul(testvec_text("refused.ni.#"), NULL, 10);

	test_eq(n, 5, "refused.ni: all of them are here");
	for (i = 0; i < 5; i++)
		parse(testvec_text("refused.ni.%u", i), want[i]);
	parse("", -EINVAL);
	parse("ni://", -EINVAL);
	parse("NI://h/sha3-256;" VAL, -EINVAL);
	parse("ni://h/SHA3-256;" VAL, -EPROTONOSUPPORT);
	parse("ni://h/;" VAL, -EPROTONOSUPPORT);
	parse("ni://h/sha3-256;" VAL "A", -EMSGSIZE);
	parse("ni://h/sha3-256;", -EMSGSIZE);
	parse("ni://h/sha3-256;" VAL "?ct=x", -EOPNOTSUPP);
	parse("ni://h/sha3-256;dBNrtDPoMORClaDaxO1kpR1ZcTunbglP4QF/kD0v8bg", -EBADMSG);
	parse("ni://h/sha3-256;dBNrtDPoMORClaDaxO1kpR1ZcTunbglP4QF kD0v8bg", -EBADMSG);
}

static void authorities(void)
{
	static const char *const good[] = { "", "h", "h:1", "a-b.c9:65535", "192.0.2.1", "192.0.2.1:443",
					    "[2001:db8::1]", "[2001:db8::1]:443", "xn--bcher-kva.example" };
	static const char *const bad[] = { ":1", "h:", "h:0", "h:01", "h:65536", "h:1x", "h:999999999999",
					   "-h", "h-", "h..g", ".h", "h.", "h_g", "h g", "[::1", "[h]",
					   "[]", "[::1]x", "2001:db8::1", "192.0.2.256", "user@h", "h/../x",
					   "1.2.3" };
	char text[320], label[70] = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "ni://%s/sha3-256;" VAL, good[i]);
		parse(text, 0);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		test_eq(kw_fingerprint_check_authority(bad[i]), -EDESTADDRREQ, "authority %s", bad[i]);
	memset(label, 'a', 63);
	test_eq(kw_fingerprint_check_authority(label), 0, "a label of 63");
	label[63] = 'a';
	test_eq(kw_fingerprint_check_authority(label), -EDESTADDRREQ, "a label of 64");
	memset(text, 0, sizeof(text));
	for (i = 0; i < 4; i++)
		memcpy(text + 64 * i, label, 63), text[64 * i + 63] = '.';
	text[253] = '\0';
	test_eq(kw_fingerprint_check_authority(text), 0, "a name of 253");
	memcpy(text + 253, "b", 2);
	test_eq(kw_fingerprint_check_authority(text), -EDESTADDRREQ, "a name of 254");
}

static void without_dns(void)
{
	static const char *const none[] = { "", "192.0.2.1:443", "[2001:db8::1]" };
	struct kw_fingerprint fp = { 0 };
	char text[KW_FINGERPRINT_DNS];
	struct kw_key id;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		strcpy(fp.authority, none[i]);
		test_eq(kw_fingerprint_dns(&fp, text, sizeof(text)), -EADDRNOTAVAIL,
			"no DNS name under '%s'", none[i]);
	}
	test_eq(kw_fingerprint_read_der(KW_BYTES(text, 44), &id), -EBADMSG, "a DER of another kind");
	test_eq(kw_fingerprint_read_der(testnode_slice("a.der"), &id), 0, "a good DER");
	test_eq(kw_fingerprint_read_der(KW_BYTES(testnode_slice("a.der").p, 43), &id), -EBADMSG,
		"a DER cut short");
	test_ok(strcmp(kw_fingerprint_strerror(-EILSEQ), kw_fingerprint_strerror(-EBADMSG)),
		"different errors have different words");
}

int main(void)
{
	if (kw_crypto_init())
		return 1;
	names("a");
	names("b");
	rfc8032();
	refused();
	authorities();
	without_dns();
	return test_done();
}
