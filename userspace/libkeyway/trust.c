// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * The trust table with its two indexes (VAL and key address; the buckets lie
 * in the entries themselves), and the keys that a [Peer] section may have.
 * Owns nothing but what the table's creator lent; one thread at a time.
 */
#include "trust.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define TRUST_LINE 2048 /* bytes; a longer line is refused */

enum trust_index {
	TRUST_BY_VAL,
	TRUST_BY_ADDR,
};

void kw_trust_create(struct kw_trust *t, struct kw_trust_entry *room, size_t max)
{
	size_t i;

	t->entry = room;
	t->n = 0;
	t->max = max;
	for (i = 0; i < max; i++)
		memset(room[i].link, 0, sizeof(room[i].link));
}

/* Both keys are outputs of a hash: any four of their bytes spread well. */
static struct kw_trust_link *trust_bucket(const struct kw_trust *t, enum trust_index by,
					  const uint8_t *key)
{
	const uint8_t *p = by == TRUST_BY_VAL ? key : key + 8;
	uint32_t v = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];

	return &t->entry[v % t->max].link[by];
}

static const uint8_t *trust_key(const struct kw_trust_entry *e, enum trust_index by)
{
	return by == TRUST_BY_VAL ? e->fp.val.b : e->addr.b;
}

static void trust_link(struct kw_trust *t, enum trust_index by, struct kw_trust_entry *e)
{
	struct kw_trust_link *b = trust_bucket(t, by, trust_key(e, by));

	e->link[by].next = b->head;
	b->head = e - t->entry + 1;
}

static void trust_unlink(struct kw_trust *t, enum trust_index by, struct kw_trust_entry *e)
{
	uint32_t *at = &trust_bucket(t, by, trust_key(e, by))->head;
	uint32_t number = e - t->entry + 1;

	while (*at != number)
		at = &t->entry[*at - 1].link[by].next;
	*at = e->link[by].next;
}

static struct kw_trust_entry *trust_find(const struct kw_trust *t, enum trust_index by,
					 const uint8_t *key)
{
	size_t size = by == TRUST_BY_VAL ? sizeof(struct kw_hash) : sizeof(struct kw_addr);
	uint32_t at;

	if (!t->n)
		return NULL;
	for (at = trust_bucket(t, by, key)->head; at; at = t->entry[at - 1].link[by].next) {
		if (!memcmp(trust_key(&t->entry[at - 1], by), key, size))
			return &t->entry[at - 1];
	}
	return NULL;
}

const struct kw_trust_entry *kw_trust_lookup(const struct kw_trust *t, const struct kw_hash *val)
{
	return trust_find(t, TRUST_BY_VAL, val->b);
}

const struct kw_trust_entry *kw_trust_lookup_id(const struct kw_trust *t, const struct kw_key *id)
{
	struct kw_hash val;

	kw_fingerprint_compute(id, &val);
	return kw_trust_lookup(t, &val);
}

const struct kw_trust_entry *kw_trust_lookup_addr(const struct kw_trust *t,
						  const struct kw_addr *addr)
{
	return trust_find(t, TRUST_BY_ADDR, addr->b);
}

/* Puts e at place i, whose bucket heads stay. */
static void trust_place(struct kw_trust *t, size_t i, const struct kw_trust_entry *e)
{
	struct kw_trust_entry *to = &t->entry[i];
	uint32_t val = to->link[TRUST_BY_VAL].head, addr = to->link[TRUST_BY_ADDR].head;

	*to = *e;
	to->link[TRUST_BY_VAL].head = val;
	to->link[TRUST_BY_ADDR].head = addr;
	trust_link(t, TRUST_BY_VAL, to);
	trust_link(t, TRUST_BY_ADDR, to);
}

int kw_trust_add(struct kw_trust *t, const struct kw_trust_entry *e)
{
	struct kw_trust_entry own = *e;
	size_t i;

	kw_fingerprint_address(&own.fp.val, &own.addr);
	if (e->prefixes > KW_TRUST_PREFIXES)
		return -EINVAL;
	for (i = 0; i < e->prefixes; i++) {
		if (kw_prefix_check(&e->prefix[i]))
			return -EINVAL;
	}
	if (kw_trust_lookup(t, &own.fp.val))
		return -EEXIST;
	if (kw_trust_lookup_addr(t, &own.addr))
		return -EADDRINUSE;
	if (t->n == t->max)
		return -ENOSPC;
	trust_place(t, t->n++, &own);
	return 0;
}

int kw_trust_del(struct kw_trust *t, const struct kw_hash *val)
{
	struct kw_trust_entry *e = trust_find(t, TRUST_BY_VAL, val->b);
	struct kw_trust_entry *last;

	if (!e)
		return -ENOENT;
	last = &t->entry[t->n - 1];
	trust_unlink(t, TRUST_BY_VAL, e);
	trust_unlink(t, TRUST_BY_ADDR, e);
	if (e != last) {
		trust_unlink(t, TRUST_BY_VAL, last);
		trust_unlink(t, TRUST_BY_ADDR, last);
		trust_place(t, e - t->entry, last);
	}
	t->n--;
	return 0;
}

int kw_trust_merge(struct kw_trust *t, const struct kw_trust *from)
{
	size_t i;
	int ret;

	for (i = 0; i < from->n; i++) {
		ret = kw_trust_add(t, &from->entry[i]);
		if (ret && ret != -EEXIST)
			return ret;
	}
	return 0;
}

int kw_trust_check(const struct kw_trust_entry *e, const struct kw_time *t)
{
	if (!e || e->flags & KW_TRUST_DENY)
		return -EACCES;
	return e->expires && e->expires < t->sec ? -EKEYEXPIRED : 0;
}

bool kw_trust_allows(const struct kw_trust_entry *e, const struct kw_addr *a)
{
	size_t i;

	if (!memcmp(&e->addr, a, sizeof(*a)))
		return true;
	if (kw_prefix_reserved(a))
		return false;
	if (e->flags & KW_TRUST_TRANSIT)
		return true;
	for (i = 0; i < e->prefixes; i++) {
		if (kw_prefix_contains(&e->prefix[i], a))
			return true;
	}
	return false;
}

static int __attribute__((format(printf, 2, 3)))
trust_refuse(struct kw_trust_error *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	return -EINVAL;
}

static int trust_parse_fingerprint(struct kw_trust_entry *e, const char *value,
				   struct kw_trust_error *err)
{
	int ret;

	ret = kw_fingerprint_parse(value, &e->fp);
	if (ret)
		return trust_refuse(err, "bad Fingerprint - %s", kw_fingerprint_strerror(ret));
	kw_fingerprint_address(&e->fp.val, &e->addr);
	return 0;
}

static int trust_parse_name(struct kw_trust_entry *e, const char *value,
			    struct kw_trust_error *err)
{
	size_t i, n = strlen(value);

	if (!n || n >= sizeof(e->name))
		return trust_refuse(err, "bad Name - it needs 1 to %zu characters",
				    sizeof(e->name) - 1);
	for (i = 0; i < n; i++) {
		if (!isalnum((unsigned char)value[i]) && !strchr("._-@+", value[i]))
			return trust_refuse(err, "bad Name - only letters, digits and . _ - @ +");
	}
	memcpy(e->name, value, n + 1);
	return 0;
}

static int trust_parse_endpoint(struct kw_trust_entry *e, const char *value,
				struct kw_trust_error *err)
{
	const char *bracket = strrchr(value, ']');
	const char *colon = strchr(bracket ? bracket : value, ':');

	/* a name or address as in a fingerprint, but with its port */
	if (!colon || strlen(value) >= sizeof(e->endpoint) ||
	    kw_fingerprint_check_authority(value))
		return trust_refuse(err, "bad Endpoint - write HOST:PORT or [IPV6]:PORT");
	strcpy(e->endpoint, value);
	return 0;
}

static int trust_parse_one_prefix(struct kw_trust_entry *e, const char *text,
				  struct kw_trust_error *err)
{
	struct kw_prefix p;

	if (kw_prefix_parse(text, &p))
		return trust_refuse(err, "bad AllowedIPs - '%.50s' is no address or prefix", text);
	if (kw_prefix_check(&p))
		return trust_refuse(err, "bad AllowedIPs - %.50s can't be granted (key address, "
				    "loopback, link-local, multicast)", text);
	if (e->prefixes == KW_TRUST_PREFIXES)
		return trust_refuse(err, "too many AllowedIPs - %d at most per peer - join them "
				    "into wider ones", KW_TRUST_PREFIXES);
	e->prefix[e->prefixes++] = p;
	return 0;
}

static int trust_parse_allowed(struct kw_trust_entry *e, const char *value,
			       struct kw_trust_error *err)
{
	char text[TRUST_LINE], *item, *save;
	int ret;

	if (strlen(value) >= sizeof(text))
		return trust_refuse(err, "bad AllowedIPs - too long");
	strcpy(text, value);
	for (item = strtok_r(text, ", \t", &save); item; item = strtok_r(NULL, ", \t", &save)) {
		ret = trust_parse_one_prefix(e, item, err);
		if (ret)
			return ret;
	}
	return 0;
}

static int trust_parse_keepalive(struct kw_trust_entry *e, const char *value,
				 struct kw_trust_error *err)
{
	unsigned long v;
	char *end;

	if (!strcasecmp(value, "off"))
		value = "0";
	v = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || v > UINT16_MAX)
		return trust_refuse(err, "bad PersistentKeepalive - off or 0 to 65535 seconds");
	e->keepalive = v;
	return 0;
}

static int trust_parse_flag(struct kw_trust_entry *e, const char *value, uint32_t flag)
{
	if (!strcasecmp(value, "yes") || !strcasecmp(value, "true"))
		e->flags |= flag;
	else if (!strcasecmp(value, "no") || !strcasecmp(value, "false"))
		e->flags &= ~flag;
	else
		return -EINVAL;
	return 0;
}

static int trust_parse_transit(struct kw_trust_entry *e, const char *value,
			       struct kw_trust_error *err)
{
	if (trust_parse_flag(e, value, KW_TRUST_TRANSIT))
		return trust_refuse(err, "bad Transit - yes or no");
	return 0;
}

static int trust_parse_deny(struct kw_trust_entry *e, const char *value,
			    struct kw_trust_error *err)
{
	if (trust_parse_flag(e, value, KW_TRUST_DENY))
		return trust_refuse(err, "bad Deny - yes or no");
	return 0;
}

void kw_trust_format_expires(const struct kw_trust_entry *e, char out[24])
{
	time_t t = e->expires;
	struct tm tm;

	if (!t || !gmtime_r(&t, &tm) || !strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm))
		strcpy(out, "never");
}

static int trust_parse_expires(struct kw_trust_entry *e, const char *value,
			       struct kw_trust_error *err)
{
	struct tm tm = { 0 };
	char again[24];
	time_t t = 0;

	if (strptime(value, "%Y-%m-%dT%H:%M:%SZ", &tm))
		t = timegm(&tm);
	e->expires = t > 0 ? t : 0;
	/* what strptime lets pass beside the one spelling doesn't come back equal */
	kw_trust_format_expires(e, again);
	if (!strcmp(again, value))
		return 0;
	return trust_refuse(err, "bad Expires - never, or as 2026-01-02T03:04:05Z");
}

static const struct trust_field {
	const char *key;
	int (*parse)(struct kw_trust_entry *e, const char *value, struct kw_trust_error *err);
	bool adds;
} trust_fields[] = {
	{ "Fingerprint", trust_parse_fingerprint, false },
	{ "Name", trust_parse_name, false },
	{ "Endpoint", trust_parse_endpoint, false },
	{ "AllowedIPs", trust_parse_allowed, true },
	{ "PersistentKeepalive", trust_parse_keepalive, false },
	{ "Transit", trust_parse_transit, false },
	{ "Deny", trust_parse_deny, false },
	{ "Expires", trust_parse_expires, false },
};

#define TRUST_FIELDS (sizeof(trust_fields) / sizeof(trust_fields[0]))

/* Letters to insert, delete or change to get from a to b, case aside. */
static unsigned int trust_distance(const char *a, const char *b)
{
	unsigned int row[32], last, keep, best;
	size_t i, j, n = strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		last = row[0]++;
		for (j = 0; j < n; j++) {
			keep = row[j + 1];
			best = last + (tolower((unsigned char)a[i]) != tolower((unsigned char)b[j]));
			best = best < keep + 1 ? best : keep + 1;
			row[j + 1] = best < row[j] + 1 ? best : row[j] + 1;
			last = keep;
		}
	}
	return row[n];
}

const char *kw_trust_suggest(const char *key)
{
	unsigned int d, least = 4;
	const char *best = NULL;
	size_t i;

	for (i = 0; i < TRUST_FIELDS; i++) {
		d = trust_distance(key, trust_fields[i].key);
		if (d < least) {
			least = d;
			best = trust_fields[i].key;
		}
	}
	return best;
}

bool kw_trust_says(const struct kw_trust_entry *e, const char *key)
{
	size_t i;

	for (i = 0; i < TRUST_FIELDS && strcasecmp(key, trust_fields[i].key); i++)
		;
	return i < TRUST_FIELDS && e->said & 1u << i;
}

int kw_trust_parse_field(struct kw_trust_entry *e, const char *key, const char *value,
			 struct kw_trust_error *err)
{
	const char *meant;
	size_t i;

	for (i = 0; i < TRUST_FIELDS; i++) {
		if (strcasecmp(key, trust_fields[i].key))
			continue;
		/* the last of two would win in silence: a Deny lifted by a merge */
		if (e->said & 1u << i && !trust_fields[i].adds)
			return trust_refuse(err, "%s twice - remove one", trust_fields[i].key);
		e->said |= 1u << i;
		return trust_fields[i].parse(e, value, err);
	}
	meant = kw_trust_suggest(key);
	trust_refuse(err, "unknown key '%.40s'%s%s%s", key, meant ? " - did you mean '" : "",
		     meant ? meant : "", meant ? "'?" : "");
	return -ENOENT;
}
