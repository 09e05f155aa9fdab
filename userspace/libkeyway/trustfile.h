/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The trust store as the text that people edit: [Peer] sections and nothing
 * else, with the keys and comments of a device's configuration. Reads, writes
 * one entry, and finds an entry's section, so that a tool can add, cut or
 * replace it and leave all else as it was written. Pure; the file is
 * keywayd's.
 */
#ifndef KW_TRUSTFILE_H
#define KW_TRUSTFILE_H

#include "trust.h"
#include "types.h"

#define KW_TRUSTFILE_LINE 2048 /* bytes; a longer line is refused */
#define KW_TRUSTFILE_ENTRY 4608 /* room for any entry formatted, NUL included */

/*
 * A whole file, entries of local origin, into t. Errors are those of
 * kw_trust_add and kw_trust_parse_field, with the line in err; t then holds
 * what came before.
 */
int KW_MUST kw_trustfile_parse(struct kw_trust *t, struct kw_slice text,
			       struct kw_trust_error *err);
/* One section and NUL; returns its length or -EMSGSIZE. */
int KW_MUST kw_trustfile_format(const struct kw_trust_entry *e, char *out, size_t size);
/*
 * Where the section of val lies in text, with the comment lines right above it,
 * up to those of the next section. -ENOENT.
 */
int KW_MUST kw_trustfile_find(struct kw_slice text, const struct kw_hash *val,
			      struct kw_slice *section);

#endif
