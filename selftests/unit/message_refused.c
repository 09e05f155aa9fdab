// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* message.c: every way in which INIT and RESP are refused, and their sizes. */
#include <errno.h>

#include "testtry.h"

/* Seals a payload as an initiator would who keeps to no rule, and opens it. */
static int init_raw(struct try *t, const uint8_t *plain, size_t n)
{
	struct kw_noise_conf c = { KW_NOISE_INITIATOR, &a.s, &b.s.public, NULL, { 0 } };
	uint8_t prologue[KW_MESSAGE_PROLOGUE], head[8] = { 1, 1, 0, 0, 0, 0, 0, 9 };
	struct kw_key e = { { 7 } };

	memcpy(t->packet, head, 8);
	kw_message_prologue(&b.id.val, head, prologue);
	c.prologue = KW_BYTES(prologue, sizeof(prologue));
	kw_noise_create(&t->m, &c);
	if (kw_noise_write_init(&t->m, &e, NULL, KW_BYTES(plain, n), t->packet + 8))
		exit(1);
	t->n = n + KW_MESSAGE_INIT_FIX;
	return init_open(t);
}

static void payload_refusals(struct try *t)
{
	struct kw_slice v = testnode_slice(at("init.payload"));
	static uint8_t p[2000];

	memcpy(p, v.p, v.n);
	test_eq(init_raw(t, p, v.n), 0, "the vector's payload, sealed by hand, is taken");
	p[156] |= 0x80;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "session number of 2^31 is refused");
	p[156] &= 0x7f;
	p[160] &= ~1;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "INIT that doesn't offer ChaCha is refused");
	p[160] |= 0xf1;
	test_eq(init_raw(t, p, v.n), 0, "unknown suites are offers and ignored");
	p[163] &= ~1;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "INIT that doesn't offer version 1 is refused");
	p[163] |= 0xf1;
	test_eq(init_raw(t, p, v.n), 0, "unknown versions are offers and ignored");
	p[59] = 1;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "flags in the static certificate are refused");
	p[59] = 0;
	p[v.n - 1] = 1;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "padding other than zeros is refused");
	p[v.n - 1] = 0;
	p[166]++;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "a TLV past the end is refused");
	p[166]--;
	p[164] = 77;
	test_eq(init_raw(t, p, v.n), 0, "an unknown TLV is skipped");
	p[164] = 0;
	p[165] = p[166] = 0;
	p[167] = 77;
	p[168] = (v.n - 170) >> 8;
	p[169] = v.n - 170;
	test_eq(init_raw(t, p, v.n), -EBADMSG, "padding that isn't last is refused");
}

static void layout_refusals(struct try *t)
{
	struct kw_message_init_view v;
	unsigned int n, good = 0;
	uint8_t *p = t->packet;

	for (n = 0; n < KW_MESSAGE_INIT_MIN; n++)
		good += !kw_message_read_init(KW_BYTES(p, n), &v);
	test_eq(good, 0, "an INIT shorter than 720 is refused");
	test_eq(kw_message_read_init(KW_BYTES(p, KW_MESSAGE_MAX + 1), &v), -EBADMSG,
		"an INIT longer than 1160 is refused");
	for (n = 0, good = 0; n < 3; n++) {
		p[n] ^= 0x80;
		good += !kw_message_read_init(KW_BYTES(p, t->n), &v);
		p[n] ^= 0x80;
	}
	test_eq(good, 0, "an INIT of another type, version or with flags is refused");
	memset(p + 4, 0, 4);
	test_eq(kw_message_read_init(KW_BYTES(p, t->n), &v), -EBADMSG, "index 0 is refused");
}

static void mac1_refusals(struct try *t)
{
	struct kw_slice whole = KW_BYTES(t->packet, t->n);
	struct kw_message_domain other = t->d;
	unsigned int n, good = 0;
	struct kw_mackey key;

	kw_message_mac1_key(&t->d, &key);
	for (n = 0; n < 88; n++) {
		t->packet[n] ^= 4;
		good += !kw_message_check_mac1(&key, whole);
		t->packet[n] ^= 4;
	}
	test_eq(good, 0, "mac1 covers each of the first 88 bytes");
	test_eq(kw_message_check_mac1(&key, KW_BYTES(t->packet, t->n - 8)), -EKEYREJECTED,
		"mac1 covers the length");
	other.secret.b[31] ^= 1;
	kw_message_mac1_key(&other, &key);
	test_eq(kw_message_check_mac1(&key, whole), -EKEYREJECTED, "mac1 depends on the domain");
	for (n = 0, good = 0; n < 24; n++)
		good += !kw_message_check_mac1(&key, KW_BYTES(t->packet, n));
	test_eq(good, 0, "a stump has no mac1");
}

/* A RESP to t from a copy of the responder's machine. */
static int resp_write(const struct try *t, const struct kw_message_resp *in, size_t limit,
		      uint8_t *out)
{
	struct kw_message_reply reply = { t->v.index, 77, limit };
	struct kw_noise r = t->r;
	struct kw_key e = { { 5 } };

	return kw_message_write_resp(&r, &reply, &e, in, out);
}

/* What the initiator, on a copy, makes of it. */
static int resp_open(const struct try *t, const uint8_t *packet, size_t n, uint8_t offered)
{
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_message_resp_view v;
	struct kw_message_resp got;
	struct kw_noise copy = t->m;
	int ret;

	ret = kw_message_read_resp(KW_BYTES(packet, n), t->n, &v);
	if (ret || v.index_i != t->v.index)
		return -EBADMSG;
	return kw_message_open_resp(&v, offered, &copy, plain, &got);
}

static const uint8_t large[KW_MESSAGE_MAX];

static void resp_lengths(struct try *t)
{
	uint8_t out[KW_MESSAGE_MAX], tlv[700] = { 9, 2, 0 };
	struct kw_message_resp in = { .suite = 2, .tlvs = KW_BYTES(tlv, 515) };
	struct kw_message_reply reply = { t->v.index, 77, 610 };
	struct kw_noise r = t->r;
	struct kw_key e = { { 5 } };
	struct kw_message_resp_view v;
	int n;

	test_eq(resp_write(t, &in, KW_MESSAGE_INIT_MIN, out), 611, "RESP within the INIT's length");
	test_eq(kw_message_write_resp(&r, &reply, &e, &in, out), -EMSGSIZE,
		"RESP longer than the INIT isn't written");
	in.tlvs.n = 0;
	n = kw_message_write_resp(&r, &reply, &e, &in, out);
	test_eq(n, 96, "and the machine is unchanged by that");
	test_eq(kw_message_read_resp(KW_BYTES(out, n), 95, &v), -EBADMSG,
		"RESP longer than the INIT isn't read");
	reply.index_r = 0;
	r = t->r;
	n = kw_message_write_resp(&r, &reply, &e, &in, out);
	test_eq(kw_message_read_resp(KW_BYTES(out, n), t->n, &v), -EBADMSG, "RESP with an index of 0");
	in.tlvs = KW_BYTES(large, KW_MESSAGE_MAX);
	test_eq(resp_write(t, &in, 9000, out), -EMSGSIZE, "RESP above 1160 isn't written");
}

static void resp_changed(struct try *t)
{
	struct kw_message_resp in = { .suite = 2 };
	unsigned int i, changed = 0, cut = 0;
	uint8_t out[KW_MESSAGE_MAX];
	int n = resp_write(t, &in, t->n, out);

	test_eq(resp_open(t, out, n, 3), 0, "a good RESP");
	for (i = 0; i < (unsigned int)n; i++) {
		cut += !resp_open(t, out, i, 3);
		out[i] ^= 1;
		changed += !resp_open(t, out, n, 3);
		out[i] ^= 1;
	}
	test_eq(changed, 0, "a RESP with any byte changed is refused");
	test_eq(cut, 0, "a RESP cut short is refused");
	test_eq(resp_open(t, out, n, 1), -EPROTONOSUPPORT, "a suite that wasn't offered is refused");
}

static void resp_payloads(struct try *t)
{
	struct kw_message_resp in = { .suite = 0 };
	uint8_t out[KW_MESSAGE_MAX];

	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 0xff), -EPROTONOSUPPORT,
		"suite 0 is refused");
	in.suite = 9;
	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 0xff), -EPROTONOSUPPORT,
		"suite 9 is refused");
	in.suite = 33;
	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 0xff), -EPROTONOSUPPORT,
		"suite 33 is refused");
	in.suite = 1;
	in.n = 0x80000000u;
	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 3), -EBADMSG,
		"RESP with a session number of 2^31 is refused");
	in.n = 0x7fffffffu;
	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 3), 0,
		"RESP with a session number of 2^31 - 1 is taken");
	in.tlvs = KW_TEXT("\1\0\5abc");
	test_eq(resp_open(t, out, resp_write(t, &in, t->n, out), 3), -EBADMSG,
		"RESP with a TLV past the end is refused");
}

static void sizes(struct try *t)
{
	static uint8_t tlv[1100];
	uint32_t index;
	size_t n;
	int last = 0, bad = 0;

	for (n = 3; n < 900; n++) {
		memset(tlv, 0, n);
		tlv[0] = 1;
		tlv[1] = (n - 3) >> 8;
		tlv[2] = n - 3;
		t->in.tlvs = KW_BYTES(tlv, n);
		last = init_write(t, "init");
		bad += n <= 436 ? last < 720 || last > 722 : last != 284 + (int)n && n <= 876;
		bad += last > 0 && init_open(t);
		bad += n > 876 && last != -EMSGSIZE;
	}
	test_eq(bad, 0, "INIT is padded to 720, opens at any size, and never exceeds 1160");
	test_eq(kw_message_peek(KW_BYTES(t->packet, 720), &index), KW_MESSAGE_INIT, "peek knows INIT");
	t->packet[0] = 7;
	test_eq(kw_message_peek(KW_BYTES(t->packet, 720), &index), 0, "peek refuses REFUSED");
	test_eq(kw_message_peek(KW_BYTES(t->packet, 7), &index), 0, "peek refuses a stump");
}

int main(void)
{
	static struct try t;

	testnode_create(&a, "a");
	testnode_create(&b, "b");
	base = "first_contact_chacha";
	init_fill(&t, "init");
	if (init_write(&t, "init") < 0 || init_open(&t))
		return 1;
	resp_lengths(&t);
	resp_changed(&t);
	resp_payloads(&t);
	mac1_refusals(&t);
	layout_refusals(&t);
	payload_refusals(&t);
	init_fill(&t, "init");
	sizes(&t);
	return test_done();
}
