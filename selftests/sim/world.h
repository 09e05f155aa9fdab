/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A world of nodes under simulated time: real engines of keywayd over a model
 * of the kernel, joined by links that lose, delay, reorder and duplicate. One
 * world at a time; all that is random in it comes from its seed, so a schedule
 * is replayed by its seed alone.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "libdaemon/loop.h"
#include "libkwnl/kwnl_event.h"

#define WORLD_NODES 4
#define WORLD_MS LOOP_MS
#define WORLD_SECOND LOOP_SECOND
#define WORLD_PACKETS 65536 /* of the application, per world */
#define WORLD_CAPTURE 256
#define WORLD_MESSAGES 64 /* of all captured, kept longer */
#define WORLD_KEYS 1024
#define WORLD_GRAVES 1024
#define WORLD_OTHERS 7

struct kernel;
struct node;
struct world;

enum packet_kind {
	PACKET_CONTROL, /* types 1 to 6, as bytes */
	PACKET_KEEPALIVE,
	PACKET_PROBE,
	PACKET_ECHO,
	PACKET_DATA,
};

/* What is on the wire. A session frame opens iff its key is the receiver's. */
struct packet {
	struct kwnl_endpoint from, to;
	enum packet_kind kind;
	/* session frames */
	uint32_t index, app;
	uint64_t key, number;
	uint64_t other[WORLD_OTHERS]; /* keys of all confirmed to the sender then; 0: none */
	uint64_t above[WORLD_OTHERS]; /* of those that it initiated in vain, of higher rank */
	uint64_t unheard_ms;	      /* for so long the sender had opened nothing */
	bool confirmed; /* to the sender, when it left */
	bool replayed;	/* by an attacker */
	uint64_t left_ms;
	/* messages */
	uint16_t len;
	uint8_t bytes[1160];
};

/* One direction between two nodes; rates in 1/1000. */
struct link {
	uint32_t loss, dup, damage;
	uint64_t delay, jitter; /* ns; jitter above the gap reorders */
	uint64_t dark_until;
	uint64_t last_ms;  /* when the latest that came had left */
	bool darkened;	   /* something was lost in the dark */
};

/* Of a session in one kernel: its key to open with, and how it ended. */
struct grave {
	unsigned int node;
	uint32_t reason;
	bool confirmed;
	uint64_t key, age_ms;
};

struct world {
	/* set */
	uint64_t seed;
	bool verbose;
	bool real_dh;
	bool must_rekey; /* no sending session may reach its end */
	bool steady;	 /* clocks, disks and links are such that nobody is asked for freshness twice */
	bool whole;	 /* from the first common session on, no packet may be lost */
	void (*retried)(void *node); /* what follows when a node has sent RETRY; NULL: nothing */
	uint64_t worker_delay; /* ns; 0: results come in the same moment */
	/* state */
	uint64_t now; /* ns since the world began */
	struct node *node[WORLD_NODES];
	unsigned int nodes;
	struct link link[WORLD_NODES][WORLD_NODES];
	struct packet capture[WORLD_CAPTURE], message[WORLD_MESSAGES];
	unsigned int captured, messages;
	/* counts */
	uint32_t sent;
	uint8_t fate[WORLD_PACKETS]; /* of each, enum fate */
	struct grave grave[WORLD_GRAVES];
	unsigned int graves;
	uint64_t key[WORLD_KEYS]; /* that were ever installed to send with */
	unsigned int keys;
	struct watch *watch;
	uint64_t met; /* bits of enum tally */
	unsigned int events, violations;
	char why[200];
};

extern struct world *world; /* the one that runs */

struct world *world_create(uint64_t seed);
void world_destroy(void);
/* Runs what is due until then. */
void world_run(uint64_t until);
/* Once, in the world's own name, at a time. */
void world_at(uint64_t when, void (*fn)(void *arg), void *arg);

uint64_t world_random(void);
uint32_t world_below(uint32_t n);
bool world_chance(uint32_t per_mille);

struct node *world_node_at(const struct kwnl_endpoint *e);
/* Takes the packet by value; it arrives, or not, by the link's rules. */
void world_send(const struct node *from, const struct packet *p);
/* Sends a captured packet again, from where it came; or a message. */
void world_replay(unsigned int i);
void world_replay_message(unsigned int i);

__attribute__((format(printf, 1, 2))) void world_violation(const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void world_say(const struct node *n, const char *fmt, ...);

/* The loop of one daemon, behind loop.h. */
struct loop *world_loop_create(struct node *n);
struct node *world_loop_node(const struct loop *loop);

#endif
