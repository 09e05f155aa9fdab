// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Static and node certificates: what an identity says of its X25519 key, what
 * a network key says of a node. Signatures are judged over the bytes received.
 * Owns nothing; what was seen before is the caller's to keep.
 */
#include "cert.h"

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "identity.h"
#include "wire.h"

#define CERT_STATIC_BODY (32 + 32 + 24 + 4)

enum cert_tag {
	CERT_NETWORK = 1,
	CERT_NODE,
	CERT_EPOCH,
	CERT_NOT_BEFORE,
	CERT_NOT_AFTER,
	CERT_NAME,
	CERT_USER,
	CERT_ATTRIBUTE,
	CERT_PREFIX,
	CERT_FLAGS,
};

#define CERT_NEEDED 0x3e /* bits of tags 1..5 */

static void cert_write_fields(struct kw_wire_writer *w, const struct kw_cert_static *c)
{
	kw_wire_write_u64(w, c->epoch);
	kw_wire_write_u64(w, c->not_before);
	kw_wire_write_u64(w, c->not_after);
	kw_wire_write_u32(w, 0);
}

static void cert_static_body(const struct kw_cert_static *c, const struct kw_key *id,
			     uint8_t body[CERT_STATIC_BODY])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(body, CERT_STATIC_BODY);

	kw_wire_write_slice(&w, KW_OBJECT(*id));
	kw_wire_write_slice(&w, KW_OBJECT(c->s));
	cert_write_fields(&w, c);
}

int kw_cert_sign_static(struct kw_cert_static *c, const struct kw_identity *i)
{
	uint8_t body[CERT_STATIC_BODY];

	cert_static_body(c, &i->id, body);
	return kw_crypto_sign(KW_CRYPTO_STATIC, i->secret, KW_BYTES(body, sizeof(body)), &c->sig);
}

int kw_cert_verify_static(const struct kw_cert_static *c, const struct kw_key *id)
{
	uint8_t body[CERT_STATIC_BODY];

	cert_static_body(c, id, body);
	return kw_crypto_verify(KW_CRYPTO_STATIC, id, KW_BYTES(body, sizeof(body)), &c->sig);
}

void kw_cert_write_tail(const struct kw_cert_static *c, uint8_t out[KW_CERT_STATIC_TAIL])
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, KW_CERT_STATIC_TAIL);

	cert_write_fields(&w, c);
	kw_wire_write_slice(&w, KW_OBJECT(c->sig));
}

void kw_cert_write_static(const struct kw_cert_static *c, uint8_t out[KW_CERT_STATIC])
{
	memcpy(out, c->s.b, sizeof(c->s.b));
	kw_cert_write_tail(c, out + sizeof(c->s.b));
}

int kw_cert_read_tail(struct kw_slice in, const struct kw_key *s, struct kw_cert_static *c)
{
	struct kw_wire_reader r = KW_WIRE_READER(in);

	c->s = *s;
	c->epoch = kw_wire_read_u64(&r);
	c->not_before = kw_wire_read_u64(&r);
	c->not_after = kw_wire_read_u64(&r);
	/* a static certificate's flags are 0 */
	if (kw_wire_read_u32(&r))
		return -EBADMSG;
	kw_wire_read_bytes(&r, c->sig.b, sizeof(c->sig.b));
	return kw_wire_read_end(&r);
}

int kw_cert_read_static(struct kw_slice in, struct kw_cert_static *c)
{
	struct kw_key s;

	if (in.n != KW_CERT_STATIC)
		return -EBADMSG;
	memcpy(s.b, in.p, sizeof(s.b));
	return kw_cert_read_tail(KW_BYTES(in.p + sizeof(s.b), KW_CERT_STATIC_TAIL), &s, c);
}

int kw_cert_check_dates(uint64_t not_before, uint64_t not_after, const struct kw_time *t)
{
	if (!not_before && !not_after)
		return 0;
	if (not_after < t->sec)
		return -EKEYEXPIRED;
	return t->synchronised && not_before > t->sec ? -ENOKEY : 0;
}

bool kw_cert_undated(const struct kw_cert_static *c)
{
	return !c->not_before && !c->not_after;
}

int kw_cert_check_epoch(const struct kw_cert_static *c, const struct kw_cert_seen *seen)
{
	if (!seen || c->epoch > seen->epoch)
		return 0;
	if (c->epoch < seen->epoch)
		return -ESTALE;
	return memcmp(&c->s, &seen->s, sizeof(c->s)) ? -EEXIST : 0;
}

const char *kw_cert_strerror(int err)
{
	switch (err) {
	case -ESTALE:
		return "a later key was seen - an old copy, unless that node lost its state";
	case -EEXIST:
		return "another key of the same epoch was seen - does its identity run on two machines?";
	case -EKEYEXPIRED:
		return "its key has expired - is a clock wrong?";
	case -ENOKEY:
		return "its key is not valid yet - is a clock wrong?";
	default:
		return strerror(-err);
	}
}

static bool cert_low_taken(uint64_t epoch, const uint64_t *accepted, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((uint8_t)accepted[i] == (uint8_t)epoch)
			return true;
	}
	return false;
}

uint64_t kw_cert_next_epoch(uint64_t last, uint64_t now, const uint64_t *accepted, size_t n)
{
	uint64_t epoch = last + 1 > now ? last + 1 : now;
	unsigned int tries;

	/* 256 accepted keys would leave no low byte free; then any will do */
	for (tries = 0; tries < 256 && cert_low_taken(epoch, accepted, n); tries++)
		epoch++;
	return epoch;
}

/* Length of one well-formed UTF-8 character (RFC 3629), 0 if there is none. */
static size_t cert_utf8_char(const uint8_t *p, size_t n)
{
	size_t i, len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t v = p[0];

	if (len == 1)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	v &= 0x7f >> len;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	return len;
}

static bool cert_utf8(struct kw_slice s)
{
	size_t at, len;

	for (at = 0; at < s.n; at += len) {
		len = cert_utf8_char(s.p + at, s.n - at);
		if (!len)
			return false;
	}
	return true;
}

static int cert_read_number(struct kw_slice in, size_t size, uint64_t *out)
{
	struct kw_wire_reader r = KW_WIRE_READER(in);

	*out = size == 4 ? kw_wire_read_u32(&r) : kw_wire_read_u64(&r);
	return kw_wire_read_end(&r);
}

static int cert_read_key(struct kw_slice in, struct kw_key *out)
{
	struct kw_wire_reader r = KW_WIRE_READER(in);

	kw_wire_read_bytes(&r, out->b, sizeof(out->b));
	return kw_wire_read_end(&r);
}

static int cert_read_text(struct kw_slice in, struct kw_slice *out)
{
	*out = in;
	return cert_utf8(in) ? 0 : -EBADMSG;
}

static int cert_read_flags(struct kw_slice in, uint32_t *out)
{
	uint64_t v;
	int ret;

	ret = cert_read_number(in, 4, &v);
	*out = v;
	return ret;
}

static int cert_read_field(struct kw_cert_node *c, const struct kw_wire_tlv *t)
{
	struct kw_slice kv;

	switch (t->tag) {
	case CERT_NETWORK:
		return cert_read_key(t->value, &c->network);
	case CERT_NODE:
		return cert_read_key(t->value, &c->node);
	case CERT_EPOCH:
		return cert_read_number(t->value, 8, &c->epoch);
	case CERT_NOT_BEFORE:
		return cert_read_number(t->value, 8, &c->not_before);
	case CERT_NOT_AFTER:
		return cert_read_number(t->value, 8, &c->not_after);
	case CERT_NAME:
		return cert_read_text(t->value, &c->name);
	case CERT_USER:
		return cert_read_text(t->value, &c->user);
	case CERT_ATTRIBUTE:
		return cert_read_text(t->value, &kv) ||
		       !memchr(t->value.p, '=', t->value.n) ? -EBADMSG : 0;
	case CERT_PREFIX:
		return t->value.n == 17 && t->value.p[16] <= 128 ? 0 : -EBADMSG;
	case CERT_FLAGS:
		return cert_read_flags(t->value, &c->flags);
	default:
		return 0;
	}
}

static bool cert_repeats(uint8_t tag)
{
	return tag == CERT_ATTRIBUTE || tag == CERT_PREFIX || tag > CERT_FLAGS || !tag;
}

/* Sorted TLVs: the order was checked, so twins of a tag are neighbours. */
static int cert_read_fields(struct kw_slice in, struct kw_cert_node *c)
{
	struct kw_wire_reader r = KW_WIRE_READER(in);
	unsigned int have = 0;
	struct kw_wire_tlv t;
	uint8_t last = 0;

	while (kw_wire_read_tlv(&r, &t)) {
		if (t.tag == last && !cert_repeats(t.tag))
			return -EBADMSG;
		if (cert_read_field(c, &t))
			return -EBADMSG;
		last = t.tag;
		if (t.tag <= CERT_FLAGS)
			have |= 1u << t.tag;
	}
	return (have & CERT_NEEDED) == CERT_NEEDED ? 0 : -EBADMSG;
}

int kw_cert_read_node(struct kw_slice in, struct kw_cert_node *c)
{
	memset(c, 0, sizeof(*c));
	if (in.n < sizeof(c->sig.b) || in.n > KW_CERT_NODE_MAX)
		return -EBADMSG;
	c->tlvs = KW_BYTES(in.p, in.n - sizeof(c->sig.b));
	memcpy(c->sig.b, in.p + c->tlvs.n, sizeof(c->sig.b));
	if (kw_wire_check_sorted(c->tlvs))
		return -EBADMSG;
	return cert_read_fields(c->tlvs, c);
}

int kw_cert_verify_node(struct kw_slice in, struct kw_cert_node *c)
{
	int ret;

	ret = kw_cert_read_node(in, c);
	if (ret)
		return ret;
	return kw_crypto_verify(KW_CRYPTO_NODE, &c->network, c->tlvs, &c->sig);
}

/* The next TLV with this tag; the bytes were checked when c was read. */
static bool cert_next(const struct kw_cert_node *c, uint8_t tag, size_t *at,
		      struct kw_slice *value)
{
	struct kw_wire_reader r = { .in = c->tlvs, .at = *at };
	struct kw_wire_tlv t;

	while (kw_wire_read_tlv(&r, &t)) {
		*at = r.at;
		*value = t.value;
		if (t.tag == tag)
			return true;
	}
	return false;
}

bool kw_cert_next_prefix(const struct kw_cert_node *c, size_t *at, struct kw_prefix *p)
{
	struct kw_slice v;

	if (!cert_next(c, CERT_PREFIX, at, &v))
		return false;
	memcpy(p->addr.b, v.p, sizeof(p->addr.b));
	p->len = v.p[16];
	return true;
}

bool kw_cert_next_attribute(const struct kw_cert_node *c, size_t *at, struct kw_slice *kv)
{
	return cert_next(c, CERT_ATTRIBUTE, at, kv);
}

int kw_cert_sign_node(struct kw_slice body, const struct kw_identity *network, uint8_t *out,
		      size_t size)
{
	struct kw_wire_writer w = KW_WIRE_WRITER(out, size);
	struct kw_cert_node c;
	struct kw_sig sig;
	int ret;

	ret = kw_crypto_sign(KW_CRYPTO_NODE, network->secret, body, &sig);
	if (ret)
		return ret;
	kw_wire_write_slice(&w, body);
	kw_wire_write_slice(&w, KW_OBJECT(sig));
	ret = kw_wire_write_end(&w);
	if (ret < 0)
		return ret;
	/* what a verifier would refuse isn't signed: wrong TLVs, another's network */
	if (kw_cert_verify_node(KW_BYTES(out, ret), &c))
		return -EBADMSG;
	return ret;
}
