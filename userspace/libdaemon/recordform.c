// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * JSON and TXT forms of record sets. Both are one list of (name, text): a JSON
 * object gathers the texts of a repeating name in an array. A table says which
 * tag goes by which name, and how its value is spelt. Reading sorts the TLVs
 * anew; whether they are any good is for kw_record_verify to say.
 */
#include "recordform.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "libkeyway/base64.h"

#define RECORDFORM_SIG 64
#define RECORDFORM_TLVS 256
#define RECORDFORM_TIME "%Y-%m-%dT%H:%M:%SZ"

enum recordform_kind { RECORDFORM_TEXT, RECORDFORM_BASE64, RECORDFORM_TIMESTAMP, RECORDFORM_SECONDS };

struct recordform_name {
	const char *json;
	const char *txt;
	uint8_t tag;
	enum recordform_kind kind;
	bool repeats;
	bool always; /* in JSON an empty array, too */
};

static const struct recordform_name recordform_names[] = {
	{ "addresses", "address", KW_RECORD_ADDRESS, RECORDFORM_TEXT, true, true },
	{ "relay", "relay", KW_RECORD_RELAY, RECORDFORM_TEXT, true, true },
	{ "pubkey", "pubkey", KW_RECORD_KEY, RECORDFORM_BASE64, false, false },
	{ "timestamp", "timestamp", KW_RECORD_TIMESTAMP, RECORDFORM_TIMESTAMP, false, false },
	{ "ttl", "ttl", KW_RECORD_TTL, RECORDFORM_SECONDS, false, false },
	{ "blobhash", "blobhash", KW_RECORD_BLOBHASH, RECORDFORM_BASE64, false, false },
	{ "static", "static", KW_RECORD_STATIC, RECORDFORM_BASE64, false, false },
	{ "certificate", "certificate", KW_RECORD_NODE, RECORDFORM_BASE64, true, false },
};

#define RECORDFORM_NAMES (sizeof(recordform_names) / sizeof(recordform_names[0]))

/* Where written texts go: one JSON object, or one array of TXT texts. */
struct recordform_writer {
	json_t *out;
	bool txt;
};

/* TLVs gathered in any order; their values lie in pool. */
struct recordform_reader {
	struct recordform *out;
	struct kw_wire_tlv tlvs[RECORDFORM_TLVS];
	size_t count;
	uint8_t pool[KW_RECORD_MAX];
	size_t used;
	uint8_t sig[RECORDFORM_SIG];
	bool has_version, has_sig;
};

void recordform_destroy(struct recordform *form)
{
	free(form->blob);
	form->blob = NULL;
}

static char *recordform_base64(struct kw_slice v)
{
	size_t size = KW_BASE64_ROOM(v.n);
	char *text = alloc_zero(size);

	if (kw_base64_format(KW_BASE64_STANDARD, v, text, size) < 0)
		abort();
	return text;
}

static uint64_t recordform_number(struct kw_slice v)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < v.n; i++)
		n = n << 8 | v.p[i];
	return n;
}

static char *recordform_format(enum recordform_kind kind, struct kw_slice v)
{
	time_t t = recordform_number(v);
	char text[32];
	struct tm tm;

	switch (kind) {
	case RECORDFORM_TEXT:
		return alloc_format("%.*s", (int)v.n, (const char *)v.p);
	case RECORDFORM_SECONDS:
		return alloc_format("%" PRIu64, recordform_number(v));
	case RECORDFORM_TIMESTAMP:
		if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), RECORDFORM_TIME, &tm))
			abort();
		return alloc_text(text);
	case RECORDFORM_BASE64:
		break;
	}
	return recordform_base64(v);
}

static void recordform_put(struct recordform_writer *w, const struct recordform_name *name, char *text)
{
	json_t *list;

	if (w->txt) {
		json_array_append_new(w->out, json_sprintf("%s=%s", name->txt, text));
	} else if (name->repeats) {
		list = json_object_get(w->out, name->json);
		if (!list) {
			list = json_array();
			json_object_set_new(w->out, name->json, list);
		}
		json_array_append_new(list, json_string(text));
	} else if (name->kind == RECORDFORM_SECONDS) {
		json_object_set_new(w->out, name->json, json_integer(strtoll(text, NULL, 10)));
	} else {
		json_object_set_new(w->out, name->json, json_string(text));
	}
	free(text);
}

static void recordform_put_known(struct recordform_writer *w, const struct kw_record *set,
			   const struct recordform_name *name)
{
	struct kw_wire_tlv tlv;
	size_t at = 0;

	if (!w->txt && name->always)
		json_object_set_new(w->out, name->json, json_array());
	while (kw_record_next(set, name->tag, &at, &tlv))
		recordform_put(w, name, recordform_format(name->kind, tlv.value));
}

static bool recordform_is_known(uint8_t tag)
{
	return tag >= KW_RECORD_KEY && tag <= KW_RECORD_NODE;
}

static void recordform_put_unknown(struct recordform_writer *w, const struct kw_record *set)
{
	struct recordform_name name = { .kind = RECORDFORM_BASE64, .repeats = true };
	struct kw_wire_tlv tlv;
	char key[8];
	size_t at = 0;

	name.json = key;
	name.txt = key;
	while (kw_record_next(set, 0, &at, &tlv)) {
		if (recordform_is_known(tlv.tag))
			continue;
		snprintf(key, sizeof(key), "tag%u", tlv.tag);
		recordform_put(w, &name, recordform_format(name.kind, tlv.value));
	}
}

static void recordform_write(struct recordform_writer *w, const struct kw_record *set, struct kw_slice sig,
		       struct kw_slice blob)
{
	static const struct recordform_name version = { "version", "version", 0, RECORDFORM_SECONDS, 0, 0 };
	static const struct recordform_name signature = { "signature", "signature", 0, RECORDFORM_BASE64, 0, 0 };
	static const struct recordform_name data = { "blob", "blob", 0, RECORDFORM_BASE64, 0, 0 };
	size_t i;

	recordform_put(w, &version, alloc_text("1"));
	for (i = 0; i < RECORDFORM_NAMES; i++)
		recordform_put_known(w, set, &recordform_names[i]);
	recordform_put_unknown(w, set);
	recordform_put(w, &signature, recordform_base64(sig));
	if (blob.p)
		recordform_put(w, &data, recordform_base64(blob));
}

json_t *recordform_write_json(const struct kw_record *set, struct kw_slice sig,
			      struct kw_slice blob)
{
	struct recordform_writer w = { json_object(), false };

	recordform_write(&w, set, sig, blob);
	return w.out;
}

json_t *recordform_write_txt(const struct kw_record *set, struct kw_slice sig,
			     struct kw_slice blob)
{
	struct recordform_writer w = { json_array(), true };

	recordform_write(&w, set, sig, blob);
	return w.out;
}

/* Digits only, without a leading zero. */
static int recordform_parse_number(const char *text, uint64_t max, uint64_t *out)
{
	unsigned long long v;
	char *end;

	if (*text < '0' || *text > '9' || (*text == '0' && text[1]))
		return -EINVAL;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (*end || errno || v > max)
		return -EINVAL;
	*out = v;
	return 0;
}

/* Only the one spelling that would be written. */
static int recordform_parse_time(const char *text, uint64_t *out)
{
	struct tm tm = { 0 };
	char back[32];
	time_t t;
	char *end;

	end = strptime(text, RECORDFORM_TIME, &tm);
	if (!end || *end)
		return -EINVAL;
	t = timegm(&tm);
	if (t < 0 || !gmtime_r(&t, &tm) || !strftime(back, sizeof(back), RECORDFORM_TIME, &tm) ||
	    strcmp(text, back))
		return -EINVAL;
	*out = t;
	return 0;
}

static int recordform_parse_integer(enum recordform_kind kind, const char *text, uint8_t *out, size_t room)
{
	size_t size = kind == RECORDFORM_SECONDS ? 4 : 8, i;
	uint64_t v;
	int ret;

	ret = kind == RECORDFORM_SECONDS ? recordform_parse_number(text, UINT32_MAX, &v) :
				     recordform_parse_time(text, &v);
	if (ret)
		return ret;
	if (size > room)
		return -EMSGSIZE;
	for (i = 0; i < size; i++)
		out[i] = v >> 8 * (size - 1 - i);
	return size;
}

/* The value's bytes into out; their number or an error. */
static int recordform_parse(enum recordform_kind kind, const char *text, uint8_t *out, size_t room)
{
	size_t n = strlen(text);
	int ret;

	switch (kind) {
	case RECORDFORM_TEXT:
		if (n > room)
			return -EMSGSIZE;
		memcpy(out, text, n);
		return n;
	case RECORDFORM_BASE64:
		ret = kw_base64_parse(KW_BASE64_STANDARD, KW_BYTES(text, n), out, room);
		return ret < 0 && ret != -EMSGSIZE ? -EINVAL : ret;
	default:
		return recordform_parse_integer(kind, text, out, room);
	}
}

static int recordform_take_tlv(struct recordform_reader *r, uint8_t tag, enum recordform_kind kind, const char *text)
{
	uint8_t *at = r->pool + r->used;
	int n;

	if (r->count == RECORDFORM_TLVS)
		return -EMSGSIZE;
	n = recordform_parse(kind, text, at, sizeof(r->pool) - r->used);
	if (n < 0)
		return n;
	r->tlvs[r->count++] = (struct kw_wire_tlv){ tag, KW_BYTES(at, n) };
	r->used += n;
	return 0;
}

static int recordform_take_version(struct recordform_reader *r, const char *text)
{
	if (r->has_version)
		return -EINVAL;
	r->has_version = true;
	return strcmp(text, "1") ? -EPROTONOSUPPORT : 0;
}

static int recordform_take_sig(struct recordform_reader *r, const char *text)
{
	if (r->has_sig || recordform_parse(RECORDFORM_BASE64, text, r->sig, sizeof(r->sig)) != RECORDFORM_SIG)
		return -EINVAL;
	r->has_sig = true;
	return 0;
}

static int recordform_take_blob(struct recordform_reader *r, const char *text)
{
	int n;

	if (r->out->blob)
		return -EINVAL;
	r->out->blob = alloc_zero(KW_RECORD_BLOB_MAX);
	n = recordform_parse(RECORDFORM_BASE64, text, r->out->blob, KW_RECORD_BLOB_MAX);
	if (n < 0)
		return n;
	r->out->blob_size = n;
	return 0;
}

static int recordform_take_unknown(struct recordform_reader *r, const char *key, const char *text)
{
	uint64_t tag;

	if (strncmp(key, "tag", 3) || recordform_parse_number(key + 3, 255, &tag) || recordform_is_known(tag))
		return -EINVAL;
	return recordform_take_tlv(r, tag, RECORDFORM_BASE64, text);
}

static const struct recordform_name *recordform_lookup(const char *key, bool txt)
{
	size_t i;

	for (i = 0; i < RECORDFORM_NAMES; i++) {
		if (!strcmp(key, txt ? recordform_names[i].txt : recordform_names[i].json))
			return &recordform_names[i];
	}
	return NULL;
}

static int recordform_take(struct recordform_reader *r, const char *key, bool txt, const char *text)
{
	const struct recordform_name *name = recordform_lookup(key, txt);

	if (name)
		return recordform_take_tlv(r, name->tag, name->kind, text);
	if (!strcmp(key, "version"))
		return recordform_take_version(r, text);
	if (!strcmp(key, "signature"))
		return recordform_take_sig(r, text);
	if (!strcmp(key, "blob"))
		return recordform_take_blob(r, text);
	return recordform_take_unknown(r, key, text);
}

static int recordform_order(const void *a, const void *b)
{
	return kw_wire_compare_tlv(a, b);
}

static int recordform_assemble(struct recordform_reader *r)
{
	struct recordform *out = r->out;
	struct kw_wire_writer w = KW_WIRE_WRITER(out->set, sizeof(out->set));
	size_t i;
	int n;

	if (!r->has_version || !r->has_sig)
		return -EINVAL;
	qsort(r->tlvs, r->count, sizeof(r->tlvs[0]), recordform_order);
	kw_wire_write_u8(&w, 1);
	for (i = 0; i < r->count; i++)
		kw_wire_write_tlv(&w, r->tlvs[i].tag, r->tlvs[i].value);
	kw_wire_write_bytes(&w, r->sig, sizeof(r->sig));
	n = kw_wire_write_end(&w);
	if (n < 0)
		return n;
	out->set_size = n;
	return 0;
}

/* Strings hold no NUL: jansson refuses them when it reads. */
static int recordform_read_member(struct recordform_reader *r, const char *key, const json_t *value)
{
	const struct recordform_name *name = recordform_lookup(key, false);
	bool repeats = name ? name->repeats : !strncmp(key, "tag", 3);
	char number[24];
	size_t i;
	int ret = 0;

	if (json_is_integer(value) && (!strcmp(key, "version") || !strcmp(key, "ttl"))) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return recordform_take(r, key, false, number);
	}
	if (!repeats)
		return json_is_string(value) && strcmp(key, "version") && strcmp(key, "ttl") ?
			       recordform_take(r, key, false, json_string_value(value)) : -EINVAL;
	if (!json_is_array(value))
		return -EINVAL;
	for (i = 0; i < json_array_size(value) && !ret; i++) {
		const char *text = json_string_value(json_array_get(value, i));

		ret = text ? recordform_take(r, key, false, text) : -EINVAL;
	}
	return ret;
}

static int recordform_finish(struct recordform_reader *r, int ret)
{
	if (!ret)
		ret = recordform_assemble(r);
	if (ret)
		recordform_destroy(r->out);
	free(r);
	return ret;
}

static struct recordform_reader *recordform_begin(struct recordform *out)
{
	struct recordform_reader *r = alloc_zero(sizeof(*r));

	memset(out, 0, sizeof(*out));
	r->out = out;
	return r;
}

int recordform_read_json(const json_t *in, struct recordform *out)
{
	struct recordform_reader *r = recordform_begin(out);
	const char *key;
	json_t *value;
	int ret = json_is_object(in) ? 0 : -EINVAL;

	json_object_foreach((json_t *)in, key, value) {
		if (!ret)
			ret = recordform_read_member(r, key, value);
	}
	return recordform_finish(r, ret);
}

static int recordform_read_text(struct recordform_reader *r, const char *text)
{
	const char *equals = text ? strchr(text, '=') : NULL;
	char key[16];

	if (!equals || equals - text >= (int)sizeof(key) || strlen(text) > RECORDFORM_TEXT_MAX)
		return -EINVAL;
	memcpy(key, text, equals - text);
	key[equals - text] = '\0';
	return recordform_take(r, key, true, equals + 1);
}

int recordform_read_txt(const json_t *texts, struct recordform *out)
{
	struct recordform_reader *r = recordform_begin(out);
	size_t i;
	int ret = json_is_array(texts) ? 0 : -EINVAL;

	for (i = 0; i < json_array_size(texts) && !ret; i++)
		ret = recordform_read_text(r, json_string_value(json_array_get(texts, i)));
	return recordform_finish(r, ret);
}
