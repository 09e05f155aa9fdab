/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The messages of a handshake: INIT, RESP, COOKIE, RETRY; and what all six
 * messages outside a session share. Layouts, lengths, mac1, mac2, cookies,
 * challenges and their sealing (protocol.md, Messages outside a session and
 * Handshake). Reading is cut in
 * stages in the order in which a responder must check; a view borrows from
 * the packet. Pure: random bytes, secrets and times come from the caller, who
 * also keeps replay filters and decides whom to answer.
 */
#ifndef KW_MESSAGE_H
#define KW_MESSAGE_H

#include "cert.h"
#include "noise.h"
#include "types.h"
#include "wire.h"

enum kw_message_type {
	KW_MESSAGE_INIT = 1,
	KW_MESSAGE_RESP = 2,
	KW_MESSAGE_COOKIE = 3,
	KW_MESSAGE_RETRY = 4,
	KW_MESSAGE_RECORD_REQ = 5,
	KW_MESSAGE_RECORD = 6,
};

/* Sizes in bytes. */
#define KW_MESSAGE_VERSION 1
#define KW_MESSAGE_HEAD 8 /* type, version, flags, epoch or 0, index 4 */
#define KW_MESSAGE_MAX 1160
#define KW_MESSAGE_INIT_MIN 720
#define KW_MESSAGE_INIT_FIX 120 /* INIT without its payload */
#define KW_MESSAGE_INIT_PAYLOAD 164 /* payload without TLVs */
#define KW_MESSAGE_RESP_FIX 68
#define KW_MESSAGE_RESP_PAYLOAD 28
#define KW_MESSAGE_COOKIE_SIZE 64
#define KW_MESSAGE_RETRY_SIZE 80
#define KW_MESSAGE_CHALLENGE 24
#define KW_MESSAGE_MAC1_INPUT 88
#define KW_MESSAGE_PROLOGUE 49

#define KW_MESSAGE_BUCKET 10 /* seconds per challenge bucket */

/* TLVs in the payloads of INIT and RESP; others are skipped. */
enum kw_message_tlv {
	KW_MESSAGE_TLV_PAD = 0,
	KW_MESSAGE_TLV_NODE = 1,
	KW_MESSAGE_TLV_PSK = 2,
};

#define KW_MESSAGE_OFFER_CHACHA 0x01 /* bits of suites */
#define KW_MESSAGE_OFFER_GCM 0x02
#define KW_MESSAGE_VERSION_1 0x0001 /* bit of versions */

/* What a mac1 key is made of: whose it is, and which network's secret. */
struct kw_message_domain {
	struct kw_hash val;    /* the one who receives INIT or RECORD-REQ */
	struct kw_key secret; /* K_dom; zeros: none */
};

/* The payload of INIT. */
struct kw_message_init {
	struct kw_key id;
	struct kw_cert_static cert; /* cert.s is the S that Noise carries */
	uint64_t timestamp;	    /* ns since 1970, grows with each try */
	uint8_t challenge[KW_MESSAGE_CHALLENGE];
	uint32_t n; /* session number, below 2^31 */
	uint8_t suites;
	uint8_t speed;
	uint16_t versions;
	struct kw_slice tlvs; /* written: without padding; read: with it */
};

/* The payload of RESP. */
struct kw_message_resp {
	uint16_t suite; /* 1 ChaCha20-Poly1305, 2 AES-256-GCM */
	uint32_t n;	/* session number, below 2^31 */
	struct kw_addr addr; /* observed source of INIT, zeros inside FORWARD */
	uint16_t port;
	struct kw_slice tlvs;
};

/* What INIT says outside its payload, to write it. */
struct kw_message_try {
	const struct kw_message_domain *domain; /* the responder's */
	const struct kw_key *e;			/* 32 random bytes, used once */
	const struct kw_key *ss;		/* cached, or NULL */
	uint32_t index;				/* ours, reserved */
	uint8_t epoch;				/* low byte of the epoch of the S_r used */
	uint16_t size;				/* pad up to this; 0 means the least, 720 */
};

/* An INIT as received; the slices borrow from the packet. */
struct kw_message_init_view {
	uint8_t epoch;
	uint32_t index;
	struct kw_slice whole;
	struct kw_slice noise_es; /* e || sealed S, 80 */
	struct kw_slice payload;  /* sealed */
	struct kw_slice mac1;	  /* 8 */
	struct kw_slice mac2;	  /* 8 */
};

struct kw_message_resp_view {
	uint32_t index_i;
	uint32_t index_r;
	struct kw_slice whole;
	struct kw_slice noise; /* e || sealed payload */
	struct kw_slice mac1;
};

/* What RESP says outside its payload, to write it. */
struct kw_message_reply {
	uint32_t index_i; /* the initiator's, from INIT */
	uint32_t index_r; /* ours, reserved */
	size_t limit;	  /* length of the INIT answered */
};

/* The two SipHash keys that a cookie is made with, drawn every 2 minutes. */
struct kw_message_secrets {
	struct kw_mackey s0, s1;
};

/* Key of mac1 in INIT and RECORD-REQ to this domain. */
void kw_message_mac1_key(const struct kw_message_domain *d, struct kw_mackey *key);
/* Key of mac1 in RESP and RETRY, after message 1 (else -EPROTO). */
int KW_MUST kw_message_answer_key(const struct kw_noise *m, struct kw_mackey *key);
/* mac1 of a whole message of any of the four types that carry one. */
void kw_message_mac1(const struct kw_mackey *key, struct kw_slice whole, uint8_t out[8]);
/* Writes mac1 where it belongs in a message of n bytes, complete but for it. */
void kw_message_set_mac1(const struct kw_mackey *key, uint8_t *buf, size_t n);
/* -EKEYREJECTED unless whole carries the right mac1. */
int KW_MUST kw_message_check_mac1(const struct kw_mackey *key, struct kw_slice whole);

void kw_message_cookie(const struct kw_message_secrets *s, const struct kw_source *src,
		       struct kw_mackey *cookie);
/* Writes mac2 into the last 8 bytes of an INIT; zeros for cookie NULL. */
void kw_message_set_mac2(uint8_t *init, size_t n, const struct kw_mackey *cookie);
/* -EKEYREJECTED unless whole carries the right mac2. */
int KW_MUST kw_message_check_mac2(const struct kw_mackey *cookie, struct kw_slice whole);

/* "keyway/v1" || VAL_r || the first 8 bytes of INIT. */
void kw_message_prologue(const struct kw_hash *val_r, const uint8_t head[8],
			 uint8_t out[KW_MESSAGE_PROLOGUE]);

/*
 * Creates m and writes the whole INIT, mac2 zeros, into out (size room).
 * conf: role initiator, s, rs, psk; its prologue is made here. Returns the
 * length. -EMSGSIZE: TLVs too long; else as kw_noise_write_init.
 */
int KW_MUST kw_message_write_init(const struct kw_message_try *t, const struct kw_noise_conf *conf,
				  const struct kw_message_init *in, struct kw_noise *m,
				  uint8_t out[KW_MESSAGE_MAX]);
/* Layout only: length, type, version, flags, index. -EBADMSG. */
int KW_MUST kw_message_read_init(struct kw_slice packet, struct kw_message_init_view *v);
/* Creates a responder's m for this INIT and does e, es: m->rs is then S_i. */
int KW_MUST kw_message_open_es(const struct kw_message_init_view *v, const struct kw_noise_conf *conf,
			       const struct kw_hash *val_r, struct kw_noise *m);
/*
 * Then ss, and opens and reads the payload: plain takes KW_MESSAGE_MAX bytes
 * and in->tlvs borrows from it. in->cert.s is filled from m->rs. Signatures,
 * dates, trust, freshness are the caller's. -EBADMSG also for a payload that
 * doesn't offer suite ChaCha and version 1, and for n of 2^31 and more.
 */
int KW_MUST kw_message_open_init(const struct kw_message_init_view *v, const struct kw_key *ss,
				 struct kw_noise *m, uint8_t *plain, struct kw_message_init *in);

/*
 * Writes the whole RESP and returns its length; finishes m. -EMSGSIZE if it
 * would be longer than its limit, m is then unchanged: leave a TLV out. e: 32
 * random bytes, used once.
 */
int KW_MUST kw_message_write_resp(struct kw_noise *m, const struct kw_message_reply *reply,
				  const struct kw_key *e, const struct kw_message_resp *in,
				  uint8_t out[KW_MESSAGE_MAX]);
/* Layout only. limit: the length of the INIT answered. -EBADMSG. */
int KW_MUST kw_message_read_resp(struct kw_slice packet, size_t limit,
				 struct kw_message_resp_view *v);
/*
 * On a copy of the initiator's m: checks mac1, opens and reads; plain takes
 * KW_MESSAGE_MAX. -EBADMSG leaves the copy to be destroyed, the original good.
 * offered: our suites; -EPROTONOSUPPORT for a suite that wasn't offered.
 */
int KW_MUST kw_message_open_resp(const struct kw_message_resp_view *v, uint8_t offered,
				 struct kw_noise *m, uint8_t *plain, struct kw_message_resp *out);
/* Next TLV with this type, *at starting at 0; false at the end. */
bool KW_MUST kw_message_next_tlv(struct kw_slice tlvs, uint8_t type, size_t *at,
				 struct kw_slice *value);

/* nonce: 24 random bytes. d: the sender's own VAL and the K_dom matched. */
void kw_message_write_cookie(const struct kw_message_init_view *v, const struct kw_message_domain *d,
			     const struct kw_mackey *cookie, const uint8_t nonce[24],
			     uint8_t out[KW_MESSAGE_COOKIE_SIZE]);
/* init: the INIT we sent. -EBADMSG: not for it, or not the responder's. */
int KW_MUST kw_message_read_cookie(struct kw_slice packet, const struct kw_message_init_view *init,
				   const struct kw_message_domain *d, struct kw_mackey *cookie);

/* c = r || BLAKE2b-128(secret, id || bucket || r); bucket = seconds / 10. */
void kw_message_challenge(const struct kw_key *secret, const struct kw_key *id, uint64_t bucket,
			  const uint8_t r[8], uint8_t out[KW_MESSAGE_CHALLENGE]);
/* For this or the previous bucket. -EKEYREJECTED. Single use is the caller's. */
int KW_MUST kw_message_check_challenge(const struct kw_key *secret, const struct kw_key *id,
				       uint64_t bucket, const uint8_t c[KW_MESSAGE_CHALLENGE]);
/* Any non-zero byte? Zeros mean that INIT carries none. */
bool KW_MUST kw_message_has_challenge(const uint8_t c[KW_MESSAGE_CHALLENGE]);
/* nonce: 24 random bytes. m: after open_init. -EPROTO. */
int KW_MUST kw_message_write_retry(const struct kw_noise *m, const struct kw_message_init_view *v,
				   const uint8_t c[KW_MESSAGE_CHALLENGE], const uint8_t nonce[24],
				   uint8_t out[KW_MESSAGE_RETRY_SIZE]);
/* m: the try's machine, unchanged. init: the INIT we sent. Checks mac1. -EBADMSG. */
int KW_MUST kw_message_read_retry(struct kw_slice packet, const struct kw_message_init_view *init,
				  const struct kw_noise *m, uint8_t c[KW_MESSAGE_CHALLENGE]);

/* The 8 bytes that all six start with; epoch is 0 in all but INIT. */
void kw_message_write_head(struct kw_wire_writer *w, uint8_t type, uint8_t epoch, uint32_t index);
/* Returns the index; epoch NULL where byte 3 must be 0. Makes r bad if wrong. */
uint32_t kw_message_read_head(struct kw_wire_reader *r, uint8_t type, uint8_t *epoch);
/* Type and index at byte 4 of any packet; type 0 if it is none of the six. */
uint8_t KW_MUST kw_message_peek(struct kw_slice packet, uint32_t *index);

#endif
