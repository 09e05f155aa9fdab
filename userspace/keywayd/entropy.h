/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The one place that randomness enters keywayd's engines: ephemeral keys,
 * nonces, secrets, jitter. entropy.c asks the kernel; the simulator links a
 * seeded one, so that every schedule can be replayed. Any thread.
 */
#ifndef KEYWAYD_ENTROPY_H
#define KEYWAYD_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

/* n random bytes. Aborts if the kernel has none to give. */
void entropy_fill(void *out, size_t n);
/* A number in 0 … below - 1, near enough to uniform for jitter. */
uint32_t entropy_below(uint32_t below);

#endif
