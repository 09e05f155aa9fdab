/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One device of this daemon: everything between its configuration file and the
 * kernel, made in one order and ended in the mirrored one. The only file
 * besides connect.c that knows all parts. Loop thread; called by command.c.
 */
#ifndef KEYWAYD_NODE_H
#define KEYWAYD_NODE_H

#include <jansson.h>

#include "clock.h"
#include "config.h"

struct failure;
struct loop;
struct node;

/* What the command line set, for every device of the process. */
struct node_options {
	const char *state; /* instead of StateDir; NULL: as configured */
	int64_t clock_offset; /* seconds; this and below for tests */
	enum clock_state clock_state;
	unsigned int rekey_after; /* seconds, 0: when the kernel asks */
	bool under_load;
};

struct node_conf {
	struct loop *loop;
	const struct node_options *options; /* borrowed for life */
	const char *file;		    /* absolute, of the configuration */
	/* the device is gone from the kernel: destroy me, not from inside */
	void (*gone)(void *arg, struct node *n);
	void *arg;
};

/* NULL and f. Traffic of a device that is up already goes on. */
struct node *node_create(const struct node_conf *conf, struct failure *f);
/* Leaves device, peers and sessions in the kernel. */
void node_destroy(struct node *n);
/* Takes the device out of the kernel; then destroy. */
int KW_MUST node_remove(struct node *n, struct failure *f);
/* Reads configuration and trust file anew; after an error all is as before. */
int KW_MUST node_reload(struct node *n, struct failure *f);

const char *node_name(const struct node *n);
const char *node_file(const struct node *n);
/* The objects of control-socket.md, new references. */
json_t *node_status(const struct node *n);
json_t *node_absent(const struct node *n);
json_t *node_trust(const struct node *n);
bool node_synchronised(const struct node *n);

/* The trust file, as `keyway trust` edits it. */
int KW_MUST node_trust_add(struct node *n, const struct kw_trust_entry *e, struct failure *f);
/* who: ni URI or the entry's name; *val is whose entry went. */
int KW_MUST node_trust_del(struct node *n, const char *who, struct kw_fingerprint *fp,
			   struct failure *f);

#endif
