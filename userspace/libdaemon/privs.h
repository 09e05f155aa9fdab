/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What a daemon gives away before it hears the network: core dumps, being
 * traced, new privileges, all capabilities but those named. Called once by
 * main, after everything that needs more has been opened.
 */
#ifndef KW_PRIVS_H
#define KW_PRIVS_H

#include <stdint.h>
#include <sys/types.h>

/* No core, not dumpable, no_new_privs. Negative errno. */
int privs_start(void) __attribute__((warn_unused_result));
/*
 * As root: goes on as this user, with the permitted capabilities kept until
 * privs_drop(), no supplementary groups. Before threads.
 */
int privs_become(uid_t uid, gid_t gid) __attribute__((warn_unused_result));
/*
 * Keeps the capabilities whose bits (1 << CAP_…) are in keep, in all threads
 * made later; drops the rest from every set and the bounding set.
 */
int privs_drop(uint64_t keep) __attribute__((warn_unused_result));

#endif
