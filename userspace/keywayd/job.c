// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The four computations of a handshake. Reading an INIT stops as soon as it
 * can: a stranger costs es and ss, and a signature is verified once per
 * certificate, not once per handshake. What is left in a machine or a buffer
 * is wiped by job_destroy, which every submitter calls.
 */
#include <errno.h>
#include <string.h>

#include "entropy.h"
#include "job.h"
#include "keycache.h"
#include "libkeyway/crypto.h"

/* ss from the cache, or computed: it stays the same for as long as both S do. */
static int job_ss(const struct job_env *env, const struct kw_dh *s, const struct kw_key *rs,
		  struct kw_key *ss)
{
	if (!keycache_ss(env->cache, &s->public, rs, ss))
		return 0;
	return kw_dh_compute(s, rs, ss);
}

static int job_init_write(const struct job_env *env, struct job_init_write *j)
{
	struct kw_noise_conf conf = { .role = KW_NOISE_INITIATOR, .s = j->s, .rs = &j->rs };
	struct kw_message_try t = { .domain = &j->domain, .index = j->index, .epoch = j->epoch };
	struct kw_key e, ss;
	int n;

	n = job_ss(env, j->s, &j->rs, &ss);
	if (n)
		return n;
	entropy_fill(&e, sizeof(e));
	t.e = &e;
	t.ss = &ss;
	j->init.tlvs = KW_BYTES(j->tlvs.b, j->tlvs.n);
	n = kw_message_write_init(&t, &conf, &j->init, &j->m, j->packet.b);
	kw_crypto_wipe(&e, sizeof(e));
	if (n > 0) {
		j->packet.n = (uint16_t)n;
		keycache_add_ss(env->cache, &j->s->public, &j->rs, &ss);
		n = kw_message_answer_key(&j->m, &j->answer_key);
	}
	kw_crypto_wipe(&ss, sizeof(ss));
	return n;
}

static int job_verify(const struct job_env *env, const struct kw_message_init *in)
{
	uint8_t cert[KW_CERT_STATIC];
	struct kw_hash what;
	int err;

	kw_cert_write_static(&in->cert, cert);
	kw_crypto_hash(NULL, (struct kw_slice[]){ KW_OBJECT(in->id), KW_BYTES(cert, sizeof(cert)) },
		       2, &what);
	if (keycache_signed(env->cache, &what))
		return 0;
	err = kw_cert_verify_static(&in->cert, &in->id);
	if (!err)
		keycache_add_signed(env->cache, &what);
	return err;
}

/* Local deny and unknown first: they cost no signature. */
static int job_judge(const struct job_env *env, struct job_init_read *j)
{
	int err;

	kw_fingerprint_compute(&j->init.id, &j->peer);
	err = trustdb_check(env->trust, &j->peer, &j->now, &j->trust);
	if (err)
		return err;
	err = job_verify(env, &j->init);
	if (err)
		return err;
	return kw_cert_check_dates(j->init.cert.not_before, j->init.cert.not_after, &j->now);
}

static int job_init_read(const struct job_env *env, struct job_init_read *j)
{
	struct kw_noise_conf conf = { .role = KW_NOISE_RESPONDER, .s = j->s };
	struct kw_message_init_view v;
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_key ss;
	int err;

	err = kw_message_read_init(KW_BYTES(j->packet.b, j->packet.n), &v);
	if (err)
		return err;
	err = kw_message_open_es(&v, &conf, &j->val, &j->m); /* e, es, s */
	if (err)
		return err;
	err = job_ss(env, j->s, &j->m.rs, &ss);
	if (err)
		return err;
	err = kw_message_open_init(&v, &ss, &j->m, plain, &j->init); /* ss, payload */
	if (!err)
		err = job_judge(env, j);
	if (!err)
		keycache_add_ss(env->cache, &j->s->public, &j->m.rs, &ss);
	j->init.tlvs = KW_BYTES(NULL, 0);
	kw_crypto_wipe(&ss, sizeof(ss));
	return err;
}

/* Both ends: what the kernel installs, from a machine that is finished. */
static int job_session(const struct kw_noise *m, const struct kw_keys_ends *ends,
		       struct job_session *out)
{
	struct kw_noise_keys split;
	int err;

	err = kw_noise_split(m, &split);
	if (err)
		return err;
	kw_keys_derive(&split, out->suite, m->role, &out->keys);
	out->rank = kw_keys_rank(ends, &split.h);
	kw_crypto_wipe(&split, sizeof(split));
	return 0;
}

static int job_resp_write(struct job_resp_write *j)
{
	struct kw_message_reply reply = { j->index_i, j->index_r, j->limit };
	struct kw_keys_ends ends = { j->n_i, j->resp.n, &j->id_i, &j->id_r };
	struct kw_key e;
	int n;

	entropy_fill(&e, sizeof(e));
	j->resp.tlvs = KW_BYTES(j->tlvs.b, j->tlvs.n);
	n = kw_message_write_resp(&j->m, &reply, &e, &j->resp, j->packet.b); /* e, ee, se, psk */
	kw_crypto_wipe(&e, sizeof(e));
	if (n < 0)
		return n;
	j->packet.n = (uint16_t)n;
	j->session.suite = (enum kw_keys_suite)j->resp.suite;
	return job_session(&j->m, &ends, &j->session);
}

static int job_resp_read(struct job_resp_read *j)
{
	struct kw_keys_ends ends = { .n_i = j->n_i, .id_i = &j->id_i, .id_r = &j->id_r };
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_message_resp_view v;
	struct kw_message_resp resp;
	int err;

	err = kw_message_read_resp(KW_BYTES(j->packet.b, j->packet.n), j->limit, &v);
	if (err)
		return err;
	err = kw_message_open_resp(&v, j->offered, &j->m, plain, &resp);
	if (err)
		return err;
	j->index_r = v.index_r;
	j->observed = resp.addr;
	j->observed_port = resp.port;
	j->session.suite = (enum kw_keys_suite)resp.suite;
	ends.n_r = resp.n;
	return job_session(&j->m, &ends, &j->session);
}

void job_run(const struct job_env *env, struct job *j)
{
	switch (j->kind) {
	case JOB_INIT_WRITE:
		j->err = job_init_write(env, &j->init_write);
		break;
	case JOB_INIT_READ:
		j->err = job_init_read(env, &j->init_read);
		break;
	case JOB_RESP_WRITE:
		j->err = job_resp_write(&j->resp_write);
		break;
	case JOB_RESP_READ:
		j->err = job_resp_read(&j->resp_read);
		break;
	}
}

void job_destroy(struct job *j)
{
	kw_crypto_wipe(j, sizeof(*j));
}
