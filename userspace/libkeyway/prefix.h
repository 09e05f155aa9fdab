/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Prefixes as people write them, and what may never be granted to a peer:
 * key addresses (2001:2f::/32), loopback, link-local, multicast, broadcast and
 * the unspecified address. A wider prefix may be granted, 0.0.0.0/0 for one;
 * the reserved ranges inside it stay excluded. Pure.
 */
#ifndef KW_PREFIX_H
#define KW_PREFIX_H

#include "types.h"

#define KW_PREFIX_TEXT 50 /* room for any prefix formatted, NUL included */

/* "10.1.0.0/16", "2001:db8::/32" or a bare address; host bits are cleared. */
int KW_MUST kw_prefix_parse(const char *text, struct kw_prefix *p);
/* Writes text and NUL; returns its length or -EMSGSIZE. */
int KW_MUST kw_prefix_format(const struct kw_prefix *p, char *out, size_t size);
/* ::/0 holds no IPv4 address: a v4-mapped one needs a v4-mapped prefix. */
bool KW_MUST kw_prefix_contains(const struct kw_prefix *p, const struct kw_addr *a);
/* Never granted, whatever prefix it lies in. */
bool KW_MUST kw_prefix_reserved(const struct kw_addr *a);
/* -EINVAL: lies wholly inside a reserved range, or len above 128. */
int KW_MUST kw_prefix_check(const struct kw_prefix *p);

#endif
