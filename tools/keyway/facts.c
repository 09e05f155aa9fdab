// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Names of the uapi's numbers and JSON of its objects. Owns nothing; called by
 * the commands about kernel objects, by status and by monitor.
 */
#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>
#include <sys/socket.h>

#include "libdaemon/json.h"
#include "text.h"

#define NAME(table, i) \
	((i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? (table)[i] : "unknown")

static const char *const facts_reasons[] = {
	[KEYWAY_REASON_NEW] = "new",
	[KEYWAY_REASON_SET] = "set",
	[KEYWAY_REASON_DEL] = "del",
	[KEYWAY_REASON_CONFIRMED] = "confirmed",
	[KEYWAY_REASON_ACQUIRE] = "acquire",
	[KEYWAY_REASON_REKEY] = "rekey",
	[KEYWAY_REASON_UNCONFIRMED] = "unconfirmed",
	[KEYWAY_REASON_SILENT] = "silent",
	[KEYWAY_REASON_EXPIRED] = "expired",
	[KEYWAY_REASON_OUTRANKED] = "outranked",
	[KEYWAY_REASON_EVICTED] = "evicted",
	[KEYWAY_REASON_ROAM] = "roam",
	[KEYWAY_REASON_LINK] = "link",
	[KEYWAY_REASON_FORK] = "fork",
};

static const char *const facts_drops[] = {
	[KEYWAY_DROP_TX_MALFORMED] = "tx_malformed",
	[KEYWAY_DROP_TX_NO_ROUTE] = "tx_no_route",
	[KEYWAY_DROP_TX_NO_PEER] = "tx_no_peer",
	[KEYWAY_DROP_TX_NO_SESSION] = "tx_no_session",
	[KEYWAY_DROP_TX_NO_PATH] = "tx_no_path",
	[KEYWAY_DROP_TX_NO_SOCKET] = "tx_no_socket",
	[KEYWAY_DROP_TX_NO_MEMORY] = "tx_no_memory",
	[KEYWAY_DROP_TX_SCOPE] = "tx_scope",
	[KEYWAY_DROP_TX_TOO_BIG] = "tx_too_big",
	[KEYWAY_DROP_TX_LOOP] = "tx_loop",
	[KEYWAY_DROP_TX_STAGE_FULL] = "tx_stage_full",
	[KEYWAY_DROP_TX_EXHAUSTED] = "tx_exhausted",
	[KEYWAY_DROP_TX_CRYPTO] = "tx_crypto",
	[KEYWAY_DROP_TX_DOWN] = "tx_down",
	[KEYWAY_DROP_RX_MALFORMED] = "rx_malformed",
	[KEYWAY_DROP_RX_TYPE] = "rx_type",
	[KEYWAY_DROP_RX_MAC1] = "rx_mac1",
	[KEYWAY_DROP_RX_RESERVATION] = "rx_reservation",
	[KEYWAY_DROP_RX_BUDGET] = "rx_budget",
	[KEYWAY_DROP_RX_UNBOUND] = "rx_unbound",
	[KEYWAY_DROP_RX_INDEX] = "rx_index",
	[KEYWAY_DROP_RX_EXPIRED] = "rx_expired",
	[KEYWAY_DROP_RX_SPACE] = "rx_space",
	[KEYWAY_DROP_RX_CRYPTO] = "rx_crypto",
	[KEYWAY_DROP_RX_REPLAY] = "rx_replay",
	[KEYWAY_DROP_RX_SCOPE] = "rx_scope",
	[KEYWAY_DROP_RX_INNER] = "rx_inner",
	[KEYWAY_DROP_RX_SOURCE] = "rx_source",
	[KEYWAY_DROP_RX_ECN] = "rx_ecn",
	[KEYWAY_DROP_RX_NO_MEMORY] = "rx_no_memory",
	[KEYWAY_DROP_RX_DOWN] = "rx_down",
};

static const char *const facts_suites[] = {
	[KEYWAY_SUITE_CHACHA20_POLY1305] = "chacha20-poly1305",
	[KEYWAY_SUITE_AES_256_GCM] = "aes-256-gcm",
};

static const char *const facts_scopes[] = {
	[KEYWAY_SCOPE_SIGNAL] = "signal",
	[KEYWAY_SCOPE_FULL] = "full",
};

static const char *const facts_roles[] = {
	[KEYWAY_ROLE_INITIATOR] = "initiator",
	[KEYWAY_ROLE_RESPONDER] = "responder",
};

static const char *const facts_session_states[] = {
	[KEYWAY_SESSION_STATE_RESERVED] = "reserved",
	[KEYWAY_SESSION_STATE_UNCONFIRMED] = "unconfirmed",
	[KEYWAY_SESSION_STATE_CONFIRMED] = "confirmed",
};

static const char *const facts_path_states[] = {
	[KEYWAY_PATH_STATE_UNVALIDATED] = "unvalidated",
	[KEYWAY_PATH_STATE_ACTIVE] = "active",
	[KEYWAY_PATH_STATE_SUSPECT] = "suspect",
};

_Static_assert(sizeof(facts_drops) / sizeof(facts_drops[0]) == KEYWAY_DROP_MAX + 1,
	       "a drop reason of the uapi has no name");

const char *facts_reason(uint32_t reason)
{
	return NAME(facts_reasons, reason);
}

const char *facts_drop(uint32_t reason)
{
	return NAME(facts_drops, reason);
}

/* Object from a pack format; jansson gives NULL without memory only. */
static json_t *facts_must(json_t *value)
{
	if (!value)
		abort();
	return value;
}

static void facts_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, facts_must(value)))
		abort();
}

static json_t *facts_addr(const uint8_t addr[KWNL_ADDR_SIZE])
{
	char text[TEXT_ADDR];

	text_format_addr(addr, text);
	return facts_must(json_string(text));
}

static json_t *facts_endpoint(const struct kwnl_endpoint *ep)
{
	char text[TEXT_ENDPOINT];

	if (!ep->port)
		return json_null();
	text_format_endpoint(ep, text);
	return facts_must(json_string(text));
}

/* Milliseconds, or null for what has not happened. */
static json_t *facts_ms(uint64_t ms)
{
	return ms == KWNL_NEVER ? json_null() : facts_must(json_integer((json_int_t)ms));
}

static void facts_set_traffic(json_t *object, const struct kwnl_traffic *t)
{
	facts_set(object, "rx_packets", json_integer((json_int_t)t->rx_packets));
	facts_set(object, "rx_bytes", json_integer((json_int_t)t->rx_bytes));
	facts_set(object, "tx_packets", json_integer((json_int_t)t->tx_packets));
	facts_set(object, "tx_bytes", json_integer((json_int_t)t->tx_bytes));
}

static json_t *facts_all_drops(const struct kwnl_dev *dev)
{
	json_t *drops = facts_must(json_object());
	size_t i;

	for (i = 1; i <= KEYWAY_DROP_MAX; i++)
		if (dev->drops[i])
			facts_set(drops, facts_drops[i],
				  json_integer((json_int_t)dev->drops[i]));
	return drops;
}

json_t *facts_device(const struct kwnl_dev *dev)
{
	json_t *o = facts_must(json_object());

	facts_set(o, "name", json_string(dev->ifname));
	facts_set(o, "dev", json_integer(dev->id));
	facts_set(o, "ifindex", json_integer(dev->ifindex));
	facts_set(o, "address", facts_addr(dev->address));
	facts_set(o, "mtu", json_integer(dev->mtu));
	facts_set(o, "daemon_bound", json_boolean(dev->bound != 0));
	facts_set(o, "peer_count", json_integer(dev->peers));
	facts_set(o, "session_count", json_integer(dev->sessions));
	facts_set(o, "reservation_count", json_integer(dev->reservations));
	facts_set(o, "max_train", json_integer(dev->max_train));
	facts_set(o, "max_stage", json_integer(dev->max_stage));
	facts_set(o, "chacha_ns", json_integer(dev->chacha_ns));
	facts_set(o, "gcm_ns", json_integer(dev->gcm_ns));
	facts_set(o, "module", json_string(dev->version));
	facts_set_traffic(o, &dev->traffic);
	facts_set(o, "drops", facts_all_drops(dev));
	return o;
}

json_t *facts_socket(const struct kwnl_socket *sock)
{
	json_t *o = facts_must(json_object());
	char name[IF_NAMESIZE] = "";

	if (sock->bind_ifindex && !if_indextoname(sock->bind_ifindex, name))
		snprintf(name, sizeof(name), "%u", sock->bind_ifindex);
	facts_set(o, "dev", json_integer(sock->dev));
	facts_set(o, "id", json_integer(sock->id));
	facts_set(o, "family", json_string(sock->family == AF_INET ? "ipv4" : "ipv6"));
	facts_set(o, "port", json_integer(sock->port));
	facts_set(o, "uplink", *name ? json_string(name) : json_null());
	facts_set(o, "mark", json_integer(sock->mark));
	return o;
}

static json_t *facts_fingerprint(const uint8_t val[KEYWAY_KEY_SIZE])
{
	struct kw_fingerprint fp = {0};

	memcpy(fp.val.b, val, sizeof(fp.val.b));
	return facts_must(json_fingerprint(&fp));
}

static json_t *facts_prefixes(const struct kwnl_peer *peer)
{
	json_t *list = facts_must(json_array());
	struct kw_prefix p;
	size_t i;

	for (i = 0; i < peer->n_prefixes; i++) {
		memcpy(p.addr.b, peer->prefixes[i].addr, sizeof(p.addr.b));
		p.len = peer->prefixes[i].len;
		if (json_array_append_new(list, json_prefix(&p)))
			abort();
	}
	return list;
}

json_t *facts_peer(const struct kwnl_peer *peer)
{
	json_t *o = facts_must(json_object());

	facts_set(o, "dev", json_integer(peer->dev));
	facts_set(o, "address", facts_addr(peer->address));
	facts_set(o, "fingerprint", facts_fingerprint(peer->fingerprint));
	facts_set(o, "allowed", facts_prefixes(peer));
	facts_set(o, "transit", json_boolean(peer->transit));
	facts_set(o, "keepalive", json_integer(peer->keepalive));
	facts_set(o, "session",
		  peer->session ? json_integer(peer->session) : json_null());
	facts_set(o, "last_handshake_ms", facts_ms(peer->last_handshake));
	facts_set(o, "last_rx_ms", facts_ms(peer->last_rx));
	facts_set(o, "staged", json_integer(peer->staged));
	facts_set_traffic(o, &peer->traffic);
	return o;
}

json_t *facts_session(const struct kwnl_session *s)
{
	const bool keys = s->state != KEYWAY_SESSION_STATE_RESERVED;
	json_t *o = facts_must(json_object());

	facts_set(o, "dev", json_integer(s->dev));
	facts_set(o, "index", json_integer(s->index));
	facts_set(o, "peer", s->has_peer ? facts_addr(s->peer) : json_null());
	facts_set(o, "state", json_string(NAME(facts_session_states, s->state)));
	if (keys) {
		facts_set(o, "sending", json_boolean(s->sending));
		facts_set(o, "remote_index", json_integer(s->remote_index));
		facts_set(o, "suite", json_string(NAME(facts_suites, s->suite)));
		facts_set(o, "scope", json_string(NAME(facts_scopes, s->scope)));
		facts_set(o, "role", json_string(NAME(facts_roles, s->role)));
		/* a signed 64-bit number of JSON would not hold it */
		facts_set(o, "rank",
			  json_sprintf("%016llx", (unsigned long long)s->rank));
		facts_set(o, "refuse_after_s", json_integer(s->refuse_after));
		facts_set(o, "idle_ms", facts_ms(s->idle));
		facts_set(o, "spaces", json_integer(s->spaces));
		facts_set_traffic(o, &s->traffic);
	}
	facts_set(o, "age_ms", facts_ms(s->age));
	return o;
}

json_t *facts_path(const struct kwnl_path *path)
{
	json_t *o = facts_must(json_object());

	facts_set(o, "dev", json_integer(path->dev));
	facts_set(o, "peer", facts_addr(path->peer));
	facts_set(o, "id", json_integer(path->id));
	facts_set(o, "socket", path->socket ? json_integer(path->socket) : json_null());
	facts_set(o, "remote", facts_endpoint(&path->remote));
	facts_set(o, "local", path->has_local ? facts_addr(path->local) : json_null());
	facts_set(o, "state", json_string(NAME(facts_path_states, path->state)));
	facts_set(o, "in_use", json_boolean(path->in_use));
	facts_set(o, "mtu", json_integer(path->mtu));
	facts_set(o, "rtt_us", path->has_rtt ? json_integer(path->rtt) : json_null());
	facts_set(o, "last_rx_ms", facts_ms(path->last_rx));
	facts_set_traffic(o, &path->traffic);
	return o;
}

static int facts_add(json_t *array, json_t *object)
{
	return json_array_append_new(array, object) ? -ENOMEM : 0;
}

int facts_add_device(void *array, const struct kwnl_dev *dev)
{
	return facts_add(array, facts_device(dev));
}

int facts_add_socket(void *array, const struct kwnl_socket *sock)
{
	return facts_add(array, facts_socket(sock));
}

int facts_add_peer(void *array, const struct kwnl_peer *peer)
{
	return facts_add(array, facts_peer(peer));
}

int facts_add_session(void *array, const struct kwnl_session *session)
{
	return facts_add(array, facts_session(session));
}

int facts_add_path(void *array, const struct kwnl_path *path)
{
	return facts_add(array, facts_path(path));
}
