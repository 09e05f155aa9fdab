/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A peer of the module, played by a test program: makes a device, installs a
 * session with the keys of one of vectors.json's, and is its far side by a UDP
 * socket on the loopback, sealing and opening with OpenSSL. In a namespace
 * with its loopback up. One device and one session per program. Included by
 * the programs here that need one.
 */
#ifndef WIREPEER_H
#define WIREPEER_H

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/keyway.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "libkwnl/kwnl.h"
#include "testvec.h"

#define HEAD	16
#define TAG	16
#define ROOM	2048

static struct {
	const char *session;	/* path of the vectors used */
	struct kwnl *kwnl;
	struct kwnl_dev dev;
	struct kwnl_socket sock;
	uint16_t suite;
	uint32_t index;		/* the kernel's */
	uint8_t peer[16];
	int udp;
} own;

struct packet {
	uint8_t data[ROOM];
	ssize_t len;
};

static void must(int err, const char *what)
{
	if (!err)
		return;
	printf("Bail out! %s: %d %s\n", what, err, kwnl_strerror(own.kwnl));
	exit(1);
}

static struct testvec key_of(int answers, const char *what)
{
	char path[200];

	snprintf(path, sizeof(path), "%s.data.%s.%s", own.session,
		 answers ? "responder_to_initiator" : "initiator_to_responder", what);
	return testvec_bytes(path);
}

/* Seals (or with open set, opens) data after its header, in place. */
static int aead(int answers, struct packet *p, int open)
{
	int gcm = own.suite == KEYWAY_SUITE_AES_256_GCM;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[12] = {}, *text = p->data + HEAD;
	int n, text_len = p->len - HEAD - (open ? TAG : 0);
	int i, ok;

	for (i = 0; i < 8; i++)
		nonce[4 + i] = gcm ? p->data[8 + i] : p->data[15 - i];
	if (gcm)
		memcpy(nonce, key_of(answers, "salt").p, 4);
	ok = EVP_CipherInit_ex(ctx, gcm ? EVP_aes_256_gcm() : EVP_chacha20_poly1305(), NULL,
			       key_of(answers, "key").p, nonce, !open) == 1;
	ok = ok && EVP_CipherUpdate(ctx, NULL, &n, p->data, HEAD) == 1;
	ok = ok && EVP_CipherUpdate(ctx, text, &n, text, text_len) == 1;
	if (open)
		ok = ok && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, text + text_len) == 1;
	ok = ok && EVP_CipherFinal_ex(ctx, text + text_len, &n) == 1;
	if (!open)
		ok = ok && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, text + text_len) == 1;
	p->len += open ? -TAG : TAG;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* What the peer sends: flags of DATA, space and number, plaintext. */
static struct packet made(uint8_t flags, uint64_t x, struct testvec plain)
{
	uint32_t index = htonl(own.index);
	struct packet p = { .data = { 8, flags }, .len = HEAD + plain.n };

	x = htobe64(x);
	memcpy(p.data + 4, &index, 4);
	memcpy(p.data + 8, &x, 8);
	memcpy(p.data + HEAD, plain.p, plain.n);
	if (!aead(1, &p, 0))
		abort();
	return p;
}

__attribute__((unused))
static void say(struct packet p)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(own.sock.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (sendto(own.udp, p.data, p.len, 0, (void *)&to, sizeof(to)) != p.len)
		abort();
}

__attribute__((unused))
static struct packet heard(void)
{
	struct packet p;

	p.len = recv(own.udp, p.data, sizeof(p.data), 0);
	return p;
}

static uint16_t listen_udp(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 3 };
	socklen_t len = sizeof(at);

	own.udp = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(own.udp, (void *)&at, len) || getsockname(own.udp, (void *)&at, &len))
		abort();
	setsockopt(own.udp, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return ntohs(at.sin_port);
}

static void make_device(void)
{
	struct kwnl_dev_set_req set = { .has_address = true };
	struct kwnl_socket_req sock = { .family = AF_INET };
	char run[200], address[64];

	must(kwnl_create(&own.kwnl), "create");
	must(kwnl_new_dev(own.kwnl, "kwvec", &own.dev), "dev-new");
	set.dev = own.dev.id;
	inet_pton(AF_INET6, testvec_text("%s", "a.address"), set.address);
	must(kwnl_set_dev(own.kwnl, &set), "dev-set");
	inet_ntop(AF_INET6, set.address, address, sizeof(address));
	snprintf(run, sizeof(run), "ip link set kwvec up && ip -6 addr add %s/32 dev kwvec nodad",
		 address);
	if (system(run))
		must(-EINVAL, run);
	sock.dev = own.dev.id;
	must(kwnl_new_socket(own.kwnl, &sock, &own.sock), "socket-new");
}

static struct kwnl_endpoint loopback(uint16_t port)
{
	return (struct kwnl_endpoint){ .port = port,
		.addr = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 } };
}

static void make_session(void)
{
	struct kwnl_endpoint remote = loopback(listen_udp());
	struct kwnl_peer_req peer = { .dev = own.dev.id };
	struct kwnl_path_req path = { .dev = own.dev.id, .socket = own.sock.id, .remote = remote };
	struct kwnl_session_req ask = { .dev = own.dev.id, .has_peer = true };
	struct kwnl_session_set_req set = { .dev = own.dev.id, .suite = own.suite, .rank = 1,
		.scope = KEYWAY_SCOPE_FULL, .role = KEYWAY_ROLE_INITIATOR,
		.socket = own.sock.id, .remote = remote };
	struct kwnl_session_reply reply;
	uint32_t id;

	inet_pton(AF_INET6, testvec_text("%s", "b.address"), own.peer);
	memcpy(peer.address, own.peer, 16);
	memcpy(peer.fingerprint, testvec_bytes("b.val").p, 32);
	must(kwnl_new_peer(own.kwnl, &peer), "peer-new");
	memcpy(path.peer, own.peer, 16);
	must(kwnl_new_path(own.kwnl, &path, &id), "path-new");
	memcpy(ask.peer, own.peer, 16);
	must(kwnl_new_session(own.kwnl, &ask, &reply), "session-new");
	own.index = set.index = reply.index;
	memcpy(set.peer, own.peer, 16);
	set.remote_index = atoll(testvec_text("%s.data.initiator_to_responder.receiver_index",
					      own.session));
	memcpy(set.tx_key, key_of(0, "key").p, 32);
	memcpy(set.tx_salt, key_of(0, "salt").p, 4);
	memcpy(set.rx_key, key_of(1, "key").p, 32);
	memcpy(set.rx_salt, key_of(1, "salt").p, 4);
	must(kwnl_set_session(own.kwnl, &set), "session-set");
}

__attribute__((unused))
static int confirmed(void)
{
	struct kwnl_session session;

	must(kwnl_get_session(own.kwnl, own.dev.id, own.index, &session), "session-get");
	return session.state == KEYWAY_SESSION_STATE_CONFIRMED;
}

__attribute__((unused))
static uint64_t dropped(int reason)
{
	struct kwnl_dev dev;

	must(kwnl_get_dev(own.kwnl, own.dev.id, &dev), "dev-get");
	return dev.drops[reason];
}

/* The vectors' echo request, turned round: the checksum stays right. */
__attribute__((unused))
static struct packet echo_request(uint64_t x)
{
	struct testvec plain = key_of(0, "packets.1.plain");
	uint8_t turned[ROOM];

	memcpy(turned, plain.p, plain.n);
	memcpy(turned + 8, plain.p + 24, 16);
	memcpy(turned + 24, plain.p + 8, 16);
	return made(0, x, (struct testvec){ turned, plain.n });
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

/* Waits for the host's reply to it, which must come sealed, and opens that. */
__attribute__((unused))
static bool echo_reply(struct packet *p)
{
	uint64_t end = now_ms() + 2500;

	while (now_ms() < end) {
		*p = heard();
		if (p->len < 0)
			return false;
		if (p->len <= HEAD + TAG || !aead(0, p, 1) || p->data[1])
			continue;
		if (p->len >= HEAD + 64 && p->data[HEAD + 6] == 58 &&
		    p->data[HEAD + 40] == 129 &&
		    !memcmp(p->data + HEAD + 48, "keyway test data", 16))
			return true;
	}
	return false;
}

/* Takes the session that the first argument names; the kernel initiates it. */
static void wirepeer_start(const char *session)
{
	own.session = session;
	own.suite = strtoull(testvec_text("%s.resp.suite", own.session), NULL, 10);
	make_device();
	make_session();
}

#endif
