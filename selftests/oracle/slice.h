/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#ifndef ORACLE_SLICE_H
#define ORACLE_SLICE_H
/*
 * Cuts a captured Ethernet frame into the UDP datagrams that a wire would have
 * carried: a train shows up as one frame with its segment size beside it.
 */
#include <stddef.h>
#include <stdint.h>

/*
 * Calls @fn for each UDP payload in @frame; @gso_size is the segment size of a
 * UDP train, 0 for a single datagram. Returns how many there were; 0 for what
 * isn't UDP, is a later IP fragment, or is cut short.
 */
int slice_frame(const uint8_t *frame, size_t len, size_t gso_size,
		void (*fn)(void *arg, const uint8_t *payload, size_t len), void *arg);

#endif
