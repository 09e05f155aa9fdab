// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* crypto.c: published answers of each primitive, purposes of signatures, refusals. */
#include <errno.h>

#include <openssl/evp.h>

#include "testnode.h"

static void hashes(void)
{
	struct kw_slice abc[2] = { KW_TEXT("a"), KW_TEXT("bc") }, none = { 0 };
	struct kw_longhash l, joined;
	struct kw_hash h;

	kw_crypto_longhash(abc, 2, &l);
	test_mem(l.b, "\xba\x80\xa5\x3f\x98\x1c\x4d\x0d", 8, "BLAKE2b-512 of abc (RFC 7693)");
	kw_crypto_sha3(abc, 2, &h);
	test_mem(h.b, "\x3a\x98\x5d\xa7\x4f\xe2\x25\xb2", 8, "SHA3-256 of abc (FIPS 202)");
	kw_crypto_sha3(&none, 1, &h);
	test_mem(h.b, "\xa7\xff\xc6\xf8\xbf\x1e\xd7\x66", 8, "SHA3-256 of nothing (FIPS 202)");
	kw_crypto_hmac(KW_TEXT("key"), abc, 2, &l);
	abc[0] = KW_TEXT("abc");
	kw_crypto_hmac(KW_TEXT("key"), abc, 1, &joined);
	test_mem(&l, &joined, sizeof(l), "HMAC joins its parts");
}

/* Against OpenSSL's own HMAC over BLAKE2b-512. */
static void hmac(void)
{
	OSSL_PARAM params[2] = {
		OSSL_PARAM_construct_utf8_string("digest", (char *)"BLAKE2B-512", 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
	uint8_t key[64], want[64];
	struct kw_slice in = KW_TEXT("some input of no special length");
	struct kw_longhash have;
	size_t n;

	for (n = 0; n < sizeof(key); n++)
		key[n] = 3 * n + 1;
	if (!EVP_MAC_init(ctx, key, sizeof(key), params) || !EVP_MAC_update(ctx, in.p, in.n) ||
	    !EVP_MAC_final(ctx, want, &n, sizeof(want)))
		exit(1);
	kw_crypto_hmac(KW_BYTES(key, sizeof(key)), &in, 1, &have);
	test_mem(&have, want, sizeof(want), "HMAC-BLAKE2b equals OpenSSL's");
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
}

/* DATA of the vectors: the key from the derivation, so both are checked. */
#define CHACHA "first_contact_chacha.data"

static void data_packet(const char *way, unsigned int i)
{
	struct kw_slice packet, plain;
	struct kw_crypto_aead a;
	uint8_t nonce[12] = { 0 }, out[200];
	struct kw_key key;
	char path[120];
	size_t n;

	snprintf(path, sizeof(path), CHACHA ".%s.key", way);
	key = testnode_key(path);
	snprintf(path, sizeof(path), CHACHA ".%s.packets.%u.plain", way, i);
	plain = testnode_slice(path);
	snprintf(path, sizeof(path), CHACHA ".%s.packets.%u.packet", way, i);
	packet = testnode_slice(path);
	/* the nonce is x in little endian */
	for (n = 0; n < 8; n++)
		nonce[4 + n] = packet.p[15 - n];
	a = (struct kw_crypto_aead){ &key, nonce, KW_BYTES(packet.p, 16) };
	memcpy(out, packet.p, 16);
	kw_crypto_seal(&a, plain, out + 16);
	testvec_is(out, 16 + plain.n + 16, path);
	n = kw_crypto_open(&a, KW_BYTES(out + 16, plain.n + 16), out);
	test_ok(!n && !memcmp(out, plain.p, plain.n), "%s opens", path);
}

static void gcm_packet(const char *way, unsigned int i)
{
	const char *base = "rekey_gcm_with_cookie_and_node_certificates.data";
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	struct kw_slice packet, plain;
	uint8_t nonce[12], out[200];
	char path[120];
	struct kw_key key;
	int n;

	snprintf(path, sizeof(path), "%s.%s.key", base, way);
	key = testnode_key(path);
	snprintf(path, sizeof(path), "%s.%s.salt", base, way);
	memcpy(nonce, testnode_slice(path).p, 4);
	snprintf(path, sizeof(path), "%s.%s.packets.%u.plain", base, way, i);
	plain = testnode_slice(path);
	snprintf(path, sizeof(path), "%s.%s.packets.%u.packet", base, way, i);
	packet = testnode_slice(path);
	memcpy(nonce + 4, packet.p + 8, 8);
	memcpy(out, packet.p, 16);
	if (!EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key.b, nonce) ||
	    !EVP_EncryptUpdate(ctx, NULL, &n, packet.p, 16) ||
	    !EVP_EncryptUpdate(ctx, out + 16, &n, plain.p, plain.n) ||
	    !EVP_EncryptFinal_ex(ctx, out + 16 + plain.n, &n) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, 16, out + 16 + plain.n))
		exit(1);
	testvec_is(out, 16 + plain.n + 16, path);
	EVP_CIPHER_CTX_free(ctx);
}

static void aead_refusals(void)
{
	struct kw_key key = { { 1 } };
	uint8_t nonce[24] = { 2 }, sealed[20], out[20];
	struct kw_crypto_aead a = { &key, nonce, KW_TEXT("ad") };
	unsigned int i, good = 0, good_x = 0;

	for (i = 0; i < sizeof(sealed); i++) {
		kw_crypto_seal(&a, KW_TEXT("four"), sealed);
		sealed[i] ^= 0x10;
		good += !kw_crypto_open(&a, KW_BYTES(sealed, sizeof(sealed)), out);
		kw_crypto_seal_x(&a, KW_TEXT("four"), sealed);
		sealed[i] ^= 0x10;
		good_x += !kw_crypto_open_x(&a, KW_BYTES(sealed, sizeof(sealed)), out);
	}
	test_eq(good, 0, "ChaCha20-Poly1305 refuses any byte changed");
	test_eq(good_x, 0, "XChaCha20-Poly1305 refuses any byte changed");
	kw_crypto_seal(&a, KW_TEXT("four"), sealed);
	a.ad = KW_TEXT("da");
	test_eq(kw_crypto_open(&a, KW_BYTES(sealed, 20), out), -EBADMSG, "other associated data");
	test_eq(kw_crypto_open(&a, KW_BYTES(sealed, 15), out), -EBADMSG, "shorter than a tag");
	test_eq(kw_crypto_open_x(&a, KW_BYTES(sealed, 0), out), -EBADMSG, "nothing at all");
}

static void purposes(void)
{
	struct kw_key seed = { { 9 } }, id;
	unsigned int made, asked, wrong = 0;
	struct kw_slice body = KW_TEXT("body");
	uint8_t secret[64];
	struct kw_sig sig;

	kw_crypto_ed25519(&seed, secret, &id);
	for (made = KW_CRYPTO_STATIC; made <= KW_CRYPTO_ENROL; made++) {
		if (kw_crypto_sign(made, secret, body, &sig))
			exit(1);
		for (asked = KW_CRYPTO_STATIC; asked <= KW_CRYPTO_ENROL; asked++)
			wrong += !kw_crypto_verify(asked, &id, body, &sig) != (made == asked);
	}
	test_eq(wrong, 0, "a signature counts for its purpose alone");
	id.b[31] ^= 0x80;
	test_eq(kw_crypto_verify(KW_CRYPTO_ENROL, &id, body, &sig), -EKEYREJECTED,
		"not for the key with its sign bit flipped");
}

static void signatures(void)
{
	static uint8_t large[KW_CRYPTO_SIGNED_MAX + 1];
	struct kw_slice longest = KW_BYTES(large, sizeof(large) - 1);
	struct kw_key seed = { { 9 } }, id, small = { { 1 } };
	struct kw_sig sig = { { 1 } };
	uint8_t secret[64];

	kw_crypto_ed25519(&seed, secret, &id);
	test_eq(kw_crypto_verify(KW_CRYPTO_ENROL, &small, KW_TEXT("body"), &sig), -EKEYREJECTED,
		"a key of small order verifies nothing");
	test_eq(kw_crypto_sign(KW_CRYPTO_LIST, secret, longest, &sig), 0, "the longest body is signed");
	test_eq(kw_crypto_verify(KW_CRYPTO_LIST, &id, longest, &sig), 0, "and verified");
	longest.n++;
	test_eq(kw_crypto_sign(KW_CRYPTO_LIST, secret, longest, &sig), -EMSGSIZE, "too long to sign");
	test_eq(kw_crypto_verify(KW_CRYPTO_LIST, &id, longest, &sig), -EKEYREJECTED,
		"too long to verify");
}

/* Vector's signed string as a whole: pad, purpose, NUL, body. */
static void signed_string(const char *who)
{
	char path[64];
	struct kw_slice s;
	struct testnode n;

	testnode_create(&n, who);
	snprintf(path, sizeof(path), "%s.static_signed_string", who);
	s = testnode_slice(path);
	test_eq(kw_crypto_verify(KW_CRYPTO_STATIC, &n.id.id, KW_BYTES(s.p + 81, s.n - 81), &n.cert.sig),
		0, "%s: its body verifies", path);
}

int main(void)
{
	static const char *const ways[] = { "initiator_to_responder", "responder_to_initiator" };
	unsigned int i;

	if (kw_crypto_init())
		return 1;
	hashes();
	hmac();
	for (i = 0; i < 8; i++) {
		data_packet(ways[i % 2], i / 2);
		gcm_packet(ways[i % 2], i / 2);
	}
	aead_refusals();
	purposes();
	signatures();
	signed_string("a");
	signed_string("b");
	test_ok(kw_crypto_equal("same", "same", 4) && !kw_crypto_equal("same", "samE", 4), "equal");
	return test_done();
}
