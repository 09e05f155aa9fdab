/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * INITs that were answered, known by their mac1: for 15 s with the answer, so
 * that a copy from another path gets the same bytes, once per source and for
 * at most 8 sources; then until 120 s as a filter against replays. Bounded: the
 * oldest goes. Sans I/O, time comes from the caller. Loop thread.
 */
#ifndef KEYWAYD_REPLAYCACHE_H
#define KEYWAYD_REPLAYCACHE_H

#include "libkeyway/types.h"

#define REPLAYCACHE_SOURCES 8
#define REPLAYCACHE_ANSWERS 2048   /* kept with their bytes */
#define REPLAYCACHE_ENTRIES 524288 /* kept in the filter */
#define REPLAYCACHE_ANSWER_NS (15 * 1000000000ull)
#define REPLAYCACHE_FILTER_NS (120 * 1000000000ull)

struct replaycache;

/* Where one copy came from: it is told apart by socket and source. */
struct replaycache_source {
	uint32_t socket;
	struct kw_source from;
};

enum replaycache_verdict {
	REPLAYCACHE_NEW,  /* never answered */
	REPLAYCACHE_COPY, /* send *answer to this source */
	REPLAYCACHE_DROP, /* answered there already, to 8 sources, or too long ago */
};

struct replaycache *replaycache_create(void);
void replaycache_destroy(struct replaycache *c);

/* *answer is borrowed until the next call. A COPY counts the source. */
enum replaycache_verdict KW_MUST replaycache_check(struct replaycache *c, const uint8_t mac1[8],
						   const struct replaycache_source *source,
						   uint64_t now, struct kw_slice *answer);
/* Its RESP or RETRY goes out now, to these n sources. */
void replaycache_add(struct replaycache *c, const uint8_t mac1[8], struct kw_slice answer,
		     uint64_t now);
/* How many the filter holds; for tests and figures. */
size_t replaycache_count(const struct replaycache *c);

#endif
