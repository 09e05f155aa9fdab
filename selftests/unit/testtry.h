/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * One try of the vectors' handshakes, from both ends: what the initiator sends
 * and what the responder opens of it. "base" is the vector being run. For the
 * tests of message.c.
 */
#ifndef KW_TESTTRY_H
#define KW_TESTTRY_H

#include "testnode.h"

static struct testnode a, b;
static const char *base; /* the vector being run */

__attribute__((unused))
static const char *at(const char *path)
{
	static char full[8][160];
	static unsigned int turn;
	char *out = full[turn++ % 8];

	snprintf(out, 160, "%s.%s", base, path);
	return out;
}

__attribute__((unused))
static struct kw_message_domain domain(const struct testnode *n)
{
	struct kw_message_domain d = { .val = n->id.val };

	d.secret = testnode_key(at("domain_secret"));
	return d;
}

__attribute__((unused))
static struct kw_source source(void)
{
	struct kw_slice v = testnode_slice(at("source_bytes"));
	struct kw_slice t = testnode_slice(at("ingress_tag"));
	struct kw_source s;

	memcpy(s.addr.b, v.p, 16);
	s.port = v.p[16] << 8 | v.p[17];
	s.tag = (uint32_t)t.p[0] << 24 | t.p[1] << 16 | t.p[2] << 8 | t.p[3];
	return s;
}

struct try {
	struct kw_message_init in;
	struct kw_message_domain d;
	struct kw_noise m;
	uint8_t packet[KW_MESSAGE_MAX];
	int n;
	struct kw_message_init_view v; /* of packet */
	struct kw_noise r;	       /* the responder's, payload opened */
	uint8_t plain[KW_MESSAGE_MAX];
	struct kw_message_init got;
};

__attribute__((unused))
static unsigned long long number(const char *name, const char *field)
{
	char path[160];

	snprintf(path, sizeof(path), "%s.%s", at(name), field);
	return testvec_number(path);
}

__attribute__((unused))
static const char *sub(const char *name, const char *field)
{
	static char path[8][160];
	static unsigned int turn;
	char *out = path[turn++ % 8];

	snprintf(out, 160, "%s.%s", at(name), field);
	return out;
}

/* Fills the initiator's side of a try from vector name ("init"). */
__attribute__((unused))
static void init_fill(struct try *t, const char *name)
{
	struct kw_slice payload = testnode_slice(sub(name, "payload"));
	struct kw_slice challenge = testnode_slice(sub(name, "challenge"));
	size_t pos = 0, end = KW_MESSAGE_INIT_PAYLOAD;
	struct kw_slice value;

	memset(t, 0, sizeof(*t));
	t->d = domain(&b);
	t->in = (struct kw_message_init){
		.id = a.id.id, .cert = a.cert, .timestamp = number(name, "timestamp"),
		.n = number(name, "n"), .suites = number(name, "suites"),
		.speed = number(name, "speed"), .versions = 1,
	};
	memcpy(t->in.challenge, challenge.p, challenge.n);
	/* node certificates of the vector, without its padding */
	value = KW_BYTES(payload.p + end, payload.n - end);
	while (kw_message_next_tlv(KW_BYTES(payload.p + end, payload.n - end),
				   KW_MESSAGE_TLV_NODE, &pos, &value))
		t->in.tlvs = KW_BYTES(payload.p + end, pos);
}

__attribute__((unused))
static int init_write(struct try *t, const char *name)
{
	struct kw_noise_conf c = { KW_NOISE_INITIATOR, &a.s, &b.s.public, NULL, { 0 } };
	struct kw_key e = testnode_key(sub(name, "e_private"));
	struct kw_message_try out = {
		.domain = &t->d, .e = &e, .index = number(name, "index_i"),
		.epoch = b.cert.epoch, .size = number(name, "size"),
	};

	return t->n = kw_message_write_init(&out, &c, &t->in, &t->m, t->packet);
}

__attribute__((unused))
static int init_open(struct try *t)
{
	struct kw_noise_conf c = { .role = KW_NOISE_RESPONDER, .s = &b.s };
	int ret;

	ret = kw_message_read_init(KW_BYTES(t->packet, t->n), &t->v);
	if (!ret)
		ret = kw_message_open_es(&t->v, &c, &b.id.val, &t->r);
	if (!ret)
		ret = kw_message_open_init(&t->v, NULL, &t->r, t->plain, &t->got);
	return ret;
}

#endif
