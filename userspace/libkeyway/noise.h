/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b (Noise rev 34) as a plain struct that
 * may be copied by value: read a RESP on a copy, take the copy's result only
 * after a good tag, and garbage kills nothing. One call per message and role;
 * the responder's read of message 1 is cut in two, so that it can stop after
 * each DH. Every failure leaves the machine useless except where said; the
 * owner ends each copy with kw_noise_destroy(), which wipes. Pure; keys, psk
 * and ephemeral secrets come from the caller.
 */
#ifndef KW_NOISE_H
#define KW_NOISE_H

#include "dh.h"
#include "types.h"

#define KW_NOISE_MSG1 (32 + 48 + 16) /* message 1 without payload */
#define KW_NOISE_MSG2 (32 + 16)	     /* message 2 without payload */

enum kw_noise_role {
	KW_NOISE_INITIATOR,
	KW_NOISE_RESPONDER,
};

struct kw_noise {
	/* identity */
	enum kw_noise_role role;
	const struct kw_dh *s; /* our static pair, borrowed; must outlive every copy */
	/* state */
	uint8_t step;
	uint8_t nonce;
	struct kw_longhash ck;
	struct kw_longhash h;
	struct kw_key k;
	struct kw_key psk;
	struct kw_key e;  /* our ephemeral secret: initiator only */
	struct kw_key re; /* the other's ephemeral public */
	struct kw_key rs; /* the other's static public */
};

struct kw_noise_conf {
	enum kw_noise_role role;
	const struct kw_dh *s;
	const struct kw_key *rs; /* initiator: the responder's S; else NULL */
	const struct kw_key *psk; /* NULL: 32 zero bytes */
	struct kw_slice prologue;
};

/* Result of split: k[0] is initiator to responder. */
struct kw_noise_keys {
	struct kw_key k[2];
	struct kw_longhash h;  /* after message 2's payload */
	struct kw_longhash ck; /* final */
};

void kw_noise_create(struct kw_noise *m, const struct kw_noise_conf *conf);
/* Ends one copy; the others live on. */
void kw_noise_destroy(struct kw_noise *m);

/*
 * Initiator, message 1: e || sealed s || sealed payload into out, which takes
 * payload.n + KW_NOISE_MSG1. e: 32 random bytes, used once. -EKEYREJECTED:
 * rs is no good key; -EPROTO: wrong step.
 */
int KW_MUST kw_noise_write_init(struct kw_noise *m, const struct kw_key *e, const struct kw_key *ss,
				struct kw_slice payload, uint8_t *out);
/*
 * Responder, message 1, first 80 bytes: does e and es, opens the initiator's S
 * into m->rs. -EBADMSG, -EKEYREJECTED, -EPROTO.
 */
int KW_MUST kw_noise_read_es(struct kw_noise *m, struct kw_slice in);
/*
 * Then the sealed payload: does ss (or takes it from the cache, if ss isn't
 * NULL) and opens; out takes in.n - 16. After it kw_noise_derive works.
 */
int KW_MUST kw_noise_read_ss(struct kw_noise *m, const struct kw_key *ss, struct kw_slice in,
			     uint8_t *out);
/*
 * Responder, message 2: e || sealed payload into out, which takes payload.n +
 * KW_NOISE_MSG2. e: 32 random bytes, used once.
 */
int KW_MUST kw_noise_write_resp(struct kw_noise *m, const struct kw_key *e,
				struct kw_slice payload, uint8_t *out);
/* Initiator, message 2, on a copy: out takes in.n - KW_NOISE_MSG2. */
int KW_MUST kw_noise_read_resp(struct kw_noise *m, struct kw_slice in, uint8_t *out);

/*
 * First 32 bytes of HKDF(ck after ss, label): "mac1" and "retry" keys. From
 * the end of message 1 to the start of message 2; else -EPROTO.
 */
int KW_MUST kw_noise_derive(const struct kw_noise *m, struct kw_slice label, struct kw_key *out);
/* After message 2 (else -EPROTO). The caller wipes *out. */
int KW_MUST kw_noise_split(const struct kw_noise *m, struct kw_noise_keys *out);
/* HKDF(ck, "psk") of a finished handshake: the next one's psk. */
void kw_noise_next_psk(const struct kw_noise_keys *keys, struct kw_key *psk);

#endif
