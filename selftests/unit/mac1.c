// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: kmod/mac1.c */
/* cflags: -Iselftests/unit/kshim -I. */
/*
 * Checks of messages outside a session, against the vectors of the wire
 * protocol: each message of theirs passes, and fails after any change to what
 * mac1 covers.
 */
#include "cases.h"
#include "drop.h"
#include "kshim.h"
#include "mac1.h"
#include "testvec.h"

int kshim_fail = -1;

struct message {
	u8 data[KW_MESSAGE_MAX];
	u32 len;
};

static struct message message(const char *path)
{
	struct testvec v = testvec_bytes(path);
	struct message m = { .len = v.n };

	if (v.n > sizeof(m.data))
		abort();
	memcpy(m.data, v.p, v.n);
	return m;
}

static siphash_key_t key(const char *path)
{
	siphash_key_t k;

	kw_mac1_key_read(&k, testvec_bytes(path).p);
	return k;
}

static struct kw_mac1_message view(const struct message *m)
{
	return (struct kw_mac1_message){ m->data, m->data + m->len - 16, m->len };
}

static int shape(const struct message *m)
{
	struct kw_mac1_message v = view(m);

	return kw_mac1_shape(&v);
}

static int check(const struct kw_mac1_keys *keys, const struct message *m,
		 u8 *id)
{
	struct kw_mac1_message v = view(m);

	return kw_mac1_check(keys, &v, id);
}

static int answer(const char *path, const struct message *m)
{
	struct kw_mac1_message v = view(m);
	siphash_key_t k = key(path);

	return kw_mac1_answer_check(&k, &v);
}

#define FIRST	"first_contact_chacha."
#define SECOND	"rekey_gcm_with_cookie_and_node_certificates."

TEST(mac1_vectors_have_their_shape)
{
	static const char * const path[] = {
		FIRST "init.packet", FIRST "init_with_challenge.packet",
		FIRST "retry.packet", FIRST "resp.packet",
		SECOND "init.packet", SECOND "cookie.packet",
		SECOND "cookie.init_with_mac2", SECOND "resp.packet",
		"record_req.packet", "record.packet",
		"record_req_with_domain_secret.packet",
		"record_with_domain_secret.packet",
	};
	struct message m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(path); i++) {
		m = message(path[i]);
		CHECK(shape(&m) == KW_DROP_NONE);
	}
}

/* Which lengths of a type pass, of 0 to 1300. */
static void lengths(u8 type, u32 least, u32 most)
{
	u8 data[1300] = { type, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 };
	struct kw_mac1_message v = { .head = data, .tail = data };
	int wrong = 0;

	for (v.len = 1; v.len <= sizeof(data); v.len++)
		wrong += (kw_mac1_shape(&v) == KW_DROP_NONE) !=
			 (v.len >= least && v.len <= most);
	CHECK(wrong == 0);
}

TEST(mac1_empty_message_has_no_type)
{
	struct kw_mac1_message v = {};

	CHECK(kw_mac1_shape(&v) == KEYWAY_DROP_RX_MALFORMED);
}

TEST(mac1_lengths_by_type)
{
	lengths(1, 720, 1160);
	lengths(2, 96, 1160);
	lengths(3, 64, 64);
	lengths(4, 80, 80);
	lengths(5, 1160, 1160);
	lengths(6, 48, 1160);
}

TEST(mac1_other_types_are_not_ours)
{
	struct message m = message("record_req.packet");
	int type;

	for (type = 0; type < 256; type++) {
		m.data[0] = type;
		CHECK((shape(&m) == KEYWAY_DROP_RX_TYPE) == (!type || type > 6));
	}
}

TEST(mac1_version_flags_index_zeros)
{
	struct message good = message("record_req.packet");
	struct message m;
	int at;

	for (at = 1; at < 4; at++) {
		m = good;
		m.data[at] ^= 2;
		CHECK(shape(&m) == KEYWAY_DROP_RX_MALFORMED);
	}
	m = good;
	memset(m.data + 4, 0, 4);
	CHECK(shape(&m) == KEYWAY_DROP_RX_MALFORMED);
	m = message(FIRST "resp.packet");
	memset(m.data + 8, 0, 4);
	CHECK(shape(&m) == KEYWAY_DROP_RX_MALFORMED);
}

TEST(mac1_epoch_only_in_init)
{
	struct message m = message(FIRST "init.packet");

	m.data[3] = 0xff;
	CHECK(shape(&m) == KW_DROP_NONE);
	m.data[2] = 1;
	CHECK(shape(&m) == KEYWAY_DROP_RX_MALFORMED);
}

TEST(mac1_padding_of_record_req_is_not_looked_at)
{
	struct message m = message("record_req.packet");

	memset(m.data + 24, 0xee, 1160 - 8 - 24);
	CHECK(shape(&m) == KW_DROP_NONE);
}

static struct kw_mac1_keys keys_of_b(void)
{
	struct kw_mac1_keys keys = { .count = 2 };

	keys.key[0].key = key(SECOND "mac1_key_of_responder");
	keys.key[0].id = 7;
	keys.key[1].key = key("b.mac1_key_zero_domain");
	keys.key[1].id = 0;
	return keys;
}

TEST(mac1_says_which_key_matched)
{
	struct kw_mac1_keys keys = keys_of_b();
	struct message m;
	u8 id = 99;

	m = message(FIRST "init.packet");
	CHECK(check(&keys, &m, &id) == KW_DROP_NONE && id == 0);
	m = message("record_req.packet");
	CHECK(check(&keys, &m, &id) == KW_DROP_NONE && id == 0);
	m = message(SECOND "init.packet");
	CHECK(check(&keys, &m, &id) == KW_DROP_NONE && id == 7);
	m = message("record_req_with_domain_secret.packet");
	CHECK(check(&keys, &m, &id) == KW_DROP_NONE && id == 7);
}

TEST(mac1_no_key_no_message)
{
	struct kw_mac1_keys keys = keys_of_b();
	struct message m = message(FIRST "init.packet");
	u8 id;

	CHECK(check(NULL, &m, &id) == KEYWAY_DROP_RX_MAC1);
	keys.count = 1;
	CHECK(check(&keys, &m, &id) == KEYWAY_DROP_RX_MAC1);
}

/* Flips each bit of a message: is it refused iff mac1 covers it? */
static int covers(const struct kw_mac1_keys *keys, struct message m, u32 mac1_at)
{
	u32 bit, at;
	int wrong = 0;
	u8 id;

	for (bit = 0; bit < 8 * m.len; bit++) {
		at = bit / 8;
		m.data[at] ^= 1 << bit % 8;
		if (m.data[0] == 1 || at)
			wrong += (check(keys, &m, &id) != KW_DROP_NONE) !=
				 (at < 88 || (at >= mac1_at && at < mac1_at + 8));
		m.data[at] ^= 1 << bit % 8;
	}
	return wrong;
}

TEST(mac1_covers_88_bytes_of_init)
{
	struct kw_mac1_keys keys = keys_of_b();

	CHECK(!covers(&keys, message(FIRST "init.packet"), 720 - 16));
}

TEST(mac1_covers_88_bytes_of_record_req)
{
	struct kw_mac1_keys keys = keys_of_b();

	CHECK(!covers(&keys, message("record_req.packet"), 1152));
}

TEST(mac1_covers_the_length)
{
	struct kw_mac1_keys keys = keys_of_b();
	struct message m = message(FIRST "init.packet");
	u8 id;

	memmove(m.data + 705, m.data + 704, 16);
	m.len++;
	CHECK(shape(&m) == KW_DROP_NONE);
	CHECK(check(&keys, &m, &id) == KEYWAY_DROP_RX_MAC1);
}

TEST(mac1_answers_by_key_of_reservation)
{
	struct message m = message(FIRST "retry.packet");

	CHECK(answer(FIRST "init.answer_mac1_key", &m) == KW_DROP_NONE);
	CHECK(answer(FIRST "init_with_challenge.answer_mac1_key", &m) ==
	      KEYWAY_DROP_RX_RESERVATION);
	m.data[71] ^= 1;
	CHECK(answer(FIRST "init.answer_mac1_key", &m) ==
	      KEYWAY_DROP_RX_RESERVATION);
	m = message(FIRST "resp.packet");
	CHECK(answer(FIRST "resp.mac1_key", &m) == KW_DROP_NONE);
	m = message(SECOND "resp.packet");
	CHECK(answer(SECOND "resp.mac1_key", &m) == KW_DROP_NONE);
	m.data[8] ^= 0x80;
	CHECK(answer(SECOND "resp.mac1_key", &m) == KEYWAY_DROP_RX_RESERVATION);
}

static struct kw_mac1_source source_of_vector(void)
{
	struct kw_mac1_source source;

	CHECK(sizeof(source) == 22);
	memcpy(&source, testvec_bytes(SECOND "cookie.a").p, sizeof(source));
	return source;
}

/* Does the vector's INIT pass for this source with its secret at period at? */
static bool cookie_ok(const struct kw_mac1_source *source, u32 at, u32 count)
{
	struct message m = message(SECOND "cookie.init_with_mac2");
	struct kw_mac1_secrets secrets = { .count = count };

	secrets.period[at].s0 = key(SECOND "cookie.s0");
	secrets.period[at].s1 = key(SECOND "cookie.s1");
	return kw_mac1_cookie_ok(&secrets, source, m.data, m.len);
}

TEST(mac1_cookie_of_either_period)
{
	struct kw_mac1_source source = source_of_vector();
	struct message m = message(SECOND "cookie.init_with_mac2");

	CHECK(cookie_ok(&source, 0, 1));
	CHECK(cookie_ok(&source, 1, 2));
	CHECK(!cookie_ok(&source, 1, 1));
	CHECK(!cookie_ok(&source, 0, 0));
	CHECK(!kw_mac1_cookie_ok(NULL, &source, m.data, m.len));
}

TEST(mac1_cookie_is_bound_to_its_source)
{
	struct kw_mac1_source source = source_of_vector();
	size_t at;

	for (at = 0; at < sizeof(source); at++) {
		((u8 *)&source)[at] ^= 1;
		CHECK(!cookie_ok(&source, 0, 1));
		((u8 *)&source)[at] ^= 1;
	}
}

TEST(mac1_mac2_covers_all)
{
	struct kw_mac1_source source = source_of_vector();
	struct message m = message(SECOND "cookie.init_with_mac2");
	struct kw_mac1_secrets secrets = { .count = 1 };
	u32 at;

	secrets.period[0].s0 = key(SECOND "cookie.s0");
	secrets.period[0].s1 = key(SECOND "cookie.s1");
	for (at = 0; at < m.len; at++) {
		m.data[at] ^= 4;
		CHECK(!kw_mac1_cookie_ok(&secrets, &source, m.data, m.len));
		m.data[at] ^= 4;
	}
	CHECK(kw_mac1_cookie_ok(&secrets, &source, m.data, m.len));
}

TEST(mac1_init_without_cookie)
{
	struct message m = message(SECOND "init.packet");
	struct kw_mac1_message v = view(&m);

	CHECK(!kw_mac1_has_mac2(&v));
	m = message(SECOND "cookie.init_with_mac2");
	v = view(&m);
	CHECK(kw_mac1_has_mac2(&v));
}

TEST(mac1_objects_are_freed)
{
	kw_mac1_keys_destroy(kzalloc(sizeof(struct kw_mac1_keys), GFP_KERNEL));
	kw_mac1_secrets_destroy(kzalloc(sizeof(struct kw_mac1_secrets), GFP_KERNEL));
	kw_mac1_keys_destroy(NULL);
	kw_mac1_secrets_destroy(NULL);
}

TEST_MAIN()
