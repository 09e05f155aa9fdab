// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Messages in, judged as gate.c and mac1.c of the module do: the daemon hears
 * only what carries a good mac1 or answers a reservation, and of an INIT
 * whether its cookie is good.
 */
#include <string.h>

#include <linux/keyway.h>

#include "kernel_model.h"
#include "watch.h"

static bool kernel_gate_mac1(const struct kernel *k, struct kw_slice whole, struct kwnl_control *c)
{
	struct kw_mackey key;
	size_t i;

	for (i = 0; i < k->domain.n_mac1_keys; i++) {
		memcpy(key.b, k->domain.mac1_keys[i].key, sizeof(key.b));
		c->mac1_key_id = k->domain.mac1_keys[i].id;
		if (!kw_message_check_mac1(&key, whole))
			return true;
	}
	return false;
}

static bool kernel_gate_cookied(const struct kernel *k, struct kw_slice whole, const struct packet *m)
{
	struct kw_message_secrets s;
	struct kw_source from = { .port = m->from.port };
	struct kw_mackey cookie;
	size_t i;

	memcpy(from.addr.b, m->from.addr, sizeof(from.addr.b));
	for (i = 0; i < k->domain.n_cookie_secrets; i++) {
		memcpy(s.s0.b, k->domain.cookie_secrets[i].s0, sizeof(s.s0.b));
		memcpy(s.s1.b, k->domain.cookie_secrets[i].s1, sizeof(s.s1.b));
		kw_message_cookie(&s, &from, &cookie);
		if (!kw_message_check_mac2(&cookie, whole))
			return true;
	}
	return false;
}

static bool kernel_gate_expected(struct kernel *k, struct kw_slice whole, struct kwnl_control *c)
{
	struct model_session *s = kernel_find(k, c->index);
	uint8_t type = whole.p[0];

	if (!s || s->installed || kernel_ms() >= s->reserved_until || s->answer == MODEL_NOTHING)
		return false;
	if (type == KW_MESSAGE_COOKIE || type == KW_MESSAGE_RECORD)
		return true;
	return s->answer == MODEL_KEYED && !kw_message_check_mac1(&s->answer_key, whole);
}

void kernel_message(struct kernel *k, const struct packet *m)
{
	struct kw_slice whole = KW_BYTES(m->bytes, m->len);
	struct kwnl_control c = {
		.channel = KEYWAY_CHANNEL_UPCALL,
		.socket = 1,
		.remote = m->from,
		.payload = m->bytes,
		.payload_len = m->len,
	};
	uint8_t type = kw_message_peek(whole, &c.index);

	if (type == KW_MESSAGE_INIT || type == KW_MESSAGE_RECORD_REQ) {
		c.index = 0;
		if (!kernel_gate_mac1(k, whole, &c))
			return;
		c.cookied = type == KW_MESSAGE_INIT && kernel_gate_cookied(k, whole, m);
	} else if (!type || !kernel_gate_expected(k, whole, &c)) {
		return;
	}
	if (!kernel_bound(k))
		return;
	if (type == KW_MESSAGE_INIT)
		watch_init(k->node, m, c.cookied);
	if (type == KW_MESSAGE_RETRY)
		watch_retry(k->node, m);
	if (!c.index && !c.cookied)
		c.channel = KEYWAY_CHANNEL_HANDSHAKE;
	kernel_event_control(k, &c);
}
