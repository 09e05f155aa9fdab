/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The daemon's view of a peer: who it is, where it may be reached, how far we
 * got with it, and one opaque slot per engine, made and freed by that engine.
 * The table finds peers by fingerprint and by key address. What must outlive
 * the process (epochs, timestamps) is state.h's. Loop thread only.
 */
#ifndef KEYWAYD_PEER_H
#define KEYWAYD_PEER_H

#include "libkeyway/cert.h"
#include "libkeyway/types.h"
#include "candidate.h"

#define PEER_CANDIDATES 8 /* most endpoints tried at once */

struct connect_peer;
struct discover_peer;
struct handshake_peer;
struct peers;

/* The S that the peer can be dialled with; has_id alone: heard of, no S. */
struct peer_key {
	bool known;
	struct kw_key id;
	struct kw_cert_static cert;
};

struct peer {
	/* identity */
	struct kw_hash val;
	struct kw_addr addr;
	/* set: by connect.c, from the path manager; best first */
	struct pathmgr_candidate candidate[PEER_CANDIDATES];
	unsigned int candidates;
	/* state: written by connect.c alone */
	struct peer_key key;
	/* slots: each written by its engine alone */
	struct connect_peer *connect;
	struct discover_peer *discover;
	struct handshake_peer *handshake;
};

struct peers *peer_table_create(void);
/* Every peer must have been deleted before. */
void peer_table_destroy(struct peers *t);

/* NULL: its key address is another peer's. -> destroyed by peer_del. */
struct peer *peer_add(struct peers *t, const struct kw_hash *val);
/* The engines' slots must be empty. */
void peer_del(struct peers *t, struct peer *p);
/* Borrowed until deleted; NULL: none. */
struct peer *peer_lookup(const struct peers *t, const struct kw_hash *val);
struct peer *peer_lookup_addr(const struct peers *t, const struct kw_addr *addr);
size_t peer_count(const struct peers *t);
/* fn may delete the peer it is given, and no other. */
void peer_each(struct peers *t, void (*fn)(void *arg, struct peer *p), void *arg);

#endif
