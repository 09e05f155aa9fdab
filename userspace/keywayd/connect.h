/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The line that a peer walks from trusted to up, and the only file beside
 * node.c that knows all engines: it makes them, hears their reports and takes
 * the next step. node.c feeds it what the trust table and the path manager
 * say, channel.c what the kernel says. Loop thread.
 */
#ifndef KEYWAYD_CONNECT_H
#define KEYWAYD_CONNECT_H

#include "handshake.h"
#include "input.h"

struct connect;
struct kw_identity;
struct pathmgr;

enum connect_step {
	CONNECT_TRUST,	   /* trusted; no session is wanted */
	CONNECT_DISCOVER,  /* its S is asked for */
	CONNECT_REACH,	   /* wanted, and no endpoint is known */
	CONNECT_HANDSHAKE, /* tries are under way */
	CONNECT_INSTALL,   /* keys are in the kernel, nothing opened yet */
	CONNECT_UP,	   /* a session is confirmed */
};

struct connect_conf {
	struct loop *loop;
	struct kwnl *kwnl;
	uint32_t dev;
	struct clock *clock;
	struct state *state;
	struct statickey *statickey;
	struct trustdb *trust;
	struct pathmgr *pathmgr;
	const struct kw_identity *identity; /* borrowed for life */
	const struct kw_key *secrets;	    /* domain secrets, newest first */
	size_t n_secrets;
	unsigned int threads; /* of the workers; 0: one per CPU */
	uint64_t chacha_ns, gcm_ns; /* as the device measured; gcm 0: not there */
	bool quiet;
	bool under_load;       /* demand cookies always; for tests */
	unsigned int rekey_after; /* seconds; 0: when the kernel asks; for tests */
	/* p took a step, or its last error changed; may be NULL */
	void (*changed)(void *arg, struct peer *p);
	void *arg;
};

/* Gives the kernel mac1 keys and cookie secrets: -errno of that. */
int KW_MUST connect_create(struct connect **c, const struct connect_conf *conf);
/* Leaves peers and sessions in the kernel. */
void connect_destroy(struct connect *c);
/* Gives them again, to a device that was made anew. */
int KW_MUST connect_install(struct connect *c);
/* Our static key was renewed, or our outer addresses changed. */
void connect_renewed(struct connect *c);

/*
 * The trust table has it from now on, and the kernel its peer object. -EEXIST:
 * it was there already, which is fine. -EADDRINUSE: another's key address.
 */
int KW_MUST connect_add(struct connect *c, const struct kw_hash *val);
/* No longer trusted: tries end and nothing more is installed. */
void connect_del(struct connect *c, const struct kw_hash *val);
/* Its candidates in the path manager changed. Tries begin if one is wanted. */
void connect_candidates(struct connect *c, const struct kw_addr *addr);
/* Kept, for a peer with a keepalive: a session is wanted though no traffic asks. */
void connect_set_kept(struct connect *c, const struct kw_hash *val, bool kept);
/*
 * The kernel holds a confirmed session with it, of this age in ns: it did so
 * before we started, or its event was lost.
 */
void connect_adopt(struct connect *c, const struct kw_addr *addr, uint64_t age);
/* Events were lost: is it still up? Asks the kernel if it should be. */
void connect_check(struct connect *c, const struct kw_addr *addr);

/* What the kernel says, as kwnl_event.h tells it. */
void connect_input(struct connect *c, const struct kwnl_control *control);
void connect_ask(struct connect *c, const struct kwnl_ask *ask);
void connect_session(struct connect *c, const struct kwnl_session *session);

/* For the control socket. */
struct connect_view {
	enum connect_step step;
	const char *error; /* why it isn't up, or "" */
	uint64_t since;	   /* ns of boot time of the step */
};
void connect_read(const struct connect *c, const struct kw_addr *addr, struct connect_view *out);
const char *connect_step_name(enum connect_step step);
void connect_read_stats(const struct connect *c, struct handshake_stats *out);

#endif
