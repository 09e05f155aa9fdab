/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Cursor codec for everything with bytes: bounds first, sticky error, one
 * check at the end. A reader past its end returns zeros and stays bad; a
 * writer past its end writes nothing more and stays bad. Big endian
 * throughout. Called by every codec of libkeyway; keeps no memory of its own.
 */
#ifndef KW_WIRE_H
#define KW_WIRE_H

#include "types.h"

struct kw_wire_reader {
	struct kw_slice in;
	size_t at;
	bool bad;
};

struct kw_wire_writer {
	uint8_t *p;
	size_t n; /* room */
	size_t at;
	bool bad;
};

/* {tag 1, length 2, value}; the value is borrowed from what was read. */
struct kw_wire_tlv {
	uint8_t tag;
	struct kw_slice value;
};

#define KW_WIRE_TLV 3 /* bytes before a TLV's value */

#define KW_WIRE_READER(slice) ((struct kw_wire_reader){ .in = (slice) })
#define KW_WIRE_WRITER(buf, size) ((struct kw_wire_writer){ .p = (buf), .n = (size) })

uint8_t kw_wire_read_u8(struct kw_wire_reader *r);
uint16_t kw_wire_read_u16(struct kw_wire_reader *r);
uint32_t kw_wire_read_u32(struct kw_wire_reader *r);
uint64_t kw_wire_read_u64(struct kw_wire_reader *r);
/* Copies n bytes, zeros if they aren't there. */
void kw_wire_read_bytes(struct kw_wire_reader *r, void *out, size_t n);
/* Borrows n bytes; empty if they aren't there. */
struct kw_slice kw_wire_read_slice(struct kw_wire_reader *r, size_t n);
/* All that is left, perhaps nothing. */
struct kw_slice kw_wire_read_rest(struct kw_wire_reader *r);
/* False at the end, and at a TLV that is cut off, which makes r bad. */
bool kw_wire_read_tlv(struct kw_wire_reader *r, struct kw_wire_tlv *tlv);
/* 0, or -EBADMSG if anything was missing or is left over. */
int KW_MUST kw_wire_read_end(const struct kw_wire_reader *r);

void kw_wire_write_u8(struct kw_wire_writer *w, uint8_t v);
void kw_wire_write_u16(struct kw_wire_writer *w, uint16_t v);
void kw_wire_write_u32(struct kw_wire_writer *w, uint32_t v);
void kw_wire_write_u64(struct kw_wire_writer *w, uint64_t v);
void kw_wire_write_bytes(struct kw_wire_writer *w, const void *p, size_t n);
void kw_wire_write_slice(struct kw_wire_writer *w, struct kw_slice s);
/* n bytes of zeros. */
void kw_wire_write_zeros(struct kw_wire_writer *w, size_t n);
/* Bad also when the value is longer than 65535. */
void kw_wire_write_tlv(struct kw_wire_writer *w, uint8_t tag, struct kw_slice value);
/* Bytes written, or -EMSGSIZE if they didn't fit. */
int KW_MUST kw_wire_write_end(const struct kw_wire_writer *w);

/* Order of signed objects: by tag, then memcmp of the value, the shorter first. */
int KW_MUST kw_wire_compare_tlv(const struct kw_wire_tlv *a, const struct kw_wire_tlv *b);
/* 0 if whole, strictly ascending TLVs fill in; -EBADMSG if not (twins too). */
int KW_MUST kw_wire_check_sorted(struct kw_slice in);

#endif
