/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The crypto of one handshake message: everything in by value, everything out
 * by value, no state but the caches and the trust table that it reads. Four
 * kinds: write INIT, read INIT (up to "who asks, and is it true"), write RESP,
 * read RESP. job_run() is called by the threads of worker.c, by the simulator,
 * and by the benchmark, and is the same for all.
 */
#ifndef KEYWAYD_JOB_H
#define KEYWAYD_JOB_H

#include "libkeyway/keys.h"
#include "libkeyway/message.h"
#include "candidate.h"
#include "trustdb.h"

struct keycache;

#define JOB_TLVS 640 /* room for a node certificate with its head */

enum job_kind {
	JOB_INIT_WRITE,
	JOB_INIT_READ,
	JOB_RESP_WRITE,
	JOB_RESP_READ,
};

struct job_packet {
	uint16_t n;
	uint8_t b[KW_MESSAGE_MAX];
};

/* TLVs that travel in a payload. */
struct job_tlvs {
	uint16_t n;
	uint8_t b[JOB_TLVS];
};

/* What both ends of a finished handshake install. */
struct job_session {
	struct kw_keys keys;
	enum kw_keys_suite suite;
	uint64_t rank;
};

struct job_init_write {
	/* in */
	const struct kw_dh *s; /* ours; outlives the job */
	struct kw_key rs;
	struct kw_message_domain domain; /* the responder's */
	struct kw_message_init init;	 /* tlvs is set from the member below */
	struct job_tlvs tlvs;
	uint32_t index;
	uint8_t epoch;
	/* out */
	struct kw_noise m;
	struct job_packet packet;
	struct kw_mackey answer_key;
};

struct job_init_read {
	/* in */
	const struct kw_dh *s;
	struct kw_hash val; /* ours */
	struct kw_time now;
	struct job_packet packet;
	/* out */
	struct kw_noise m;
	struct kw_message_init init; /* tlvs emptied */
	struct kw_hash peer;
	struct trustdb_entry trust;
};

struct job_resp_write {
	/* in */
	struct kw_noise m;
	uint32_t index_i, index_r;
	uint16_t limit; /* length of the INIT answered */
	uint32_t n_i;
	struct kw_key id_i, id_r;
	struct kw_message_resp resp;
	struct job_tlvs tlvs;
	/* out */
	struct job_packet packet;
	struct job_session session;
};

struct job_resp_read {
	/* in */
	struct kw_noise m; /* a copy */
	struct job_packet packet;
	uint16_t limit;
	uint8_t offered;
	uint32_t n_i;
	struct kw_key id_i, id_r;
	/* out */
	uint32_t index_r;
	struct kw_addr observed;
	uint16_t observed_port;
	struct job_session session;
};

struct job {
	/* identity: for the submitter alone */
	enum job_kind kind;
	uint64_t token;
	struct pathmgr_candidate from;
	void *held; /* must live until the job comes back */
	/* state */
	int err; /* 0 or -errno of the message; then out holds nothing */
	union {
		struct job_init_write init_write;
		struct job_init_read init_read;
		struct job_resp_write resp_write;
		struct job_resp_read resp_read;
	};
};

struct job_env {
	struct keycache *cache;
	const struct trustdb *trust;
};

/*
 * Runs it on the calling thread, which must be known to trustdb.h. err of
 * init_read: -EBADMSG, -EKEYREJECTED (not authentic), -ENOENT, -EACCES,
 * -EKEYEXPIRED (not trusted), -EKEYREVOKED.
 */
void job_run(const struct job_env *env, struct job *j);
/* Wipes all of it. */
void job_destroy(struct job *j);

#endif
