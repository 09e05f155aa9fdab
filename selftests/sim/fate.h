/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What became of every packet of the applications, and whether the protocol
 * allows that it was lost. A frame that finds no key is judged by why and when
 * the receiver's session ended, by the protocol's numbers, which are written
 * down here a second time, and by what the sender knew. Called by the kernel
 * model; made for every world, summed over all.
 */
#ifndef SIM_FATE_H
#define SIM_FATE_H

#include "world.h"

struct kernel;
struct model_session;

enum fate {
	FATE_STAGED,
	FATE_SENT,
	FATE_DELIVERED,
	/* lost, as the protocol allows */
	FATE_LINK,	   /* by the link, or in the dark */
	FATE_OLD,	   /* staged for 10 s, and no session came */
	FATE_WITH_KERNEL,  /* staged in a kernel that was rebooted */
	FATE_REBOOTED,	   /* sent on a session that went with the peer's kernel */
	FATE_EXPIRED,	   /* came after the session's 180 s */
	FATE_UNCONFIRMED,  /* initiated; the peer had heard nothing on it for 15 s */
	FATE_STEPPED_DOWN, /* the peer spoke higher before it confirmed this one, then heard nothing */
	FATE_EVICTED,	   /* initiated; the peer had no room for it, and nothing heard on it */
	FATE_LATE,	   /* no packet: the answer to a keepalive that came too late */
	FATES
};

#define FATE_END_REBOOT 0xff /* in place of a reason of rank.h */

void fate_set(uint32_t app, enum fate fate);
/* The keys of a session are gone, for a reason of enum keyway_reason. */
void fate_bury(const struct kernel *k, const struct model_session *s, uint32_t reason);
/* A frame came that nobody has the key of. */
void fate_judge(const struct kernel *k, const struct packet *f);

/* All of these were delivered, or the world is at fault. */
void fate_check(uint32_t from, uint32_t to);
/* The world ends: adds it to the sums. */
void fate_add(void);
void fate_print(void);

#endif
