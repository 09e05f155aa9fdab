/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
#ifndef KSHIM_BYTEORDER_H
#define KSHIM_BYTEORDER_H

#include_next <asm/byteorder.h>

#define cpu_to_be16(x)	__cpu_to_be16(x)
#define cpu_to_be32(x)	__cpu_to_be32(x)
#define be64_to_cpu(x)	__be64_to_cpu(x)
#define cpu_to_be64(x)	__cpu_to_be64(x)

#endif
