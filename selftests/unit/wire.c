// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* wire.c: what doesn't fit sticks, and sorted TLVs are told from others. */
#include <errno.h>

#include "libkeyway/wire.h"
#include "test.h"

static void readers(void)
{
	uint8_t in[15] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, out[4];
	struct kw_wire_reader r = KW_WIRE_READER(KW_BYTES(in, sizeof(in)));
	struct kw_slice rest;

	test_ok(kw_wire_read_u8(&r) == 1 && kw_wire_read_u16(&r) == 0x0203 &&
		kw_wire_read_u32(&r) == 0x04050607 &&
		kw_wire_read_u64(&r) == 0x08090a0b0c0d0e0full, "numbers are big endian");
	test_eq(kw_wire_read_end(&r), 0, "all read");
	test_eq(kw_wire_read_u8(&r), 0, "past the end comes 0");
	test_eq(kw_wire_read_end(&r), -EBADMSG, "and it sticks");
	r = KW_WIRE_READER(KW_BYTES(in, 3));
	memset(out, 0xff, sizeof(out));
	kw_wire_read_bytes(&r, out, 4);
	test_mem(out, "\0\0\0\0", 4, "bytes that aren't there are zeros");
	rest = kw_wire_read_rest(&r);
	test_eq(rest.n, 0, "nothing is left of a bad reader");
	r = KW_WIRE_READER(KW_BYTES(in, 3));
	test_eq(kw_wire_read_slice(&r, 2).n, 2, "a slice borrows");
	test_eq(kw_wire_read_end(&r), -EBADMSG, "something left over is bad");
}

static void writers(void)
{
	static uint8_t large[65540];
	uint8_t out[6];
	struct kw_wire_writer w = KW_WIRE_WRITER(out, 5);

	memset(out, 0x77, sizeof(out));
	kw_wire_write_u16(&w, 0x0102);
	kw_wire_write_u32(&w, 1);
	test_mem(out, "\1\2\x77\x77\x77\x77", 6, "what doesn't fit isn't begun");
	kw_wire_write_u8(&w, 3);
	test_eq(kw_wire_write_end(&w), -EMSGSIZE, "and sticks");
	w = KW_WIRE_WRITER(out, 6);
	kw_wire_write_tlv(&w, 9, KW_TEXT("abc"));
	test_eq(kw_wire_write_end(&w), 6, "a TLV takes 3 and its value");
	test_mem(out, "\x09\x00\x03" "abc", 6, "tag, length, value");
	w = KW_WIRE_WRITER(large, sizeof(large));
	kw_wire_write_tlv(&w, 9, KW_BYTES(large, 65535));
	test_eq(kw_wire_write_end(&w), 65538, "a value of 65535 is written");
	w = KW_WIRE_WRITER(large, sizeof(large));
	kw_wire_write_tlv(&w, 9, KW_BYTES(large, 65536));
	test_eq(kw_wire_write_end(&w), -EMSGSIZE, "a value above 65535 is refused");
}

static int sorted(const char *p, size_t n)
{
	return kw_wire_check_sorted(KW_BYTES(p, n));
}

static void orders(void)
{
	test_eq(sorted("", 0), 0, "nothing is sorted");
	test_eq(sorted("\1\0\1a\1\0\1b\2\0\0", 11), 0, "by tag, then value");
	test_eq(sorted("\1\0\1a\1\0\2ab", 9), 0, "the shorter first");
	test_eq(sorted("\1\0\2ab\1\0\1a", 9), -EBADMSG, "the longer first");
	test_eq(sorted("\1\0\1b\1\0\1a", 8), -EBADMSG, "values out of order");
	test_eq(sorted("\2\0\0\1\0\0", 6), -EBADMSG, "tags out of order");
	test_eq(sorted("\1\0\1a\1\0\1a", 8), -EBADMSG, "equal twins");
	test_eq(sorted("\1\0\0\1\0\0", 6), -EBADMSG, "empty twins");
	test_eq(sorted("\1\0\1a\2", 5), -EBADMSG, "a trailing byte");
	test_eq(sorted("\1\0\3ab", 5), -EBADMSG, "a value cut short");
	test_eq(sorted("\1\0", 2), -EBADMSG, "a header cut short");
	test_eq(sorted("\1\0\1\x7f\1\0\1\x80", 8), 0, "bytes compare unsigned");
}

int main(void)
{
	readers();
	writers();
	orders();
	return test_done();
}
