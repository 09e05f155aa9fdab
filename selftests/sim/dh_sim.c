// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * dh.h with a hash in place of X25519: public = secret, shared = H of the two
 * in order. It agrees like a DH and costs a hundredth. A world may ask for the
 * real one, which is libkeyway's own source under other names. Ed25519
 * verification is real, and a result once computed is remembered.
 */
#include <string.h>

#define kw_dh_create real_dh_create
#define kw_dh_compute real_dh_compute
#define kw_dh_destroy real_dh_destroy
#include "../../userspace/libkeyway/dh.c"
#undef kw_dh_create
#undef kw_dh_compute
#undef kw_dh_destroy

#include "libkeyway/crypto.h"
#include "world.h"

void kw_dh_create(struct kw_dh *d, const struct kw_key *secret);
int kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out);
void kw_dh_destroy(struct kw_dh *d);

void kw_dh_create(struct kw_dh *d, const struct kw_key *secret)
{
	if (world->real_dh) {
		real_dh_create(d, secret);
		return;
	}
	memset(d, 0, sizeof(*d));
	d->secret = *secret;
	d->public = *secret;
}

int kw_dh_compute(const struct kw_dh *d, const struct kw_key *public, struct kw_key *out)
{
	bool less = memcmp(&d->secret, public, sizeof(*public)) < 0;
	const struct kw_key *low = less ? &d->secret : public;
	const struct kw_key *high = less ? public : &d->secret;
	struct kw_hash h;

	if (world->real_dh)
		return real_dh_compute(d, public, out);
	kw_crypto_hash(NULL, (struct kw_slice[]){ KW_OBJECT(*low), KW_OBJECT(*high) }, 2, &h);
	memcpy(out, &h, sizeof(*out));
	return 0;
}

void kw_dh_destroy(struct kw_dh *d)
{
	if (world->real_dh)
		real_dh_destroy(d);
	else
		kw_crypto_wipe(d, sizeof(*d));
}

/* --- verification --------------------------------------------------------- */

#define VERIFY_SLOTS 16384

int __real_kw_crypto_verify(enum kw_crypto_purpose purpose, const struct kw_key *id,
			    struct kw_slice body, const struct kw_sig *sig);
int __wrap_kw_crypto_verify(enum kw_crypto_purpose purpose, const struct kw_key *id,
			    struct kw_slice body, const struct kw_sig *sig);

int __wrap_kw_crypto_verify(enum kw_crypto_purpose purpose, const struct kw_key *id,
			    struct kw_slice body, const struct kw_sig *sig)
{
	static struct {
		struct kw_hash what;
		int result;
	} slot[VERIFY_SLOTS], *s;
	uint8_t tag = (uint8_t)purpose;
	struct kw_hash what;

	kw_crypto_hash(NULL,
		       (struct kw_slice[]){ KW_BYTES(&tag, 1), KW_OBJECT(*id), body,
					    KW_OBJECT(*sig) },
		       4, &what);
	s = &slot[(what.b[0] | what.b[1] << 8) % VERIFY_SLOTS];
	if (memcmp(&s->what, &what, sizeof(what))) {
		s->result = __real_kw_crypto_verify(purpose, id, body, sig);
		s->what = what;
	}
	return s->result;
}
