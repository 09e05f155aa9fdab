// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * RECORD-REQ and RECORD: only who knows the fingerprint can ask, and only who
 * asked and knows it can read the answer. Owns nothing; called by discovery,
 * and by the responder's side of it.
 */
#include "request.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "wire.h"

void kw_request_write(const struct kw_request *rq, const struct kw_message_domain *d,
		      uint8_t out[KW_REQUEST_SIZE])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_REQUEST_SIZE);
	struct kw_mackey key;

	kw_message_write_head(&w, KW_MESSAGE_RECORD_REQ, 0, rq->index);
	kw_wire_write_bytes(&w, rq->nonce, sizeof(rq->nonce));
	kw_wire_write_zeros(&w, KW_REQUEST_SIZE - w.at);
	kw_message_mac1_key(d, &key);
	kw_message_set_mac1(&key, out, KW_REQUEST_SIZE);
	kw_crypto_wipe(&key, sizeof(key));
}

int kw_request_read(struct kw_slice packet, struct kw_request *rq)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);

	rq->index = kw_message_read_head(&r, KW_MESSAGE_RECORD_REQ, NULL);
	kw_wire_read_bytes(&r, rq->nonce, sizeof(rq->nonce));
	return r.bad || packet.n != KW_REQUEST_SIZE ? -EBADMSG : 0;
}

static void request_key(const struct kw_request *rq, const struct kw_message_domain *d,
			struct kw_key *key)
{
	struct kw_slice in[3] = { KW_TEXT("keyway/v1/answer"), KW_BYTES(rq->nonce, sizeof(rq->nonce)),
				  KW_OBJECT(d->secret) };
	struct kw_key val;
	struct kw_hash h;

	memcpy(val.b, d->val.b, sizeof(val.b));
	kw_crypto_hash(&val, in, 3, &h);
	memcpy(key->b, h.b, sizeof(key->b));
	kw_crypto_wipe(&h, sizeof(h));
}

int kw_request_write_answer(const struct kw_request *rq, const struct kw_message_domain *d,
			    const uint8_t nonce[24], struct kw_slice set,
			    uint8_t out[KW_MESSAGE_MAX])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_MAX);
	struct kw_key key;
	struct kw_crypto_aead a = { &key, nonce, KW_BYTES(out, KW_MESSAGE_HEAD) };

	if (set.n > KW_MESSAGE_MAX - KW_REQUEST_ANSWER_FIX)
		return -EMSGSIZE;
	kw_message_write_head(&w, KW_MESSAGE_RECORD, 0, rq->index);
	kw_wire_write_bytes(&w, nonce, 24);
	request_key(rq, d, &key);
	kw_crypto_seal_x(&a, set, out + w.at);
	kw_crypto_wipe(&key, sizeof(key));
	return set.n + KW_REQUEST_ANSWER_FIX;
}

int kw_request_read_answer(struct kw_slice packet, const struct kw_request *rq,
			   const struct kw_message_domain *d, uint8_t *plain, struct kw_slice *set)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);
	uint32_t index = kw_message_read_head(&r, KW_MESSAGE_RECORD, NULL);
	struct kw_slice nonce = kw_wire_read_slice(&r, 24);
	struct kw_slice sealed = kw_wire_read_rest(&r);
	struct kw_crypto_aead a;
	struct kw_key key;
	int ret;

	if (kw_wire_read_end(&r) || packet.n > KW_MESSAGE_MAX || index != rq->index)
		return -EBADMSG;
	request_key(rq, d, &key);
	a = (struct kw_crypto_aead){ &key, nonce.p, KW_BYTES(packet.p, KW_MESSAGE_HEAD) };
	ret = kw_crypto_open_x(&a, sealed, plain);
	kw_crypto_wipe(&key, sizeof(key));
	*set = KW_BYTES(plain, ret ? 0 : sealed.n - KW_CRYPTO_TAG);
	return ret;
}
