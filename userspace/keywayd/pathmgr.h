/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Path manager: the device's UDP sockets (one wildcard per family, or one per
 * uplink), the candidates where each peer may be reached, and the kernel's
 * paths made from them. Follows link and address changes; resolves endpoint
 * names on a thread of its own, again and again. Loop thread.
 */
#ifndef KEYWAYD_PATHMGR_H
#define KEYWAYD_PATHMGR_H

#include "candidate.h"
#include "libkeyway/types.h"

struct loop;
struct pathmgr;
struct kwnl_rtnl;
struct state;

#define PATHMGR_CANDIDATES 16 /* per peer at most */

struct pathmgr_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	struct kwnl_rtnl *rtnl;
	struct state *state;
	uint32_t dev;
	uint16_t port;	  /* 0: the remembered one, or a random one that is then remembered */
	const char (*uplink)[KWNL_NAME_SIZE]; /* copied */
	size_t uplinks; /* 0: wildcard sockets */
	/* candidates of a peer came or changed; own addresses changed */
	void (*candidates)(void *arg, const struct kw_addr *peer);
	void (*moved)(void *arg);
	/* a device of the overlay, ours or not, came up, went or changed */
	void (*overlay)(void *arg, uint32_t ifindex, bool up);
	void *arg;
};

struct pathmgr *pathmgr_create(const struct pathmgr_conf *conf);
/* Leaves the sockets in the kernel. */
void pathmgr_destroy(struct pathmgr *p);
/* Opens or adopts the sockets. Negative errno after saying why in the log. */
int KW_MUST pathmgr_start(struct pathmgr *p);

/* The configured endpoint text ("host:port"); "" takes it away. */
void pathmgr_set_endpoint(struct pathmgr *p, const struct kw_addr *peer, const char *text);
/* Addresses of a verified record set; replaces those of the last. */
void pathmgr_set_record(struct pathmgr *p, const struct kw_addr *peer, const struct kw_source *at,
			size_t n);
/* An endpoint that an authentic message came from. */
void pathmgr_set_seen(struct pathmgr *p, const struct kw_addr *peer, uint32_t socket,
		      const struct kwnl_endpoint *remote);
void pathmgr_del_peer(struct pathmgr *p, const struct kw_addr *peer);

/*
 * Best first, by one socket each before a second one; copies at most max;
 * returns how many. Where it was seen last and its configured endpoint; what its record set says only where neither is
 * known, or after widen: people expect the endpoint that they wrote.
 */
size_t pathmgr_candidates(const struct pathmgr *p, const struct kw_addr *peer,
			  struct pathmgr_candidate *out, size_t max);
/* Nobody answered there: offers all that is known, until it is up. */
void pathmgr_widen(struct pathmgr *p, const struct kw_addr *peer);
/*
 * The kernel has a session with it, which moves its path by itself. From now
 * on a configured name that resolves anew is offered to it as another path.
 */
void pathmgr_peer_up(struct pathmgr *p, const struct kw_addr *peer);
/* Own outer addresses with our port, for the record set. */
size_t pathmgr_own(const struct pathmgr *p, struct kw_source *out, size_t max);
/* The i-th configured uplink is no link of this host now. */
bool pathmgr_absent(const struct pathmgr *p, size_t i);
uint16_t pathmgr_port(const struct pathmgr *p);

#endif
