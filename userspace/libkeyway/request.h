/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Asking a node itself for its record set: RECORD-REQ and the RECORD that
 * answers (protocol.md, Messages outside a session). Pure; a set that was read
 * is still to be verified with kw_record_verify().
 */
#ifndef KW_REQUEST_H
#define KW_REQUEST_H

#include "message.h"
#include "types.h"

#define KW_REQUEST_SIZE 1160
#define KW_REQUEST_ANSWER_FIX 48 /* RECORD without the set */

/* RECORD-REQ's contents; also what RECORD is sealed against. */
struct kw_request {
	uint32_t index;
	uint8_t nonce[16];
};

/* d: the VAL asked for. rq->nonce: random, kept until the answer. */
void kw_request_write(const struct kw_request *rq, const struct kw_message_domain *d,
		      uint8_t out[KW_REQUEST_SIZE]);
/* Layout only; mac1 by kw_message_check_mac1. -EBADMSG. */
int KW_MUST kw_request_read(struct kw_slice packet, struct kw_request *rq);
/* Seals set for the asker. Returns the length; -EMSGSIZE: set too long. */
int KW_MUST kw_request_write_answer(const struct kw_request *rq,
				    const struct kw_message_domain *d, const uint8_t nonce[24],
				    struct kw_slice set, uint8_t out[KW_MESSAGE_MAX]);
/*
 * Opens the answer to rq; plain takes KW_MESSAGE_MAX; *set is the record set
 * in it, still to be verified. -EBADMSG.
 */
int KW_MUST kw_request_read_answer(struct kw_slice packet, const struct kw_request *rq,
				   const struct kw_message_domain *d, uint8_t *plain,
				   struct kw_slice *set);

#endif
