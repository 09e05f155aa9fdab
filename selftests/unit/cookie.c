// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/cookie.c userspace/keywayd/budget.c userspace/libdaemon/alloc.c userspace/libdaemon/log.c */
/* cflags: -iquote userspace/keywayd */
/*
 * Cookies: what COOKIE carries makes a mac2 that the kernel's secrets verify,
 * for two periods and one source; when they are demanded; how long received
 * ones are kept, and for whom. And the budget per source beside them.
 */
#include "budget.h"
#include "cookie.h"
#include "entropy.h"
#include "libkeyway/crypto.h"
#include "fakeloop.h"
#include "test.h"

static struct kwnl_domain_req kernel; /* as it was told last */
static struct cookie *c;
static struct loop loop = { .now = 1000 * LOOP_SECOND };

/* The same in each run: of keys drawn at random, one in ten lets sources of test_budget() share. */
void entropy_fill(void *out, size_t n)
{
	static uint64_t drawn = 1;
	uint8_t *p = out;

	while (n--) {
		drawn = drawn * 6364136223846793005u + 1442695040888963407u;
		*p++ = (uint8_t)(drawn >> 56);
	}
}

static void pass(uint64_t ns)
{
	loop.now += ns;
	fakeloop_pass(&loop, 0);
}

int kwnl_set_domain(struct kwnl *k, struct kwnl_domain_req *req)
{
	(void)k;
	kernel = *req;
	return 0;
}

const char *kwnl_strerror(const struct kwnl *k)
{
	(void)k;
	return "";
}

static const struct kw_source source = { .addr.b = { [15] = 1 }, .port = 4000, .tag = 7 };

/* What the kernel makes of its secret number i for a source. */
static int kernel_knows(size_t i, const struct kw_mackey *cookie, const struct kw_source *from)
{
	struct kw_message_secrets s;
	struct kw_mackey want;

	if (i >= kernel.n_cookie_secrets)
		return 0;
	memcpy(s.s0.b, kernel.cookie_secrets[i].s0, 16);
	memcpy(s.s1.b, kernel.cookie_secrets[i].s1, 16);
	kw_message_cookie(&s, from, &want);
	return !memcmp(&want, cookie, sizeof(want));
}

static struct kw_mackey given(void)
{
	struct kw_message_domain d = { .val.b = { 9 } };
	uint8_t init[KW_MESSAGE_INIT_MIN] = { 1, 1, 0, 5, 0, 0, 0, 3 };
	uint8_t packet[KW_MESSAGE_COOKIE_SIZE];
	struct kw_message_init_view v;
	struct kw_mackey cookie = { { 0 } };

	if (kw_message_read_init(KW_BYTES(init, sizeof(init)), &v))
		return cookie;
	cookie_write(c, &v, &d, &source, packet);
	if (kw_message_read_cookie(KW_BYTES(packet, sizeof(packet)), &v, &d, &cookie))
		memset(&cookie, 0, sizeof(cookie));
	return cookie;
}

static void test_secrets(void)
{
	struct kw_source other = source;
	struct kw_mackey first, cookie;

	test_eq(cookie_install(c), 0, "the kernel takes the secrets");
	first = given();
	test_ok(kernel_knows(0, &first, &source), "the kernel knows a cookie given now");
	other.port++;
	test_ok(!kernel_knows(0, &first, &other), "but not from another port");
	other = source;
	other.tag++;
	test_ok(!kernel_knows(0, &first, &other), "nor with another ingress tag");
	pass(120 * LOOP_SECOND + 1);
	test_ok(kernel_knows(1, &first, &source), "after two minutes it is the older one's");
	cookie = given();
	test_ok(kernel_knows(0, &cookie, &source), "while new ones are the current one's");
	pass(120 * LOOP_SECOND + 1);
	test_ok(!kernel_knows(0, &first, &source) && !kernel_knows(1, &first, &source),
		"after four it is forgotten");
}

static void test_load(void)
{
	unsigned int i;

	test_ok(!cookie_demanded(c), "an idle daemon demands none");
	for (i = 0; i < 500; i++)
		cookie_count(c, false);
	test_ok(!cookie_demanded(c), "nor with its budget used");
	cookie_count(c, false);
	test_ok(cookie_demanded(c), "one more in this second, and it does");
	pass(LOOP_SECOND + 1);
	test_ok(!cookie_demanded(c), "a second later it is over");
	cookie_count(c, true);
	test_ok(cookie_demanded(c), "a long queue is load too");
	pass(2 * LOOP_SECOND);
}

static void test_kept(void)
{
	struct pathmgr_candidate to = { .socket = 1, .remote = { .addr = { 1 }, .port = 1 } };
	struct pathmgr_candidate other = to, any = to;
	struct kw_mackey cookie = { { 5 } };
	unsigned int i;

	other.remote.port = 2;
	any.socket = 0;
	test_ok(!cookie_lookup(c, &to), "none is kept that didn't come");
	cookie_keep(c, &to, &cookie);
	test_ok(cookie_lookup(c, &to) && cookie_lookup(c, &to)->b[0] == 5, "one that came is");
	test_ok(cookie_lookup(c, &any) != NULL, "also where the kernel chooses the socket");
	test_ok(!cookie_lookup(c, &other), "but not for another remote");
	other = to;
	other.socket = 2;
	test_ok(!cookie_lookup(c, &other), "nor for another socket");
	pass(110 * LOOP_SECOND - 1);
	test_ok(cookie_lookup(c, &to) != NULL, "for 110 s");
	pass(1);
	test_ok(!cookie_lookup(c, &to), "and no longer");
	cookie_keep(c, &to, &cookie);
	for (i = 0; i < COOKIE_KEPT_MAX; i++) {
		other.remote.port = (uint16_t)(10 + i);
		cookie_keep(c, &other, &cookie);
	}
	test_ok(!cookie_lookup(c, &to), "the oldest makes room");
}

static void test_budget(void)
{
	struct budget *b = budget_create();
	struct kw_source v4 = { .addr.b = { [10] = 0xff, [11] = 0xff, [15] = 1 } };
	struct kw_source v6 = { .addr.b = { 0x20, 1 } }, near = v6;
	unsigned int i, taken = 0;

	for (i = 0; i < 100; i++)
		taken += budget_take(b, &v4, BUDGET_PROVEN, LOOP_SECOND);
	test_eq(taken, BUDGET_BURST, "a source has its burst");
	for (i = 0, taken = 0; i < 100; i++)
		taken += budget_take(b, &v4, BUDGET_PROVEN, 2 * LOOP_SECOND);
	test_eq(taken, BUDGET_RATE, "and its rate");
	v4.port = 9;
	test_ok(!budget_take(b, &v4, BUDGET_PROVEN, 2 * LOOP_SECOND), "a port is no source of its own");
	v4.addr.b[15] = 2;
	test_ok(budget_take(b, &v4, BUDGET_PROVEN, 2 * LOOP_SECOND), "an IPv4 address is");
	near.addr.b[15] = 77;
	for (i = 0, taken = 0; i < 100; i++)
		taken += budget_take(b, i % 2 ? &v6 : &near, BUDGET_PROVEN, LOOP_SECOND);
	test_eq(taken, BUDGET_BURST, "an IPv6 /64 is one source");
	near.addr.b[7] = 1;
	test_ok(budget_take(b, &near, BUDGET_PROVEN, LOOP_SECOND), "another /64 is another");
	for (i = 0, taken = 0; i < 1000; i++) {
		near.addr.b[6] = (uint8_t)(i >> 8);
		near.addr.b[7] = (uint8_t)(i + 2);
		taken += budget_take(b, &near, BUDGET_PROVEN, LOOP_SECOND);
	}
	test_eq(taken, BUDGET_WIDE * BUDGET_BURST - BUDGET_BURST - 1,
		"a /48 has ten times as much");
	v4.addr.b[15] = 3;
	for (i = 0, taken = 0; i < 100; i++)
		taken += budget_take(b, &v4, BUDGET_UNPROVEN, LOOP_SECOND);
	test_eq(taken, BUDGET_BURST / BUDGET_UNPROVEN, "an unproven source has a quarter");
	v6.tag = 1;
	test_ok(budget_take(b, &v6, BUDGET_PROVEN, LOOP_SECOND), "so is another ingress tag");
	budget_destroy(b);
}

int main(void)
{
	struct cookie_conf conf = { .loop = &loop };

	if (kw_crypto_init())
		return 2;
	c = cookie_create(&conf);
	test_secrets();
	test_load();
	test_kept();
	test_budget();
	cookie_destroy(c);
	return test_done();
}
