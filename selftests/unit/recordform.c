// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* recordform.c: JSON and TXT forms of the vectors' record sets, both ways, and refusals. */
/* links: userspace/libdaemon/recordform.c userspace/libdaemon/alloc.c -ljansson */
#include <errno.h>

#include "libdaemon/recordform.h"
#include "libkeyway/crypto.h"
#include "testnode.h"

static json_t *load(void)
{
	json_t *all = json_load_file("selftests/vectors/vectors.json", 0, NULL);

	if (!all)
		exit(1);
	return all;
}

static json_t *form(json_t *all, const char *name, const char *which)
{
	json_t *set = json_object_get(json_object_get(all, "record_set_of_b"), name);
	json_t *value = json_object_get(set, which);

	if (!value)
		exit(1);
	return value;
}

static void both_ways(json_t *all, const char *name, const char *blob_path)
{
	struct kw_slice in, blob = { NULL, 0 };
	json_t *json, *txt;
	struct recordform got;
	struct kw_record r;
	char path[80];

	snprintf(path, sizeof(path), "record_set_of_b.%s.binary", name);
	in = testnode_slice(path);
	if (blob_path)
		blob = testnode_slice(blob_path);
	if (kw_record_verify(in, NULL, &r))
		exit(1);
	json = recordform_write_json(&r, KW_BYTES(in.p + in.n - 64, 64), blob);
	txt = recordform_write_txt(&r, KW_BYTES(in.p + in.n - 64, 64), blob);
	test_ok(json_equal(json, form(all, name, "json")), "%s: JSON as in the vector", name);
	test_ok(json_equal(txt, form(all, name, "txt")), "%s: TXT as in the vector", name);
	test_eq(recordform_read_json(form(all, name, "json"), &got), 0, "%s: JSON is read", name);
	test_ok(got.set_size == in.n && !memcmp(got.set, in.p, in.n), "%s: JSON gives the bytes back", name);
	test_ok(got.blob_size == blob.n && (!blob.n || !memcmp(got.blob, blob.p, blob.n)),
		"%s: JSON gives the blob back", name);
	recordform_destroy(&got);
	test_eq(recordform_read_txt(form(all, name, "txt"), &got), 0, "%s: TXT is read", name);
	test_ok(got.set_size == in.n && !memcmp(got.set, in.p, in.n), "%s: TXT gives the bytes back", name);
	recordform_destroy(&got);
	json_decref(json);
	json_decref(txt);
}

/* The small set's JSON with one member replaced, or taken away. */
static void changed(json_t *all, const char *key, json_t *value, int want, const char *what)
{
	json_t *copy = json_deep_copy(form(all, "small", "json"));
	struct recordform got;
	int ret;

	if (value)
		json_object_set_new(copy, key, value);
	else
		json_object_del(copy, key);
	ret = recordform_read_json(copy, &got);
	test_eq(ret, want, "JSON: %s", what);
	if (!ret)
		recordform_destroy(&got);
	json_decref(copy);
}

static void refused_json(json_t *all)
{
	changed(all, "version", json_integer(2), -EPROTONOSUPPORT, "another version");
	changed(all, "version", json_string("1"), -EINVAL, "a version in quotes");
	changed(all, "version", NULL, -EINVAL, "no version");
	changed(all, "signature", NULL, -EINVAL, "no signature");
	changed(all, "signature", json_string("AAAA"), -EINVAL, "a short signature");
	changed(all, "ttl", json_integer(-1), -EINVAL, "a negative TTL");
	changed(all, "ttl", json_integer(4294967296), -EINVAL, "a TTL of 33 bits");
	changed(all, "timestamp", json_string("2026-01-02T03:04:05+00:00"), -EINVAL, "a zone");
	changed(all, "timestamp", json_string("2026-1-02T03:04:05Z"), -EINVAL, "a month of one digit");
	changed(all, "timestamp", json_string("2026-02-31T03:04:05Z"), -EINVAL, "31 February");
	changed(all, "pubkey", json_string("M===="), -EINVAL, "bad base64");
	changed(all, "addresses", json_string("x"), -EINVAL, "addresses that are no array");
	changed(all, "addresses", json_pack("[i]", 1), -EINVAL, "an address that is a number");
	changed(all, "tag4", json_pack("[s]", "AA=="), -EINVAL, "a known tag by number");
	changed(all, "tag09", json_pack("[s]", "AA=="), -EINVAL, "a tag with a leading zero");
	changed(all, "tag256", json_pack("[s]", "AA=="), -EINVAL, "a tag above 255");
	changed(all, "tag9", json_pack("[s]", "AA=="), 0, "an unknown tag");
	changed(all, "color", json_string("red"), -EINVAL, "a name that no set has");
}

static void refused_txt(const char *text, int want)
{
	json_t *texts = json_pack("[s]", text);
	struct recordform got;

	test_eq(recordform_read_txt(texts, &got), want, "TXT: only %s", text);
	json_decref(texts);
}

int main(void)
{
	json_t *all = load();

	if (kw_crypto_init())
		return 1;
	both_ways(all, "small", NULL);
	both_ways(all, "full", "record_set_of_b.full.blob");
	refused_json(all);
	refused_txt("version=1", -EINVAL);
	refused_txt("version=0", -EPROTONOSUPPORT);
	refused_txt("novalue", -EINVAL);
	refused_txt("addresses=x", -EINVAL);
	refused_txt("ttl=01", -EINVAL);
	json_decref(all);
	return test_done();
}
