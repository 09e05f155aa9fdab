// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/*
 * The calls of kwnl.h that the engines make, answered as the module does:
 * indices are random and reserved for 20 s, keys are taken exactly once, a
 * pair of keys never twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/keyway.h>

#include "kernel_model.h"
#include "libkeyway/crypto.h"
#include "session.h"
#include "tally.h"
#include "watch.h"

struct kernel *kernel_nl_of(struct kwnl *k)
{
	return (struct kernel *)k;
}

struct kwnl *kernel_kwnl(struct kernel *k)
{
	return (struct kwnl *)k;
}

const char *kwnl_strerror(const struct kwnl *k)
{
	(void)k;
	return "the kernel model refused";
}

static void kernel_nl_expire(struct kernel *k)
{
	struct model_session *s, *next;

	for (s = k->all; s; s = next) {
		next = s->next;
		if (!s->installed && kernel_ms() >= s->reserved_until)
			kernel_drop(k, s, KEYWAY_REASON_DEL);
	}
}

bool kernel_bound(const struct kernel *k)
{
	return k->channel[KEYWAY_CHANNEL_FRAMES] && k->channel[KEYWAY_CHANNEL_UPCALL] &&
	       k->channel[KEYWAY_CHANNEL_HANDSHAKE];
}

void kernel_void(struct kernel *k)
{
	struct model_session *s, *next;

	for (s = k->all; s; s = next) {
		next = s->next;
		if (!s->installed)
			kernel_drop(k, s, KEYWAY_REASON_DEL);
	}
}

int kwnl_new_session(struct kwnl *nl, const struct kwnl_session_req *req,
		     struct kwnl_session_reply *reply)
{
	struct kernel *k = kernel_nl_of(nl);
	struct model_peer *p = req->has_peer ? kernel_peer(k, req->peer) : NULL;
	struct kw_rank_view view[MODEL_SESSIONS];
	struct model_session *s;

	if (!kernel_bound(k))
		return -ENOTCONN;
	if (req->has_peer && !p)
		return -ENOENT;
	kernel_nl_expire(k);
	if (k->reservations >= KW_RESERVE_PER_DEVICE || (p && p->reserved >= KW_RESERVE_PER_PEER))
		return -ENOSPC;
	s = calloc(1, sizeof(*s));
	do
		s->index = (uint32_t)world_random();
	while (!s->index || kernel_find(k, s->index));
	s->peer = p;
	s->reserved_until = kernel_ms() + KW_RESERVE_MS;
	s->next = k->all;
	k->all = s;
	k->reservations++;
	if (p)
		p->reserved++;
	reply->index = s->index;
	reply->highest = p ? kw_rank_highest(view, kernel_views(p, view)) : 0;
	return 0;
}

int kwnl_del_session(struct kwnl *nl, uint32_t dev, uint32_t index)
{
	struct kernel *k = kernel_nl_of(nl);
	struct model_session *s = kernel_find(k, index);

	(void)dev;
	if (!kernel_bound(k) || !s)
		return -ENOENT;
	kernel_drop(k, s, KEYWAY_REASON_DEL);
	return 0;
}

static uint64_t kernel_nl_name(const uint8_t key[32])
{
	uint64_t v;

	memcpy(&v, key, sizeof(v));
	return v;
}

static int kernel_nl_once(struct kernel *k, uint64_t pair)
{
	unsigned int i;

	for (i = 0; i < k->pairs && i < 4096; i++)
		if (k->pair[i] == pair)
			return -EEXIST;
	k->pair[k->pairs++ % 4096] = pair;
	return 0;
}

static void kernel_nl_room(struct model_peer *p)
{
	struct kw_rank_view view[MODEL_SESSIONS];
	int at = kw_rank_victim(view, kernel_views(p, view), kernel_ms());

	if (at < 0)
		return;
	kernel_event(p->session[at], KEYWAY_REASON_EVICTED);
	tally_note(TALLY_EVICTED);
	session_evicted(p->session[at]);
	kernel_drop(p->kernel, p->session[at], KEYWAY_REASON_EVICTED);
}

static void kernel_nl_fill(struct model_session *s, const struct kwnl_session_set_req *req)
{
	s->remote_index = req->remote_index;
	s->rx = kernel_nl_name(req->rx_key);
	s->tx = kernel_nl_name(req->tx_key);
	s->remote = req->remote;
	s->installed = true;
	s->view.rank = req->rank;
	s->view.born_ms = kernel_ms();
	s->view.refuse_ms = KW_REFUSE_MS;
	s->view.jitter = (u8)world_below(256);
	s->view.initiator = req->role == KEYWAY_ROLE_INITIATOR;
	s->peer->session[s->peer->sessions++] = s;
	s->peer->reserved--;
	s->peer->kernel->reservations--;
}

static int kernel_nl_may(struct kernel *k, const struct kwnl_session_set_req *req)
{
	struct model_session *s = kernel_find(k, req->index);
	int i;

	if (!kernel_bound(k))
		return -ENOTCONN;
	if (!s || (!s->installed && kernel_ms() >= s->reserved_until))
		return -ESTALE;
	if (s->installed)
		return -EALREADY;
	if (!s->peer || s->peer != kernel_peer(k, req->peer))
		return -EPERM;
	for (i = 0; i < s->peer->sessions; i++)
		if (s->peer->session[i]->view.rank == req->rank)
			return -EEXIST;
	return kernel_nl_once(k, kernel_nl_name(req->rx_key) ^ kernel_nl_name(req->tx_key));
}

int kwnl_set_session(struct kwnl *nl, struct kwnl_session_set_req *req)
{
	struct kernel *k = kernel_nl_of(nl);
	struct model_session *s = kernel_find(k, req->index);
	int err = kernel_nl_may(k, req);
	struct model_peer *p;

	if (!err) {
		p = s->peer;
		kernel_nl_fill(s, req);
		world_say(k->node, "session %08x to %08x as %s, rank %llx", s->index,
			  s->remote_index, req->role ? "responder" : "initiator",
			  (unsigned long long)req->rank);
		node_installed(k->node, p->node, s->tx);
		watch_installed(s);
		kernel_event(s, KEYWAY_REASON_SET);
		kernel_nl_room(p);
		kernel_flush(p);
	}
	kw_crypto_wipe(req->rx_key, sizeof(req->rx_key));
	kw_crypto_wipe(req->tx_key, sizeof(req->tx_key));
	return err;
}

static int kernel_nl_expect(struct kernel *k, const struct kwnl_control_req *req)
{
	struct model_session *s = kernel_find(k, req->index);

	if (!s || s->installed || kernel_ms() >= s->reserved_until)
		return -ESTALE;
	s->answer = req->has_answer_key ? MODEL_KEYED : MODEL_KEYLESS;
	memcpy(s->answer_key.b, req->answer_key, sizeof(s->answer_key.b));
	return 0;
}

int kwnl_send_control(struct kwnl *nl, struct kwnl_control_req *req)
{
	struct kernel *k = kernel_nl_of(nl);
	struct packet m = { .from = k->node->at, .to = req->remote, .kind = PACKET_CONTROL,
			    .left_ms = kernel_ms() };
	int err = 0;

	if (!kernel_bound(k))
		return -ENOTCONN;
	if (req->index)
		err = kernel_nl_expect(k, req);
	if (err)
		return err;
	m.len = (uint16_t)req->payload_len;
	memcpy(m.bytes, req->payload, req->payload_len);
	world_say(k->node, "sends type %u, %u bytes", m.bytes[0], m.len);
	watch_message(k->node, &m);
	world_send(k->node, &m);
	return 0;
}

int kwnl_set_domain(struct kwnl *nl, struct kwnl_domain_req *req)
{
	struct kernel *k = kernel_nl_of(nl);

	if (req->n_mac1_keys) {
		k->domain.n_mac1_keys = req->n_mac1_keys;
		memcpy(k->domain.mac1_keys, req->mac1_keys, sizeof(req->mac1_keys));
	}
	if (req->n_cookie_secrets) {
		k->domain.n_cookie_secrets = req->n_cookie_secrets;
		memcpy(k->domain.cookie_secrets, req->cookie_secrets, sizeof(req->cookie_secrets));
	}
	return 0;
}

int kwnl_get_peer(struct kwnl *nl, uint32_t dev, const uint8_t address[KWNL_ADDR_SIZE],
		  struct kwnl_peer *peer)
{
	struct kernel *k = kernel_nl_of(nl);
	struct model_peer *p = kernel_peer(k, address);
	struct kernel_view view;

	(void)dev;
	if (!p)
		return -ENOENT;
	memset(peer, 0, sizeof(*peer));
	if (kernel_view(k, p->node, &view))
		peer->session = view.index;
	return 0;
}

/* --- what must hold at any time ------------------------------------------- */

static void kernel_nl_check_peer(const struct model_peer *p)
{
	const char *name = p->kernel->node->name;

	if (p->sessions > KW_SESSIONS_PER_PEER)
		world_violation("%s holds %d sessions with one peer", name, p->sessions);
	if (p->reserved > KW_RESERVE_PER_PEER)
		world_violation("%s holds %u reservations of one peer", name, p->reserved);
	watch_peer(p);
	session_lives(p);
}

void kernel_check(struct kernel *k)
{
	unsigned int i;

	for (i = 0; i < k->peers; i++)
		kernel_nl_check_peer(&k->peer[i]);
	if (k->reservations > KW_RESERVE_PER_PEER * k->peers + 8)
		world_violation("%s holds %u reservations", k->node->name, k->reservations);
}
