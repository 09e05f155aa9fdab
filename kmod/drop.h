/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The ways to lose a packet. The list itself is enum keyway_drop of the uapi
 * header, because user space shows it; this file gives it the value that
 * means success and its size. The steps of tx.c and rx.c return an int that
 * is 0 or one of these, never an errno, and their conductor counts and frees.
 */
#ifndef KW_DROP_H
#define KW_DROP_H

#include <uapi/linux/keyway.h>

#define KW_DROP_NONE	0
#define KW_DROP_COUNT	(KEYWAY_DROP_MAX + 1)	/* size of an array by reason */

#endif
