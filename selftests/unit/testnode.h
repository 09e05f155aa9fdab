/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The two nodes of the test vectors, "a" and "b", as libkeyway's own objects.
 * For tests that need whole nodes and not only bytes.
 */
#ifndef KW_TESTNODE_H
#define KW_TESTNODE_H

#include "libkeyway/keyway.h"
#include "testvec.h"

struct testnode {
	struct kw_identity id;
	struct kw_dh s;
	struct kw_cert_static cert;
};

__attribute__((unused))
static struct kw_key testnode_key(const char *path)
{
	struct testvec v = testvec_bytes(path);
	struct kw_key key;

	if (v.n != sizeof(key.b))
		exit(1);
	memcpy(key.b, v.p, sizeof(key.b));
	return key;
}

__attribute__((unused))
static struct kw_slice testnode_slice(const char *path)
{
	struct testvec v = testvec_bytes(path);

	return KW_BYTES(v.p, v.n);
}

/* who: "a" or "b". */
__attribute__((unused))
static void testnode_create(struct testnode *n, const char *who)
{
	struct kw_key secret;
	char path[64];

	if (kw_crypto_init())
		exit(1);
	snprintf(path, sizeof(path), "%s.identity_seed", who);
	secret = testnode_key(path);
	kw_identity_create(&n->id, &secret);
	snprintf(path, sizeof(path), "%s.static_private", who);
	secret = testnode_key(path);
	kw_dh_create(&n->s, &secret);
	snprintf(path, sizeof(path), "%s.static_certificate", who);
	if (kw_cert_read_static(testnode_slice(path), &n->cert))
		exit(1);
}

#endif
