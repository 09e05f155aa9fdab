// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * Thin, but in one place: the kernel's view of a handshake, so that the two
 * halves speak of tries and answers only. Traffic keys pass through here and
 * are wiped in both copies before it returns.
 */
#include <string.h>

#include "kit.h"
#include "libdaemon/log.h"
#include "libkeyway/crypto.h"

int kit_reserve(struct kit *k, const struct peer *p, struct kwnl_session_reply *out)
{
	struct kwnl_session_req req = { .dev = k->conf.dev, .has_peer = true };
	int err;

	memcpy(req.peer, p->addr.b, sizeof(req.peer));
	err = kwnl_new_session(k->conf.kwnl, &req, out);
	if (err)
		log_debug("no index for a handshake - %s", kwnl_strerror(k->conf.kwnl));
	return err;
}

/* One that the kernel dropped meanwhile is as good as released. */
void kit_release(struct kit *k, uint32_t index)
{
	if (index && kwnl_del_session(k->conf.kwnl, k->conf.dev, index))
		log_debug("reservation %08x was gone", index);
}

void kit_send(struct kit *k, const struct pathmgr_candidate *to, struct kw_slice packet,
	      uint32_t index, const struct kw_mackey *key)
{
	struct kwnl_control_req req = {
		.dev = k->conf.dev,
		.socket = to->socket,
		.remote = to->remote,
		.local = to->local,
		.payload = packet.p,
		.payload_len = packet.n,
		.index = index,
		.has_answer_key = key,
	};

	if (key)
		memcpy(req.answer_key, key->b, sizeof(req.answer_key));
	if (kwnl_send_control(k->conf.kwnl, &req))
		log_debug("message of type %u not sent - %s", packet.p[0],
			  kwnl_strerror(k->conf.kwnl));
}

int kit_install(struct kit *k, const struct kit_end *end, struct job_session *s)
{
	struct kwnl_session_set_req req = {
		.dev = k->conf.dev,
		.index = end->index,
		.remote_index = end->remote_index,
		.suite = (uint16_t)s->suite,
		.rank = s->rank,
		.scope = KEYWAY_SCOPE_FULL,
		.role = (uint8_t)end->role,
		.socket = end->at.socket,
		.remote = end->at.remote,
		.local = end->at.local,
	};
	int err;

	memcpy(req.peer, end->peer->addr.b, sizeof(req.peer));
	memcpy(req.rx_key, s->keys.rx.key.b, sizeof(req.rx_key));
	memcpy(req.tx_key, s->keys.tx.key.b, sizeof(req.tx_key));
	memcpy(req.rx_salt, s->keys.rx.salt, sizeof(req.rx_salt));
	memcpy(req.tx_salt, s->keys.tx.salt, sizeof(req.tx_salt));
	err = kwnl_set_session(k->conf.kwnl, &req);
	kw_crypto_wipe(&req, sizeof(req));
	kw_keys_destroy(&s->keys);
	if (err)
		log_info("keys of index %08x not installed - %s", end->index,
			 kwnl_strerror(k->conf.kwnl));
	return err;
}

void kit_source(const struct kwnl_control *c, struct kw_source *out)
{
	memcpy(out->addr.b, c->remote.addr, sizeof(out->addr.b));
	out->port = c->remote.port;
	out->tag = (uint32_t)c->tag[0] << 24 | c->tag[1] << 16 | c->tag[2] << 8 | c->tag[3];
}
