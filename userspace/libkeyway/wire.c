// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Cursor codec: bounds are checked before each access, the first failure
 * sticks, and whoever uses a cursor asks once at the end. Owns nothing; called
 * by every codec of libkeyway.
 */
#include "wire.h"

#include <errno.h>
#include <string.h>

/* Where n bytes start, or NULL once anything was missing. */
static const uint8_t *wire_take(struct kw_wire_reader *r, size_t n)
{
	const uint8_t *p = r->in.p + r->at;

	if (r->bad || n > r->in.n - r->at) {
		r->bad = true;
		return NULL;
	}
	r->at += n;
	return p;
}

static uint64_t wire_number(struct kw_wire_reader *r, size_t n)
{
	const uint8_t *p = wire_take(r, n);
	uint64_t v = 0;
	size_t i;

	if (!p)
		return 0;
	for (i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t kw_wire_read_u8(struct kw_wire_reader *r)
{
	return wire_number(r, 1);
}

uint16_t kw_wire_read_u16(struct kw_wire_reader *r)
{
	return wire_number(r, 2);
}

uint32_t kw_wire_read_u32(struct kw_wire_reader *r)
{
	return wire_number(r, 4);
}

uint64_t kw_wire_read_u64(struct kw_wire_reader *r)
{
	return wire_number(r, 8);
}

void kw_wire_read_bytes(struct kw_wire_reader *r, void *out, size_t n)
{
	const uint8_t *p = wire_take(r, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

struct kw_slice kw_wire_read_slice(struct kw_wire_reader *r, size_t n)
{
	const uint8_t *p = wire_take(r, n);

	return KW_BYTES(p, p ? n : 0);
}

struct kw_slice kw_wire_read_rest(struct kw_wire_reader *r)
{
	return kw_wire_read_slice(r, r->bad ? 0 : r->in.n - r->at);
}

bool kw_wire_read_tlv(struct kw_wire_reader *r, struct kw_wire_tlv *tlv)
{
	if (r->bad || r->at == r->in.n)
		return false;
	tlv->tag = kw_wire_read_u8(r);
	tlv->value = kw_wire_read_slice(r, kw_wire_read_u16(r));
	return !r->bad;
}

int kw_wire_read_end(const struct kw_wire_reader *r)
{
	return r->bad || r->at != r->in.n ? -EBADMSG : 0;
}

static uint8_t *wire_room(struct kw_wire_writer *w, size_t n)
{
	uint8_t *p = w->p + w->at;

	if (w->bad || n > w->n - w->at) {
		w->bad = true;
		return NULL;
	}
	w->at += n;
	return p;
}

static void wire_put(struct kw_wire_writer *w, uint64_t v, size_t n)
{
	uint8_t *p = wire_room(w, n);

	if (!p)
		return;
	for (; n; v >>= 8)
		p[--n] = v;
}

void kw_wire_write_u8(struct kw_wire_writer *w, uint8_t v)
{
	wire_put(w, v, 1);
}

void kw_wire_write_u16(struct kw_wire_writer *w, uint16_t v)
{
	wire_put(w, v, 2);
}

void kw_wire_write_u32(struct kw_wire_writer *w, uint32_t v)
{
	wire_put(w, v, 4);
}

void kw_wire_write_u64(struct kw_wire_writer *w, uint64_t v)
{
	wire_put(w, v, 8);
}

void kw_wire_write_bytes(struct kw_wire_writer *w, const void *p, size_t n)
{
	uint8_t *to = wire_room(w, n);

	/* memmove of nothing from NULL is still undefined */
	if (to && n)
		memmove(to, p, n);
}

void kw_wire_write_slice(struct kw_wire_writer *w, struct kw_slice s)
{
	kw_wire_write_bytes(w, s.p, s.n);
}

void kw_wire_write_zeros(struct kw_wire_writer *w, size_t n)
{
	uint8_t *to = wire_room(w, n);

	if (to)
		memset(to, 0, n);
}

void kw_wire_write_tlv(struct kw_wire_writer *w, uint8_t tag, struct kw_slice value)
{
	if (value.n > UINT16_MAX) {
		w->bad = true;
		return;
	}
	kw_wire_write_u8(w, tag);
	kw_wire_write_u16(w, value.n);
	kw_wire_write_slice(w, value);
}

int kw_wire_write_end(const struct kw_wire_writer *w)
{
	return w->bad ? -EMSGSIZE : (int)w->at;
}

int kw_wire_compare_tlv(const struct kw_wire_tlv *a, const struct kw_wire_tlv *b)
{
	size_t n = a->value.n < b->value.n ? a->value.n : b->value.n;
	int d;

	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	d = n ? memcmp(a->value.p, b->value.p, n) : 0;
	if (d)
		return d;
	return (a->value.n > b->value.n) - (a->value.n < b->value.n);
}

int kw_wire_check_sorted(struct kw_slice in)
{
	struct kw_wire_reader r = KW_WIRE_READER(in);
	struct kw_wire_tlv last, next;

	if (!kw_wire_read_tlv(&r, &last))
		return kw_wire_read_end(&r);
	while (kw_wire_read_tlv(&r, &next)) {
		if (kw_wire_compare_tlv(&last, &next) >= 0)
			return -EBADMSG;
		last = next;
	}
	return kw_wire_read_end(&r);
}
