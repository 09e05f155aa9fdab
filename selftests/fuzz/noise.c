// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * What a peer who knows all keys may put into the payloads of INIT and RESP:
 * sealed rightly, opened, and written again, it's the same bytes.
 */
#include <stdlib.h>

#include "fuzzdh.h"

static struct kw_dh i = { { { 1 } }, { { 1 } } }, r = { { { 2 } }, { { 2 } } };
static struct kw_key e = { { 3 } };
static struct kw_message_domain domain;
static const struct kw_message_reply reply = { 9, 8, KW_MESSAGE_MAX };
static struct kw_noise_conf asks = { .role = KW_NOISE_INITIATOR, .s = &i, .rs = &r.public };
static struct kw_noise_conf answers = { .role = KW_NOISE_RESPONDER, .s = &r };

/* INIT with this payload, whatever it says; its length. */
static size_t seal_init(struct kw_slice payload, uint8_t *out)
{
	struct kw_noise_conf c = asks;
	uint8_t prologue[KW_MESSAGE_PROLOGUE];
	struct kw_noise m;

	memcpy(out, "\1\1\0\0\0\0\0\x09", 8);
	kw_message_prologue(&domain.val, out, prologue);
	c.prologue = KW_BYTES(prologue, sizeof(prologue));
	kw_noise_create(&m, &c);
	if (kw_noise_write_init(&m, &e, NULL, payload, out + 8))
		abort();
	return payload.n + KW_MESSAGE_INIT_FIX;
}

static void init(struct kw_slice in)
{
	uint8_t first[KW_MESSAGE_MAX], again[KW_MESSAGE_MAX], plain[KW_MESSAGE_MAX];
	struct kw_message_try try = { .domain = &domain, .e = &e, .index = 9 };
	struct kw_message_init_view v;
	struct kw_message_init got;
	struct kw_noise m;
	size_t n;

	if (in.n > KW_MESSAGE_MAX - KW_MESSAGE_INIT_FIX)
		return;
	n = seal_init(in, first);
	if (kw_message_read_init(KW_BYTES(first, n), &v))
		return;
	if (kw_message_open_es(&v, &answers, &domain.val, &m))
		abort();
	if (kw_message_open_init(&v, NULL, &m, plain, &got))
		return;
	if (kw_message_write_init(&try, &asks, &got, &m, again) != (int)n ||
	    memcmp(again, first, n - 16))
		abort();
}

/* Both machines after message 1. */
static void begin(struct kw_noise *mi, struct kw_noise *mr)
{
	uint8_t m1[KW_NOISE_MSG1], none[1];

	kw_noise_create(mi, &asks);
	kw_noise_create(mr, &answers);
	if (kw_noise_write_init(mi, &e, NULL, KW_BYTES(none, 0), m1) ||
	    kw_noise_read_es(mr, KW_BYTES(m1, 80)) ||
	    kw_noise_read_ss(mr, NULL, KW_BYTES(m1 + 80, 16), none))
		abort();
}

/* RESP with this payload, whatever it says; its length. */
static size_t seal_resp(struct kw_noise m, struct kw_slice payload, uint8_t *out)
{
	size_t n = payload.n + KW_MESSAGE_RESP_FIX;
	struct kw_mackey key;

	memcpy(out, "\2\1\0\0\0\0\0\x09\0\0\0\x08", 12);
	if (kw_message_answer_key(&m, &key) || kw_noise_write_resp(&m, &e, payload, out + 12))
		abort();
	kw_message_set_mac1(&key, out, n);
	return n;
}

static void resp(struct kw_slice in)
{
	uint8_t buf[3][KW_MESSAGE_MAX], *first = buf[0], *again = buf[1];
	struct kw_message_resp_view v;
	struct kw_message_resp got;
	struct kw_noise mi, mr;
	size_t n;

	if (in.n > KW_MESSAGE_MAX - KW_MESSAGE_RESP_FIX)
		return;
	begin(&mi, &mr);
	n = seal_resp(mr, in, first);
	if (kw_message_read_resp(KW_BYTES(first, n), KW_MESSAGE_MAX, &v) ||
	    kw_message_open_resp(&v, 0xff, &mi, buf[2], &got))
		return;
	if (kw_message_write_resp(&mr, &reply, &e, &got, again) != (int)n || memcmp(again, first, n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (kw_crypto_init())
		abort();
	init(KW_BYTES(p, n));
	resp(KW_BYTES(p, n));
	return 0;
}
