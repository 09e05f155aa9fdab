// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* prefix.c: prefixes as people write them, and what is never granted. */
#include <arpa/inet.h>
#include <errno.h>

#include "libkeyway/prefix.h"
#include "test.h"

static void parses(const char *text, const char *want)
{
	char out[KW_PREFIX_TEXT];
	struct kw_prefix p;

	if (!test_eq(kw_prefix_parse(text, &p), 0, "%s parses", text))
		return;
	test_ok(kw_prefix_format(&p, out, sizeof(out)) == (int)strlen(want) && !strcmp(out, want),
		"%s is %s", text, want);
}

static void refuses(const char *text)
{
	struct kw_prefix p;

	test_eq(kw_prefix_parse(text, &p), -EINVAL, "'%s' is no prefix", text);
}

static void texts(void)
{
	static const char *const bad[] = { "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08",
					   "10.0.0.0/8x", "10.0.0/8", "10.0.0.0/ 8", "2001:db8::/129",
					   "2001:db8:::/32", "host/8", "10.0.0.0/99999999999" };
	unsigned int i;

	parses("10.1.2.3/16", "10.1.0.0/16");
	parses("10.1.2.3", "10.1.2.3/32");
	parses("10.1.2.3/31", "10.1.2.2/31");
	parses("0.0.0.0/0", "0.0.0.0/0");
	parses("2001:db8:ffff::1/33", "2001:db8:8000::/33");
	parses("::/0", "::/0");
	parses("2001:DB8::1", "2001:db8::1/128");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(bad[i]);
}

static void granted(const char *text, int want)
{
	struct kw_prefix p;

	if (kw_prefix_parse(text, &p))
		exit(1);
	test_eq(kw_prefix_check(&p), want, "%s %s", text, want ? "can't be granted" : "can be granted");
}

static void grants(void)
{
	struct kw_prefix p = { { { 0x20, 0x01, 0x0d, 0xb8 } }, 129 };

	granted("10.0.0.0/8", 0);
	granted("0.0.0.0/0", 0);
	granted("::/0", 0);
	granted("2001:db8::/32", 0);
	granted("2001:2e::/31", 0);
	granted("2001:2f::/32", -EINVAL);
	granted("2001:2f:1::/48", -EINVAL);
	granted("127.0.0.0/8", -EINVAL);
	granted("127.1.2.3", -EINVAL);
	granted("126.0.0.0/7", 0);
	granted("169.254.0.0/16", -EINVAL);
	granted("224.0.0.0/4", -EINVAL);
	granted("239.1.1.1", -EINVAL);
	granted("255.255.255.255", -EINVAL);
	granted("0.0.0.0/8", -EINVAL);
	granted("::", -EINVAL);
	granted("::1", -EINVAL);
	granted("fe80::/64", -EINVAL);
	granted("febf::/16", -EINVAL);
	granted("fec0::/10", 0);
	granted("ff02::/16", -EINVAL);
	test_eq(kw_prefix_check(&p), -EINVAL, "no length above 128");
}

static bool holds(const char *prefix, const char *addr)
{
	struct kw_prefix p, a;

	if (kw_prefix_parse(prefix, &p) || kw_prefix_parse(addr, &a))
		exit(1);
	return kw_prefix_contains(&p, &a.addr);
}

static bool reserved(const char *addr)
{
	struct kw_prefix a;

	if (kw_prefix_parse(addr, &a))
		exit(1);
	return kw_prefix_reserved(&a.addr);
}

static void members(void)
{
	test_ok(holds("10.1.0.0/16", "10.1.255.255"), "last of 10.1.0.0/16");
	test_ok(!holds("10.1.0.0/16", "10.2.0.0"), "first after 10.1.0.0/16");
	test_ok(holds("10.1.0.0/17", "10.1.127.255") && !holds("10.1.0.0/17", "10.1.128.0"),
		"a length that ends inside a byte");
	test_ok(holds("0.0.0.0/0", "8.8.8.8"), "0.0.0.0/0 holds IPv4");
	test_ok(!holds("0.0.0.0/0", "2001:db8::1"), "0.0.0.0/0 holds no IPv6");
	test_ok(holds("::/0", "2001:db8::1"), "::/0 holds IPv6");
	test_ok(!holds("::/0", "8.8.8.8"), "::/0 holds no IPv4");
	test_ok(holds("2001:db8::1", "2001:db8::1") && !holds("2001:db8::1", "2001:db8::2"),
		"one address");
	test_ok(reserved("2001:2f::5") && reserved("127.0.0.1") && reserved("ff02::1") &&
		reserved("fe80::1") && reserved("169.254.1.1") && reserved("::"), "reserved addresses");
	test_ok(!reserved("2001:30::1") && !reserved("10.0.0.1") && !reserved("fd00::1") &&
		!reserved("223.255.255.255") && !reserved("240.0.0.1"), "addresses that aren't reserved");
}

int main(void)
{
	texts();
	grants();
	members();
	return test_done();
}
