/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A RESP from an address that no INIT was sent to. Who hears the wire can copy
 * one and be here first with an address of his own, so it waits for one from
 * where INIT went, and is read only if none came: then the far end answers
 * from another address. One of each peer; called by initiator.c. Loop thread.
 */
#ifndef KEYWAYD_STRAY_H
#define KEYWAYD_STRAY_H

#include <stdint.h>

#include "libkwnl/kwnl_event.h"

struct loop;
struct stray;

/* due: c as it was kept, for the try of token; borrowed until it returns. */
struct stray *stray_create(struct loop *loop,
			   void (*due)(void *arg, uint64_t token, const struct kwnl_control *c),
			   void *arg);
void stray_destroy(struct stray *s);

/* Copies it. The first one stays until it is due, others are dropped. */
void stray_keep(struct stray *s, uint64_t token, const struct kwnl_control *c);
/* Forgets it. */
void stray_stop(struct stray *s);

#endif
