// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Record sets: as they come, and rightly signed by whoever wrote nonsense. One
 * that is taken is built again from its TLVs to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "libkeyway/keyway.h"

static struct kw_identity id;

static void rebuild(struct kw_slice set, const struct kw_record *r)
{
	uint8_t out[KW_RECORD_MAX];
	struct kw_record_builder b = { out, sizeof(out), 0 };
	struct kw_wire_tlv t;
	size_t at = 0;

	if (kw_record_start(&b, &id, r->timestamp, r->ttl))
		abort();
	while (kw_record_next(r, 0, &at, &t)) {
		if (t.tag >= KW_RECORD_KEY && t.tag <= KW_RECORD_TTL)
			continue;
		if (kw_record_add(&b, t.tag, t.value))
			abort();
	}
	if (kw_record_sign(&b, &id) != (int)set.n || memcmp(out, set.p, set.n))
		abort();
}

static void addresses(const struct kw_record *r)
{
	struct kw_source one, two;
	struct kw_wire_tlv t;
	char text[64];
	size_t at = 0;
	int n;

	while (kw_record_next(r, KW_RECORD_ADDRESS, &at, &t)) {
		if (kw_record_parse_address(t.value, &one))
			continue;
		n = kw_record_format_address(&one, text, sizeof(text));
		if (n < 0 || kw_record_parse_address(KW_BYTES(text, n), &two) ||
		    memcmp(&one, &two, sizeof(one)))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct kw_key seed = { { 1 } };
	uint8_t set[KW_RECORD_MAX];
	struct kw_record r;
	struct kw_sig sig;

	if (kw_crypto_init())
		abort();
	kw_identity_create(&id, &seed);
	if (!kw_record_verify(KW_BYTES(p, n), NULL, &r))
		addresses(&r);
	/* the key's own TLV is put in, since no fuzzer would guess it */
	if (n < 48 || n > sizeof(set) - 64)
		return 0;
	memcpy(set, p, n);
	kw_fingerprint_der(&id.id, set + 4);
	if (kw_crypto_sign(KW_CRYPTO_RECORD, id.secret, KW_BYTES(set, n), &sig))
		abort();
	memcpy(set + n, sig.b, sizeof(sig.b));
	if (kw_record_verify(KW_BYTES(set, n + 64), &id.val, &r))
		return 0;
	addresses(&r);
	rebuild(KW_BYTES(set, n + 64), &r);
	return 0;
}
