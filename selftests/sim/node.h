/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One node of a world: an identity, a kernel that may be rebooted, and a
 * daemon that may be stopped, killed and started over the same kernel.
 */
#ifndef SIM_NODE_H
#define SIM_NODE_H

#include "kernel.h"
#include "libkeyway/identity.h"
#include "libkeyway/trust.h"
#include "world.h"

#define NODE_EPOCH (1800000000ull * 1000000000ull) /* wall clock when a world begins, ns */

struct channel;
struct clock;
struct connect;
struct pathmgr;
struct state;
struct statickey;
struct trustdb;

struct node {
	/* identity */
	unsigned int number;
	char name[8];
	struct kw_identity identity;
	struct kwnl_endpoint at;
	/* set */
	int64_t wall; /* ns that its clock is off */
	bool synchronised;
	bool knows; /* endpoints of the others */
	bool under_load;
	bool kept; /* its daemon keeps a session, traffic or not */
	bool mute; /* its applications say nothing */
	/* state */
	char *disk; /* what state wrote; NULL: nothing yet */
	bool deaf; /* its daemon missed an event, and nobody told it */
	bool crashes; /* from now on it writes nothing more */
	struct kernel *kernel;
	/* the daemon; all NULL when it is dead */
	struct loop *loop;
	struct state *state;
	struct clock *clock;
	struct trustdb *trust;
	struct statickey *statickey;
	struct pathmgr *pathmgr;
	struct connect *connect;
	struct channel *channel;
	struct kw_trust_entry room[WORLD_NODES];
};

/* With a running kernel and no daemon. */
struct node *node_create(void);
void node_destroy(struct node *n);

void node_start(struct node *n);
/* save: as after SIGTERM; else as after SIGKILL, and what wasn't written is lost. */
void node_stop(struct node *n, bool save);
/* The machine: daemon, sessions and all. */
void node_reboot(struct node *n);
/* What disk holds is gone: the identity alone was restored. */
void node_forget(struct node *n);

/* Keys for this direction reached a kernel: never twice in a world. */
void node_installed(struct node *from, const struct node *to, uint64_t tx);
/* What the daemon says of its peers is so. */
void node_check_steps(const struct node *n);
/* One application packet to another node. */
void node_talk(struct node *from, struct node *to);

#endif
