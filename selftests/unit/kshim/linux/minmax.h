/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#ifndef KSHIM_MINMAX_H
#define KSHIM_MINMAX_H

#define min_t(type, a, b) ({ type min_a = (a), min_b = (b); min_a < min_b ? min_a : min_b; })
#define max_t(type, a, b) ({ type max_a = (a), max_b = (b); max_a > max_b ? max_a : max_b; })
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define min(a, b) min_t(__typeof__((a) + (b)), a, b)
#define max(a, b) max_t(__typeof__((a) + (b)), a, b)

#endif
