// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* record.c: the vectors' sets taken apart and built anew, time, addresses, refusals. */
#include <errno.h>

#include "testnode.h"

static struct testnode a, b;

static void verified(const char *name, unsigned int addresses)
{
	struct kw_slice in;
	struct kw_wire_tlv t;
	struct kw_record r;
	unsigned int n = 0;
	char path[80];
	size_t at = 0;

	snprintf(path, sizeof(path), "record_set_of_b.%s.binary", name);
	in = testnode_slice(path);
	test_eq(kw_record_verify(in, &b.id.val, &r), 0, "%s verifies", path);
	test_ok(r.ttl == 1800 && r.timestamp == 1793599766, "%s: timestamp and TTL", path);
	test_ok(r.has_static && !memcmp(&r.cert.s, &b.s.public, 32), "%s: S of b", path);
	while (kw_record_next(&r, KW_RECORD_ADDRESS, &at, &t)) {
		test_ok(t.value.n == strlen(testvec_text("record_set_of_b.%s.json.addresses.%u", name, n)) &&
			!memcmp(t.value.p, testvec_text("record_set_of_b.%s.json.addresses.%u", name, n),
				t.value.n), "%s: address %u", path, n);
		n++;
	}
	test_eq(n, addresses, "%s: its addresses", path);
	test_eq(kw_record_verify(in, &a.id.val, &r), -EADDRNOTAVAIL, "%s isn't a's", path);
	test_eq(kw_record_verify(in, NULL, &r), 0, "%s: of whatever key it names", path);
}

/* Adds the vector's TLVs last first, so that each has to be put in its place. */
static void rebuilt(const char *name)
{
	uint8_t out[KW_RECORD_FIT];
	struct kw_record_builder build = { out, sizeof(out), 0 };
	struct kw_wire_tlv t, all[16];
	unsigned int n = 0;
	struct kw_record r;
	char path[80];
	size_t at = 0;

	snprintf(path, sizeof(path), "record_set_of_b.%s.binary", name);
	if (kw_record_verify(testnode_slice(path), NULL, &r) ||
	    kw_record_start(&build, &b.id, r.timestamp, r.ttl))
		exit(1);
	while (kw_record_next(&r, 0, &at, &t))
		all[n++] = t;
	while (n--) {
		if (all[n].tag > KW_RECORD_TTL && kw_record_add(&build, all[n].tag, all[n].value))
			exit(1);
	}
	testvec_is(out, kw_record_sign(&build, &b.id), path);
}

static void refused(void)
{
	unsigned int i, n = strtoul(testvec_text("refused.record_sets.#"), NULL, 10);
	struct kw_record r;
	char path[120];

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "refused.record_sets.%s",
			 testvec_text("refused.record_sets.@%u", i));
		test_ok(kw_record_verify(testnode_slice(path), NULL, &r) < 0, "%s", path);
	}
	test_eq(n, 7, "all refused sets are here");
	test_eq(kw_record_verify(testnode_slice("refused.record_sets.version byte 2, rightly signed"),
				 NULL, &r), -EPROTONOSUPPORT, "version 2 has its own error");
}

static void damaged(void)
{
	struct kw_slice good = testnode_slice("record_set_of_b.small.binary");
	uint8_t copy[KW_RECORD_MAX + 1] = { 0 };
	unsigned int i, taken = 0;
	struct kw_record r;

	memcpy(copy, good.p, good.n);
	for (i = 0; i < good.n; i++) {
		copy[i] ^= 1;
		taken += !kw_record_verify(KW_BYTES(copy, good.n), NULL, &r);
		copy[i] ^= 1;
		taken += !kw_record_verify(KW_BYTES(copy, i), NULL, &r);
	}
	test_eq(taken, 0, "no set with a byte changed or cut off is taken");
	test_eq(kw_record_verify(KW_BYTES(copy, sizeof(copy)), NULL, &r), -EBADMSG,
		"a set above the limit is refused");
}

/* A set, rightly signed, of three good TLVs and these bytes. */
static int signed_with(const char *extra, size_t n)
{
	uint8_t buf[1200];
	struct kw_record_builder build = { buf, sizeof(buf), 0 };
	struct kw_record r;
	int len;

	if (kw_record_start(&build, &b.id, 1000, 60))
		exit(1);
	memcpy(buf + build.n, extra, n);
	build.n += n;
	len = kw_record_sign(&build, &b.id);
	return kw_record_verify(KW_BYTES(buf, len), NULL, &r);
}

#define SIGNED(extra) signed_with(extra, sizeof(extra) - 1)

static void values_refused(void)
{
	char other[3 + KW_CERT_STATIC] = { 7, 0, KW_CERT_STATIC };
	char text[3 + 256] = { 4, 1, 0 };

	test_eq(SIGNED(""), 0, "key, timestamp and TTL are enough");
	test_eq(SIGNED("\3\0\4\0\0\0\x62"), -EBADMSG, "two TTLs");
	test_eq(SIGNED("\4\0\0"), -EBADMSG, "an empty address");
	test_eq(SIGNED("\4\0\3a b"), -EBADMSG, "an address with a blank");
	test_eq(SIGNED("\5\0\1\x7f"), -EBADMSG, "a relay with a control character");
	test_eq(SIGNED("\4\0\1\xc3"), -EBADMSG, "an address beyond ASCII");
	memset(text + 3, 'x', 256);
	test_eq(signed_with(text, 259), -EBADMSG, "an address of 256");
	text[1] = 0;
	text[2] = (char)255;
	test_eq(signed_with(text, 258), 0, "an address of 255");
	test_eq(SIGNED("\6\0\x1f" "0123456789012345678901234567890"), -EBADMSG, "a blob hash of 31");
	test_eq(SIGNED("\x63\0\1z"), 0, "an unknown tag is kept");
	memcpy(other + 3, testvec_bytes("a.static_certificate").p, KW_CERT_STATIC);
	test_eq(signed_with(other, sizeof(other)), -EKEYREJECTED,
		"another identity's static certificate");
}

static void limits(void)
{
	static uint8_t buf[KW_RECORD_MAX + 1], filler[KW_RECORD_MAX];
	struct kw_record_builder build = { buf, sizeof(buf), 0 };
	struct kw_record r;
	int n;

	if (kw_record_start(&build, &b.id, 1, 1) ||
	    kw_record_add(&build, 99, KW_BYTES(filler, KW_RECORD_MAX - 133)))
		exit(1);
	n = kw_record_sign(&build, &b.id);
	test_eq(kw_record_verify(KW_BYTES(buf, n), NULL, &r), 0, "the longest set");
	if (kw_record_start(&build, &b.id, 1, 1) ||
	    kw_record_add(&build, 99, KW_BYTES(filler, KW_RECORD_MAX - 132)))
		exit(1);
	n = kw_record_sign(&build, &b.id);
	test_eq(kw_record_verify(KW_BYTES(buf, n), NULL, &r), -EBADMSG, "a byte longer");
	if (kw_record_start(&build, &b.id, KW_RECORD_TIME_MAX, 1))
		exit(1);
	buf[51 + 3]++;
	n = kw_record_sign(&build, &b.id);
	test_eq(kw_record_verify(KW_BYTES(buf, n), NULL, &r), -EBADMSG, "a timestamp above 9999");
}

static void adding(void)
{
	uint8_t buf[300];
	struct kw_record_builder build = { buf, sizeof(buf), 0 };
	char text[256];
	size_t n;

	memset(text, 'y', sizeof(text));
	test_eq(kw_record_start(&build, &b.id, KW_RECORD_TIME_MAX + 1, 1), -ERANGE, "a year above 9999");
	build.size = 129;
	test_eq(kw_record_start(&build, &b.id, 1, 1), -EMSGSIZE, "no room for the least set");
	build.size = 130;
	test_eq(kw_record_start(&build, &b.id, 1, 1), 0, "room for the least set");
	test_eq(kw_record_sign(&build, &b.id), 130, "which is 130 with its signature");
	build.size = sizeof(buf);
	if (kw_record_start(&build, &b.id, 1, 1))
		exit(1);
	test_eq(kw_record_add(&build, 4, KW_TEXT("x:1")), 0, "an address");
	test_eq(kw_record_add(&build, 4, KW_TEXT("x:1")), -EEXIST, "the same address");
	test_eq(kw_record_add(&build, 3, KW_TEXT("\0\0\0\0")), -EEXIST, "a second, smaller TTL");
	test_eq(kw_record_add(&build, 3, KW_TEXT("\0\0\0\2")), -EEXIST, "a second, larger TTL");
	test_eq(kw_record_add(&build, 4, KW_TEXT("x 1")), -EINVAL, "a bad address");
	n = build.n;
	test_eq(kw_record_add(&build, 5, KW_BYTES(text, sizeof(buf) - 64 - n - 2)), -EMSGSIZE,
		"a byte more than there is room for");
	test_eq(build.n, n, "leaves the set as it was");
	test_eq(kw_record_add(&build, 5, KW_BYTES(text, sizeof(buf) - 64 - n - 3)), 0,
		"exactly what there is room for");
	test_eq(kw_record_sign(&build, &b.id), sizeof(buf), "and it is signed");
}

static int times(uint64_t sec, bool synchronised)
{
	struct kw_record r = { .timestamp = 10000, .ttl = 300 };
	struct kw_time t = { sec, synchronised };

	return kw_record_check_time(&r, &t);
}

static void freshness(void)
{
	struct kw_record r = { .timestamp = KW_RECORD_TIME_MAX, .ttl = UINT32_MAX };
	struct kw_time t = { KW_RECORD_TIME_MAX, true };

	test_eq(times(9400, true), 0, "600 s ahead");
	test_eq(times(9399, true), -ETIME, "601 s ahead");
	test_eq(times(10300, true), 0, "at the end of its TTL");
	test_eq(times(10301, true), -EKEYEXPIRED, "past its TTL");
	test_eq(times(5, false), 0, "without a clock nothing is from the future");
	test_eq(times(10301, false), -EKEYEXPIRED, "past its TTL below the floor");
	test_eq(kw_record_check_time(&r, &t), 0, "the last second of 9999");
	test_eq(kw_record_next_timestamp(50, 40), 50, "next timestamp: now");
	test_eq(kw_record_next_timestamp(50, 50), 51, "next timestamp: last + 1");
	test_eq(kw_record_next_timestamp(5, UINT64_MAX - 1), KW_RECORD_TIME_MAX,
		"next timestamp: never above 9999");
}

static void blobs(void)
{
	struct testvec blob = testvec_bytes("record_set_of_b.full.blob");
	static uint8_t large[KW_RECORD_BLOB_MAX + 1];
	struct kw_record r;

	if (kw_record_verify(testnode_slice("record_set_of_b.full.binary"), NULL, &r))
		exit(1);
	test_eq(kw_record_check_blob(&r, KW_BYTES(blob.p, blob.n)), 0, "the blob of the set");
	test_eq(kw_record_check_blob(&r, KW_BYTES(blob.p, blob.n - 1)), -EBADMSG, "another blob");
	test_eq(kw_record_check_blob(&r, KW_BYTES(large, sizeof(large))), -EMSGSIZE, "too large a blob");
	if (kw_record_verify(testnode_slice("record_set_of_b.small.binary"), NULL, &r))
		exit(1);
	test_eq(kw_record_check_blob(&r, KW_BYTES(blob.p, blob.n)), -ENODATA, "a blob without its hash");
}

static void address(const char *text, int want)
{
	struct kw_source s;
	char back[64];
	int ret;

	ret = kw_record_parse_address(KW_BYTES(text, strlen(text)), &s);
	test_eq(ret, want, "address %s", text);
	if (!ret)
		test_ok(kw_record_format_address(&s, back, sizeof(back)) > 0 && !strcmp(text, back),
			"address %s comes back", text);
}

static void addresses(void)
{
	address("keyway+udp://198.51.100.42:47576", 0);
	address("keyway+udp://[2001:db8::1]:1", 0);
	address("tcp://198.51.100.42:443", -EPROTONOSUPPORT);
	address("keyway+udp://198.51.100.42", -EINVAL);
	address("keyway+udp://198.51.100.42:0", -EINVAL);
	address("keyway+udp://198.51.100.42:65536", -EINVAL);
	address("keyway+udp://198.51.100.42:1x", -EINVAL);
	address("keyway+udp://2001:db8::1:47576", -EINVAL);
	address("keyway+udp://[2001:db8::1:47576", -EINVAL);
	address("keyway+udp://[::ffff:1.2.3.4]x:1", -EINVAL);
	address("keyway+udp://:1", -EINVAL);
	address("keyway+udp://host.example:1", -EINVAL);
	address("keyway+udp://", -EINVAL);
}

int main(void)
{
	testnode_create(&a, "a");
	testnode_create(&b, "b");
	verified("small", 3);
	verified("full", 3);
	rebuilt("small");
	rebuilt("full");
	refused();
	damaged();
	values_refused();
	limits();
	adding();
	freshness();
	blobs();
	addresses();
	return test_done();
}
