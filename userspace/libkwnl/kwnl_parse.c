// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Reads messages of the keyway family by tables: each row says which attribute
 * goes where and how wide it is. Owns the tables; called by kwnl.c and
 * kwnl_event.c and fuzzed as a whole. Every read is bounded by the attribute,
 * every attribute by the message.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <linux/genetlink.h>
#include "kwnl_nl.h"
#include "kwnl_parse.h"

enum kwnl_parse_kind {
	KWNL_PARSE_NUMBER, /* 1, 2, 4 or 8 bytes, by the member's size */
	KWNL_PARSE_AGO,	   /* the same, KWNL_NEVER without it */
	KWNL_PARSE_PORT,   /* big endian, 2 bytes */
	KWNL_PARSE_BOOL,   /* u8 */
	KWNL_PARSE_FLAG,   /* there or not */
	KWNL_PARSE_BYTES,  /* exactly the member's size */
	KWNL_PARSE_TEXT,   /* NUL-terminated, at most the member's size */
	KWNL_PARSE_NEST,   /* by another table */
	KWNL_PARSE_CALL,   /* by a function, once per attribute */
};

struct kwnl_parse_table;

struct kwnl_parse_row {
	uint8_t attr;
	uint8_t kind;
	bool required;
	uint16_t at;   /* of the member */
	uint16_t size; /* of the member */
	uint16_t has;  /* of a bool set when it is there; 0: none */
	const struct kwnl_parse_table *nest;
	int (*call)(struct nlattr *nla, void *object);
};

struct kwnl_parse_table {
	const struct kwnl_parse_row *rows;
	size_t n;
	size_t size; /* of the object */
};

/* clang-format off */
#define ROW(a, k, req, s, m, h, n) \
	{ .attr = (a), .kind = KWNL_PARSE_##k, .required = (req), \
	  .at = offsetof(struct s, m), .size = sizeof(((struct s *)0)->m), .has = (h), .nest = (n) }
#define NUMBER(a, s, m)		ROW(a, NUMBER, false, s, m, 0, NULL)
#define NAME(a, s, m)		ROW(a, NUMBER, true, s, m, 0, NULL)
#define AGO(a, s, m)		ROW(a, AGO, false, s, m, 0, NULL)
#define PORT(a, s, m)		ROW(a, PORT, false, s, m, 0, NULL)
#define BOOL(a, s, m)		ROW(a, BOOL, false, s, m, 0, NULL)
#define FLAG(a, s, m)		ROW(a, FLAG, false, s, m, 0, NULL)
#define BYTES(a, s, m)		ROW(a, BYTES, false, s, m, 0, NULL)
#define ADDRESS(a, s, m)	ROW(a, BYTES, true, s, m, 0, NULL)
#define TEXT(a, s, m)		ROW(a, TEXT, false, s, m, 0, NULL)
#define NEST(a, s, m, t)	ROW(a, NEST, false, s, m, 0, &(t))
#define MAYBE(a, k, s, m, h)	ROW(a, k, false, s, m, offsetof(struct s, h), NULL)
#define CALL(a, f)		{ .attr = (a), .kind = KWNL_PARSE_CALL, .call = (f) }
#define TABLE(name, s) \
	static const struct kwnl_parse_table name##_table = { \
		name##_rows, sizeof(name##_rows) / sizeof(name##_rows[0]), sizeof(struct s) }
/* clang-format on */

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_endpoint_rows[] = {
	ADDRESS(KEYWAY_A_ENDPOINT_ADDR, kwnl_endpoint, addr),
	PORT(KEYWAY_A_ENDPOINT_PORT, kwnl_endpoint, port),
	NUMBER(KEYWAY_A_ENDPOINT_IFINDEX, kwnl_endpoint, ifindex),
};
TABLE(kwnl_parse_endpoint, kwnl_endpoint);

static const struct kwnl_parse_row kwnl_parse_traffic_rows[] = {
	NUMBER(KEYWAY_A_TRAFFIC_RX_PACKETS, kwnl_traffic, rx_packets),
	NUMBER(KEYWAY_A_TRAFFIC_RX_BYTES, kwnl_traffic, rx_bytes),
	NUMBER(KEYWAY_A_TRAFFIC_TX_PACKETS, kwnl_traffic, tx_packets),
	NUMBER(KEYWAY_A_TRAFFIC_TX_BYTES, kwnl_traffic, tx_bytes),
};
TABLE(kwnl_parse_traffic, kwnl_traffic);

static const struct kwnl_parse_row kwnl_parse_prefix_rows[] = {
	ADDRESS(KEYWAY_A_PREFIX_ADDR, kwnl_prefix, addr),
	NAME(KEYWAY_A_PREFIX_LEN, kwnl_prefix, len),
};
TABLE(kwnl_parse_prefix, kwnl_prefix);

struct kwnl_parse_drop {
	uint32_t reason;
	uint64_t packets;
};

static const struct kwnl_parse_row kwnl_parse_drop_rows[] = {
	NAME(KEYWAY_A_DROP_COUNT_REASON, kwnl_parse_drop, reason),
	NAME(KEYWAY_A_DROP_COUNT_PACKETS, kwnl_parse_drop, packets),
};
TABLE(kwnl_parse_drop, kwnl_parse_drop);
/* clang-format on */

static void kwnl_parse_number(const struct nlattr *nla, size_t size, void *to)
{
	/* libnl's nla_get_* read without looking at the length */
	memcpy(to, nla_data(nla), size);
}

static int kwnl_parse_text(const struct nlattr *nla, size_t size, char *to)
{
	const size_t len = strnlen(nla_data(nla), nla_len(nla));

	if (len == (size_t)nla_len(nla) || len >= size)
		return -EBADMSG;
	memcpy(to, nla_data(nla), len + 1);
	return 0;
}

static bool kwnl_parse_fits(const struct nlattr *nla, const struct kwnl_parse_row *row)
{
	const int len = nla_len(nla);

	switch (row->kind) {
	case KWNL_PARSE_NUMBER:
	case KWNL_PARSE_AGO:
	case KWNL_PARSE_BYTES:
		return len == row->size;
	case KWNL_PARSE_PORT:
		return len == sizeof(uint16_t);
	case KWNL_PARSE_BOOL:
		return len == sizeof(uint8_t);
	default:
		return true;
	}
}

static int kwnl_parse_attrs(struct nlattr *first, int len,
			    const struct kwnl_parse_table *table, void *object);

static int kwnl_parse_value(struct nlattr *nla, const struct kwnl_parse_row *row,
			    void *object)
{
	char *to = (char *)object + row->at;
	uint16_t be;

	switch (row->kind) {
	case KWNL_PARSE_NUMBER:
	case KWNL_PARSE_AGO:
	case KWNL_PARSE_BYTES:
		kwnl_parse_number(nla, row->size, to);
		return 0;
	case KWNL_PARSE_PORT:
		memcpy(&be, nla_data(nla), sizeof(be));
		*(uint16_t *)to = be16toh(be);
		return 0;
	case KWNL_PARSE_BOOL:
		*(bool *)to = *(uint8_t *)nla_data(nla) != 0;
		return 0;
	case KWNL_PARSE_FLAG:
		*(bool *)to = true;
		return 0;
	case KWNL_PARSE_TEXT:
		return kwnl_parse_text(nla, row->size, to);
	case KWNL_PARSE_NEST:
		return kwnl_parse_attrs(nla_data(nla), nla_len(nla), row->nest, to);
	default:
		return row->call(nla, object);
	}
}

static const struct kwnl_parse_row *
kwnl_parse_lookup(const struct kwnl_parse_table *table, int attr)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (table->rows[i].attr == attr)
			return &table->rows[i];
	return NULL;
}

static int kwnl_parse_missing(const struct kwnl_parse_table *table, uint64_t seen)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (table->rows[i].required && !(seen & (1ULL << i)))
			return -EBADMSG;
	return 0;
}

static int kwnl_parse_attrs(struct nlattr *first, int len,
			    const struct kwnl_parse_table *table, void *object)
{
	const struct kwnl_parse_row *row;
	uint64_t seen = 0;
	struct nlattr *nla;
	int rest, err;

	nla_for_each_attr(nla, first, len, rest)
	{
		row = kwnl_parse_lookup(table, nla_type(nla));
		if (!row)
			continue;
		if (!kwnl_parse_fits(nla, row))
			return -EBADMSG;
		err = kwnl_parse_value(nla, row, object);
		if (err)
			return err;
		if (row->has)
			*((bool *)object + row->has) = true;
		seen |= 1ULL << (row - table->rows);
	}
	return kwnl_parse_missing(table, seen);
}

static void kwnl_parse_clear(const struct kwnl_parse_table *table, void *object)
{
	const uint64_t never = KWNL_NEVER;
	size_t i;

	memset(object, 0, table->size);
	for (i = 0; i < table->n; i++)
		if (table->rows[i].kind == KWNL_PARSE_AGO)
			memcpy((char *)object + table->rows[i].at, &never, sizeof(never));
}

static int kwnl_parse_message(const struct nlmsghdr *h,
			      const struct kwnl_parse_table *table, void *object)
{
	const int head = NLMSG_HDRLEN + GENL_HDRLEN;

	kwnl_parse_clear(table, object);
	if (h->nlmsg_len < (uint32_t)head)
		return -EBADMSG;
	return kwnl_parse_attrs((struct nlattr *)((char *)h + head), h->nlmsg_len - head,
				table, object);
}

int kwnl_parse_command(const struct nlmsghdr *h)
{
	if (h->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return -EBADMSG;
	return ((const struct genlmsghdr *)((const char *)h + NLMSG_HDRLEN))->cmd;
}

static int kwnl_parse_drops(struct nlattr *nla, void *object)
{
	struct kwnl_parse_drop drop = {0};
	struct kwnl_dev *dev = object;
	int err;

	err = kwnl_parse_attrs(nla_data(nla), nla_len(nla), &kwnl_parse_drop_table,
			       &drop);
	if (!err && drop.reason <= KEYWAY_DROP_MAX)
		dev->drops[drop.reason] = drop.packets;
	return err;
}

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_dev_rows[] = {
	NAME(KEYWAY_A_DEV_ID, kwnl_dev, id),
	NUMBER(KEYWAY_A_DEV_GENERATION, kwnl_dev, generation),
	NUMBER(KEYWAY_A_DEV_IFINDEX, kwnl_dev, ifindex),
	TEXT(KEYWAY_A_DEV_IFNAME, kwnl_dev, ifname),
	NUMBER(KEYWAY_A_DEV_MTU, kwnl_dev, mtu),
	BYTES(KEYWAY_A_DEV_ADDRESS, kwnl_dev, address),
	NUMBER(KEYWAY_A_DEV_MAX_TRAIN, kwnl_dev, max_train),
	NUMBER(KEYWAY_A_DEV_MAX_STAGE, kwnl_dev, max_stage),
	NUMBER(KEYWAY_A_DEV_BOUND, kwnl_dev, bound),
	NUMBER(KEYWAY_A_DEV_PEERS, kwnl_dev, peers),
	NUMBER(KEYWAY_A_DEV_SESSIONS, kwnl_dev, sessions),
	NUMBER(KEYWAY_A_DEV_RESERVATIONS, kwnl_dev, reservations),
	NUMBER(KEYWAY_A_DEV_CHACHA_NS, kwnl_dev, chacha_ns),
	NUMBER(KEYWAY_A_DEV_GCM_NS, kwnl_dev, gcm_ns),
	TEXT(KEYWAY_A_DEV_VERSION, kwnl_dev, version),
	NUMBER(KEYWAY_A_DEV_REASON, kwnl_dev, reason),
	NEST(KEYWAY_A_DEV_TRAFFIC, kwnl_dev, traffic, kwnl_parse_traffic_table),
	CALL(KEYWAY_A_DEV_DROPS, kwnl_parse_drops),
};
TABLE(kwnl_parse_dev, kwnl_dev);

static const struct kwnl_parse_row kwnl_parse_socket_rows[] = {
	NAME(KEYWAY_A_SOCKET_DEV_ID, kwnl_socket, dev),
	NUMBER(KEYWAY_A_SOCKET_GENERATION, kwnl_socket, generation),
	NAME(KEYWAY_A_SOCKET_ID, kwnl_socket, id),
	NUMBER(KEYWAY_A_SOCKET_FAMILY, kwnl_socket, family),
	PORT(KEYWAY_A_SOCKET_PORT, kwnl_socket, port),
	NUMBER(KEYWAY_A_SOCKET_BIND_IFINDEX, kwnl_socket, bind_ifindex),
	NUMBER(KEYWAY_A_SOCKET_MARK, kwnl_socket, mark),
};
TABLE(kwnl_parse_socket, kwnl_socket);
/* clang-format on */

static int kwnl_parse_origin(struct nlattr *nla, void *object)
{
	struct kwnl_peer *peer = object;

	if (nla_len(nla) > (int)sizeof(peer->origin))
		return -EBADMSG;
	peer->origin_len = nla_len(nla);
	memcpy(peer->origin, nla_data(nla), peer->origin_len);
	return 0;
}

static int kwnl_parse_prefixes(struct nlattr *nla, void *object)
{
	struct kwnl_peer *peer = object;
	struct kwnl_prefix prefix;
	int err;

	err = kwnl_parse_attrs(nla_data(nla), nla_len(nla), &kwnl_parse_prefix_table,
			       &prefix);
	if (err)
		return err;
	if (peer->n_prefixes == KEYWAY_PREFIXES_MAX || prefix.len > 128)
		return -EBADMSG;
	peer->prefixes[peer->n_prefixes++] = prefix;
	return 0;
}

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_peer_rows[] = {
	NAME(KEYWAY_A_PEER_DEV_ID, kwnl_peer, dev),
	NUMBER(KEYWAY_A_PEER_GENERATION, kwnl_peer, generation),
	ADDRESS(KEYWAY_A_PEER_ADDRESS, kwnl_peer, address),
	BYTES(KEYWAY_A_PEER_FINGERPRINT, kwnl_peer, fingerprint),
	CALL(KEYWAY_A_PEER_ORIGIN, kwnl_parse_origin),
	CALL(KEYWAY_A_PEER_PREFIX, kwnl_parse_prefixes),
	BOOL(KEYWAY_A_PEER_TRANSIT, kwnl_peer, transit),
	NUMBER(KEYWAY_A_PEER_KEEPALIVE, kwnl_peer, keepalive),
	NEST(KEYWAY_A_PEER_TRAFFIC, kwnl_peer, traffic, kwnl_parse_traffic_table),
	NUMBER(KEYWAY_A_PEER_STAGED, kwnl_peer, staged),
	AGO(KEYWAY_A_PEER_LAST_HANDSHAKE, kwnl_peer, last_handshake),
	AGO(KEYWAY_A_PEER_LAST_RX, kwnl_peer, last_rx),
	NUMBER(KEYWAY_A_PEER_SESSION, kwnl_peer, session),
	NUMBER(KEYWAY_A_PEER_REASON, kwnl_peer, reason),
};
TABLE(kwnl_parse_peer, kwnl_peer);

static const struct kwnl_parse_row kwnl_parse_ask_rows[] = {
	NAME(KEYWAY_A_PEER_DEV_ID, kwnl_ask, dev),
	ADDRESS(KEYWAY_A_PEER_ADDRESS, kwnl_ask, address),
	NUMBER(KEYWAY_A_PEER_SESSION, kwnl_ask, session),
	NAME(KEYWAY_A_PEER_REASON, kwnl_ask, reason),
};
TABLE(kwnl_parse_ask, kwnl_ask);

static const struct kwnl_parse_row kwnl_parse_session_rows[] = {
	NAME(KEYWAY_A_SESSION_DEV_ID, kwnl_session, dev),
	NUMBER(KEYWAY_A_SESSION_GENERATION, kwnl_session, generation),
	NAME(KEYWAY_A_SESSION_INDEX, kwnl_session, index),
	MAYBE(KEYWAY_A_SESSION_PEER, BYTES, kwnl_session, peer, has_peer),
	NUMBER(KEYWAY_A_SESSION_REMOTE_INDEX, kwnl_session, remote_index),
	NUMBER(KEYWAY_A_SESSION_SUITE, kwnl_session, suite),
	NUMBER(KEYWAY_A_SESSION_RANK, kwnl_session, rank),
	NUMBER(KEYWAY_A_SESSION_SCOPE, kwnl_session, scope),
	NUMBER(KEYWAY_A_SESSION_ROLE, kwnl_session, role),
	NUMBER(KEYWAY_A_SESSION_REFUSE_AFTER, kwnl_session, refuse_after),
	NUMBER(KEYWAY_A_SESSION_STATE, kwnl_session, state),
	BOOL(KEYWAY_A_SESSION_SENDING, kwnl_session, sending),
	NUMBER(KEYWAY_A_SESSION_AGE, kwnl_session, age),
	AGO(KEYWAY_A_SESSION_IDLE, kwnl_session, idle),
	NEST(KEYWAY_A_SESSION_TRAFFIC, kwnl_session, traffic, kwnl_parse_traffic_table),
	NUMBER(KEYWAY_A_SESSION_SPACES, kwnl_session, spaces),
	NUMBER(KEYWAY_A_SESSION_REASON, kwnl_session, reason),
};
TABLE(kwnl_parse_session, kwnl_session);

static const struct kwnl_parse_row kwnl_parse_reservation_rows[] = {
	NAME(KEYWAY_A_SESSION_DEV_ID, kwnl_session_reply, dev),
	NAME(KEYWAY_A_SESSION_INDEX, kwnl_session_reply, index),
	NUMBER(KEYWAY_A_SESSION_HIGHEST, kwnl_session_reply, highest),
};
TABLE(kwnl_parse_reservation, kwnl_session_reply);

static const struct kwnl_parse_row kwnl_parse_path_rows[] = {
	NAME(KEYWAY_A_PATH_DEV_ID, kwnl_path, dev),
	NUMBER(KEYWAY_A_PATH_GENERATION, kwnl_path, generation),
	NAME(KEYWAY_A_PATH_ID, kwnl_path, id),
	ADDRESS(KEYWAY_A_PATH_PEER, kwnl_path, peer),
	NUMBER(KEYWAY_A_PATH_SOCKET, kwnl_path, socket),
	NEST(KEYWAY_A_PATH_REMOTE, kwnl_path, remote, kwnl_parse_endpoint_table),
	MAYBE(KEYWAY_A_PATH_LOCAL, BYTES, kwnl_path, local, has_local),
	NUMBER(KEYWAY_A_PATH_STATE, kwnl_path, state),
	BOOL(KEYWAY_A_PATH_IN_USE, kwnl_path, in_use),
	NUMBER(KEYWAY_A_PATH_MTU, kwnl_path, mtu),
	MAYBE(KEYWAY_A_PATH_RTT, NUMBER, kwnl_path, rtt, has_rtt),
	NEST(KEYWAY_A_PATH_TRAFFIC, kwnl_path, traffic, kwnl_parse_traffic_table),
	AGO(KEYWAY_A_PATH_LAST_RX, kwnl_path, last_rx),
	NUMBER(KEYWAY_A_PATH_REASON, kwnl_path, reason),
};
TABLE(kwnl_parse_path, kwnl_path);
/* clang-format on */

static int kwnl_parse_payload(struct nlattr *nla, void *object)
{
	struct kwnl_control *control = object;

	control->payload = nla_data(nla);
	control->payload_len = nla_len(nla);
	return 0;
}

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_control_rows[] = {
	NAME(KEYWAY_A_CONTROL_DEV_ID, kwnl_control, dev),
	NUMBER(KEYWAY_A_CONTROL_CHANNEL, kwnl_control, channel),
	NUMBER(KEYWAY_A_CONTROL_SOCKET, kwnl_control, socket),
	NEST(KEYWAY_A_CONTROL_REMOTE, kwnl_control, remote, kwnl_parse_endpoint_table),
	BYTES(KEYWAY_A_CONTROL_LOCAL, kwnl_control, local.addr),
	NUMBER(KEYWAY_A_CONTROL_LOCAL_IFINDEX, kwnl_control, local.ifindex),
	CALL(KEYWAY_A_CONTROL_PAYLOAD, kwnl_parse_payload),
	NUMBER(KEYWAY_A_CONTROL_INDEX, kwnl_control, index),
	NUMBER(KEYWAY_A_CONTROL_MAC1_KEY_ID, kwnl_control, mac1_key_id),
	FLAG(KEYWAY_A_CONTROL_COOKIED, kwnl_control, cookied),
	MAYBE(KEYWAY_A_CONTROL_PEER, BYTES, kwnl_control, peer, has_peer),
	BYTES(KEYWAY_A_CONTROL_TAG, kwnl_control, tag),
	NUMBER(KEYWAY_A_CONTROL_FRAME_TYPE, kwnl_control, frame_type),
};
TABLE(kwnl_parse_control, kwnl_control);

static const struct kwnl_parse_row kwnl_parse_domain_rows[] = {
	NAME(KEYWAY_A_DOMAIN_DEV_ID, kwnl_domain, dev),
	NUMBER(KEYWAY_A_DOMAIN_MAC1_KEYS, kwnl_domain, mac1_keys),
	NUMBER(KEYWAY_A_DOMAIN_COOKIE_SECRETS, kwnl_domain, cookie_secrets),
};
TABLE(kwnl_parse_domain, kwnl_domain);
/* clang-format on */

int kwnl_parse_dev(const struct nlmsghdr *h, struct kwnl_dev *dev)
{
	return kwnl_parse_message(h, &kwnl_parse_dev_table, dev);
}

int kwnl_parse_socket(const struct nlmsghdr *h, struct kwnl_socket *sock)
{
	return kwnl_parse_message(h, &kwnl_parse_socket_table, sock);
}

int kwnl_parse_peer(const struct nlmsghdr *h, struct kwnl_peer *peer)
{
	return kwnl_parse_message(h, &kwnl_parse_peer_table, peer);
}

int kwnl_parse_ask(const struct nlmsghdr *h, struct kwnl_ask *ask)
{
	return kwnl_parse_message(h, &kwnl_parse_ask_table, ask);
}

int kwnl_parse_session(const struct nlmsghdr *h, struct kwnl_session *session)
{
	return kwnl_parse_message(h, &kwnl_parse_session_table, session);
}

int kwnl_parse_reservation(const struct nlmsghdr *h, struct kwnl_session_reply *reply)
{
	return kwnl_parse_message(h, &kwnl_parse_reservation_table, reply);
}

int kwnl_parse_path(const struct nlmsghdr *h, struct kwnl_path *path)
{
	return kwnl_parse_message(h, &kwnl_parse_path_table, path);
}

int kwnl_parse_control(const struct nlmsghdr *h, struct kwnl_control *control)
{
	return kwnl_parse_message(h, &kwnl_parse_control_table, control);
}

int kwnl_parse_domain(const struct nlmsghdr *h, struct kwnl_domain *domain)
{
	return kwnl_parse_message(h, &kwnl_parse_domain_table, domain);
}

struct kwnl_parse_group {
	char name[16];
	uint32_t id;
};

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_group_rows[] = {
	TEXT(CTRL_ATTR_MCAST_GRP_NAME, kwnl_parse_group, name),
	NAME(CTRL_ATTR_MCAST_GRP_ID, kwnl_parse_group, id),
};
TABLE(kwnl_parse_group, kwnl_parse_group);
/* clang-format on */

static int kwnl_parse_groups(struct nlattr *nla, void *object)
{
	struct kwnl_family *family = object;
	struct kwnl_parse_group group;
	struct nlattr *one;
	int rest, err;

	nla_for_each_nested(one, nla, rest)
	{
		memset(&group, 0, sizeof(group));
		err = kwnl_parse_attrs(nla_data(one), nla_len(one),
				       &kwnl_parse_group_table, &group);
		if (err)
			return err;
		if (!strcmp(group.name, KEYWAY_MCGRP_EVENTS))
			family->events = group.id;
	}
	return 0;
}

/* clang-format off */
static const struct kwnl_parse_row kwnl_parse_family_rows[] = {
	NAME(CTRL_ATTR_FAMILY_ID, kwnl_family, id),
	NAME(CTRL_ATTR_VERSION, kwnl_family, version),
	CALL(CTRL_ATTR_MCAST_GROUPS, kwnl_parse_groups),
};
TABLE(kwnl_parse_family, kwnl_family);
/* clang-format on */

int kwnl_parse_family(const struct nlmsghdr *h, struct kwnl_family *family)
{
	return kwnl_parse_message(h, &kwnl_parse_family_table, family);
}
