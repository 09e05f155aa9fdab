// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* cert.c: the vectors' certificates made anew, dates, epochs, and refusals. */
#include <errno.h>

#include "testnode.h"

static struct testnode a, b;

static void static_made(const char *who, const struct testnode *n)
{
	struct kw_cert_static c = n->cert;
	uint8_t out[KW_CERT_STATIC];
	char path[64];

	snprintf(path, sizeof(path), "%s.static_public", who);
	testvec_is(n->s.public.b, 32, path);
	memset(&c.sig, 0, sizeof(c.sig));
	c.s = n->s.public;
	test_eq(kw_cert_sign_static(&c, &n->id), 0, "%s: signed anew", who);
	kw_cert_write_static(&c, out);
	snprintf(path, sizeof(path), "%s.static_certificate", who);
	testvec_is(out, sizeof(out), path);
	snprintf(path, sizeof(path), "%s.epoch", who);
	test_eq(c.epoch, testvec_number(path), "%s", path);
	snprintf(path, sizeof(path), "%s.not_after", who);
	test_eq(c.not_after, testvec_number(path), "%s", path);
}

static void static_refused(void)
{
	struct testvec v = testvec_bytes("a.static_certificate");
	struct kw_cert_static c;
	uint8_t in[KW_CERT_STATIC + 1] = { 0 };
	unsigned int i, good = 0;

	memcpy(in, v.p, v.n);
	for (i = 0; i < KW_CERT_STATIC; i++) {
		in[i] ^= 1;
		good += !kw_cert_read_static(KW_BYTES(in, KW_CERT_STATIC), &c) &&
			!kw_cert_verify_static(&c, &a.id.id);
		in[i] ^= 1;
	}
	test_eq(good, 0, "no static certificate with a byte changed verifies");
	test_eq(kw_cert_verify_static(&a.cert, &b.id.id), -EKEYREJECTED, "not for another identity");
	test_eq(kw_cert_read_static(KW_BYTES(in, KW_CERT_STATIC - 1), &c), -EBADMSG, "a byte short");
	test_eq(kw_cert_read_static(KW_BYTES(in, KW_CERT_STATIC + 1), &c), -EBADMSG, "a byte long");
	in[59] = 1;
	test_eq(kw_cert_read_static(KW_BYTES(in, KW_CERT_STATIC), &c), -EBADMSG, "with flags");
}

static int dates(uint64_t before, uint64_t after, uint64_t sec, bool synchronised)
{
	struct kw_time t = { sec, synchronised };

	return kw_cert_check_dates(before, after, &t);
}

static void dates_judged(void)
{
	struct kw_cert_static c = { 0 };

	test_eq(dates(10, 20, 10, true), 0, "valid from not-before on");
	test_eq(dates(10, 20, 20, true), 0, "valid to not-after");
	test_eq(dates(10, 20, 9, true), -ENOKEY, "not valid yet");
	test_eq(dates(10, 20, 21, true), -EKEYEXPIRED, "expired");
	test_eq(dates(10, 20, 9, false), 0, "without a clock not-before isn't checked");
	test_eq(dates(10, 20, 21, false), -EKEYEXPIRED, "below the floor is expired without a clock");
	test_eq(dates(0, 0, 99, true), 0, "both dates 0 pass");
	test_eq(dates(0, 5, 99, true), -EKEYEXPIRED, "one date 0 is a date");
	test_ok(kw_cert_undated(&c) && !kw_cert_undated(&a.cert), "undated is told");
}

static void epochs(void)
{
	const uint64_t accepted[3] = { 0x105, 0x206, 0x107 };
	struct kw_cert_seen seen = { 7, { { 1 } } };
	struct kw_cert_static c = { .epoch = 7, .s = { { 1 } } };
	uint64_t all[256];
	unsigned int i;

	test_eq(kw_cert_check_epoch(&c, NULL), 0, "the first epoch seen");
	test_eq(kw_cert_check_epoch(&c, &seen), 0, "the same epoch and S again");
	c.s.b[0] = 2;
	test_eq(kw_cert_check_epoch(&c, &seen), -EEXIST, "the same epoch with another S");
	c.epoch = 6;
	test_eq(kw_cert_check_epoch(&c, &seen), -ESTALE, "a lower epoch");
	test_ok(!!strstr(kw_cert_strerror(-ESTALE), "later key"), "which is said in words");
	c.epoch = 8;
	test_eq(kw_cert_check_epoch(&c, &seen), 0, "a higher epoch");
	test_eq(kw_cert_next_epoch(10, 5, NULL, 0), 11, "next epoch: last + 1");
	test_eq(kw_cert_next_epoch(10, 500, NULL, 0), 500, "next epoch: the clock's");
	test_eq(kw_cert_next_epoch(0, 0x305, accepted, 3), 0x308,
		"next epoch: its low byte is none of those accepted");
	for (i = 0; i < 256; i++)
		all[i] = i;
	test_ok(kw_cert_next_epoch(10, 0, all, 256) > 10, "next epoch ends when all are taken");
}

static void node_fields(void)
{
	struct kw_cert_node c;
	struct kw_prefix p;
	struct kw_slice kv;
	size_t at = 0;

	test_eq(kw_cert_verify_node(testnode_slice("node_certificate.of_a"), &c), 0,
		"node_certificate.of_a verifies");
	testvec_is(c.network.b, 32, "node_certificate.network_key");
	test_mem(&c.node, &a.id.id, 32, "of_a: node");
	test_ok(c.epoch == 3 && c.flags == KW_CERT_TRANSIT, "of_a: epoch and flags");
	test_ok(c.name.n == 9 && !memcmp(c.name.p, "gw-berlin", 9), "of_a: name");
	test_ok(c.user.n == 17 && !memcmp(c.user.p, "alice@example.org", 17), "of_a: user");
	test_ok(kw_cert_next_attribute(&c, &at, &kv) && kv.n == 7 && !memcmp(kv.p, "role=gw", 7) &&
		kw_cert_next_attribute(&c, &at, &kv) && kv.n == 11 &&
		!kw_cert_next_attribute(&c, &at, &kv), "of_a: two attributes");
	at = 0;
	test_ok(kw_cert_next_prefix(&c, &at, &p) && p.len == 112 && p.addr.b[12] == 10 &&
		kw_cert_next_prefix(&c, &at, &p) && p.len == 48 && p.addr.b[0] == 0x20 &&
		!kw_cert_next_prefix(&c, &at, &p), "of_a: two prefixes");
	test_eq(kw_cert_verify_node(testnode_slice("node_certificate.of_b"), &c), 0,
		"node_certificate.of_b verifies");
	test_ok(!c.name.n && !c.user.n && !c.flags, "of_b: what is absent is empty");
	test_eq(kw_cert_verify_node(testnode_slice(
		"refused.node_certificate.last byte of the name changed"), &c), -EKEYREJECTED,
		"refused.node_certificate: last byte of the name changed");
}

static struct kw_identity network;

static void node_made(void)
{
	struct kw_slice body = testnode_slice("node_certificate.of_a_signed_string");
	uint8_t out[KW_CERT_NODE_MAX];
	int n;

	/* what was signed is 64 of pad, the purpose and its NUL, the body */
	body = KW_BYTES(body.p + 79, body.n - 79);
	n = kw_cert_sign_node(body, &network, out, sizeof(out));
	testvec_is(out, n > 0 ? n : 0, "node_certificate.of_a");
	test_eq(kw_cert_sign_node(body, &network, out, body.n + 63), -EMSGSIZE, "no room to sign");
	test_eq(kw_cert_sign_node(body, &a.id, out, sizeof(out)), -EBADMSG,
		"another network's certificate isn't signed");
}

/* A rightly signed certificate of these TLVs: is it read? */
static int node_read(const char *extra, size_t n, unsigned int drop)
{
	static uint8_t buf[KW_CERT_NODE_MAX + 400];
	struct kw_wire_writer w = KW_WIRE_WRITER(buf, sizeof(buf) - 64);
	static const uint8_t eight[8];
	struct kw_cert_node c;
	struct kw_sig sig;
	unsigned int tag;

	for (tag = 1; tag <= 5; tag++) {
		if (tag != drop)
			kw_wire_write_tlv(&w, tag, tag == 1 ? KW_OBJECT(network.id) :
					  tag == 2 ? KW_OBJECT(a.id.id) : KW_BYTES(eight, 8));
	}
	kw_wire_write_bytes(&w, extra, n);
	if (kw_crypto_sign(KW_CRYPTO_NODE, network.secret, KW_BYTES(buf, w.at), &sig))
		exit(1);
	memcpy(buf + w.at, sig.b, 64);
	return kw_cert_verify_node(KW_BYTES(buf, w.at + 64), &c);
}

#define READ(extra) node_read(extra, sizeof(extra) - 1, 0)

static void node_refused(void)
{
	static char large[700] = { 99, 1, (char)0xae };
	unsigned int tag;

	test_eq(READ(""), 0, "five TLVs are enough");
	for (tag = 1; tag <= 5; tag++)
		test_eq(node_read("", 0, tag), -EBADMSG, "tag %u must be there", tag);
	test_eq(READ("\6\0\1a\6\0\1b"), -EBADMSG, "two names");
	test_eq(READ("\x0a\0\4\0\0\0\1\x0a\0\4\0\0\0\2"), -EBADMSG, "two flags");
	test_eq(READ("\x0a\0\3\0\0\0"), -EBADMSG, "flags of 3 bytes");
	test_eq(READ("\x0a\0\4\xff\xff\xff\xff"), 0, "unknown flags are ignored");
	test_eq(READ("\7\0\1b\6\0\1a"), -EBADMSG, "another order");
	test_eq(READ("\x0c\0\1a\x0c\0\1b"), 0, "unknown tags may repeat");
	test_eq(READ("\x0c\0\1a\x0c\0\1a"), -EBADMSG, "but not be equal");
	test_eq(READ("\x0c\0\1a\x0c"), -EBADMSG, "a trailing byte");
	test_eq(READ("\x08\0\3k=v\x08\0\3k=w"), 0, "two attributes");
	test_eq(READ("\x08\0\2kv"), -EBADMSG, "an attribute without =");
	test_eq(READ("\x09\0\x11" "0123456789abcdef\x80"), 0, "a prefix of length 128");
	test_eq(READ("\x09\0\x11" "0123456789abcdef\x81"), -EBADMSG, "a prefix of length 129");
	test_eq(READ("\x09\0\x10" "0123456789abcdef"), -EBADMSG, "a prefix without length");
	test_eq(node_read(large, 433, 0), 0, "a certificate of 600");
	large[2]++;
	test_eq(node_read(large, 434, 0), -EBADMSG, "a certificate of 601");
}

static void utf8(void)
{
	test_eq(READ("\6\0\x0a" "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91z"), 0, "UTF-8 of 2, 3, 4 bytes");
	test_eq(READ("\6\0\1\x80"), -EBADMSG, "a lone continuation byte");
	test_eq(READ("\6\0\2\xc0\x80"), -EBADMSG, "an overlong NUL");
	test_eq(READ("\6\0\3\xe0\x80\xaf"), -EBADMSG, "an overlong slash");
	test_eq(READ("\6\0\3\xed\xa0\x80"), -EBADMSG, "a surrogate");
	test_eq(READ("\6\0\4\xf4\x90\x80\x80"), -EBADMSG, "above U+10FFFF");
	test_eq(READ("\6\0\2\xe2\x82"), -EBADMSG, "a character cut short");
	test_eq(READ("\7\0\1\xff"), -EBADMSG, "0xff in user");
}

int main(void)
{
	struct kw_key seed;

	testnode_create(&a, "a");
	testnode_create(&b, "b");
	seed = testnode_key("node_certificate.network_seed");
	kw_identity_create(&network, &seed);
	static_made("a", &a);
	static_made("b", &b);
	static_refused();
	dates_judged();
	epochs();
	node_fields();
	node_made();
	node_refused();
	utf8();
	return test_done();
}
