// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* request.c: RECORD-REQ and RECORD of the vectors, with and without a domain secret. */
#include <errno.h>

#include "testnode.h"

static struct testnode b;

static void asks(const char *name, const struct kw_message_domain *d)
{
	struct kw_request rq = { .index = testvec_number("record_req.index") }, back;
	uint8_t out[KW_REQUEST_SIZE];
	struct kw_mackey key;
	char path[64];

	memcpy(rq.nonce, testvec_bytes("record_req.nonce").p, 16);
	kw_request_write(&rq, d, out);
	snprintf(path, sizeof(path), "%s.packet", name);
	testvec_is(out, sizeof(out), path);
	kw_message_mac1_key(d, &key);
	test_eq(kw_message_check_mac1(&key, KW_BYTES(out, sizeof(out))), 0, "%s: mac1", name);
	test_eq(kw_request_read(KW_BYTES(out, sizeof(out)), &back), 0, "%s: read", name);
	test_mem(&back, &rq, sizeof(rq), "%s: index and nonce come back", name);
}

static void answers(const char *name, const struct kw_message_domain *d)
{
	struct kw_slice set = testnode_slice("record_set_of_b.small.binary"), got;
	struct kw_request rq = { .index = testvec_number("record_req.index") };
	uint8_t out[KW_MESSAGE_MAX], plain[KW_MESSAGE_MAX];
	char path[64];
	int n;

	memcpy(rq.nonce, testvec_bytes("record_req.nonce").p, 16);
	n = kw_request_write_answer(&rq, d, testvec_bytes("record.nonce").p, set, out);
	snprintf(path, sizeof(path), "%s.packet", name);
	testvec_is(out, n, path);
	test_eq(kw_request_read_answer(KW_BYTES(out, n), &rq, d, plain, &got), 0, "%s: opened", name);
	test_ok(got.n == set.n && !memcmp(got.p, set.p, set.n), "%s: carries the set", name);
}

static void refusals(const struct kw_message_domain *d)
{
	struct kw_request rq = { .index = 5, .nonce = { 1 } };
	uint8_t out[KW_MESSAGE_MAX], plain[KW_MESSAGE_MAX];
	unsigned int i, changed = 0, cut = 0, n;
	struct kw_slice got;

	n = kw_request_write_answer(&rq, d, testvec_bytes("record.nonce").p,
				    KW_TEXT("some set"), out);
	for (i = 0; i < n; i++) {
		cut += !kw_request_read_answer(KW_BYTES(out, i), &rq, d, plain, &got);
		out[i] ^= 1;
		changed += !kw_request_read_answer(KW_BYTES(out, n), &rq, d, plain, &got);
		out[i] ^= 1;
	}
	test_eq(changed, 0, "a RECORD with any byte changed is refused");
	test_eq(cut, 0, "a RECORD cut short is refused");
	rq.nonce[15] ^= 1;
	test_eq(kw_request_read_answer(KW_BYTES(out, n), &rq, d, plain, &got), -EBADMSG,
		"a RECORD to another request is refused");
	test_eq(got.n, 0, "and gives nothing");
}

static void sizes(const struct kw_message_domain *d)
{
	uint8_t out[KW_MESSAGE_MAX + 1], set[KW_RECORD_FIT + 1] = { 0 }, nonce[24] = { 0 };
	struct kw_request rq = { .index = 5 };

	test_eq(kw_request_write_answer(&rq, d, nonce, KW_BYTES(set, KW_RECORD_FIT), out),
		KW_MESSAGE_MAX, "a set of 1112 fits");
	test_eq(kw_request_write_answer(&rq, d, nonce, KW_BYTES(set, sizeof(set)), out), -EMSGSIZE,
		"a set of 1113 isn't answered");
	kw_request_write(&rq, d, out);
	test_eq(kw_request_read(KW_BYTES(out, KW_REQUEST_SIZE - 1), &rq), -EBADMSG,
		"a shorter RECORD-REQ is refused");
	test_eq(kw_request_read(KW_BYTES(out, KW_REQUEST_SIZE + 1), &rq), -EBADMSG,
		"a longer RECORD-REQ is refused");
	memset(out + 100, 7, 200);
	test_eq(kw_request_read(KW_BYTES(out, KW_REQUEST_SIZE), &rq), 0, "its zeros aren't looked at");
	out[3] = 1;
	test_eq(kw_request_read(KW_BYTES(out, KW_REQUEST_SIZE), &rq), -EBADMSG, "its flags are");
}

int main(void)
{
	struct kw_message_domain d = { 0 };

	testnode_create(&b, "b");
	d.val = b.id.val;
	asks("record_req", &d);
	answers("record", &d);
	refusals(&d);
	sizes(&d);
	d.secret = testnode_key("record_req_with_domain_secret.domain_secret");
	asks("record_req_with_domain_secret", &d);
	answers("record_with_domain_secret", &d);
	return test_done();
}
