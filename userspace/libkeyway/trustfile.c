// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Text of the trust store, line by line: one reader cuts lines into section
 * headers and key-value pairs for the two who need them. Owns nothing; called
 * by keywayd's trustlist.c.
 */
#include "trustfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "line.h"

#define TRUSTFILE_ROW 16 /* prefixes written in one line */

enum trustfile_kind {
	TRUSTFILE_BLANK,
	TRUSTFILE_COMMENT,
	TRUSTFILE_SECTION, /* key is its name */
	TRUSTFILE_FIELD,
	TRUSTFILE_BAD, /* key says why */
	TRUSTFILE_END,
};

struct trustfile_reader {
	struct kw_slice text;
	size_t at;    /* of the next line */
	size_t start; /* of this one */
	uint32_t line;
	const char *key, *value;
	char buf[KW_TRUSTFILE_LINE];
};

static enum trustfile_kind trustfile_bad(struct trustfile_reader *r, const char *why)
{
	r->key = why;
	return TRUSTFILE_BAD;
}

/* Copies the next line, without its end, into buf. */
static bool trustfile_copy(struct trustfile_reader *r)
{
	const uint8_t *p = r->text.p + r->at;
	const uint8_t *end = memchr(p, '\n', r->text.n - r->at);
	size_t n = end ? (size_t)(end - p) : r->text.n - r->at;

	r->start = r->at;
	r->at += n + (end ? 1 : 0);
	r->line++;
	if (n >= sizeof(r->buf) || memchr(p, '\0', n))
		return false;
	memcpy(r->buf, p, n);
	r->buf[n] = '\0';
	return true;
}

static enum trustfile_kind trustfile_next(struct trustfile_reader *r)
{
	char *text, *value;
	bool said;

	if (r->at >= r->text.n)
		return TRUSTFILE_END;
	if (!trustfile_copy(r))
		return trustfile_bad(r, "line too long, or with a zero byte - is this a text file?");
	said = *kw_line_trim(r->buf);
	kw_line_uncomment(r->buf);
	text = kw_line_trim(r->buf);
	r->key = text;
	if (!*text)
		return said ? TRUSTFILE_COMMENT : TRUSTFILE_BLANK;
	if (*text == '[') {
		r->key = text + 1;
		value = text + strlen(text) - 1;
		if (*value != ']')
			return trustfile_bad(r, "section refused - its ']' must end the line");
		*value = '\0';
		return TRUSTFILE_SECTION;
	}
	value = strchr(text, '=');
	if (!value)
		return trustfile_bad(r, "neither [Peer] nor Key = value");
	*value = '\0';
	r->key = kw_line_trim(text);
	r->value = kw_line_trim(value + 1);
	return TRUSTFILE_FIELD;
}

static int __attribute__((format(printf, 3, 4)))
trustfile_refuse(struct kw_trust_error *err, uint32_t line, const char *format, ...)
{
	va_list ap;

	err->line = line;
	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	return -EINVAL;
}

/* Ends the section that e was read from. */
static int trustfile_close(struct kw_trust *t, const struct kw_trust_entry *e,
			   struct kw_trust_error *err)
{
	int ret;

	if (!e->line)
		return 0;
	if (!e->addr.b[0])
		return trustfile_refuse(err, e->line, "[Peer] without Fingerprint - add one");
	ret = kw_trust_add(t, e);
	switch (ret) {
	case 0:
		return 0;
	case -EEXIST:
		trustfile_refuse(err, e->line, "peer is here twice - the other one is in line %u",
				 kw_trust_lookup(t, &e->fp.val)->line);
		return ret;
	case -EADDRINUSE:
		trustfile_refuse(err, e->line, "another key has the same address - line %u",
				 kw_trust_lookup_addr(t, &e->addr)->line);
		return ret;
	default:
		trustfile_refuse(err, e->line, "too many peers - %zu at most", t->max);
		return ret;
	}
}

/* One line into t or into e, the entry of the section being read. */
static int trustfile_line(struct kw_trust *t, const struct trustfile_reader *r,
			  enum trustfile_kind kind, struct kw_trust_entry *e,
			  struct kw_trust_error *err)
{
	int ret;

	switch (kind) {
	case TRUSTFILE_BAD:
		return trustfile_refuse(err, r->line, "%s", r->key);
	case TRUSTFILE_SECTION:
		if (strcasecmp(r->key, "Peer"))
			return trustfile_refuse(err, r->line, "[%.40s] refused - only [Peer] "
						"sections belong here", r->key);
		ret = trustfile_close(t, e, err);
		memset(e, 0, sizeof(*e));
		e->line = r->line;
		return ret;
	case TRUSTFILE_FIELD:
		if (!e->line)
			return trustfile_refuse(err, r->line, "key before any section - start "
						"with [Peer]");
		err->line = r->line;
		return kw_trust_parse_field(e, r->key, r->value, err);
	default:
		return 0;
	}
}

int kw_trustfile_parse(struct kw_trust *t, struct kw_slice text, struct kw_trust_error *err)
{
	struct trustfile_reader r = { .text = text };
	struct kw_trust_entry e = { 0 };
	enum trustfile_kind kind;
	int ret;

	memset(err, 0, sizeof(*err));
	for (;;) {
		kind = trustfile_next(&r);
		if (kind == TRUSTFILE_END)
			return trustfile_close(t, &e, err);
		ret = trustfile_line(t, &r, kind, &e, err);
		if (ret)
			return ret;
	}
}

/* snprintf onto the end; len sticks at size once it didn't fit. */
static void __attribute__((format(printf, 4, 5)))
trustfile_print(char *out, size_t size, size_t *len, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(out + *len, size - *len, format, ap);
	va_end(ap);
	*len = n < 0 || (size_t)n >= size - *len ? size : *len + n;
}

static void trustfile_print_prefixes(const struct kw_trust_entry *e, char *out, size_t size,
				     size_t *len)
{
	char text[KW_PREFIX_TEXT];
	size_t i;

	for (i = 0; i < e->prefixes; i++) {
		if (kw_prefix_format(&e->prefix[i], text, sizeof(text)) < 0)
			continue;
		trustfile_print(out, size, len, "%s%s", i % TRUSTFILE_ROW ? ", " :
				i ? "\nAllowedIPs = " : "AllowedIPs = ", text);
	}
	if (i)
		trustfile_print(out, size, len, "\n");
}

int kw_trustfile_format(const struct kw_trust_entry *e, char *out, size_t size)
{
	char text[KW_FINGERPRINT_TEXT];
	size_t len = 0;
	int ret;

	ret = kw_fingerprint_format(&e->fp, text, sizeof(text));
	if (ret < 0)
		return ret;
	trustfile_print(out, size, &len, "[Peer]\n");
	if (e->name[0])
		trustfile_print(out, size, &len, "Name = %s\n", e->name);
	trustfile_print(out, size, &len, "Fingerprint = %s\n", text);
	if (e->endpoint[0])
		trustfile_print(out, size, &len, "Endpoint = %s\n", e->endpoint);
	trustfile_print_prefixes(e, out, size, &len);
	if (e->keepalive || kw_trust_says(e, "PersistentKeepalive"))
		trustfile_print(out, size, &len, "PersistentKeepalive = %u\n", e->keepalive);
	if (e->flags & KW_TRUST_TRANSIT)
		trustfile_print(out, size, &len, "Transit = yes\n");
	if (e->flags & KW_TRUST_DENY)
		trustfile_print(out, size, &len, "Deny = yes\n");
	kw_trust_format_expires(e, text);
	if (e->expires)
		trustfile_print(out, size, &len, "Expires = %s\n", text);
	return len == size ? -EMSGSIZE : (int)len;
}

static bool trustfile_names(const struct trustfile_reader *r, const struct kw_hash *val)
{
	struct kw_fingerprint fp;

	return !strcasecmp(r->key, "Fingerprint") && !kw_fingerprint_parse(r->value, &fp) &&
	       !memcmp(&fp.val, val, sizeof(*val));
}

int kw_trustfile_find(struct kw_slice text, const struct kw_hash *val, struct kw_slice *section)
{
	struct trustfile_reader r = { .text = text };
	size_t start = 0, lead = 0;
	enum trustfile_kind kind;
	bool comment = false, found = false;

	while ((kind = trustfile_next(&r)) != TRUSTFILE_END) {
		/* comments right above a header go with it */
		if (!comment)
			lead = r.start;
		comment = kind == TRUSTFILE_COMMENT;
		if (kind == TRUSTFILE_SECTION && found)
			break;
		if (kind == TRUSTFILE_SECTION)
			start = lead;
		if (kind == TRUSTFILE_FIELD && trustfile_names(&r, val))
			found = true;
	}
	if (!found)
		return -ENOENT;
	*section = KW_BYTES(text.p + start, (kind == TRUSTFILE_END ? text.n : lead) - start);
	return 0;
}
