// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: tools/keyway/text.c */
/* cflags: -Itools/keyway */
/*
 * What people type on the command line: endpoints, addresses, numbers, keys in
 * hexadecimal. Each slip is refused and leaves the value alone.
 */
#include <string.h>
#include "test.h"
#include "text.h"

static void test_endpoint_good(const char *text)
{
	struct kwnl_endpoint ep;
	char back[TEXT_ENDPOINT];

	if (text_parse_endpoint(text, &ep)) {
		test_ok(0, "endpoint %s is read", text);
		return;
	}
	text_format_endpoint(&ep, back);
	test_ok(!strcmp(text, back), "endpoint %s is read and written back, not %s", text,
		back);
}

static void test_endpoint_bad(const char *text)
{
	struct kwnl_endpoint ep = {.port = 7};

	test_ok(text_parse_endpoint(text, &ep) && ep.port == 7, "endpoint %s is refused",
		text);
}

static void test_endpoints(void)
{
	static const char *const good[] = {"192.0.2.1:51820", "[2001:db8::1]:1",
					   "[::]:65535", "[fe80::1%lo]:51820"};
	static const char *const bad[] = {
		"",
		":",
		":51820",
		"192.0.2.1",
		"192.0.2.1:",
		"192.0.2.1:0",
		"192.0.2.1:65536",
		"192.0.2.1:-1",
		"192.0.2.1: 1",
		"192.0.2.1:1x",
		"2001:db8::1:51820",
		"[2001:db8::1:51820",
		"2001:db8::1]:51820",
		"[2001:db8::1]",
		"[]:5",
		"[:5",
		"[192.0.2.1]:51820",
		"192.0.2:51820",
		"[fe80::1%none-such]:5",
		"name.example:51820",
		"[00000000000000000000000000000000000000000000000000000000000000000000001"
		"]:5",
	};
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		test_endpoint_good(good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		test_endpoint_bad(bad[i]);
}

static void test_numbers(void)
{
	uint32_t n = 3;

	test_ok(!text_parse_number("4294967295", 0, UINT32_MAX, &n) && n == UINT32_MAX,
		"the largest number");
	n = 3;
	test_ok(text_parse_number("4294967296", 0, UINT32_MAX, &n) && n == 3,
		"one more is refused");
	test_ok(text_parse_number("18446744073709551621", 0, UINT32_MAX, &n),
		"2 to the 64th and 5 is not 5");
	test_ok(text_parse_number("64", 1, 63, &n), "a number above the range");
	test_ok(text_parse_number("0", 1, 63, &n), "a number below the range");
	test_ok(text_parse_number("", 0, 63, &n), "no number");
	test_ok(text_parse_number("+5", 0, 63, &n), "a sign");
}

static void test_hex(void)
{
	uint8_t b[2] = {1, 2};

	test_ok(!text_parse_hex("0aFf", b, 2) && b[0] == 0x0a && b[1] == 0xff,
		"hexadecimal of either case");
	test_ok(text_parse_hex("0a0", b, 2), "a digit too few");
	test_ok(text_parse_hex("0a0b0", b, 2), "a digit too many");
	test_ok(text_parse_hex("000g", b, 2) && b[0] == 0x0a, "a letter that is none");
}

static void test_yesno(void)
{
	bool yes = false;

	test_ok(!text_parse_yesno("yes", &yes) && yes, "yes");
	test_ok(!text_parse_yesno("no", &yes) && !yes, "no");
	test_ok(text_parse_yesno("true", &yes), "nothing else");
}

int main(void)
{
	test_endpoints();
	test_numbers();
	test_hex();
	test_yesno();
	return test_done();
}
