/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * JSON forms of what libkeyway and libkwnl hand out (jansson): addresses,
 * endpoints, prefixes, fingerprints; and one request line taken in with limits.
 * Each maker gives a new reference. Used by keywayd's control socket and by keyway.
 */
#ifndef KW_JSON_H
#define KW_JSON_H

#include <jansson.h>

#include "libkeyway/trust.h"
#include "libkeyway/types.h"

#define JSON_LINE_MAX 65536

/* An object from one line: no duplicates, depth limited by jansson. NULL, why. */
json_t *json_read_line(const char *text, size_t size, char why[160]);
/* Compact with a newline, to be freed; *size without NUL. */
char *json_write_line(const json_t *value, size_t *size);

json_t *json_address(const struct kw_addr *a);
/* "1.2.3.4:5", "[2001:db8::1]:5". */
json_t *json_endpoint(const struct kw_addr *a, uint16_t port);
json_t *json_prefix(const struct kw_prefix *p);
json_t *json_fingerprint(const struct kw_fingerprint *fp);
/* origin: "config" or "trust". */
json_t *json_trust_entry(const struct kw_trust_entry *e, const char *origin);

#endif
