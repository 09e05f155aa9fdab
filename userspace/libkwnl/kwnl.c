// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/*
 * Opening the family, and one function per verb of the objects device, socket,
 * control and domain of uapi/keyway.yaml: fills a request's attributes, sends
 * it and reads the answer into a struct. Owns one netlink socket; called by
 * keywayd's engines and the command line tool, from one thread each.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include "kwnl.h"
#include "kwnl_nl.h"
#include "kwnl_parse.h"

/* A dump under way: whom to hand each object to. */
struct kwnl_dump {
	union {
		int (*dev)(void *arg, const struct kwnl_dev *dev);
		int (*sock)(void *arg, const struct kwnl_socket *sock);
	} fn;
	void *arg;
};

static int kwnl_read_family(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_family(h, arg);
}

static int kwnl_find_family(struct kwnl *k)
{
	struct kwnl_nl_req req;
	int err;

	kwnl_nl_begin_genl(&req, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	kwnl_nl_put(&req, CTRL_ATTR_FAMILY_NAME, KEYWAY_FAMILY_NAME,
		    sizeof(KEYWAY_FAMILY_NAME));
	err = kwnl_nl_call(&k->nl, &req, kwnl_read_family, &k->family);
	if (!err && k->family.version != KEYWAY_FAMILY_VERSION)
		err = -EPROTO;
	return err;
}

int kwnl_create(struct kwnl **out)
{
	struct kwnl *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	err = kwnl_nl_open(&k->nl, NETLINK_GENERIC);
	if (!err)
		err = kwnl_find_family(k);
	if (err) {
		kwnl_destroy(k);
		return err;
	}
	*out = k;
	return 0;
}

void kwnl_destroy(struct kwnl *k)
{
	if (!k)
		return;
	kwnl_nl_close(&k->nl);
	free(k);
}

const char *kwnl_strerror(const struct kwnl *k)
{
	return k->nl.error;
}

static int kwnl_read_dev(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_dev(h, arg);
}

int kwnl_new_dev(struct kwnl *k, const char *ifname, struct kwnl_dev *dev)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DEV_NEW);
	if (ifname)
		kwnl_nl_put(&req, KEYWAY_A_DEV_IFNAME, ifname, strlen(ifname) + 1);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_dev, dev);
}

int kwnl_get_dev(struct kwnl *k, uint32_t id, struct kwnl_dev *dev)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DEV_GET);
	kwnl_nl_put_u32(&req, KEYWAY_A_DEV_ID, id);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_dev, dev);
}

int kwnl_set_dev(struct kwnl *k, const struct kwnl_dev_set_req *r)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DEV_SET);
	kwnl_nl_put_u32(&req, KEYWAY_A_DEV_ID, r->dev);
	if (r->has_address)
		kwnl_nl_put(&req, KEYWAY_A_DEV_ADDRESS, r->address, sizeof(r->address));
	if (r->max_train)
		kwnl_nl_put_u16(&req, KEYWAY_A_DEV_MAX_TRAIN, r->max_train);
	if (r->has_max_stage)
		kwnl_nl_put_u32(&req, KEYWAY_A_DEV_MAX_STAGE, r->max_stage);
	return kwnl_nl_finish(k, &req);
}

int kwnl_del_dev(struct kwnl *k, uint32_t id)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DEV_DEL);
	kwnl_nl_put_u32(&req, KEYWAY_A_DEV_ID, id);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_hand_dev(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_dump *dump = arg;
	struct kwnl_dev dev;
	int err = kwnl_parse_dev(h, &dev);

	return err ? err : dump->fn.dev(dump->arg, &dev);
}

int kwnl_dump_dev(struct kwnl *k, int (*fn)(void *arg, const struct kwnl_dev *dev),
		  void *arg)
{
	struct kwnl_dump dump = {.fn.dev = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DEV_GET);
	return kwnl_nl_dump(&k->nl, &req, kwnl_hand_dev, &dump);
}

static int kwnl_read_socket(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_socket(h, arg);
}

int kwnl_new_socket(struct kwnl *k, const struct kwnl_socket_req *r,
		    struct kwnl_socket *sock)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_SOCKET_NEW);
	kwnl_nl_put_u32(&req, KEYWAY_A_SOCKET_DEV_ID, r->dev);
	kwnl_nl_put_u16(&req, KEYWAY_A_SOCKET_FAMILY, r->family);
	if (r->port)
		kwnl_nl_put_be16(&req, KEYWAY_A_SOCKET_PORT, r->port);
	if (r->bind_ifindex)
		kwnl_nl_put_u32(&req, KEYWAY_A_SOCKET_BIND_IFINDEX, r->bind_ifindex);
	if (r->mark)
		kwnl_nl_put_u32(&req, KEYWAY_A_SOCKET_MARK, r->mark);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_socket, sock);
}

/* Starts a request about the socket id. */
static void kwnl_begin_socket(struct kwnl *k, struct kwnl_nl_req *req, uint8_t cmd,
			      uint32_t dev, uint32_t id)
{
	kwnl_nl_start(k, req, cmd);
	kwnl_nl_put_u32(req, KEYWAY_A_SOCKET_DEV_ID, dev);
	kwnl_nl_put_u32(req, KEYWAY_A_SOCKET_ID, id);
}

int kwnl_get_socket(struct kwnl *k, uint32_t dev, uint32_t id, struct kwnl_socket *sock)
{
	struct kwnl_nl_req req;

	kwnl_begin_socket(k, &req, KEYWAY_CMD_SOCKET_GET, dev, id);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_socket, sock);
}

int kwnl_del_socket(struct kwnl *k, uint32_t dev, uint32_t id)
{
	struct kwnl_nl_req req;

	kwnl_begin_socket(k, &req, KEYWAY_CMD_SOCKET_DEL, dev, id);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_hand_socket(void *arg, const struct nlmsghdr *h)
{
	const struct kwnl_dump *dump = arg;
	struct kwnl_socket sock;
	int err = kwnl_parse_socket(h, &sock);

	return err ? err : dump->fn.sock(dump->arg, &sock);
}

int kwnl_dump_socket(struct kwnl *k, uint32_t dev,
		     int (*fn)(void *arg, const struct kwnl_socket *sock), void *arg)
{
	struct kwnl_dump dump = {.fn.sock = fn, .arg = arg};
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_SOCKET_GET);
	kwnl_nl_put_u32(&req, KEYWAY_A_SOCKET_DEV_ID, dev);
	return kwnl_nl_dump(&k->nl, &req, kwnl_hand_socket, &dump);
}

int kwnl_send_control(struct kwnl *k, struct kwnl_control_req *r)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_CONTROL_NEW);
	kwnl_nl_put_u32(&req, KEYWAY_A_CONTROL_DEV_ID, r->dev);
	if (r->socket)
		kwnl_nl_put_u32(&req, KEYWAY_A_CONTROL_SOCKET, r->socket);
	kwnl_nl_put_endpoint(&req, KEYWAY_A_CONTROL_REMOTE, &r->remote);
	kwnl_nl_put_local(&req, KEYWAY_A_CONTROL_LOCAL, KEYWAY_A_CONTROL_LOCAL_IFINDEX,
			  &r->local);
	kwnl_nl_put(&req, KEYWAY_A_CONTROL_PAYLOAD, r->payload, r->payload_len);
	if (r->index)
		kwnl_nl_put_u32(&req, KEYWAY_A_CONTROL_INDEX, r->index);
	if (r->has_answer_key)
		kwnl_nl_put(&req, KEYWAY_A_CONTROL_ANSWER_KEY, r->answer_key,
			    sizeof(r->answer_key));
	explicit_bzero(r->answer_key, sizeof(r->answer_key));
	if (r->has_peer) {
		kwnl_nl_put(&req, KEYWAY_A_CONTROL_PEER, r->peer, sizeof(r->peer));
		kwnl_nl_put_u8(&req, KEYWAY_A_CONTROL_FRAME_TYPE, r->frame_type);
	}
	return kwnl_nl_finish(k, &req);
}

static void kwnl_put_mac1_key(struct kwnl_nl_req *req, const struct kwnl_mac1_key *key)
{
	struct nlattr *nest = kwnl_nl_nest(req, KEYWAY_A_DOMAIN_MAC1_KEY);

	kwnl_nl_put_u8(req, KEYWAY_A_MAC1_KEY_ID, key->id);
	kwnl_nl_put(req, KEYWAY_A_MAC1_KEY_KEY, key->key, sizeof(key->key));
	kwnl_nl_end_nest(req, nest);
}

static void kwnl_put_cookie_secret(struct kwnl_nl_req *req,
				   const struct kwnl_cookie_secret *secret)
{
	struct nlattr *nest = kwnl_nl_nest(req, KEYWAY_A_DOMAIN_COOKIE_SECRET);

	kwnl_nl_put(req, KEYWAY_A_COOKIE_SECRET_S0, secret->s0, sizeof(secret->s0));
	kwnl_nl_put(req, KEYWAY_A_COOKIE_SECRET_S1, secret->s1, sizeof(secret->s1));
	kwnl_nl_end_nest(req, nest);
}

static void kwnl_wipe_domain(struct kwnl_domain_req *r)
{
	explicit_bzero(r->mac1_keys, sizeof(r->mac1_keys));
	explicit_bzero(r->cookie_secrets, sizeof(r->cookie_secrets));
}

int kwnl_set_domain(struct kwnl *k, struct kwnl_domain_req *r)
{
	struct kwnl_nl_req req;
	size_t i;

	if (r->n_mac1_keys > KEYWAY_MAC1_KEYS_MAX ||
	    r->n_cookie_secrets > KEYWAY_COOKIE_PERIODS) {
		kwnl_wipe_domain(r);
		return kwnl_nl_fail(&k->nl, -E2BIG, "too many keys or secrets");
	}
	kwnl_nl_start(k, &req, KEYWAY_CMD_DOMAIN_SET);
	kwnl_nl_put_u32(&req, KEYWAY_A_DOMAIN_DEV_ID, r->dev);
	for (i = 0; i < r->n_mac1_keys; i++)
		kwnl_put_mac1_key(&req, &r->mac1_keys[i]);
	for (i = 0; i < r->n_cookie_secrets; i++)
		kwnl_put_cookie_secret(&req, &r->cookie_secrets[i]);
	kwnl_wipe_domain(r);
	return kwnl_nl_finish(k, &req);
}

static int kwnl_read_domain(void *arg, const struct nlmsghdr *h)
{
	return kwnl_parse_domain(h, arg);
}

int kwnl_get_domain(struct kwnl *k, uint32_t dev, struct kwnl_domain *domain)
{
	struct kwnl_nl_req req;

	kwnl_nl_start(k, &req, KEYWAY_CMD_DOMAIN_GET);
	kwnl_nl_put_u32(&req, KEYWAY_A_DOMAIN_DEV_ID, dev);
	return kwnl_nl_call(&k->nl, &req, kwnl_read_domain, domain);
}
