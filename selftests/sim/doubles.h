/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What node.c needs to make the stand-ins of doubles.c.
 */
#ifndef SIM_DOUBLES_H
#define SIM_DOUBLES_H

#include "pathmgr.h"
#include "world.h"

struct pathmgr *doubles_pathmgr_create(void);
/* The configured endpoint. */
void doubles_pathmgr_set(struct pathmgr *p, const struct kw_addr *peer,
			 const struct kwnl_endpoint *at);

#endif
