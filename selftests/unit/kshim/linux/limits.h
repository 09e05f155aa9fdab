/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#ifndef KSHIM_LIMITS_H
#define KSHIM_LIMITS_H

#include_next <linux/limits.h>

#define U8_MAX	((u8)~0U)
#define U32_MAX	((u32)~0U)
#define U64_MAX	((u64)~0ULL)

#endif
