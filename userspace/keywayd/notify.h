/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What systemd wants to hear of a service (sd_notify(3)): ready, stopping, and
 * that the loop still turns. Nothing happens when it didn't start us.
 */
#ifndef KEYWAYD_NOTIFY_H
#define KEYWAYD_NOTIFY_H

struct loop;
struct notify;

/* Takes NOTIFY_SOCKET and WATCHDOG_USEC from the environment. */
struct notify *notify_create(struct loop *loop);
void notify_destroy(struct notify *n); /* says that we are stopping */
void notify_ready(struct notify *n);

#endif
