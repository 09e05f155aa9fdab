// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The messages of a handshake: each type's writer and reader stand side by
 * side and go through the cursor codec; keys come from the domain or, once ss
 * is mixed, from Noise. Owns nothing; called by the daemon's handshake and
 * cookie engines, by request.c and by the simulator.
 */
#include "message.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "wire.h"

#define MESSAGE_MAC 8
#define MESSAGE_SESSION_MAX 0x80000000u /* session numbers stay below */

void kw_message_write_head(struct kw_wire_writer *w, uint8_t type, uint8_t epoch,
			   uint32_t index)
{
	kw_wire_write_u8(w, type);
	kw_wire_write_u8(w, KW_MESSAGE_VERSION);
	kw_wire_write_u8(w, 0);
	kw_wire_write_u8(w, epoch);
	kw_wire_write_u32(w, index);
}

uint32_t kw_message_read_head(struct kw_wire_reader *r, uint8_t type, uint8_t *epoch)
{
	uint32_t index;
	uint8_t last;

	r->bad |= kw_wire_read_u8(r) != type;
	r->bad |= kw_wire_read_u8(r) != KW_MESSAGE_VERSION;
	r->bad |= kw_wire_read_u8(r) != 0;
	last = kw_wire_read_u8(r);
	if (epoch)
		*epoch = last;
	else
		r->bad |= last != 0;
	index = kw_wire_read_u32(r);
	r->bad |= !index; /* no index is 0 */
	return index;
}

uint8_t kw_message_peek(struct kw_slice packet, uint32_t *index)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);
	uint8_t epoch, type = kw_wire_read_u8(&r);

	r.at = 0;
	*index = kw_message_read_head(&r, type, type == KW_MESSAGE_INIT ? &epoch : NULL);
	return r.bad || type < KW_MESSAGE_INIT || type > KW_MESSAGE_RECORD ? 0 : type;
}

/* H(label || VAL || K_dom): what binds to a node and its network. */
static void message_domain_key(struct kw_slice label, const struct kw_message_domain *d,
			       struct kw_hash *key)
{
	struct kw_slice in[3] = { label, KW_OBJECT(d->val), KW_OBJECT(d->secret) };

	kw_crypto_hash(NULL, in, 3, key);
}

void kw_message_mac1_key(const struct kw_message_domain *d, struct kw_mackey *key)
{
	struct kw_hash h;

	message_domain_key(KW_TEXT("keyway/v1/mac1"), d, &h);
	memcpy(key->b, h.b, sizeof(key->b));
	kw_crypto_wipe(&h, sizeof(h));
}

int kw_message_answer_key(const struct kw_noise *m, struct kw_mackey *key)
{
	struct kw_key full;
	int ret;

	ret = kw_noise_derive(m, KW_TEXT("mac1"), &full);
	if (!ret)
		memcpy(key->b, full.b, sizeof(key->b));
	kw_crypto_wipe(&full, sizeof(full));
	return ret;
}

/* Where mac1 starts: INIT alone has mac2 after it. 0 if too short for one. */
static size_t message_mac1_at(struct kw_slice whole)
{
	size_t after = MESSAGE_MAC;

	if (whole.n && whole.p[0] == KW_MESSAGE_INIT)
		after += MESSAGE_MAC;
	return whole.n > after + KW_MESSAGE_HEAD ? whole.n - after : 0;
}

void kw_message_mac1(const struct kw_mackey *key, struct kw_slice whole, uint8_t out[8])
{
	uint8_t in[KW_MESSAGE_MAC1_INPUT + 2];
	size_t n = message_mac1_at(whole);

	if (n > KW_MESSAGE_MAC1_INPUT)
		n = KW_MESSAGE_MAC1_INPUT;
	memcpy(in, whole.p, n);
	in[n] = whole.n >> 8;
	in[n + 1] = whole.n;
	kw_crypto_siphash(key, KW_BYTES(in, n + 2), out);
}

int kw_message_check_mac1(const struct kw_mackey *key, struct kw_slice whole)
{
	size_t at = message_mac1_at(whole);
	uint8_t mac[MESSAGE_MAC];

	if (!at)
		return -EKEYREJECTED;
	kw_message_mac1(key, whole, mac);
	return kw_crypto_equal(mac, whole.p + at, sizeof(mac)) ? 0 : -EKEYREJECTED;
}

void kw_message_set_mac1(const struct kw_mackey *key, uint8_t *buf, size_t n)
{
	struct kw_slice whole = KW_BYTES(buf, n);

	kw_message_mac1(key, whole, buf + message_mac1_at(whole));
}

void kw_message_cookie(const struct kw_message_secrets *s, const struct kw_source *src,
		       struct kw_mackey *cookie)
{
	uint8_t a[22];
	struct kw_wire_writer w = KW_WIRE_WRITER(a, sizeof(a));

	kw_wire_write_slice(&w, KW_OBJECT(src->addr));
	kw_wire_write_u16(&w, src->port);
	kw_wire_write_u32(&w, src->tag);
	kw_crypto_siphash(&s->s0, KW_BYTES(a, sizeof(a)), cookie->b);
	kw_crypto_siphash(&s->s1, KW_BYTES(a, sizeof(a)), cookie->b + 8);
}

void kw_message_set_mac2(uint8_t *init, size_t n, const struct kw_mackey *cookie)
{
	uint8_t *mac2 = init + n - MESSAGE_MAC;

	if (cookie)
		kw_crypto_siphash(cookie, KW_BYTES(init, n - MESSAGE_MAC), mac2);
	else
		memset(mac2, 0, MESSAGE_MAC);
}

int kw_message_check_mac2(const struct kw_mackey *cookie, struct kw_slice whole)
{
	uint8_t mac[MESSAGE_MAC];
	size_t n = whole.n - MESSAGE_MAC;

	if (whole.n < KW_MESSAGE_INIT_MIN)
		return -EKEYREJECTED;
	kw_crypto_siphash(cookie, KW_BYTES(whole.p, n), mac);
	return kw_crypto_equal(mac, whole.p + n, sizeof(mac)) ? 0 : -EKEYREJECTED;
}

void kw_message_prologue(const struct kw_hash *val_r, const uint8_t head[8],
			 uint8_t out[KW_MESSAGE_PROLOGUE])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_PROLOGUE);

	kw_wire_write_slice(&w, KW_TEXT("keyway/v1"));
	kw_wire_write_slice(&w, KW_OBJECT(*val_r));
	kw_wire_write_bytes(&w, head, KW_MESSAGE_HEAD);
}

/* One TLV of zeros, the smallest that makes an INIT reach size. */
static void message_pad(struct kw_wire_writer *w, size_t size)
{
	size_t have = KW_MESSAGE_INIT_FIX + w->at;

	if (have >= size)
		return;
	kw_wire_write_u8(w, KW_MESSAGE_TLV_PAD);
	size = size - have > KW_WIRE_TLV ? size - have - KW_WIRE_TLV : 0;
	kw_wire_write_u16(w, size);
	kw_wire_write_zeros(w, size);
}

static int message_init_payload(const struct kw_message_init *in, size_t size, uint8_t *out)
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_MAX - KW_MESSAGE_INIT_FIX);
	uint8_t tail[KW_CERT_STATIC_TAIL];

	kw_cert_write_tail(&in->cert, tail);
	kw_wire_write_slice(&w, KW_OBJECT(in->id));
	kw_wire_write_bytes(&w, tail, sizeof(tail));
	kw_wire_write_u64(&w, in->timestamp);
	kw_wire_write_bytes(&w, in->challenge, sizeof(in->challenge));
	kw_wire_write_u32(&w, in->n);
	kw_wire_write_u8(&w, in->suites);
	kw_wire_write_u8(&w, in->speed);
	kw_wire_write_u16(&w, in->versions);
	kw_wire_write_slice(&w, in->tlvs);
	message_pad(&w, size > KW_MESSAGE_INIT_MIN ? size : KW_MESSAGE_INIT_MIN);
	return kw_wire_write_end(&w);
}

int kw_message_write_init(const struct kw_message_try *t, const struct kw_noise_conf *conf,
			  const struct kw_message_init *in, struct kw_noise *m,
			  uint8_t out[KW_MESSAGE_MAX])
{
	uint8_t plain[KW_MESSAGE_MAX], prologue[KW_MESSAGE_PROLOGUE];
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_HEAD);
	struct kw_noise_conf own = *conf;
	struct kw_mackey key;
	int n, ret;

	n = message_init_payload(in, t->size, plain);
	if (n < 0)
		return n;
	kw_message_write_head(&w, KW_MESSAGE_INIT, t->epoch, t->index);
	kw_message_prologue(&t->domain->val, out, prologue);
	own.prologue = KW_BYTES(prologue, sizeof(prologue));
	kw_noise_create(m, &own);
	ret = kw_noise_write_init(m, t->e, t->ss, KW_BYTES(plain, n), out + KW_MESSAGE_HEAD);
	if (ret)
		return ret;
	n += KW_MESSAGE_INIT_FIX;
	kw_message_mac1_key(t->domain, &key);
	kw_message_set_mac1(&key, out, n);
	kw_message_set_mac2(out, n, NULL);
	kw_crypto_wipe(&key, sizeof(key));
	return n;
}

int kw_message_read_init(struct kw_slice packet, struct kw_message_init_view *v)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);

	if (packet.n < KW_MESSAGE_INIT_MIN || packet.n > KW_MESSAGE_MAX)
		return -EBADMSG;
	v->whole = packet;
	v->index = kw_message_read_head(&r, KW_MESSAGE_INIT, &v->epoch);
	v->noise_es = kw_wire_read_slice(&r, 80);
	v->payload = kw_wire_read_slice(&r, packet.n - KW_MESSAGE_HEAD - 80 - 2 * MESSAGE_MAC);
	v->mac1 = kw_wire_read_slice(&r, MESSAGE_MAC);
	v->mac2 = kw_wire_read_slice(&r, MESSAGE_MAC);
	return kw_wire_read_end(&r);
}

int kw_message_open_es(const struct kw_message_init_view *v, const struct kw_noise_conf *conf,
		       const struct kw_hash *val_r, struct kw_noise *m)
{
	uint8_t prologue[KW_MESSAGE_PROLOGUE];
	struct kw_noise_conf own = *conf;

	kw_message_prologue(val_r, v->whole.p, prologue);
	own.prologue = KW_BYTES(prologue, sizeof(prologue));
	kw_noise_create(m, &own);
	return kw_noise_read_es(m, v->noise_es);
}

static bool message_zeros(struct kw_slice s)
{
	uint8_t any = 0;
	size_t i;

	for (i = 0; i < s.n; i++)
		any |= s.p[i];
	return !any;
}

/* Whole TLVs; padding is zeros and the last of them. */
static int message_check_tlvs(struct kw_slice tlvs)
{
	struct kw_wire_reader r = KW_WIRE_READER(tlvs);
	struct kw_wire_tlv t;

	while (kw_wire_read_tlv(&r, &t)) {
		if (t.tag == KW_MESSAGE_TLV_PAD && (r.at != tlvs.n || !message_zeros(t.value)))
			return -EBADMSG;
	}
	return kw_wire_read_end(&r);
}

bool kw_message_next_tlv(struct kw_slice tlvs, uint8_t type, size_t *at, struct kw_slice *value)
{
	struct kw_wire_reader r = { .in = tlvs, .at = *at };
	struct kw_wire_tlv t;

	while (kw_wire_read_tlv(&r, &t)) {
		*at = r.at;
		*value = t.value;
		if (t.tag == type)
			return true;
	}
	return false;
}

static int message_read_init_payload(struct kw_slice plain, const struct kw_key *s,
				     struct kw_message_init *in)
{
	struct kw_wire_reader r = KW_WIRE_READER(plain);
	struct kw_slice cert;

	kw_wire_read_bytes(&r, in->id.b, sizeof(in->id.b));
	cert = kw_wire_read_slice(&r, KW_CERT_STATIC_TAIL);
	in->timestamp = kw_wire_read_u64(&r);
	kw_wire_read_bytes(&r, in->challenge, sizeof(in->challenge));
	in->n = kw_wire_read_u32(&r);
	in->suites = kw_wire_read_u8(&r);
	in->speed = kw_wire_read_u8(&r);
	in->versions = kw_wire_read_u16(&r);
	in->tlvs = kw_wire_read_rest(&r);
	if (kw_wire_read_end(&r) || kw_cert_read_tail(cert, s, &in->cert))
		return -EBADMSG;
	if (in->n >= MESSAGE_SESSION_MAX || !(in->suites & KW_MESSAGE_OFFER_CHACHA) ||
	    !(in->versions & KW_MESSAGE_VERSION_1))
		return -EBADMSG;
	return message_check_tlvs(in->tlvs);
}

int kw_message_open_init(const struct kw_message_init_view *v, const struct kw_key *ss,
			 struct kw_noise *m, uint8_t *plain, struct kw_message_init *in)
{
	int ret;

	ret = kw_noise_read_ss(m, ss, v->payload, plain);
	if (ret)
		return ret;
	return message_read_init_payload(KW_BYTES(plain, v->payload.n - KW_CRYPTO_TAG), &m->rs, in);
}

static int message_resp_payload(const struct kw_message_resp *in, size_t limit, uint8_t *out)
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, 0);

	if (limit > KW_MESSAGE_MAX)
		limit = KW_MESSAGE_MAX;
	if (limit > KW_MESSAGE_RESP_FIX)
		w.n = limit - KW_MESSAGE_RESP_FIX;
	kw_wire_write_u16(&w, in->suite);
	kw_wire_write_u16(&w, 0);
	kw_wire_write_u32(&w, in->n);
	kw_wire_write_slice(&w, KW_OBJECT(in->addr));
	kw_wire_write_u16(&w, in->port);
	kw_wire_write_u16(&w, 0);
	kw_wire_write_slice(&w, in->tlvs);
	return kw_wire_write_end(&w);
}

int kw_message_write_resp(struct kw_noise *m, const struct kw_message_reply *reply,
			  const struct kw_key *e, const struct kw_message_resp *in,
			  uint8_t out[KW_MESSAGE_MAX])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_HEAD + 4);
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_mackey key;
	int n, ret;

	n = message_resp_payload(in, reply->limit, plain);
	if (n < 0)
		return n;
	/* the key comes from ck after ss, which message 2 moves on */
	ret = kw_message_answer_key(m, &key);
	if (ret)
		return ret;
	kw_message_write_head(&w, KW_MESSAGE_RESP, 0, reply->index_i);
	kw_wire_write_u32(&w, reply->index_r);
	ret = kw_noise_write_resp(m, e, KW_BYTES(plain, n), out + w.at);
	if (ret)
		goto out_wipe;
	ret = n + KW_MESSAGE_RESP_FIX;
	kw_message_set_mac1(&key, out, ret);
out_wipe:
	kw_crypto_wipe(&key, sizeof(key));
	return ret;
}

int kw_message_read_resp(struct kw_slice packet, size_t limit, struct kw_message_resp_view *v)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);
	size_t least = KW_MESSAGE_RESP_FIX + KW_MESSAGE_RESP_PAYLOAD;

	if (packet.n < least || packet.n > KW_MESSAGE_MAX || packet.n > limit)
		return -EBADMSG;
	v->whole = packet;
	v->index_i = kw_message_read_head(&r, KW_MESSAGE_RESP, NULL);
	v->index_r = kw_wire_read_u32(&r);
	v->noise = kw_wire_read_slice(&r, packet.n - r.at - MESSAGE_MAC);
	v->mac1 = kw_wire_read_slice(&r, MESSAGE_MAC);
	return v->index_r ? kw_wire_read_end(&r) : -EBADMSG;
}

static int message_read_resp_payload(struct kw_slice plain, struct kw_message_resp *out)
{
	struct kw_wire_reader r = KW_WIRE_READER(plain);

	out->suite = kw_wire_read_u16(&r);
	r.bad |= kw_wire_read_u16(&r) != 0;
	out->n = kw_wire_read_u32(&r);
	kw_wire_read_bytes(&r, out->addr.b, sizeof(out->addr.b));
	out->port = kw_wire_read_u16(&r);
	r.bad |= kw_wire_read_u16(&r) != 0;
	out->tlvs = kw_wire_read_rest(&r);
	if (kw_wire_read_end(&r) || out->n >= MESSAGE_SESSION_MAX)
		return -EBADMSG;
	return message_check_tlvs(out->tlvs);
}

int kw_message_open_resp(const struct kw_message_resp_view *v, uint8_t offered,
			 struct kw_noise *m, uint8_t *plain, struct kw_message_resp *out)
{
	struct kw_mackey key;
	int ret;

	/* covers index_r, which the tags don't */
	ret = kw_message_answer_key(m, &key);
	if (!ret && kw_message_check_mac1(&key, v->whole))
		ret = -EBADMSG;
	kw_crypto_wipe(&key, sizeof(key));
	if (!ret)
		ret = kw_noise_read_resp(m, v->noise, plain);
	if (!ret)
		ret = message_read_resp_payload(KW_BYTES(plain, v->noise.n - KW_NOISE_MSG2), out);
	if (ret)
		return ret;
	if (out->suite < 1 || out->suite > 8 || !(offered & 1u << (out->suite - 1)))
		return -EPROTONOSUPPORT;
	return 0;
}

static void message_cookie_key(const struct kw_message_domain *d, struct kw_key *key)
{
	struct kw_hash h;

	message_domain_key(KW_TEXT("keyway/v1/cookie"), d, &h);
	memcpy(key->b, h.b, sizeof(key->b));
	kw_crypto_wipe(&h, sizeof(h));
}

void kw_message_write_cookie(const struct kw_message_init_view *v, const struct kw_message_domain *d,
			     const struct kw_mackey *cookie, const uint8_t nonce[24],
			     uint8_t out[KW_MESSAGE_COOKIE_SIZE])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_COOKIE_SIZE);
	struct kw_key key;
	struct kw_crypto_aead a = { &key, nonce, v->mac1 };

	kw_message_write_head(&w, KW_MESSAGE_COOKIE, 0, v->index);
	kw_wire_write_bytes(&w, nonce, 24);
	message_cookie_key(d, &key);
	kw_crypto_seal_x(&a, KW_OBJECT(*cookie), out + w.at);
	kw_crypto_wipe(&key, sizeof(key));
}

int kw_message_read_cookie(struct kw_slice packet, const struct kw_message_init_view *init,
			   const struct kw_message_domain *d, struct kw_mackey *cookie)
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);
	uint32_t index = kw_message_read_head(&r, KW_MESSAGE_COOKIE, NULL);
	struct kw_slice nonce = kw_wire_read_slice(&r, 24);
	struct kw_slice sealed = kw_wire_read_slice(&r, sizeof(cookie->b) + KW_CRYPTO_TAG);
	struct kw_crypto_aead a;
	struct kw_key key;
	int ret;

	if (kw_wire_read_end(&r) || index != init->index)
		return -EBADMSG;
	message_cookie_key(d, &key);
	a = (struct kw_crypto_aead){ &key, nonce.p, init->mac1 };
	ret = kw_crypto_open_x(&a, sealed, cookie->b);
	kw_crypto_wipe(&key, sizeof(key));
	return ret;
}

void kw_message_challenge(const struct kw_key *secret, const struct kw_key *id, uint64_t bucket,
			  const uint8_t r[8], uint8_t out[KW_MESSAGE_CHALLENGE])
{
	uint8_t number[8];
	struct kw_wire_writer w = KW_WIRE_WRITER(number, sizeof(number));
	struct kw_slice in[3] = { KW_OBJECT(*id), KW_BYTES(number, 8), KW_BYTES(r, 8) };

	kw_wire_write_u64(&w, bucket);
	memmove(out, r, 8);
	kw_crypto_hash128(KW_OBJECT(*secret), in, 3, out + 8);
}

int kw_message_check_challenge(const struct kw_key *secret, const struct kw_key *id,
			       uint64_t bucket, const uint8_t c[KW_MESSAGE_CHALLENGE])
{
	uint8_t want[KW_MESSAGE_CHALLENGE];
	unsigned int back;

	for (back = 0; back < 2; back++) {
		kw_message_challenge(secret, id, bucket - back, c, want);
		if (kw_crypto_equal(want, c, sizeof(want)))
			return 0;
	}
	return -EKEYREJECTED;
}

bool kw_message_has_challenge(const uint8_t c[KW_MESSAGE_CHALLENGE])
{
	return !message_zeros(KW_BYTES(c, KW_MESSAGE_CHALLENGE));
}

/* RETRY's two keys, both from ck after ss. */
struct message_retry_keys {
	struct kw_mackey mac1;
	struct kw_key seal;
};

static int message_retry_keys(const struct kw_noise *m, struct message_retry_keys *k)
{
	int ret;

	ret = kw_message_answer_key(m, &k->mac1);
	return ret ? ret : kw_noise_derive(m, KW_TEXT("retry"), &k->seal);
}

int kw_message_write_retry(const struct kw_noise *m, const struct kw_message_init_view *v,
			   const uint8_t c[KW_MESSAGE_CHALLENGE], const uint8_t nonce[24],
			   uint8_t out[KW_MESSAGE_RETRY_SIZE])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_MESSAGE_RETRY_SIZE);
	struct message_retry_keys k;
	struct kw_crypto_aead a = { &k.seal, nonce, v->mac1 };
	int ret;

	ret = message_retry_keys(m, &k);
	if (ret)
		return ret;
	kw_message_write_head(&w, KW_MESSAGE_RETRY, 0, v->index);
	kw_wire_write_bytes(&w, nonce, 24);
	kw_crypto_seal_x(&a, KW_BYTES(c, KW_MESSAGE_CHALLENGE), out + w.at);
	kw_message_set_mac1(&k.mac1, out, KW_MESSAGE_RETRY_SIZE);
	kw_crypto_wipe(&k, sizeof(k));
	return 0;
}

int kw_message_read_retry(struct kw_slice packet, const struct kw_message_init_view *init,
			  const struct kw_noise *m, uint8_t c[KW_MESSAGE_CHALLENGE])
{
	struct kw_wire_reader r = KW_WIRE_READER(packet);
	uint32_t index = kw_message_read_head(&r, KW_MESSAGE_RETRY, NULL);
	struct kw_slice nonce = kw_wire_read_slice(&r, 24);
	struct kw_slice sealed = kw_wire_read_slice(&r, KW_MESSAGE_CHALLENGE + KW_CRYPTO_TAG);
	struct kw_crypto_aead a;
	struct message_retry_keys k;
	int ret;

	if (r.bad || packet.n != KW_MESSAGE_RETRY_SIZE || index != init->index)
		return -EBADMSG;
	ret = message_retry_keys(m, &k);
	if (ret)
		return ret;
	a = (struct kw_crypto_aead){ &k.seal, nonce.p, init->mac1 };
	ret = kw_message_check_mac1(&k.mac1, packet) ? -EBADMSG : kw_crypto_open_x(&a, sealed, c);
	kw_crypto_wipe(&k, sizeof(k));
	return ret;
}
