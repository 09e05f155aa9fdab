/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Record sets as people and directories exchange them: a JSON object, or a
 * list of key=value texts for DNS TXT (protocol.md, Record set). Both are made
 * from the binary form and give it back byte for byte, so the caller verifies
 * only that. For directories; so far its tests alone call it.
 */
#ifndef KW_RECORDFORM_H
#define KW_RECORDFORM_H

#include <jansson.h>

#include "libkeyway/base64.h"
#include "libkeyway/record.h"

/* Longest "key=value" read: a blob in base64 and its key. */
#define RECORDFORM_TEXT_MAX (KW_BASE64_ROOM(KW_RECORD_BLOB_MAX) + 16)

/* What a form held; to be freed by recordform_destroy. */
struct recordform {
	uint8_t set[KW_RECORD_MAX]; /* not verified yet */
	size_t set_size;
	uint8_t *blob; /* NULL: none; to be held against the set's hash */
	size_t blob_size;
};

void recordform_destroy(struct recordform *form);

/* A new reference. The set has been verified; blob may be empty (p NULL). */
json_t *recordform_write_json(const struct kw_record *set, struct kw_slice sig,
			      struct kw_slice blob);
/* An array of texts in the order of a TXT answer; a new reference. */
json_t *recordform_write_txt(const struct kw_record *set, struct kw_slice sig,
			     struct kw_slice blob);
/*
 * -EPROTONOSUPPORT: another version; -EINVAL: a name or a value that no
 * version 1 set has; -EMSGSIZE: too long. On an error there's nothing to
 * destroy.
 */
int KW_MUST recordform_read_json(const json_t *in, struct recordform *out);
int KW_MUST recordform_read_txt(const json_t *texts, struct recordform *out);

#endif
