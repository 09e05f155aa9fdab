/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The kernel's short type names over the ones that user space has, and the
 * annotations of sparse as nothing. All that headers of level 0 need.
 */
#ifndef KSHIM_TYPES_H
#define KSHIM_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
/* as the kernel's: unsigned long long on every machine */
typedef __u64 u64;
typedef __s64 s64;

#define __must_check	__attribute__((warn_unused_result))
#define __packed	__attribute__((packed))
#define __aligned(n)	__attribute__((aligned(n)))
#define __rcu
#define __percpu

struct rcu_head {
	void *unused;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#endif
