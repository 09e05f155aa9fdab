/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Typed, synchronous calls on the generic netlink family of keyway.ko: one
 * call per verb of uapi/keyway.yaml, with structs of fixed width and no type
 * of the netlink library, so that a simulator can stand in for the kernel.
 * Used by keywayd and the command line tool.
 *
 * Conventions. Every call returns 0 or a negative errno; kwnl_strerror() then
 * has the kernel's sentence. Addresses are 16 bytes in network order, IPv4 as
 * v4-mapped; ports are in host order; times are milliseconds. In requests a
 * member that may be left out says what value means "not given". A request
 * that holds keys is not const: its keys are wiped, on success and on failure,
 * and so is the message's buffer. A struct kwnl is for one thread.
 */
#ifndef KEYWAY_KWNL_H
#define KEYWAY_KWNL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/keyway.h>
#include "libkeyway/types.h"

#define KWNL_ADDR_SIZE	  KEYWAY_ADDR_SIZE
#define KWNL_SALT_SIZE	  4
#define KWNL_TAG_SIZE	  4
#define KWNL_NAME_SIZE	  16 /* IFNAMSIZ */
#define KWNL_VERSION_SIZE 32
#define KWNL_PAYLOAD_MAX  1400	     /* bytes in one control message */
#define KWNL_NEVER	  UINT64_MAX /* a time that has not come yet */

struct kwnl;

/* An address of this host and the interface by which it was reached. */
struct kwnl_local {
	uint8_t addr[KWNL_ADDR_SIZE]; /* zeros: the kernel chooses */
	uint32_t ifindex;
};

struct kwnl_endpoint {
	uint8_t addr[KWNL_ADDR_SIZE];
	uint16_t port;	  /* 0: no endpoint */
	uint32_t ifindex; /* of a link-local address, else 0 */
};

struct kwnl_prefix {
	uint8_t addr[KWNL_ADDR_SIZE]; /* host bits zero */
	uint8_t len;		      /* 0…128, IPv4 lengths plus 96 */
};

struct kwnl_traffic {
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
};

/*
 * Opens a socket to the family. -ENOENT: keyway.ko is not loaded (nor loadable
 * by us); -EPROTO: it speaks another version of the family. *k is set on
 * success only and is destroyed by its creator.
 */
int kwnl_create(struct kwnl **k) KW_MUST;
void kwnl_destroy(struct kwnl *k);

/* One sentence on the last call that failed; valid until the next call. */
const char *kwnl_strerror(const struct kwnl *k);

struct kwnl_dev {
	uint32_t id;
	uint64_t generation;
	uint32_t ifindex; /* 0 when it lives in another namespace */
	char ifname[KWNL_NAME_SIZE];
	uint32_t mtu;
	uint8_t address[KWNL_ADDR_SIZE]; /* zeros before it is set */
	uint16_t max_train;
	uint32_t max_stage;
	uint32_t bound; /* bit per enum keyway_channel */
	uint32_t peers;
	uint32_t sessions;
	uint32_t reservations;
	uint32_t chacha_ns;
	uint32_t gcm_ns; /* 0: not available */
	char version[KWNL_VERSION_SIZE];
	uint64_t drops[KEYWAY_DROP_MAX + 1]; /* by enum keyway_drop */
	struct kwnl_traffic traffic;
	uint32_t reason; /* enum keyway_reason, in events */
};

struct kwnl_dev_set_req {
	uint32_t dev;
	bool has_address;
	uint8_t address[KWNL_ADDR_SIZE];
	uint16_t max_train; /* 0: leave */
	bool has_max_stage;
	uint32_t max_stage;
};

/*
 * Dumps call back once per object after the whole table was read consistently
 * (re-read by itself when it changed meanwhile; -EAGAIN after ten tries). So
 * the callback may use the same struct kwnl. The struct is borrowed until the
 * callback returns; a return other than 0 ends the dump and is its result.
 */
/* Makes a device named ifname, or named by the kernel when NULL; fills id,
 * ifindex and ifname. -EEXIST: the name is taken. */
int kwnl_new_dev(struct kwnl *k, const char *ifname, struct kwnl_dev *dev) KW_MUST;
int kwnl_get_dev(struct kwnl *k, uint32_t id, struct kwnl_dev *dev) KW_MUST;
int kwnl_set_dev(struct kwnl *k, const struct kwnl_dev_set_req *req) KW_MUST;
int kwnl_del_dev(struct kwnl *k, uint32_t id) KW_MUST;
int kwnl_dump_dev(struct kwnl *k, int (*fn)(void *arg, const struct kwnl_dev *dev),
		  void *arg) KW_MUST;

struct kwnl_socket {
	uint32_t dev;
	uint64_t generation;
	uint32_t id;	 /* never 0 */
	uint16_t family; /* AF_INET or AF_INET6 */
	uint16_t port;
	uint32_t bind_ifindex; /* 0: wildcard */
	uint32_t mark;
};

struct kwnl_socket_req {
	uint32_t dev;
	uint16_t family;
	uint16_t port;	       /* 0: the kernel chooses */
	uint32_t bind_ifindex; /* 0: wildcard */
	uint32_t mark;	       /* 0: none */
};

/* Fills dev, id and port. -EADDRINUSE: the port is taken. */
int kwnl_new_socket(struct kwnl *k, const struct kwnl_socket_req *req,
		    struct kwnl_socket *sock) KW_MUST;
int kwnl_get_socket(struct kwnl *k, uint32_t dev, uint32_t id,
		    struct kwnl_socket *sock) KW_MUST;
int kwnl_del_socket(struct kwnl *k, uint32_t dev, uint32_t id) KW_MUST;
int kwnl_dump_socket(struct kwnl *k, uint32_t dev,
		     int (*fn)(void *arg, const struct kwnl_socket *sock),
		     void *arg) KW_MUST;

struct kwnl_peer {
	uint32_t dev;
	uint64_t generation;
	uint8_t address[KWNL_ADDR_SIZE];
	uint8_t fingerprint[KEYWAY_KEY_SIZE];
	uint8_t origin[KEYWAY_ORIGIN_MAX];
	size_t origin_len;
	struct kwnl_prefix prefixes[KEYWAY_PREFIXES_MAX];
	size_t n_prefixes;
	bool transit;
	uint16_t keepalive; /* seconds, 0: none */
	struct kwnl_traffic traffic;
	uint32_t staged;
	uint64_t last_handshake; /* ms ago, or KWNL_NEVER */
	uint64_t last_rx;	 /* ms ago, or KWNL_NEVER */
	uint32_t session;	 /* the one that sends; 0: none */
	uint32_t reason;	 /* enum keyway_reason, in events */
};

struct kwnl_peer_req {
	uint32_t dev;
	uint8_t address[KWNL_ADDR_SIZE];
	uint8_t fingerprint[KEYWAY_KEY_SIZE];
	const void *origin; /* NULL: leave as it is */
	size_t origin_len;  /* at most KEYWAY_ORIGIN_MAX */
	bool has_prefixes;  /* n_prefixes 0 then takes them all away */
	const struct kwnl_prefix *prefixes;
	size_t n_prefixes; /* at most KEYWAY_PREFIXES_MAX */
	bool has_transit;
	bool transit;
	bool has_keepalive;
	uint16_t keepalive;
};

/* -EEXIST: it is there already, or another fingerprint has that address. */
int kwnl_new_peer(struct kwnl *k, const struct kwnl_peer_req *req) KW_MUST;
int kwnl_set_peer(struct kwnl *k, const struct kwnl_peer_req *req) KW_MUST;
int kwnl_get_peer(struct kwnl *k, uint32_t dev, const uint8_t address[KWNL_ADDR_SIZE],
		  struct kwnl_peer *peer) KW_MUST;
int kwnl_del_peer(struct kwnl *k, uint32_t dev,
		  const uint8_t address[KWNL_ADDR_SIZE]) KW_MUST;
int kwnl_dump_peer(struct kwnl *k, uint32_t dev,
		   int (*fn)(void *arg, const struct kwnl_peer *peer), void *arg) KW_MUST;

struct kwnl_session {
	uint32_t dev;
	uint64_t generation;
	uint32_t index;
	bool has_peer;
	uint8_t peer[KWNL_ADDR_SIZE];
	uint32_t remote_index;
	uint16_t suite; /* enum keyway_suite, 0 while reserved */
	uint64_t rank;
	uint8_t scope;	       /* enum keyway_scope */
	uint8_t role;	       /* enum keyway_role */
	uint32_t refuse_after; /* seconds */
	uint8_t state;	       /* enum keyway_session_state */
	bool sending;
	uint64_t age;  /* ms */
	uint64_t idle; /* ms since a frame was opened, or KWNL_NEVER */
	struct kwnl_traffic traffic;
	uint32_t spaces;
	uint32_t reason; /* enum keyway_reason, in events */
};

struct kwnl_session_req {
	uint32_t dev;
	bool has_peer; /* false: for a record request */
	uint8_t peer[KWNL_ADDR_SIZE];
};

struct kwnl_session_reply {
	uint32_t dev;
	uint32_t index;	  /* local, never 0 */
	uint32_t highest; /* n of protocol.md §4, 0 if none */
};

struct kwnl_session_set_req {
	uint32_t dev;
	uint32_t index;
	uint8_t peer[KWNL_ADDR_SIZE];
	uint32_t remote_index;
	uint16_t suite;
	uint8_t rx_key[KEYWAY_KEY_SIZE];
	uint8_t tx_key[KEYWAY_KEY_SIZE];
	uint8_t rx_salt[KWNL_SALT_SIZE];
	uint8_t tx_salt[KWNL_SALT_SIZE];
	uint64_t rank;
	uint8_t scope;
	uint8_t role;
	uint32_t refuse_after;	     /* seconds, 180…600; 0: the kernel's 180 */
	uint32_t socket;	     /* this and remote must be given */
	struct kwnl_endpoint remote;
	struct kwnl_local local; /* to send from */
};

/* Reserves an index for 20 s. -EDQUOT: 8 of the peer are out; -ENOSPC: 4096 of
 * the device; -ENOENT: no such peer. */
int kwnl_new_session(struct kwnl *k, const struct kwnl_session_req *req,
		     struct kwnl_session_reply *reply) KW_MUST;

/* Installs the keys, once. -EALREADY, -ESTALE and -EEXIST as in the uapi. */
int kwnl_set_session(struct kwnl *k, struct kwnl_session_set_req *req) KW_MUST;
int kwnl_get_session(struct kwnl *k, uint32_t dev, uint32_t index,
		     struct kwnl_session *session) KW_MUST;
int kwnl_del_session(struct kwnl *k, uint32_t dev, uint32_t index) KW_MUST;

/* peer NULL: those of all peers. */
int kwnl_dump_session(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		      int (*fn)(void *arg, const struct kwnl_session *session),
		      void *arg) KW_MUST;

struct kwnl_path {
	uint32_t dev;
	uint64_t generation;
	uint32_t id;
	uint8_t peer[KWNL_ADDR_SIZE];
	uint32_t socket; /* 0: gone */
	struct kwnl_endpoint remote;
	bool has_local;
	uint8_t local[KWNL_ADDR_SIZE];
	uint8_t state; /* enum keyway_path_state */
	bool in_use;
	uint32_t mtu; /* outer IP packet size */
	bool has_rtt;
	uint32_t rtt; /* us */
	struct kwnl_traffic traffic;
	uint64_t last_rx; /* ms ago, or KWNL_NEVER */
	uint32_t reason;  /* enum keyway_reason, in events */
};

struct kwnl_path_req {
	uint32_t dev;
	uint8_t peer[KWNL_ADDR_SIZE];
	uint32_t id;		     /* for kwnl_set_path() */
	uint32_t socket;	     /* 0: not given */
	struct kwnl_endpoint remote; /* port 0: not given */
};

/* Adds a remote endpoint, unvalidated; *id names it. -EEXIST: an equal one. */
int kwnl_new_path(struct kwnl *k, const struct kwnl_path_req *req, uint32_t *id) KW_MUST;

/* Challenges the path now; with socket or remote, after moving it there. */
int kwnl_set_path(struct kwnl *k, const struct kwnl_path_req *req) KW_MUST;
int kwnl_get_path(struct kwnl *k, uint32_t dev, const uint8_t peer[KWNL_ADDR_SIZE],
		  uint32_t id, struct kwnl_path *path) KW_MUST;
int kwnl_del_path(struct kwnl *k, uint32_t dev, const uint8_t peer[KWNL_ADDR_SIZE],
		  uint32_t id) KW_MUST;

/* peer NULL: those of all peers. */
int kwnl_dump_path(struct kwnl *k, uint32_t dev, const uint8_t *peer,
		   int (*fn)(void *arg, const struct kwnl_path *path), void *arg) KW_MUST;

struct kwnl_control_req {
	uint32_t dev;
	uint32_t socket;	     /* 0: the kernel chooses by family */
	struct kwnl_endpoint remote; /* port 0: not given (control frames) */
	struct kwnl_local local; /* to send from */
	const void *payload;	     /* whole message, or body of the frame */
	size_t payload_len;	     /* at most KWNL_PAYLOAD_MAX */
	uint32_t index;		     /* reservation to let answers in to; 0: none */
	bool has_answer_key;	     /* with an INIT */
	uint8_t answer_key[KEYWAY_MAC1_KEY_SIZE];
	bool has_peer; /* a control frame to it; else a message of types 1 to 6 */
	uint8_t peer[KWNL_ADDR_SIZE];
	uint8_t frame_type; /* 16 and above */
};

/*
 * Sends one message or control frame. -ESTALE: the reservation is gone;
 * -EHOSTUNREACH: no route to remote; -ELOOP: the route leads into the device
 * itself; -EMSGSIZE: longer than the way takes; -ENOTCONN: the socket is
 * closed, or the peer has no session or path to send the frame on; -ENOENT: no
 * such socket or peer; -EAFNOSUPPORT: no socket of remote's family.
 */
int kwnl_send_control(struct kwnl *k, struct kwnl_control_req *req) KW_MUST;

struct kwnl_mac1_key {
	uint8_t id; /* told with each message that it matched */
	uint8_t key[KEYWAY_MAC1_KEY_SIZE];
};

struct kwnl_cookie_secret {
	uint8_t s0[KEYWAY_MAC1_KEY_SIZE];
	uint8_t s1[KEYWAY_MAC1_KEY_SIZE];
};

struct kwnl_domain_req {
	uint32_t dev;
	size_t n_mac1_keys; /* 0: leave; else they replace all */
	struct kwnl_mac1_key mac1_keys[KEYWAY_MAC1_KEYS_MAX];
	size_t n_cookie_secrets; /* 0: leave; else they replace all */
	struct kwnl_cookie_secret
		cookie_secrets[KEYWAY_COOKIE_PERIODS]; /* current first */
};

struct kwnl_domain {
	uint32_t dev;
	uint32_t mac1_keys;	 /* how many are set */
	uint32_t cookie_secrets; /* how many are set */
};

int kwnl_set_domain(struct kwnl *k, struct kwnl_domain_req *req) KW_MUST;
int kwnl_get_domain(struct kwnl *k, uint32_t dev, struct kwnl_domain *domain) KW_MUST;

#endif
