/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What keywayd remembers across restarts: its static keys, port and floor, and
 * of each peer the highest epoch and last timestamp. One file in the syntax of
 * the configuration, replaced whole (0600, in a 0700 directory). Losing it
 * costs a round trip, never safety. Loop thread only. Without a directory all
 * stays in memory, which is how the simulator runs it.
 */
#ifndef KEYWAYD_STATE_H
#define KEYWAYD_STATE_H

#include "libkeyway/cert.h"
#include "libkeyway/types.h"

struct conf_error;
struct loop;
struct state;

#define STATE_STATICS 8	      /* own static keys at most */
#define STATE_PEERS_MAX 65536 /* remembered at most; the longest unused goes */

enum state_when {
	STATE_SOON, /* within ten seconds; a crash may lose it */
	STATE_NOW,  /* on disk when the call returns */
};

struct state_self {
	uint64_t floor;	    /* seconds since 1970 */
	uint64_t stamp;	    /* none larger was sent in an INIT, ns since 1970 */
	uint64_t record;    /* timestamp of the last own record set, s */
	uint64_t epoch;	    /* highest static epoch ever signed */
	uint16_t port;	    /* UDP port drawn at first start, 0 none yet */
};

struct state_static {
	struct kw_key secret;
	struct kw_cert_static cert;
	uint64_t until; /* accepted while the wall clock is below; 0: it is the current */
};

/* Of one identity that was authentic once. */
struct state_peer {
	struct kw_hash val;
	struct kw_cert_seen seen; /* epoch 0: none yet */
	uint64_t stamp;		  /* timestamp of its last accepted INIT, ns; 0 none */
	uint64_t record;	  /* timestamp of its newest record set, s; 0 none */
};

/*
 * dir NULL: memory only, err unused. A file that is damaged, or readable by others, is
 * refused with a sentence; one that is missing is an empty state. NULL: err.
 */
struct state *state_create(struct loop *loop, const char *dir, struct conf_error *err);
/* Writes what is still to be written. */
void state_destroy(struct state *s);

const struct state_self *state_lookup_self(const struct state *s);
/* NOW may fail with errno: the caller must not use what it couldn't store. */
int KW_MUST state_set_self(struct state *s, const struct state_self *self, enum state_when when);

const struct state_static *state_lookup_statics(const struct state *s, size_t *n);
int KW_MUST state_set_statics(struct state *s, const struct state_static *keys, size_t n);

/* NULL: never met. Borrowed until the next call that sets or deletes one. */
const struct state_peer *state_lookup_peer(const struct state *s, const struct kw_hash *val);
int KW_MUST state_set_peer(struct state *s, const struct state_peer *peer, enum state_when when);
void state_del_peer(struct state *s, const struct kw_hash *val);

/* Writes at once whatever waits. */
int KW_MUST state_flush(struct state *s);

/* The file's text, for tests, fuzzing and backups in the simulator. */
char *state_format(const struct state *s); /* to be wiped and freed */
int KW_MUST state_parse(struct state *s, const char *text, size_t size, struct conf_error *err);

#endif
