// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The oracle's own test: it must pass clean wire images and fail each planted
 * violation, in single datagrams and inside trains. Prints TAP.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "seen.h"
#include "slice.h"

struct test_wire {
	struct seen seen;
	int count[3];
	size_t bytes;
};

static int test_failed;

static void test_check(bool good, const char *name)
{
	printf("%s - oracle: %s\n", good ? "ok" : "not ok", name);
	test_failed |= !good;
}

static void test_message(void *arg, const uint8_t *msg, size_t len)
{
	struct test_wire *w = arg;

	w->bytes += len;
	w->count[seen_add(&w->seen, 'A', msg, len)]++;
}

static void test_put(uint8_t *msg, uint8_t number, uint8_t cipher)
{
	memset(msg, cipher, 48);
	memcpy(msg, "\x08\0\0\0\1\2\3\4\0\1\0\0\0\0\0", 15);
	msg[15] = number;
}

/* A frame with @n messages of 48 bytes, the last cut to 40. */
static size_t test_frame(uint8_t *frame, const uint8_t *numbers, const uint8_t *ciphers, int n)
{
	size_t ip = 28 + n * 48 - 8;
	int i;

	memset(frame, 0, 42);
	frame[14] = 0x45;
	frame[16] = ip >> 8;
	frame[17] = ip;
	frame[23] = 17;
	for (i = 0; i < n; i++)
		test_put(frame + 42 + i * 48, numbers[i], ciphers[i]);
	return 14 + ip;
}

static void test_train(const char *name, const uint8_t *numbers, const uint8_t *ciphers, const int *want)
{
	struct test_wire w = { 0 };
	uint8_t frame[512];
	size_t len = test_frame(frame, numbers, ciphers, 4);
	int n;

	seen_create(&w.seen);
	n = slice_frame(frame, len, 48, test_message, &w);
	test_check(n == 4 && w.bytes == 3 * 48 + 40 && !memcmp(w.count, want, sizeof(w.count)), name);
	seen_destroy(&w.seen);
}

static void test_grow(void)
{
	struct test_wire w = { 0 };
	uint8_t msg[48];
	uint32_t i;

	seen_create(&w.seen);
	for (i = 0; i < 300000; i++) {
		test_put(msg, 0, 1);
		memcpy(msg + 10, &i, 4);
		test_message(&w, msg, 48);
	}
	test_put(msg, 0, 2);
	i = 12345;
	memcpy(msg + 10, &i, 4);
	test_message(&w, msg, 48);
	test_check(w.count[SEEN_NEW] == 300000 && w.count[SEEN_REUSE] == 1, "a reuse is found among 300,000");
	seen_destroy(&w.seen);
}

static void test_sides(void)
{
	struct seen s;
	uint8_t msg[48];

	seen_create(&s);
	test_put(msg, 1, 1);
	seen_add(&s, 'A', msg, 48);
	test_put(msg, 1, 2);
	test_check(seen_add(&s, 'B', msg, 48) == SEEN_NEW, "the two sides' numbers are apart");
	test_check(seen_add(&s, 'A', msg, 48) == SEEN_REUSE, "a single datagram's reuse is found");
	test_check(seen_add(&s, 'A', msg, 40) == SEEN_REUSE, "the same number with another length is a reuse");
	seen_destroy(&s);
}

static void test_cut(void)
{
	struct test_wire w = { 0 };
	uint8_t frame[512];
	size_t len, i;
	int n = 0;

	len = test_frame(frame, (uint8_t[]){ 1, 2, 3, 4 }, (uint8_t[]){ 1, 1, 1, 1 }, 4);
	for (i = 0; i < len; i++)
		n += slice_frame(frame, i, 48, test_message, &w);
	test_check(n == 0, "a frame cut short at any byte counts nothing");
}

int main(void)
{
	test_train("a clean train passes", (uint8_t[]){ 1, 2, 3, 4 }, (uint8_t[]){ 1, 2, 3, 4 }, (int[]){ 4, 0, 0 });
	test_train("an identical copy in a train is no reuse", (uint8_t[]){ 1, 2, 2, 4 }, (uint8_t[]){ 1, 7, 7, 4 }, (int[]){ 3, 1, 0 });
	test_train("a number used twice in one train is found", (uint8_t[]){ 1, 2, 2, 4 }, (uint8_t[]){ 1, 7, 8, 4 }, (int[]){ 3, 0, 1 });
	test_grow();
	test_sides();
	test_cut();
	return test_failed;
}
