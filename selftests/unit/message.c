// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * message.c: both handshakes of the vectors, byte for byte in both roles, with
 * ck and h after each message; cookies and challenges.
 */
#include <errno.h>

#include "testtry.h"

static void check_step(const struct kw_noise *m, const char *name, unsigned int step)
{
	char path[160];

	snprintf(path, sizeof(path), "%s.noise.%u.ck", at(name), step);
	testvec_is(m->ck.b, 64, path);
	snprintf(path, sizeof(path), "%s.noise.%u.h", at(name), step);
	testvec_is(m->h.b, 64, path);
}

static void init_check(struct try *t, const char *name)
{
	struct kw_mackey key;
	struct kw_key retry;

	init_fill(t, name);
	test_eq(init_write(t, name), number(name, "size"), "%s: written", at(name));
	testvec_is(t->packet, t->n, sub(name, "packet"));
	check_step(&t->m, name, 5);
	kw_message_mac1_key(&t->d, &key);
	testvec_is(key.b, 16, at("mac1_key_of_responder"));
	test_eq(kw_message_check_mac1(&key, KW_BYTES(t->packet, t->n)), 0, "%s: mac1 good", at(name));
	test_eq(init_open(t), 0, "%s: opened", at(name));
	check_step(&t->r, name, 5);
	testvec_is(t->plain, t->v.payload.n - 16, sub(name, "payload"));
	testvec_is(t->v.mac1.p, 8, sub(name, "mac1"));
	test_eq(t->v.epoch, (uint8_t)b.cert.epoch, "%s: epoch names S_r", at(name));
	test_ok(!memcmp(&t->got.id, &a.id.id, 32) && t->got.timestamp == t->in.timestamp &&
		t->got.n == t->in.n && t->got.speed == t->in.speed &&
		t->got.suites == t->in.suites, "%s: fields come back", at(name));
	test_eq(kw_cert_verify_static(&t->got.cert, &t->got.id), 0,
		"%s: its certificate, S from Noise, verifies", at(name));
	test_eq(kw_message_answer_key(&t->r, &key), 0, "%s: answer key", at(name));
	testvec_is(key.b, 16, sub(name, "answer_mac1_key"));
	test_eq(kw_noise_derive(&t->m, KW_TEXT("retry"), &retry), 0, "%s: retry key", at(name));
	testvec_is(retry.b, 32, sub(name, "retry_key"));
}

static void session_check(const struct kw_noise *i, const struct kw_noise *r, uint16_t suite,
			  const struct kw_keys_ends *ends)
{
	struct kw_noise_keys ki, kr;
	struct kw_keys ti, tr;
	uint8_t rank[8];
	unsigned int n;
	uint64_t v;

	if (kw_noise_split(i, &ki) || kw_noise_split(r, &kr))
		exit(1);
	testvec_is(ki.h.b, 64, at("session.h"));
	testvec_is(ki.ck.b, 64, at("session.final_ck"));
	testvec_is(ki.k[0].b, 32, at("session.k.0"));
	testvec_is(ki.k[1].b, 32, at("session.k.1"));
	test_mem(&ki, &kr, sizeof(ki), "%s: both ends split alike", base);
	kw_keys_derive(&ki, suite, KW_NOISE_INITIATOR, &ti);
	kw_keys_derive(&kr, suite, KW_NOISE_RESPONDER, &tr);
	testvec_is(ti.tx.key.b, 32, at("data.initiator_to_responder.key"));
	testvec_is(ti.tx.salt, 4, at("data.initiator_to_responder.salt"));
	testvec_is(ti.rx.key.b, 32, at("data.responder_to_initiator.key"));
	testvec_is(ti.rx.salt, 4, at("data.responder_to_initiator.salt"));
	test_ok(!memcmp(&ti.tx, &tr.rx, sizeof(ti.tx)) && !memcmp(&ti.rx, &tr.tx, sizeof(ti.rx)),
		"%s: what one end sends with, the other opens with", base);
	testvec_is(ti.sid, 16, at("session.sid"));
	v = kw_keys_rank(ends, &ki.h);
	for (n = 0; n < 8; n++)
		rank[n] = v >> (56 - 8 * n);
	testvec_is(rank, 8, at("session.rank"));
}

static struct kw_message_resp resp_fill(const struct try *t)
{
	struct kw_slice payload = testnode_slice(at("resp.payload"));
	struct kw_source src = source();

	return (struct kw_message_resp){
		.suite = kw_keys_choose(t->got.suites, t->got.speed, number("resp", "suites_r"),
					number("resp", "speed_r")),
		.n = number("resp", "n"), .addr = src.addr, .port = src.port,
		.tlvs = KW_BYTES(payload.p + KW_MESSAGE_RESP_PAYLOAD,
				 payload.n - KW_MESSAGE_RESP_PAYLOAD),
	};
}

static int resp_write(struct try *t, const struct kw_message_resp *in, uint8_t *out)
{
	struct kw_message_reply reply = { t->v.index, number("resp", "index_r"), t->n };
	struct kw_key e = testnode_key(at("resp.e_private"));

	return kw_message_write_resp(&t->r, &reply, &e, in, out);
}

static void resp_check(struct try *t)
{
	struct kw_message_resp in = resp_fill(t), got;
	struct kw_keys_ends ends = { t->in.n, in.n, &a.id.id, &b.id.id };
	uint8_t out[KW_MESSAGE_MAX], plain[KW_MESSAGE_MAX];
	struct kw_message_resp_view v;
	struct kw_noise copy = t->m;
	int n;

	test_eq(in.suite, number("resp", "suite"), "%s: suite by speed", base);
	n = resp_write(t, &in, out);
	test_eq(n, number("resp", "size"), "%s: RESP written", base);
	testvec_is(out, n, at("resp.packet"));
	check_step(&t->r, "resp", 4);
	test_eq(kw_message_read_resp(KW_BYTES(out, n), t->n, &v), 0, "%s: RESP read", base);
	test_eq(v.index_r, number("resp", "index_r"), "%s: RESP's index", base);
	test_eq(kw_message_open_resp(&v, 3, &copy, plain, &got), 0, "%s: RESP opened", base);
	testvec_is(plain, v.noise.n - KW_NOISE_MSG2, at("resp.payload"));
	test_ok(got.suite == in.suite && got.n == in.n && got.port == in.port &&
		!memcmp(&got.addr, &in.addr, 16), "%s: RESP's fields come back", base);
	session_check(&copy, &t->r, in.suite, &ends);
}

static void retry_check(struct try *t)
{
	struct kw_slice c = testnode_slice(at("retry.challenge"));
	struct kw_slice nonce = testnode_slice(at("retry.nonce"));
	uint8_t out[KW_MESSAGE_RETRY_SIZE], got[24];
	unsigned int n, good = 0;

	test_eq(kw_message_write_retry(&t->r, &t->v, c.p, nonce.p, out), 0, "RETRY written");
	testvec_is(out, sizeof(out), at("retry.packet"));
	test_eq(kw_message_read_retry(KW_BYTES(out, 80), &t->v, &t->m, got), 0, "RETRY read");
	test_mem(got, c.p, 24, "RETRY carries the challenge");
	for (n = 0; n < sizeof(out); n++) {
		out[n] ^= 1;
		good += !kw_message_read_retry(KW_BYTES(out, 80), &t->v, &t->m, got);
		out[n] ^= 1;
	}
	test_eq(good, 0, "a RETRY with any byte changed is refused");
	test_eq(kw_message_read_retry(KW_BYTES(out, 79), &t->v, &t->m, got), -EBADMSG,
		"a RETRY cut short is refused");
}

static void challenge_check(void)
{
	struct kw_key secret = testnode_key(at("retry.secret"));
	struct kw_slice r = testnode_slice(at("retry.r"));
	uint64_t bucket = number("retry", "bucket");
	uint8_t c[24];

	kw_message_challenge(&secret, &a.id.id, bucket, r.p, c);
	testvec_is(c, 24, at("retry.challenge"));
	test_eq(kw_message_check_challenge(&secret, &a.id.id, bucket, c), 0, "challenge in its bucket");
	test_eq(kw_message_check_challenge(&secret, &a.id.id, bucket + 1, c), 0, "challenge in the next");
	test_eq(kw_message_check_challenge(&secret, &a.id.id, bucket + 2, c), -EKEYREJECTED,
		"challenge two buckets later is refused");
	test_eq(kw_message_check_challenge(&secret, &a.id.id, bucket - 1, c), -EKEYREJECTED,
		"challenge of a later bucket is refused");
	test_eq(kw_message_check_challenge(&secret, &b.id.id, bucket, c), -EKEYREJECTED,
		"challenge of another identity is refused");
	secret.b[0] ^= 1;
	test_eq(kw_message_check_challenge(&secret, &a.id.id, bucket, c), -EKEYREJECTED,
		"challenge of another secret is refused");
	test_ok(kw_message_has_challenge(c) && !kw_message_has_challenge((uint8_t[24]){ 0 }),
		"zeros are no challenge");
}

static struct kw_message_secrets secrets(void)
{
	struct kw_message_secrets s;

	memcpy(s.s0.b, testnode_slice(at("cookie.s0")).p, 16);
	memcpy(s.s1.b, testnode_slice(at("cookie.s1")).p, 16);
	return s;
}

static void cookie_check(struct try *t)
{
	struct kw_slice nonce = testnode_slice(at("cookie.nonce"));
	struct kw_message_secrets s = secrets();
	struct kw_source src = source();
	uint8_t out[KW_MESSAGE_COOKIE_SIZE];
	struct kw_mackey cookie, got;
	unsigned int n, good = 0;

	kw_message_cookie(&s, &src, &cookie);
	testvec_is(cookie.b, 16, at("cookie.cookie"));
	kw_message_write_cookie(&t->v, &t->d, &cookie, nonce.p, out);
	testvec_is(out, sizeof(out), at("cookie.packet"));
	test_eq(kw_message_read_cookie(KW_BYTES(out, 64), &t->v, &t->d, &got), 0, "COOKIE read");
	test_mem(&got, &cookie, 16, "COOKIE carries the cookie");
	for (n = 0; n < sizeof(out); n++) {
		out[n] ^= 1;
		good += !kw_message_read_cookie(KW_BYTES(out, 64), &t->v, &t->d, &got);
		out[n] ^= 1;
	}
	test_eq(good, 0, "a COOKIE with any byte changed is refused");
	src.tag ^= 1;
	kw_message_cookie(&s, &src, &got);
	test_ok(memcmp(&got, &cookie, 16), "a cookie depends on the ingress tag");
	src.tag ^= 1;
	src.port ^= 1;
	kw_message_cookie(&s, &src, &got);
	test_ok(memcmp(&got, &cookie, 16), "a cookie depends on the port");
}

static void mac2_check(struct try *t)
{
	struct kw_message_secrets s = secrets();
	struct kw_source src = source();
	uint8_t copy[KW_MESSAGE_MAX];
	struct kw_mackey cookie;

	kw_message_cookie(&s, &src, &cookie);
	memcpy(copy, t->packet, t->n);
	kw_message_set_mac2(copy, t->n, &cookie);
	testvec_is(copy, t->n, at("cookie.init_with_mac2"));
	test_eq(kw_message_check_mac2(&cookie, KW_BYTES(copy, t->n)), 0, "mac2 good");
	test_eq(kw_message_check_mac2(&cookie, KW_BYTES(t->packet, t->n)), -EKEYREJECTED,
		"mac2 of zeros is refused");
	copy[100] ^= 1;
	test_eq(kw_message_check_mac2(&cookie, KW_BYTES(copy, t->n)), -EKEYREJECTED,
		"mac2 covers all bytes before it");
}

int main(void)
{
	static struct try t, second;

	testnode_create(&a, "a");
	testnode_create(&b, "b");
	base = "first_contact_chacha";
	init_check(&t, "init");
	retry_check(&t);
	challenge_check();
	init_check(&second, "init_with_challenge");
	resp_check(&second);
	base = "rekey_gcm_with_cookie_and_node_certificates";
	init_check(&t, "init");
	cookie_check(&t);
	mac2_check(&t);
	resp_check(&t);
	return test_done();
}
