// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * One function per verb of the objects peer, session and path of
 * uapi/keyway.yaml. Owns nothing: it works on the socket of a struct kwnl.
 * Called by keywayd's engines and the command line tool. Keys of a session go
 * into the message and are wiped in the request before it leaves.
 */
#include <string.h>
#include "kwnl.h"
#include "kwnl_nl.h"
#include "kwnl_parse.h"

/* A dump under way: whom to hand each object to. */
struct kwnl_dump {
	union {
		int (*peer)(void *arg, const struct kwnl_peer *peer);
		int (*session)(void *arg, const struct kwnl_session *session);
		int (*path)(void *arg, const struct kwnl_path *path);
	} fn;
	void *arg;
};

static void kwnl_put_prefixes(struct kwnl_nl_req *req, const struct kwnl_peer_req *r)
{
	struct nlattr *nest;
	size_t i;

	if (r->has_prefixes && !r->n_prefixes)
		kwnl_nl_put(req, KEYWAY_A_PEER_NO_PREFIXES, NULL, 0);
	for (i = 0; r->has_prefixes && i < r->n_prefixes; i++) {
		nest = kwnl_nl_nest(req, KEYWAY_A_PEER_PREFIX);
		kwnl_nl_put(req, KEYWAY_A_PREFIX_ADDR, r->prefixes[i].addr,
			    sizeof(r->prefixes[i].addr));
		kwnl_nl_put_u8(req, KEYWAY_A_PREFIX_LEN, r->prefixes[i].len);
		kwnl_nl_end_nest(req, nest);
	}
}

/* Starts a request about the peer with that address. */
static void kwnl_begin_peer(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd,
			    uint32_t dev, const uint8_t *address)
{
	kwnl_nl_start(k, req, cmd);
	kwnl_nl_put_u32(req, KEYWAY_A_PEER_DEV_ID, dev);
	kwnl_nl_put(req, KEYWAY_A_PEER_ADDRESS, address, KWNL_ADDR_SIZE);
}

static int kwnl_change_peer(struct kwnl *k, uint8_t cmd, const struct kwnl_peer_req *r)
{
	struct kwnl_nl_req req;

	kwnl_begin_peer(k, &req, cmd, r->dev, r->address);
	kwnl_nl_put(&req, KEYWAY_A_PEER_FINGERPRINT, r->fingerprint,
		    sizeof(r->fingerprint));
	if (r->origin)
		kwnl_nl_put(&req, KEYWAY_A_PEER_ORIGIN, r->origin, r->origin_len);
	kwnl_put_prefixes(&req, r);
	if (r->has_transit)
		kwnl_nl_put_u8(&req, KEYWAY_A_PEER_TRANSIT, r->transit);
	if (r->has_keepalive)
		kwnl_nl_put_u16(&req, KEYWAY_A_PEER_KEEPALIVE, r->keepalive);
	return kwnl_nl_finish(k, &req);
}

int kwnl_new_peer(struct kwnl *k, const struct kwnl_peer_req *r)
{
	return kwnl_change_peer(k, KEYWAY_CMD_PEER_NEW, r);
}

int kwnl_set_peer(struct kwnl *k, const struct kwnl_peer_req *r)
{
	return kwnl_change_peer(k, KEYWAY_CMD_PEER_SET, r);
}

static int kwnl_read_peer(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_peer(h, arg);
}

int kwnl_get_peer(struct kwnl *k, uint32_t dev, const uint8_t address[KWNL_ADDR_SIZE],
		  struct kwnl_peer *peer)
{
	struct kwnl_nl_req req;

	kwnl_begin_peer(k, &req, KEYWAY_CMD_PEER_GET, dev, address);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_peer, peer);
}

int kwnl_del_peer(struct kwnl *k, uint32_t dev, const uint8_t address[KWNL_ADDR_SIZE])
{
	struct kwnl_nl_req req;

	kwnl_begin_peer(k, &req, KEYWAY_CMD_PEER_DEL, dev, address);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_hand_peer(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_dump *dump = arg;
	struct kwnl_peer peer;
	int err = kwnl_parse_peer(h, &peer);

	return err ? err : dump->fn.peer(dump->arg, &peer);
}

int kwnl_dump_peer(struct kwnl *k, uint32_t dev,
		   int (*fn)(void *arg, const struct kwnl_peer *peer), void *arg)
{
	struct kwnl_dump dump = {.fn.peer = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_PEER_GET);
	kwnl_nl_put_u32(&req, KEYWAY_A_PEER_DEV_ID, dev);
	return kwnl_nl_dump(&k->nl, &req, kwnl_hand_peer, &dump);
}

static int kwnl_read_reservation(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_reservation(h, arg);
}

int kwnl_new_session(struct kwnl *k, const struct kwnl_session_req *r,
		     struct kwnl_session_reply *reply)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_SESSION_NEW);
	kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_DEV_ID, r->dev);
	if (r->has_peer)
		kwnl_nl_put(&req, KEYWAY_A_SESSION_PEER, r->peer, sizeof(r->peer));
	return kwnl_nl_call(&k->nl, &req, kwnl_read_reservation, reply);
}

static void kwnl_put_keys(struct kwnl_nl_req *req, const struct kwnl_session_set_req *r)
{
	kwnl_nl_put(req, KEYWAY_A_SESSION_RX_KEY, r->rx_key, sizeof(r->rx_key));
	kwnl_nl_put(req, KEYWAY_A_SESSION_TX_KEY, r->tx_key, sizeof(r->tx_key));
	kwnl_nl_put(req, KEYWAY_A_SESSION_RX_SALT, r->rx_salt, sizeof(r->rx_salt));
	kwnl_nl_put(req, KEYWAY_A_SESSION_TX_SALT, r->tx_salt, sizeof(r->tx_salt));
}

static void kwnl_wipe_keys(struct kwnl_session_set_req *r)
{
	explicit_bzero(r->rx_key, sizeof(r->rx_key));
	explicit_bzero(r->tx_key, sizeof(r->tx_key));
	explicit_bzero(r->rx_salt, sizeof(r->rx_salt));
	explicit_bzero(r->tx_salt, sizeof(r->tx_salt));
}

/* Starts a request about the session with that index. */
static void kwnl_begin_session(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd,
			       uint32_t dev, uint32_t index)
{
	kwnl_nl_start(k, req, cmd);
	kwnl_nl_put_u32(req, KEYWAY_A_SESSION_DEV_ID, dev);
	kwnl_nl_put_u32(req, KEYWAY_A_SESSION_INDEX, index);
}

int kwnl_set_session(struct kwnl *k, struct kwnl_session_set_req *r)
{
	struct kwnl_nl_req req;

	kwnl_begin_session(k, &req, KEYWAY_CMD_SESSION_SET, r->dev, r->index);
	kwnl_nl_put(&req, KEYWAY_A_SESSION_PEER, r->peer, sizeof(r->peer));
	kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_REMOTE_INDEX, r->remote_index);
	kwnl_nl_put_u16(&req, KEYWAY_A_SESSION_SUITE, r->suite);
	kwnl_put_keys(&req, r);
	kwnl_wipe_keys(r);
	kwnl_nl_put_u64(&req, KEYWAY_A_SESSION_RANK, r->rank);
	kwnl_nl_put_u8(&req, KEYWAY_A_SESSION_SCOPE, r->scope);
	kwnl_nl_put_u8(&req, KEYWAY_A_SESSION_ROLE, r->role);
	if (r->refuse_after)
		kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_REFUSE_AFTER, r->refuse_after);
	if (r->socket)
		kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_SOCKET, r->socket);
	kwnl_nl_put_endpoint(&req, KEYWAY_A_SESSION_REMOTE, &r->remote);
	kwnl_nl_put_local(&req, KEYWAY_A_SESSION_LOCAL, KEYWAY_A_SESSION_LOCAL_IFINDEX,
			  &r->local);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_read_session(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_session(h, arg);
}

int kwnl_get_session(struct kwnl *k, uint32_t dev, uint32_t index,
		     struct kwnl_session *session)
{
	struct kwnl_nl_req req;

	kwnl_begin_session(k, &req, KEYWAY_CMD_SESSION_GET, dev, index);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_session, session);
}

int kwnl_del_session(struct kwnl *k, uint32_t dev, uint32_t index)
{
	struct kwnl_nl_req req;

	kwnl_begin_session(k, &req, KEYWAY_CMD_SESSION_DEL, dev, index);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_hand_session(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_dump *dump = arg;
	struct kwnl_session session;
	int err = kwnl_parse_session(h, &session);

	return err ? err : dump->fn.session(dump->arg, &session);
}

int kwnl_dump_session(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		      int (*fn)(void *arg, const struct kwnl_session *session), void *arg)
{
	struct kwnl_dump dump = {.fn.session = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_SESSION_GET);
	kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_DEV_ID, dev);
	if (peer)
		kwnl_nl_put(&req, KEYWAY_A_SESSION_PEER, peer, KWNL_ADDR_SIZE);
	return kwnl_nl_dump(&k->nl, &req, kwnl_hand_session, &dump);
}

/* Starts a request about paths of the peer, if there is one. */
static void kwnl_begin_path(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd,
			    uint32_t dev, const uint8_t *peer)
{
	kwnl_nl_start(k, req, cmd);
	kwnl_nl_put_u32(req, KEYWAY_A_PATH_DEV_ID, dev);
	if (peer)
		kwnl_nl_put(req, KEYWAY_A_PATH_PEER, peer, KWNL_ADDR_SIZE);
}

static void kwnl_put_path(struct kwnl_nl_req *req, const struct kwnl_path_req *r)
{
	if (r->socket)
		kwnl_nl_put_u32(req, KEYWAY_A_PATH_SOCKET, r->socket);
	kwnl_nl_put_endpoint(req, KEYWAY_A_PATH_REMOTE, &r->remote);
}

static int kwnl_read_path(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_path(h, arg);
}

int kwnl_new_path(struct kwnl *k, const struct kwnl_path_req *r, uint32_t *id)
{
	struct kwnl_nl_req req;
	struct kwnl_path path;
	int err;

	kwnl_begin_path(k, &req, KEYWAY_CMD_PATH_NEW, r->dev, r->peer);
	kwnl_put_path(&req, r);
	err = kwnl_nl_call(&k->nl, &req, kwnl_read_path, &path);
	if (!err)
		*id = path.id;
	return err;
}

int kwnl_set_path(struct kwnl *k, const struct kwnl_path_req *r)
{
	struct kwnl_nl_req req;

	kwnl_begin_path(k, &req, KEYWAY_CMD_PATH_SET, r->dev, r->peer);
	kwnl_nl_put_u32(&req, KEYWAY_A_PATH_ID, r->id);
	kwnl_put_path(&req, r);
	return kwnl_nl_finish(k, &req);
}

int kwnl_get_path(struct kwnl *k, uint32_t dev, const uint8_t peer[KWNL_ADDR_SIZE],
		  uint32_t id, struct kwnl_path *path)
{
	struct kwnl_nl_req req;

	kwnl_begin_path(k, &req, KEYWAY_CMD_PATH_GET, dev, peer);
	kwnl_nl_put_u32(&req, KEYWAY_A_PATH_ID, id);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_path, path);
}

int kwnl_del_path(struct kwnl *k, uint32_t dev, const uint8_t peer[KWNL_ADDR_SIZE],
		  uint32_t id)
{
	struct kwnl_nl_req req;

	kwnl_begin_path(k, &req, KEYWAY_CMD_PATH_DEL, dev, peer);
	kwnl_nl_put_u32(&req, KEYWAY_A_PATH_ID, id);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_hand_path(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_dump *dump = arg;
	struct kwnl_path path;
	int err = kwnl_parse_path(h, &path);

	return err ? err : dump->fn.path(dump->arg, &path);
}

int kwnl_dump_path(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		   int (*fn)(void *arg, const struct kwnl_path *path), void *arg)
{
	struct kwnl_dump dump = {.fn.path = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_begin_path(k, &req, KEYWAY_CMD_PATH_GET, dev, peer);
	return kwnl_nl_dump(&k->nl, &req, kwnl_hand_path, &dump);
}
