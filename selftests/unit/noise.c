// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* noise.c: the official vector in both roles, steps of ours, and what a bad message does. */
#include <errno.h>

#include "testnode.h"

#define OFFICIAL "noise.vector."

static struct kw_key psk, e_i, e_r;
static struct kw_dh s_i, s_r;
static struct kw_noise i, r;

static void start(void)
{
	struct kw_slice pi = testnode_slice(OFFICIAL "init_prologue");
	struct kw_slice pr = testnode_slice(OFFICIAL "resp_prologue");
	struct kw_noise_conf ci = { KW_NOISE_INITIATOR, &s_i, &s_r.public, &psk, pi };
	struct kw_noise_conf cr = { KW_NOISE_RESPONDER, &s_r, NULL, &psk, pr };

	kw_noise_create(&i, &ci);
	kw_noise_create(&r, &cr);
}

static void setup(void)
{
	struct kw_key k;

	psk = testnode_key(OFFICIAL "init_psks.0");
	k = testnode_key(OFFICIAL "init_static");
	kw_dh_create(&s_i, &k);
	k = testnode_key(OFFICIAL "resp_static");
	kw_dh_create(&s_r, &k);
	e_i = testnode_key(OFFICIAL "init_ephemeral");
	e_r = testnode_key(OFFICIAL "resp_ephemeral");
	testvec_is(s_r.public.b, 32, OFFICIAL "init_remote_static");
}

static void transport(const struct kw_noise_keys *keys, unsigned int n)
{
	/* messages 2, 4 go from initiator to responder; nonces count per direction */
	uint8_t nonce[12] = { [4] = (n - 2) / 2 }, out[200];
	struct kw_crypto_aead a = { &keys->k[n % 2], nonce, KW_BYTES(NULL, 0) };
	struct kw_slice plain;
	char path[80];

	snprintf(path, sizeof(path), OFFICIAL "messages.%u.payload", n);
	plain = testnode_slice(path);
	kw_crypto_seal(&a, plain, out);
	snprintf(path, sizeof(path), OFFICIAL "messages.%u.ciphertext", n);
	testvec_is(out, plain.n + 16, path);
}

static void official(void)
{
	struct kw_slice pay1 = testnode_slice(OFFICIAL "messages.0.payload");
	struct kw_slice pay2 = testnode_slice(OFFICIAL "messages.1.payload");
	struct kw_noise_keys ki, kr;
	uint8_t m1[200], m2[200], out[200];
	unsigned int n;

	start();
	test_eq(kw_noise_write_init(&i, &e_i, NULL, pay1, m1), 0, "initiator writes message 1");
	testvec_is(m1, pay1.n + KW_NOISE_MSG1, OFFICIAL "messages.0.ciphertext");
	test_eq(kw_noise_read_es(&r, KW_BYTES(m1, 80)), 0, "responder opens s");
	test_mem(&r.rs, &s_i.public, 32, "responder knows the initiator's S after es");
	test_eq(kw_noise_read_ss(&r, NULL, KW_BYTES(m1 + 80, pay1.n + 16), out), 0,
		"responder opens payload 1");
	test_mem(out, pay1.p, pay1.n, "payload 1 is what was sent");
	test_eq(kw_noise_write_resp(&r, &e_r, pay2, m2), 0, "responder writes message 2");
	testvec_is(m2, pay2.n + KW_NOISE_MSG2, OFFICIAL "messages.1.ciphertext");
	test_eq(kw_noise_read_resp(&i, KW_BYTES(m2, pay2.n + KW_NOISE_MSG2), out), 0,
		"initiator reads message 2");
	test_mem(out, pay2.p, pay2.n, "payload 2 is what was sent");
	test_ok(!kw_noise_split(&i, &ki) && !kw_noise_split(&r, &kr), "both split");
	testvec_is(ki.h.b, 64, OFFICIAL "handshake_hash");
	test_mem(&ki, &kr, sizeof(ki), "both have the same keys, h and ck");
	for (n = 2; n < 6; n++)
		transport(&ki, n);
}

/* A machine in each state, to see what comes of bad input there. */
static void asked(uint8_t *m1, uint8_t *m2)
{
	uint8_t out[16];

	start();
	if (kw_noise_write_init(&i, &e_i, NULL, KW_TEXT("one"), m1) ||
	    kw_noise_read_es(&r, KW_BYTES(m1, 80)) ||
	    kw_noise_read_ss(&r, NULL, KW_BYTES(m1 + 80, 19), out) ||
	    kw_noise_write_resp(&r, &e_r, KW_TEXT("two"), m2))
		exit(1);
}

static void bad_messages(void)
{
	uint8_t m1[120], m2[120], out[120];
	struct kw_noise copy;
	unsigned int n, good = 0;

	asked(m1, m2);
	for (n = 0; n < 51; n++) {
		copy = i;
		m2[n] ^= 1;
		good += !kw_noise_read_resp(&copy, KW_BYTES(m2, 51), out);
		m2[n] ^= 1;
	}
	test_eq(good, 0, "no message 2 with any byte changed is taken");
	for (n = 0; n < 51; n++) {
		copy = i;
		good += kw_noise_read_resp(&copy, KW_BYTES(m2, n), out) != -EBADMSG;
	}
	test_eq(good, 0, "no message 2 cut short is taken");
	copy = i;
	test_eq(kw_noise_read_resp(&copy, KW_BYTES(m2, 51), out), 0,
		"after 51 bad ones on copies, the good one is taken");
	test_eq(kw_noise_read_resp(&copy, KW_BYTES(m2, 51), out), -EPROTO,
		"message 2 is read once per machine");
	for (n = 0, good = 0; n < 80; n++) {
		start();
		m1[n] ^= 1;
		good += !kw_noise_read_es(&r, KW_BYTES(m1, 80));
		m1[n] ^= 1;
	}
	test_eq(good, 0, "no message 1 with a byte of e or S changed is opened");
	start();
	test_eq(kw_noise_read_es(&r, KW_BYTES(m1, 79)), -EBADMSG, "message 1 cut short");
	test_eq(kw_noise_read_es(&r, KW_BYTES(m1, 80)), -EPROTO,
		"a machine that failed takes nothing more");
	start();
	test_eq(kw_noise_read_resp(&i, KW_BYTES(m2, 51), out), -EPROTO,
		"no message 2 before message 1");
}

static void keys_refused(void)
{
	/* the u coordinates 0 and 1 have small order */
	struct kw_key zero = { { 0 } }, one = { { 1 } };
	struct kw_noise_conf c = { KW_NOISE_INITIATOR, &s_i, &zero, NULL, KW_TEXT("p") };
	uint8_t m1[120], m[80] = { 0 };
	struct kw_key out;

	kw_noise_create(&i, &c);
	test_eq(kw_noise_write_init(&i, &e_i, NULL, KW_TEXT("x"), m1), -EKEYREJECTED,
		"an all-zero DH result is refused: S of 0");
	test_eq(kw_dh_compute(&s_i, &one, &out), -EKEYREJECTED,
		"an all-zero DH result is refused: S of 1");
	start();
	test_eq(kw_noise_read_es(&r, KW_BYTES(m, 80)), -EKEYREJECTED,
		"an all-zero DH result is refused: e of 0");
}

static void cached_ss(void)
{
	uint8_t fresh[120], cached[120], m2[120], out[16];
	struct kw_key ss;

	asked(fresh, m2);
	if (kw_dh_compute(&s_i, &s_r.public, &ss))
		exit(1);
	start();
	test_ok(!kw_noise_write_init(&i, &e_i, &ss, KW_TEXT("one"), cached) &&
		!memcmp(fresh, cached, 99), "message 1 with a cached ss is the same");
	test_ok(!kw_noise_read_es(&r, KW_BYTES(fresh, 80)) &&
		!kw_noise_read_ss(&r, &ss, KW_BYTES(fresh + 80, 19), out),
		"payload 1 opens with a cached ss");
	ss.b[0] ^= 1;
	start();
	test_ok(!kw_noise_read_es(&r, KW_BYTES(fresh, 80)) &&
		kw_noise_read_ss(&r, &ss, KW_BYTES(fresh + 80, 19), out) == -EBADMSG,
		"payload 1 doesn't open with another ss");
}

static void derive_window(void)
{
	uint8_t m1[120], m2[120], out[16];
	struct kw_noise before;
	struct kw_key k;

	start();
	test_eq(kw_noise_derive(&i, KW_TEXT("mac1"), &k), -EPROTO, "no derived key before ss");
	asked(m1, m2);
	test_eq(kw_noise_derive(&i, KW_TEXT("mac1"), &k), 0, "derived key between the messages");
	before = i;
	test_ok(!kw_noise_read_resp(&before, KW_BYTES(m2, 51), out) &&
		kw_noise_derive(&before, KW_TEXT("mac1"), &k) == -EPROTO,
		"no derived key after message 2");
	kw_noise_destroy(&i);
	test_eq(kw_noise_derive(&i, KW_TEXT("mac1"), &k), -EPROTO, "nothing after destroy");
	memset(&before, 0, sizeof(before));
	test_mem(&i.ck, &before.ck, 64, "destroy wipes ck");
	test_mem(&i.e, &before.e, 32, "destroy wipes e");
}

int main(void)
{
	if (kw_crypto_init())
		return 1;
	setup();
	official();
	bad_messages();
	keys_refused();
	cached_ss();
	derive_window();
	return test_done();
}
