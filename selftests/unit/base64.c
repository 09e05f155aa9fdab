// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* base64.c: RFC 4648's answers, and one spelling per value. */
#include <errno.h>

#include "libkeyway/base64.h"
#include "test.h"

static int parse(enum kw_base64_form form, const char *text)
{
	uint8_t out[64];

	return kw_base64_parse(form, KW_BYTES(text, strlen(text)), out, sizeof(out));
}

static void formats(void)
{
	static const char *const want[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=",
					    "Zm9vYmFy" };
	uint8_t back[8];
	char out[16];
	size_t n;
	int len;

	for (n = 0; n < 7; n++) {
		len = kw_base64_format(KW_BASE64_STANDARD, KW_BYTES("foobar", n), out, sizeof(out));
		test_ok(len == (int)strlen(want[n]) && !strcmp(out, want[n]),
			"RFC 4648 section 10: %s", want[n]);
		len = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(out, len), back, sizeof(back));
		test_ok(len == (int)n && !memcmp(back, "foobar", n), "%s comes back", want[n]);
	}
	test_ok(kw_base64_format(KW_BASE64_URL, KW_BYTES("\xfb\xff", 2), out, 16) == 3 &&
		!strcmp(out, "-_8"), "URL alphabet without padding");
	test_ok(kw_base64_format(KW_BASE64_STANDARD, KW_BYTES("\xfb\xff", 2), out, 16) == 4 &&
		!strcmp(out, "+/8="), "standard alphabet with padding");
	test_eq(kw_base64_format(KW_BASE64_URL, KW_TEXT("foobar"), out, 8), -EMSGSIZE,
		"no room for the NUL");
	test_eq(kw_base64_format(KW_BASE64_URL, KW_TEXT("foobar"), out, 9), 8, "room for the NUL");
}

static void refusals(void)
{
	uint8_t out[2];

	test_eq(parse(KW_BASE64_URL, "-_8="), -EILSEQ, "padding in the URL form");
	test_eq(parse(KW_BASE64_STANDARD, "+/8"), -EILSEQ, "no padding in the standard form");
	test_eq(parse(KW_BASE64_STANDARD, "Zg="), -EILSEQ, "half of the padding");
	test_eq(parse(KW_BASE64_STANDARD, "Zm9v===="), -EINVAL, "padding alone");
	test_eq(parse(KW_BASE64_STANDARD, "Zm9v="), -EILSEQ, "padding that isn't needed");
	test_eq(parse(KW_BASE64_URL, "Zh"), -EBADMSG, "spare bits set, 2 characters");
	test_eq(parse(KW_BASE64_URL, "Zm9"), -EBADMSG, "spare bits set, 3 characters");
	test_eq(parse(KW_BASE64_URL, "Zm9vY"), -EINVAL, "a character left over");
	test_eq(parse(KW_BASE64_URL, "Zm+v"), -EINVAL, "another alphabet's character");
	test_eq(parse(KW_BASE64_STANDARD, "Zm\nv"), -EINVAL, "a line break");
	test_eq(kw_base64_parse(KW_BASE64_URL, KW_TEXT("Zm9v"), out, sizeof(out)), -EMSGSIZE,
		"more than there is room for");
}

int main(void)
{
	formats();
	refusals();
	return test_done();
}
