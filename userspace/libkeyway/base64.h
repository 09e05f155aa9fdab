/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Base64 (RFC 4648) in both alphabets, strict: one encoding per value. The
 * URL alphabet goes without padding (ni URIs), the standard one with it (PEM,
 * JSON forms). Pure; called by fingerprint, identity and the JSON codec.
 */
#ifndef KW_BASE64_H
#define KW_BASE64_H

#include "types.h"

enum kw_base64_form {
	KW_BASE64_STANDARD, /* + / and padding */
	KW_BASE64_URL,	    /* - _ and no padding */
};

/* Room for n bytes encoded, padding and NUL included. */
#define KW_BASE64_ROOM(n) (((n) + 2) / 3 * 4 + 1)

/* Writes text and NUL; returns its length or -EMSGSIZE. */
int KW_MUST kw_base64_format(enum kw_base64_form form, struct kw_slice in, char *out, size_t size);
/*
 * Returns the bytes written. -EILSEQ: padding where none belongs or missing
 * where it does; -EBADMSG: spare bits not zero; -EINVAL: another character or
 * length; -EMSGSIZE: no room.
 */
int KW_MUST kw_base64_parse(enum kw_base64_form form, struct kw_slice text, uint8_t *out,
			    size_t size);

#endif
