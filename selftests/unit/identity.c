// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* identity.c: the PEM form there and back, OpenSSL's opinion of it, refusals, wiping. */
#include <errno.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "testnode.h"

static char pem[KW_IDENTITY_TEXT];
static struct testnode a;

static void there_and_back(void)
{
	struct kw_identity back;
	char text[400];
	int n = kw_identity_format(&a.id, pem, sizeof(pem));

	test_eq(n, strlen(pem), "formats");
	test_eq(kw_identity_parse(pem, &back), 0, "parses");
	test_mem(&back, &a.id, sizeof(back), "the same identity");
	test_eq(kw_identity_format(&a.id, text, strlen(pem)), -EMSGSIZE, "no room for the NUL");
	snprintf(text, sizeof(text), "# my key\r\n%.40s\r\n %s", pem, pem + 40);
	test_eq(kw_identity_parse(text, &back), 0, "text before it and other line ends");
}

static void openssl_agrees(void)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	uint8_t id[32];
	size_t n = sizeof(id);

	test_ok(key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
		EVP_PKEY_get_raw_public_key(key, id, &n) && !memcmp(id, &a.id.id, 32),
		"OpenSSL reads the same key from it");
	EVP_PKEY_free(key);
	BIO_free(bio);
}

static void refusals(void)
{
	struct kw_identity keep = a.id;
	char text[KW_IDENTITY_TEXT];

	test_eq(kw_identity_parse("", &keep), -ENOKEY, "an empty file");
	test_eq(kw_identity_parse("-----BEGIN PRIVATE KEY-----\nMC4C", &keep), -ENOKEY, "cut short");
	strcpy(text, pem);
	text[40] = '!';
	test_eq(kw_identity_parse(text, &keep), -EINVAL, "a strange character");
	strcpy(text, pem);
	memmove(text + 40, text + 44, strlen(text + 44) + 1);
	test_eq(kw_identity_parse(text, &keep), -EINVAL, "four characters missing");
	strcpy(text, pem);
	text[41] ^= 1;
	test_eq(kw_identity_parse(text, &keep), -EPROTONOSUPPORT, "another algorithm");
	test_eq(kw_identity_parse("-----BEGIN PRIVATE KEY-----\n"
		"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAA\n"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		"-----END PRIVATE KEY-----\n", &keep), -EPROTONOSUPPORT, "a longer key");
	test_mem(&keep, &a.id, sizeof(keep), "refusals change nothing");
}

int main(void)
{
	struct kw_identity zero;

	testnode_create(&a, "a");
	there_and_back();
	openssl_agrees();
	refusals();
	memset(&zero, 0, sizeof(zero));
	kw_identity_destroy(&a.id);
	test_mem(&a.id, &zero, sizeof(zero), "destroy wipes");
	return test_done();
}
