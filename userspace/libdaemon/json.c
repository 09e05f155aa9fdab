// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * JSON forms of libkeyway's objects. Owns nothing: each value is a new
 * reference of the caller's. Called by keywayd's control socket and by keyway.
 */
#include "json.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libkeyway/prefix.h"
#include "alloc.h"

json_t *json_read_line(const char *text, size_t size, char why[160])
{
	json_error_t err;
	json_t *value;

	if (size > JSON_LINE_MAX) {
		snprintf(why, 160, "the line is longer than %d bytes", JSON_LINE_MAX);
		return NULL;
	}
	value = json_loadb(text, size, JSON_REJECT_DUPLICATES, &err);
	if (!value) {
		snprintf(why, 160, "%.120s at byte %d", err.text, err.position);
		return NULL;
	}
	if (!json_is_object(value)) {
		json_decref(value);
		snprintf(why, 160, "it is no object");
		return NULL;
	}
	return value;
}

char *json_write_line(const json_t *value, size_t *size)
{
	char *text = json_dumps(value, JSON_COMPACT);
	char *line;

	if (!text)
		abort();
	line = alloc_format("%s\n", text);
	free(text);
	*size = strlen(line);
	return line;
}

static bool json_mapped(const struct kw_addr *a)
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->b, head, sizeof(head));
}

static void json_address_text(const struct kw_addr *a, char out[INET6_ADDRSTRLEN])
{
	if (json_mapped(a))
		inet_ntop(AF_INET, a->b + 12, out, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, a->b, out, INET6_ADDRSTRLEN);
}

json_t *json_address(const struct kw_addr *a)
{
	char text[INET6_ADDRSTRLEN];

	json_address_text(a, text);
	return json_string(text);
}

json_t *json_endpoint(const struct kw_addr *a, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	json_address_text(a, text);
	return json_mapped(a) ? json_sprintf("%s:%u", text, port) :
				json_sprintf("[%s]:%u", text, port);
}

json_t *json_prefix(const struct kw_prefix *p)
{
	char text[64];

	if (kw_prefix_format(p, text, sizeof(text)) < 0)
		return json_null();
	return json_string(text);
}

json_t *json_fingerprint(const struct kw_fingerprint *fp)
{
	char text[KW_FINGERPRINT_TEXT];

	if (kw_fingerprint_format(fp, text, sizeof(text)) < 0)
		return json_null();
	return json_string(text);
}

json_t *json_trust_entry(const struct kw_trust_entry *e, const char *origin)
{
	json_t *allowed = json_array();
	size_t i;

	for (i = 0; i < e->prefixes; i++)
		json_array_append_new(allowed, json_prefix(&e->prefix[i]));
	return json_pack("{so ss so ss so sb sb si ss}", "fingerprint",
			 json_fingerprint(&e->fp), "name", e->name, "address",
			 json_address(&e->addr), "endpoint", e->endpoint, "allowed", allowed,
			 "transit", !!(e->flags & KW_TRUST_TRANSIT), "deny",
			 !!(e->flags & KW_TRUST_DENY), "keepalive", (int)e->keepalive, "origin",
			 origin);
}
