// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Trust files: what is read is written again to the same entries, and each
 * entry's section, cut out, is read alone.
 */
#include <stdlib.h>
#include <string.h>

#include "libkeyway/keyway.h"

static struct kw_trust_entry room[16], alone[1];

static void same(const struct kw_trust_entry *a, const struct kw_trust_entry *b)
{
	if (memcmp(&a->fp, &b->fp, sizeof(a->fp)) || strcmp(a->name, b->name) ||
	    strcmp(a->endpoint, b->endpoint) || a->prefixes != b->prefixes ||
	    memcmp(a->prefix, b->prefix, a->prefixes * sizeof(a->prefix[0])) ||
	    a->keepalive != b->keepalive || a->flags != b->flags || a->expires != b->expires)
		abort();
}

static void read_alone(struct kw_slice text, const struct kw_trust_entry *e)
{
	struct kw_trust_error err;
	struct kw_trust t;

	kw_trust_create(&t, alone, 1);
	if (kw_trustfile_parse(&t, text, &err) || t.n != 1)
		abort();
	same(&t.entry[0], e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct kw_slice text = KW_BYTES(p, n), section;
	char out[KW_TRUSTFILE_ENTRY];
	struct kw_trust_error err;
	struct kw_trust t;
	size_t i;
	int len;

	if (kw_crypto_init())
		abort();
	kw_trust_create(&t, room, 16);
	if (kw_trustfile_parse(&t, text, &err)) {
		if (!err.text[0] || !err.line)
			abort();
		return 0;
	}
	for (i = 0; i < t.n; i++) {
		len = kw_trustfile_format(&t.entry[i], out, sizeof(out));
		if (len < 0)
			abort();
		read_alone(KW_BYTES(out, len), &t.entry[i]);
		if (kw_trustfile_find(text, &t.entry[i].fp.val, &section))
			abort();
		read_alone(section, &t.entry[i]);
	}
	return 0;
}
