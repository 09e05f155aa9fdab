/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#ifndef ORACLE_SEEN_H
#define ORACLE_SEEN_H
/*
 * What the oracle has seen on the wire: for each DATA message its sender's
 * side, receiver index and x (number space and packet number), with a hash of
 * the whole message. The same key with another hash is a nonce used twice.
 */
#include <stddef.h>
#include <stdint.h>

struct seen_entry {
	uint64_t x;
	uint64_t hash;		/* 0: the slot is free */
	uint32_t index;
	uint32_t side;
};

struct seen {
	struct seen_entry *slots;
	size_t size;		/* a power of two */
	size_t used;
};

enum seen_verdict { SEEN_NEW, SEEN_COPY, SEEN_REUSE };

/* Aborts when memory ends, as an oracle that forgets proves nothing. */
void seen_create(struct seen *s);
void seen_destroy(struct seen *s);
/* @msg: a whole DATA message of at least 16 bytes, as the UDP payload had it. */
enum seen_verdict seen_add(struct seen *s, uint32_t side, const uint8_t *msg, size_t len);

#endif
