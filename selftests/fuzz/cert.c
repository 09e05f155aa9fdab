// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Node certificates, as they come and rightly signed, walked through; static
 * certificates, which come back as they were read.
 */
#include <stdlib.h>
#include <string.h>

#include "libkeyway/keyway.h"

static void walk(const struct kw_cert_node *c)
{
	struct kw_prefix prefix;
	struct kw_slice kv;
	size_t at = 0;

	while (kw_cert_next_prefix(c, &at, &prefix)) {
		if (prefix.len > 128)
			abort();
	}
	at = 0;
	while (kw_cert_next_attribute(c, &at, &kv)) {
		if (!memchr(kv.p, '=', kv.n))
			abort();
	}
	if (c->name.n + c->user.n > c->tlvs.n)
		abort();
}

static void fixed(struct kw_slice in)
{
	uint8_t out[KW_CERT_STATIC];
	struct kw_cert_static c;

	if (kw_cert_read_static(in, &c))
		return;
	kw_cert_write_static(&c, out);
	if (in.n != sizeof(out) || memcmp(in.p, out, in.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t body[KW_CERT_NODE_MAX], out[KW_CERT_NODE_MAX];
	struct kw_key seed = { { 1 } };
	struct kw_identity network;
	struct kw_cert_node c;
	int ret;

	if (kw_crypto_init())
		abort();
	fixed(KW_BYTES(p, n));
	if (!kw_cert_read_node(KW_BYTES(p, n), &c))
		walk(&c);
	if (n < 35 || n > sizeof(body))
		return 0;
	/* the network key's own TLV is put in, since no fuzzer would guess it */
	kw_identity_create(&network, &seed);
	memcpy(body, p, n);
	memcpy(body + 3, network.id.b, 32);
	ret = kw_cert_sign_node(KW_BYTES(body, n), &network, out, sizeof(out));
	if (ret < 0)
		return 0;
	if (kw_cert_verify_node(KW_BYTES(out, ret), &c))
		abort();
	walk(&c);
	return 0;
}
