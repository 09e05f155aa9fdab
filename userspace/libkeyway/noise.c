// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The IKpsk2 machine: mixing, the tokens of the two messages, split. Order of
 * tokens is the pattern's (Noise rev 34 §7.5 and §9), written beside each step.
 * Owns nothing; called by message.c and, through it, by the daemon.
 */
#include "noise.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"

/* What a machine waits for. */
enum noise_step {
	NOISE_START,
	NOISE_ES,   /* responder: S is known */
	NOISE_ASKED, /* message 1 is complete */
	NOISE_DONE,
	NOISE_DEAD,
};

static void noise_mix_hash(struct kw_noise *m, struct kw_slice in)
{
	struct kw_slice parts[2] = { KW_OBJECT(m->h), in };

	kw_crypto_longhash(parts, 2, &m->h);
}

static void noise_set_key(struct kw_noise *m, const struct kw_longhash *from)
{
	memcpy(m->k.b, from->b, sizeof(m->k.b));
	m->nonce = 0;
}

static void noise_mix_key(struct kw_noise *m, const struct kw_key *ikm)
{
	struct kw_longhash out[2];

	kw_crypto_hkdf(&m->ck, KW_OBJECT(*ikm), out, 2);
	m->ck = out[0];
	noise_set_key(m, &out[1]);
	kw_crypto_wipe(out, sizeof(out));
}

/* MixKeyAndHash: the psk token. */
static void noise_mix_psk(struct kw_noise *m)
{
	struct kw_longhash out[3];

	kw_crypto_hkdf(&m->ck, KW_OBJECT(m->psk), out, 3);
	m->ck = out[0];
	noise_mix_hash(m, KW_OBJECT(out[1]));
	noise_set_key(m, &out[2]);
	kw_crypto_wipe(out, sizeof(out));
}

/* A public ephemeral, in psk patterns mixed into the key too (§9.2). */
static void noise_mix_e(struct kw_noise *m, const struct kw_key *e)
{
	noise_mix_hash(m, KW_OBJECT(*e));
	noise_mix_key(m, e);
}

static int noise_mix_dh(struct kw_noise *m, const struct kw_dh *our, const struct kw_key *their)
{
	struct kw_key out;
	int ret;

	ret = kw_dh_compute(our, their, &out);
	if (!ret)
		noise_mix_key(m, &out);
	kw_crypto_wipe(&out, sizeof(out));
	return ret;
}

/* ss, from the cache if the caller has it there. */
static int noise_mix_ss(struct kw_noise *m, const struct kw_key *ss)
{
	if (!ss)
		return noise_mix_dh(m, m->s, &m->rs);
	noise_mix_key(m, ss);
	return 0;
}

/* A key seals at most two pieces here, so one byte of nonce is plenty. */
static struct kw_crypto_aead noise_aead(struct kw_noise *m, uint8_t nonce[12])
{
	memset(nonce, 0, 12);
	nonce[4] = m->nonce++;
	return (struct kw_crypto_aead){ &m->k, nonce, KW_OBJECT(m->h) };
}

static void noise_seal(struct kw_noise *m, struct kw_slice in, uint8_t *out)
{
	uint8_t nonce[12];
	struct kw_crypto_aead a = noise_aead(m, nonce);

	kw_crypto_seal(&a, in, out);
	noise_mix_hash(m, KW_BYTES(out, in.n + KW_CRYPTO_TAG));
}

/* h is mixed before opening, since out may lie over in; a bad tag is the end anyway. */
static int noise_open(struct kw_noise *m, struct kw_slice in, uint8_t *out)
{
	struct kw_longhash h = m->h;
	uint8_t nonce[12];
	struct kw_crypto_aead a = noise_aead(m, nonce);

	if (in.n < KW_CRYPTO_TAG)
		return -EBADMSG;
	noise_mix_hash(m, in);
	a.ad = KW_OBJECT(h);
	return kw_crypto_open(&a, in, out);
}

static int noise_enter(struct kw_noise *m, enum kw_noise_role role, enum noise_step step)
{
	if (m->role != role || m->step != step)
		return -EPROTO;
	m->step = NOISE_DEAD;
	return 0;
}

void kw_noise_create(struct kw_noise *m, const struct kw_noise_conf *conf)
{
	static const char name[] = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b";
	bool initiator = conf->role == KW_NOISE_INITIATOR;

	memset(m, 0, sizeof(*m));
	m->role = conf->role;
	m->s = conf->s;
	memcpy(m->h.b, name, sizeof(name) - 1);
	m->ck = m->h;
	if (conf->psk)
		m->psk = *conf->psk;
	if (initiator)
		m->rs = *conf->rs;
	noise_mix_hash(m, conf->prologue);
	noise_mix_hash(m, KW_OBJECT(initiator ? m->rs : m->s->public)); /* <- s */
}

void kw_noise_destroy(struct kw_noise *m)
{
	kw_crypto_wipe(m, sizeof(*m));
	m->step = NOISE_DEAD;
}

int kw_noise_write_init(struct kw_noise *m, const struct kw_key *e, const struct kw_key *ss,
			struct kw_slice payload, uint8_t *out)
{
	struct kw_dh pair;
	int ret;

	ret = noise_enter(m, KW_NOISE_INITIATOR, NOISE_START);
	if (ret)
		return ret;
	m->e = *e;
	kw_dh_create(&pair, e);
	memcpy(out, pair.public.b, sizeof(pair.public.b));
	noise_mix_e(m, &pair.public);		     /* e */
	ret = noise_mix_dh(m, &pair, &m->rs);	     /* es */
	kw_dh_destroy(&pair);
	if (ret)
		return ret;
	noise_seal(m, KW_OBJECT(m->s->public), out + 32); /* s */
	ret = noise_mix_ss(m, ss);		     /* ss */
	if (ret)
		return ret;
	noise_seal(m, payload, out + 80);
	m->step = NOISE_ASKED;
	return 0;
}

int kw_noise_read_es(struct kw_noise *m, struct kw_slice in)
{
	int ret;

	ret = noise_enter(m, KW_NOISE_RESPONDER, NOISE_START);
	if (ret)
		return ret;
	if (in.n != 80)
		return -EBADMSG;
	memcpy(m->re.b, in.p, sizeof(m->re.b));
	noise_mix_e(m, &m->re);			/* e */
	ret = noise_mix_dh(m, m->s, &m->re);	/* es */
	if (!ret)
		ret = noise_open(m, KW_BYTES(in.p + 32, 48), m->rs.b); /* s */
	if (!ret)
		m->step = NOISE_ES;
	return ret;
}

int kw_noise_read_ss(struct kw_noise *m, const struct kw_key *ss, struct kw_slice in,
		     uint8_t *out)
{
	int ret;

	ret = noise_enter(m, KW_NOISE_RESPONDER, NOISE_ES);
	if (!ret)
		ret = noise_mix_ss(m, ss);	/* ss */
	if (!ret)
		ret = noise_open(m, in, out);
	if (!ret)
		m->step = NOISE_ASKED;
	return ret;
}

int kw_noise_write_resp(struct kw_noise *m, const struct kw_key *e, struct kw_slice payload,
			uint8_t *out)
{
	struct kw_dh pair;
	int ret;

	ret = noise_enter(m, KW_NOISE_RESPONDER, NOISE_ASKED);
	if (ret)
		return ret;
	kw_dh_create(&pair, e);
	memcpy(out, pair.public.b, sizeof(pair.public.b));
	noise_mix_e(m, &pair.public);		/* e */
	ret = noise_mix_dh(m, &pair, &m->re);	/* ee */
	if (!ret)
		ret = noise_mix_dh(m, &pair, &m->rs); /* se */
	kw_dh_destroy(&pair);
	if (ret)
		return ret;
	noise_mix_psk(m);			/* psk */
	noise_seal(m, payload, out + 32);
	m->step = NOISE_DONE;
	return 0;
}

int kw_noise_read_resp(struct kw_noise *m, struct kw_slice in, uint8_t *out)
{
	struct kw_dh pair;
	int ret;

	ret = noise_enter(m, KW_NOISE_INITIATOR, NOISE_ASKED);
	if (ret)
		return ret;
	if (in.n < KW_NOISE_MSG2)
		return -EBADMSG;
	memcpy(m->re.b, in.p, sizeof(m->re.b));
	/* only the secret is needed here, its public half was mixed before */
	pair.secret = m->e;
	noise_mix_e(m, &m->re);			/* e */
	ret = noise_mix_dh(m, &pair, &m->re);	/* ee */
	kw_dh_destroy(&pair);
	if (!ret)
		ret = noise_mix_dh(m, m->s, &m->re); /* se */
	if (ret)
		return ret;
	noise_mix_psk(m);			/* psk */
	ret = noise_open(m, KW_BYTES(in.p + 32, in.n - 32), out);
	if (!ret)
		m->step = NOISE_DONE;
	return ret;
}

int kw_noise_derive(const struct kw_noise *m, struct kw_slice label, struct kw_key *out)
{
	struct kw_longhash full;

	if (m->step != NOISE_ASKED)
		return -EPROTO;
	kw_crypto_hkdf(&m->ck, label, &full, 1);
	memcpy(out->b, full.b, sizeof(out->b));
	kw_crypto_wipe(&full, sizeof(full));
	return 0;
}

int kw_noise_split(const struct kw_noise *m, struct kw_noise_keys *out)
{
	struct kw_longhash k[2];

	if (m->step != NOISE_DONE)
		return -EPROTO;
	kw_crypto_hkdf(&m->ck, KW_BYTES(NULL, 0), k, 2);
	memcpy(out->k[0].b, k[0].b, sizeof(out->k[0].b));
	memcpy(out->k[1].b, k[1].b, sizeof(out->k[1].b));
	out->h = m->h;
	out->ck = m->ck;
	kw_crypto_wipe(k, sizeof(k));
	return 0;
}

void kw_noise_next_psk(const struct kw_noise_keys *keys, struct kw_key *psk)
{
	struct kw_longhash full;

	kw_crypto_hkdf(&keys->ck, KW_TEXT("psk"), &full, 1);
	memcpy(psk->b, full.b, sizeof(psk->b));
	kw_crypto_wipe(&full, sizeof(full));
}
