// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* The six messages as they come from the wire, to whoever reads them first. */
#include <stdlib.h>

#include "fuzzdh.h"

static struct kw_dh s = { { { 1 } }, { { 1 } } }, peer = { { { 2 } }, { { 2 } } };
static struct kw_message_domain domain;

static void handshake(struct kw_slice in)
{
	struct kw_noise_conf c = { KW_NOISE_RESPONDER, &s, NULL, NULL, { 0 } };
	struct kw_message_init_view v;
	struct kw_message_init got;
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_noise m;

	if (kw_message_read_init(in, &v))
		return;
	if (v.noise_es.n + v.payload.n + 24 != in.n || !v.index)
		abort();
	if (!kw_message_open_es(&v, &c, &domain.val, &m) &&
	    !kw_message_open_init(&v, NULL, &m, plain, &got) && got.n >> 31)
		abort();
}

/* An INIT of ours, its view and its machine, to be answered. */
static struct {
	uint8_t packet[KW_MESSAGE_MAX];
	struct kw_message_init_view v;
	struct kw_noise m;
} asked;

static void ask(void)
{
	struct kw_noise_conf c = { KW_NOISE_INITIATOR, &s, &peer.public, NULL, { 0 } };
	struct kw_message_try try = { .domain = &domain, .e = &s.secret, .index = 0x01020304 };
	struct kw_message_init mine = { .suites = 1, .versions = 1 };
	int n;

	if (asked.v.index)
		return;
	n = kw_message_write_init(&try, &c, &mine, &asked.m, asked.packet);
	if (n < 0 || kw_message_read_init(KW_BYTES(asked.packet, n), &asked.v))
		abort();
}

static void answers(struct kw_slice in)
{
	struct kw_message_resp_view v;
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_message_resp resp;
	struct kw_mackey cookie;
	struct kw_noise copy;

	ask();
	if (!kw_message_read_cookie(in, &asked.v, &domain, &cookie) && in.n != KW_MESSAGE_COOKIE_SIZE)
		abort();
	if (!kw_message_read_retry(in, &asked.v, &asked.m, plain) && in.n != KW_MESSAGE_RETRY_SIZE)
		abort();
	copy = asked.m;
	if (!kw_message_read_resp(in, asked.v.whole.n, &v) &&
	    !kw_message_open_resp(&v, 3, &copy, plain, &resp) && resp.n >> 31)
		abort();
}

static void records(struct kw_slice in)
{
	struct kw_request rq = { .index = 1 };
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_slice set;

	if (!kw_request_read(in, &rq) && !rq.index)
		abort();
	if (!kw_request_read_answer(in, &rq, &domain, plain, &set) && set.n + 64 - 16 != in.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct kw_slice in = KW_BYTES(p, n);
	struct kw_mackey key = { { 3 } };
	uint32_t index;

	if (kw_crypto_init())
		abort();
	if (kw_message_peek(in, &index) && !index)
		abort();
	(void)!kw_message_check_mac1(&key, in);
	(void)!kw_message_check_mac2(&key, in);
	handshake(in);
	answers(in);
	records(in);
	return 0;
}
