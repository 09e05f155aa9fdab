// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Record sets in binary: builder, verifier, freshness, and the address text of
 * our data port. A verifier rebuilds nothing: it judges the bytes it received.
 * Owns nothing; called by discovery, record requests and the JSON codec.
 */
#include "record.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "fingerprint.h"
#include "identity.h"

#define RECORD_VERSION 1
#define RECORD_SIG 64
#define RECORD_NEEDED 0x0e /* bits of tags 1, 2, 3 */

static bool record_repeats(uint8_t tag)
{
	switch (tag) {
	case KW_RECORD_KEY:
	case KW_RECORD_TIMESTAMP:
	case KW_RECORD_TTL:
	case KW_RECORD_BLOBHASH:
	case KW_RECORD_STATIC:
		return false;
	default:
		return true;
	}
}

static bool record_text(struct kw_slice s)
{
	size_t i;

	if (!s.n || s.n > KW_RECORD_TEXT)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	}
	return true;
}

/* Size and characters of a value; no meaning. */
static bool record_plausible(uint8_t tag, struct kw_slice v)
{
	switch (tag) {
	case KW_RECORD_KEY:
		return v.n == KW_FINGERPRINT_DER;
	case KW_RECORD_TIMESTAMP:
		return v.n == 8;
	case KW_RECORD_TTL:
		return v.n == 4;
	case KW_RECORD_ADDRESS:
	case KW_RECORD_RELAY:
		return record_text(v);
	case KW_RECORD_BLOBHASH:
		return v.n == 32;
	case KW_RECORD_STATIC:
		return v.n == KW_CERT_STATIC;
	default:
		return true;
	}
}

int kw_record_start(struct kw_record_builder *b, const struct kw_identity *i, uint64_t timestamp,
		    uint32_t ttl)
{
	uint8_t der[KW_FINGERPRINT_DER];
	struct kw_wire_writer w = KW_WIRE_WRITER(b->p, b->size);
	int ret;

	if (timestamp > KW_RECORD_TIME_MAX)
		return -ERANGE;
	kw_fingerprint_der(&i->id, der);
	kw_wire_write_u8(&w, RECORD_VERSION);
	kw_wire_write_tlv(&w, KW_RECORD_KEY, KW_BYTES(der, sizeof(der)));
	kw_wire_write_u8(&w, KW_RECORD_TIMESTAMP);
	kw_wire_write_u16(&w, 8);
	kw_wire_write_u64(&w, timestamp);
	kw_wire_write_u8(&w, KW_RECORD_TTL);
	kw_wire_write_u16(&w, 4);
	kw_wire_write_u32(&w, ttl);
	ret = kw_wire_write_end(&w);
	if (ret < 0 || ret + RECORD_SIG > (int)b->size)
		return -EMSGSIZE;
	b->n = ret;
	return 0;
}

/* Where a TLV belongs among those there; -EEXIST for a twin. */
static int record_place(const struct kw_record_builder *b, const struct kw_wire_tlv *tlv)
{
	struct kw_wire_reader r = { .in = KW_BYTES(b->p, b->n), .at = 1 };
	struct kw_wire_tlv t;
	size_t at = r.at;
	int d;

	while (kw_wire_read_tlv(&r, &t)) {
		d = kw_wire_compare_tlv(&t, tlv);
		if (!d || (t.tag == tlv->tag && !record_repeats(t.tag)))
			return -EEXIST;
		if (d > 0)
			break;
		at = r.at;
	}
	return at;
}

int kw_record_add(struct kw_record_builder *b, uint8_t tag, struct kw_slice value)
{
	struct kw_wire_tlv tlv = { tag, value };
	size_t need = KW_WIRE_TLV + value.n;
	struct kw_wire_writer w;
	int at;

	if (!record_plausible(tag, value))
		return -EINVAL;
	at = record_place(b, &tlv);
	if (at < 0)
		return at;
	if (value.n > UINT16_MAX || need > b->size - RECORD_SIG - b->n)
		return -EMSGSIZE;
	memmove(b->p + at + need, b->p + at, b->n - at);
	w = KW_WIRE_WRITER(b->p + at, need);
	kw_wire_write_tlv(&w, tag, value);
	b->n += need;
	return 0;
}

int kw_record_sign(struct kw_record_builder *b, const struct kw_identity *i)
{
	struct kw_sig sig;
	int ret;

	ret = kw_crypto_sign(KW_CRYPTO_RECORD, i->secret, KW_BYTES(b->p, b->n), &sig);
	if (ret)
		return ret;
	memcpy(b->p + b->n, sig.b, sizeof(sig.b));
	b->n += sizeof(sig.b);
	return b->n;
}

static int record_read_field(struct kw_record *r, const struct kw_wire_tlv *t)
{
	struct kw_wire_reader v = KW_WIRE_READER(t->value);

	if (!record_plausible(t->tag, t->value))
		return -EBADMSG;
	switch (t->tag) {
	case KW_RECORD_KEY:
		return kw_fingerprint_read_der(t->value, &r->id);
	case KW_RECORD_TIMESTAMP:
		r->timestamp = kw_wire_read_u64(&v);
		return r->timestamp > KW_RECORD_TIME_MAX ? -EBADMSG : 0;
	case KW_RECORD_TTL:
		r->ttl = kw_wire_read_u32(&v);
		return 0;
	case KW_RECORD_BLOBHASH:
		kw_wire_read_bytes(&v, r->blobhash.b, sizeof(r->blobhash.b));
		r->has_blobhash = true;
		return 0;
	case KW_RECORD_STATIC:
		r->has_static = true;
		return kw_cert_read_static(t->value, &r->cert);
	default:
		return 0;
	}
}

static int record_read_fields(struct kw_record *r)
{
	struct kw_wire_reader in = KW_WIRE_READER(r->tlvs);
	unsigned int have = 0;
	struct kw_wire_tlv t;
	uint8_t last = 0;
	int ret;

	if (kw_wire_check_sorted(r->tlvs))
		return -EBADMSG;
	while (kw_wire_read_tlv(&in, &t)) {
		if (t.tag == last && !record_repeats(t.tag))
			return -EBADMSG;
		ret = record_read_field(r, &t);
		if (ret)
			return ret;
		last = t.tag;
		if (t.tag <= KW_RECORD_NODE)
			have |= 1u << t.tag;
	}
	return (have & RECORD_NEEDED) == RECORD_NEEDED ? 0 : -EBADMSG;
}

static int record_check_signatures(const struct kw_record *r, struct kw_slice in)
{
	struct kw_sig sig;
	int ret;

	memcpy(sig.b, in.p + in.n - RECORD_SIG, sizeof(sig.b));
	ret = kw_crypto_verify(KW_CRYPTO_RECORD, &r->id, KW_BYTES(in.p, in.n - RECORD_SIG), &sig);
	if (!ret && r->has_static)
		ret = kw_cert_verify_static(&r->cert, &r->id);
	return ret;
}

int kw_record_verify(struct kw_slice in, const struct kw_hash *val, struct kw_record *r)
{
	int ret;

	memset(r, 0, sizeof(*r));
	if (in.n < 1 + RECORD_SIG || in.n > KW_RECORD_MAX)
		return -EBADMSG;
	if (in.p[0] != RECORD_VERSION)
		return -EPROTONOSUPPORT;
	r->tlvs = KW_BYTES(in.p + 1, in.n - 1 - RECORD_SIG);
	ret = record_read_fields(r);
	if (ret)
		return ret;
	kw_fingerprint_compute(&r->id, &r->val);
	if (val && memcmp(val, &r->val, sizeof(*val)))
		return -EADDRNOTAVAIL;
	return record_check_signatures(r, in);
}

bool kw_record_next(const struct kw_record *r, uint8_t tag, size_t *at, struct kw_wire_tlv *tlv)
{
	struct kw_wire_reader in = { .in = r->tlvs, .at = *at };

	while (kw_wire_read_tlv(&in, tlv)) {
		*at = in.at;
		if (!tag || tlv->tag == tag)
			return true;
	}
	return false;
}

int kw_record_check_time(const struct kw_record *r, const struct kw_time *t)
{
	/* without a clock only the floor is known: it can prove age, not youth */
	if (t->synchronised && r->timestamp > t->sec + KW_RECORD_SLACK)
		return -ETIME;
	return r->timestamp + r->ttl < t->sec ? -EKEYEXPIRED : 0;
}

int kw_record_check_blob(const struct kw_record *r, struct kw_slice blob)
{
	struct kw_hash h;

	if (!r->has_blobhash)
		return -ENODATA;
	if (blob.n > KW_RECORD_BLOB_MAX)
		return -EMSGSIZE;
	kw_crypto_sha3(&blob, 1, &h);
	return memcmp(&h, &r->blobhash, sizeof(h)) ? -EBADMSG : 0;
}

uint64_t kw_record_next_timestamp(uint64_t now, uint64_t last)
{
	uint64_t t = last >= now ? last + 1 : now;

	return t < KW_RECORD_TIME_MAX ? t : KW_RECORD_TIME_MAX;
}

/* "IP:PORT" with brackets round an IPv6 address, in one spelling of the port. */
static int record_parse_port(const char *text, uint16_t *port)
{
	unsigned long v;
	char *end;

	if (*text < '1' || *text > '9')
		return -EINVAL;
	v = strtoul(text, &end, 10);
	if (*end || v > 65535)
		return -EINVAL;
	*port = v;
	return 0;
}

static int record_parse_ip(char *host, struct kw_addr *addr)
{
	size_t n = strlen(host);
	bool six = *host == '[';

	if (six && host[n - 1] != ']')
		return -EINVAL;
	if (six) {
		host[n - 1] = '\0';
		return inet_pton(AF_INET6, host + 1, addr->b) == 1 ? 0 : -EINVAL;
	}
	memset(addr->b, 0, 10);
	memset(addr->b + 10, 0xff, 2);
	return inet_pton(AF_INET, host, addr->b + 12) == 1 ? 0 : -EINVAL;
}

int kw_record_parse_address(struct kw_slice text, struct kw_source *out)
{
	static const char scheme[] = "keyway+udp://";
	size_t n = sizeof(scheme) - 1;
	struct kw_source got = { 0 };
	char buf[64], *colon;

	if (text.n < n || memcmp(text.p, scheme, n))
		return -EPROTONOSUPPORT;
	if (text.n - n >= sizeof(buf) || memchr(text.p, '\0', text.n))
		return -EINVAL;
	memcpy(buf, text.p + n, text.n - n);
	buf[text.n - n] = '\0';
	colon = strrchr(buf, ':');
	if (!colon || colon == buf)
		return -EINVAL;
	*colon = '\0';
	if (record_parse_port(colon + 1, &got.port) || record_parse_ip(buf, &got.addr))
		return -EINVAL;
	*out = got;
	return 0;
}

int kw_record_format_address(const struct kw_source *s, char *out, size_t size)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool four = !memcmp(s->addr.b, mapped, sizeof(mapped));
	char ip[INET6_ADDRSTRLEN];
	int n;

	if (!inet_ntop(four ? AF_INET : AF_INET6, s->addr.b + (four ? 12 : 0), ip, sizeof(ip)))
		return -EMSGSIZE;
	n = snprintf(out, size, four ? "keyway+udp://%s:%u" : "keyway+udp://[%s]:%u", ip, s->port);
	return n < 0 || (size_t)n >= size ? -EMSGSIZE : n;
}
