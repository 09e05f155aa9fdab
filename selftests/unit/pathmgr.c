// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/keywayd/pathmgr.c userspace/libdaemon/alloc.c */
/*
 * Which of the places where a peer may be are tried, as there is room for a
 * few alone: many uplinks crowd out neither what people wrote nor what the
 * peer says of itself.
 */
#include <errno.h>

#include "fakeloop.h"
#include "keywayd/entropy.h"
#include "keywayd/pathmgr.h"
#include "keywayd/resolver.h"
#include "keywayd/uplink.h"
#include "libdaemon/log.h"
#include "test.h"

#define MOST 8

/* --- the rest of the path manager, and the kernel ---------------------------- */

static size_t uplinks; /* each with one socket, 1 and up, for all ends alike */

size_t uplink_sockets(const struct uplink *u, const struct kwnl_endpoint *remote, uint32_t *out,
		      size_t max)
{
	size_t i;

	(void)u;
	(void)remote;
	for (i = 0; i < uplinks && i < max; i++)
		out[i] = (uint32_t)i + 1;
	return i;
}

struct uplink *uplink_create(const struct uplink_conf *conf)
{
	(void)conf;
	return NULL;
}

void uplink_destroy(struct uplink *u)
{
	(void)u;
}

int uplink_start(struct uplink *u)
{
	return !!u;
}

bool uplink_absent(const struct uplink *u, size_t i)
{
	return u || i;
}

uint16_t uplink_port(const struct uplink *u)
{
	return !!u;
}

size_t uplink_own(const struct uplink *u, struct kw_source *out, size_t max)
{
	(void)out;
	(void)max;
	return !!u;
}

struct resolver *resolver_create(struct loop *loop,
				 void (*done)(void *arg, const struct resolver_answer *a), void *arg)
{
	(void)loop;
	(void)done;
	(void)arg;
	return NULL;
}

void resolver_destroy(struct resolver *r)
{
	(void)r;
}

void resolver_ask(struct resolver *r, const struct kw_addr *peer, const char *text)
{
	(void)r;
	(void)peer;
	(void)text;
}

/* "7" is the end whose port is 7. */
int resolver_parse(const char *text, struct kwnl_endpoint *at)
{
	*at = (struct kwnl_endpoint){ .port = (uint16_t)atoi(text) };
	return 0;
}

int kwnl_new_path(struct kwnl *k, const struct kwnl_path_req *req, uint32_t *id)
{
	(void)k;
	*id = req->dev;
	return 0;
}

int kwnl_set_path(struct kwnl *k, const struct kwnl_path_req *req)
{
	(void)k;
	return !req;
}

int kwnl_dump_path(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		   int (*fn)(void *arg, const struct kwnl_path *path), void *arg)
{
	(void)k;
	(void)peer;
	(void)fn;
	(void)arg;
	return !dev;
}

const char *kwnl_strerror(const struct kwnl *k)
{
	return k ? "" : "none";
}

uint32_t entropy_below(uint32_t n)
{
	return n / 2;
}

void log_line(int level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
}

/* --- what is asserted --------------------------------------------------------- */

static const struct kw_addr peer = { .b = { 0x20, 1, 0, 0x2f, [15] = 9 } };

static void changed(void *arg, const struct kw_addr *addr)
{
	(void)arg;
	(void)addr;
}

static void moved(void *arg)
{
	(void)arg;
}

/* "1.9 " for each: its socket and the port of its end. */
static const char *candidates(const struct pathmgr *p)
{
	struct pathmgr_candidate c[MOST];
	size_t i, n = pathmgr_candidates(p, &peer, c, MOST);
	static char text[256];
	int at = 0;

	text[0] = '\0';
	for (i = 0; i < n; i++)
		at += snprintf(text + at, sizeof(text) - at, "%u.%u ", c[i].socket, c[i].remote.port);
	return text;
}

static void test_candidates(const struct pathmgr *p, const char *want, const char *name)
{
	const char *have = candidates(p);

	if (!test_ok(!strcmp(have, want), "%s", name))
		printf("# have %s, want %s\n", have, want);
}

int main(void)
{
	static const struct kw_source record[] = { { .port = 20 }, { .port = 21 } };
	const struct kwnl_endpoint seen = { .port = 10 };
	struct loop loop = { 0 };
	struct pathmgr_conf conf = { .loop = &loop, .candidates = changed, .moved = moved };
	struct pathmgr *p = pathmgr_create(&conf);

	uplinks = 2;
	pathmgr_set_record(p, &peer, record, 2);
	test_candidates(p, "1.20 1.21 2.20 2.21 ", "what it says of itself, where nothing else is known");
	pathmgr_set_endpoint(p, &peer, "15");
	test_candidates(p, "1.15 2.15 ", "else what people wrote");
	pathmgr_set_seen(p, &peer, 2, &seen);
	test_candidates(p, "2.10 1.15 1.10 2.15 ", "after where it was seen, by the socket that it was seen on");
	uplinks = 12;
	test_candidates(p, "2.10 1.15 1.10 2.15 3.10 3.15 4.10 4.15 ", "of many uplinks each end gets its share");
	pathmgr_widen(p, &peer);
	test_candidates(p, "2.10 1.15 1.20 1.21 1.10 2.15 2.20 2.21 ", "and every end is tried when nobody answers");
	uplinks = 0;
	test_candidates(p, "", "none without a socket");
	pathmgr_destroy(p);
	return test_done();
}
