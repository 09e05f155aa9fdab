/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * What protocol.md says of a peer's sessions: which one sends, which goes for
 * room, when one ends at the latest. Called by the kernel model.
 */
#ifndef SIM_SESSION_H
#define SIM_SESSION_H

struct model_peer;
struct model_session;

/* One carries what the kernel chooses a session for. */
void session_choice(const struct model_session *s);
/* One goes for room. */
void session_evicted(const struct model_session *s);
/* At any time. */
void session_lives(const struct model_peer *p);

#endif
