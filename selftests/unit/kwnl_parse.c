// SPDX-License-Identifier: MIT
/* Copyright (C) 2026 The Keyway authors */
/* links: userspace/libkwnl/[kr]*.c -lnl-genl-3 -lnl-3 */
/* cflags: -I/usr/include/libnl3 */
/*
 * Messages of the kernel into structs: what arrives, what is refused, and what
 * is passed by because a later kernel said it.
 */
#include <errno.h>
#include <string.h>
#include "libkwnl/kwnl_nl.h"
#include "libkwnl/kwnl_parse.h"
#include "test.h"

#define DEV 7

static const uint8_t addr_a[16] = {0x20, 0x01, 0, 0x2f, [15] = 1};

/* Parses the request built so far and frees it. */
#define PARSE(object, req, out)                                                \
	({                                                                     \
		int parsed_ = kwnl_parse_##object(nlmsg_hdr((req)->msg), out); \
		kwnl_nl_drop(req);                                             \
		parsed_;                                                       \
	})

static void begin(struct kwnl_nl_req *req, uint8_t cmd, int dev_attr)
{
	kwnl_nl_begin_genl(req, 30, cmd, 1);
	kwnl_nl_put_u32(req, dev_attr, DEV);
}

static void put_traffic(struct kwnl_nl_req *req, int attr)
{
	struct nlattr *nest = kwnl_nl_nest(req, attr);

	kwnl_nl_put_u64(req, KEYWAY_A_TRAFFIC_RX_PACKETS, 1);
	kwnl_nl_put_u64(req, KEYWAY_A_TRAFFIC_RX_BYTES, 1ULL << 40);
	kwnl_nl_put_u64(req, KEYWAY_A_TRAFFIC_TX_PACKETS, 3);
	kwnl_nl_put_u64(req, KEYWAY_A_TRAFFIC_TX_BYTES, 4);
	kwnl_nl_end_nest(req, nest);
}

static void test_dev(void)
{
	struct kwnl_nl_req req;
	struct kwnl_dev dev;
	struct nlattr *nest;

	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_DEV_IFNAME, "kw0", 4);
	kwnl_nl_put_u16(&req, KEYWAY_A_DEV_MAX_TRAIN, 64);
	put_traffic(&req, KEYWAY_A_DEV_TRAFFIC);
	nest = kwnl_nl_nest(&req, KEYWAY_A_DEV_DROPS);
	kwnl_nl_put_u32(&req, KEYWAY_A_DROP_COUNT_REASON, KEYWAY_DROP_RX_MAC1);
	kwnl_nl_put_u64(&req, KEYWAY_A_DROP_COUNT_PACKETS, 12);
	kwnl_nl_end_nest(&req, nest);
	nest = kwnl_nl_nest(&req, KEYWAY_A_DEV_DROPS);
	kwnl_nl_put_u32(&req, KEYWAY_A_DROP_COUNT_REASON, KEYWAY_DROP_MAX + 1);
	kwnl_nl_put_u64(&req, KEYWAY_A_DROP_COUNT_PACKETS, 13);
	kwnl_nl_end_nest(&req, nest);
	kwnl_nl_put_u32(&req, 200, 1);
	test_eq(PARSE(dev, &req, &dev), 0, "a device with an unknown attribute is read");
	test_eq(dev.id, DEV, "its id");
	test_ok(!strcmp(dev.ifname, "kw0"), "its name");
	test_eq(dev.max_train, 64, "its train");
	test_eq(dev.traffic.rx_bytes, 1LL << 40, "its traffic");
	test_eq(dev.drops[KEYWAY_DROP_RX_MAC1], 12,
		"its drops, those of a later kernel passed by");
}

static void test_dev_refused(void)
{
	static const char longest[] = "0123456789abcdef";
	struct kwnl_nl_req req;
	struct kwnl_dev dev;

	kwnl_nl_begin_genl(&req, 30, KEYWAY_CMD_DEV_GET, 1);
	kwnl_nl_put_u32(&req, KEYWAY_A_DEV_MTU, 1400);
	test_eq(PARSE(dev, &req, &dev), -EBADMSG, "a device without id is refused");
	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_DEV_IFNAME, longest, sizeof(longest));
	test_eq(PARSE(dev, &req, &dev), -EBADMSG, "a name of 16 letters is refused");
	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_DEV_IFNAME, "kw0", 3);
	test_eq(PARSE(dev, &req, &dev), -EBADMSG, "a name without end is refused");
	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	kwnl_nl_put_u16(&req, KEYWAY_A_DEV_MTU, 1400);
	test_eq(PARSE(dev, &req, &dev), -EBADMSG, "a number of another width is refused");
	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_DEV_ADDRESS, addr_a, 15);
	test_eq(PARSE(dev, &req, &dev), -EBADMSG, "an address of 15 bytes is refused");
	begin(&req, KEYWAY_CMD_DEV_GET, KEYWAY_A_DEV_ID);
	nlmsg_hdr(req.msg)->nlmsg_len = NLMSG_HDRLEN + 3;
	test_eq(PARSE(dev, &req, &dev), -EBADMSG,
		"a message shorter than its header is refused");
}

static void put_prefix(struct kwnl_nl_req *req, uint8_t len)
{
	struct nlattr *nest = kwnl_nl_nest(req, KEYWAY_A_PEER_PREFIX);

	kwnl_nl_put(req, KEYWAY_A_PREFIX_ADDR, addr_a, sizeof(addr_a));
	kwnl_nl_put_u8(req, KEYWAY_A_PREFIX_LEN, len);
	kwnl_nl_end_nest(req, nest);
}

static void begin_peer(struct kwnl_nl_req *req)
{
	begin(req, KEYWAY_CMD_PEER_GET, KEYWAY_A_PEER_DEV_ID);
	kwnl_nl_put(req, KEYWAY_A_PEER_ADDRESS, addr_a, sizeof(addr_a));
}

static void test_peer(void)
{
	static const uint8_t origin[KEYWAY_ORIGIN_MAX + 1];
	struct kwnl_nl_req req;
	struct kwnl_peer peer;
	int i;

	begin_peer(&req);
	put_prefix(&req, 64);
	put_prefix(&req, 128);
	kwnl_nl_put_u8(&req, KEYWAY_A_PEER_TRANSIT, 1);
	kwnl_nl_put(&req, KEYWAY_A_PEER_ORIGIN, "me", 2);
	test_eq(PARSE(peer, &req, &peer), 0, "a peer is read");
	test_eq(peer.n_prefixes, 2, "its prefixes");
	test_eq(peer.prefixes[1].len, 128, "the second one's length");
	test_ok(peer.transit, "its transit");
	test_eq(peer.origin_len, 2, "its origin");
	test_ok(peer.last_rx == KWNL_NEVER, "what has not happened is never");

	begin_peer(&req);
	put_prefix(&req, 129);
	test_eq(PARSE(peer, &req, &peer), -EBADMSG, "a prefix of 129 bits is refused");
	begin_peer(&req);
	for (i = 0; i <= KEYWAY_PREFIXES_MAX; i++)
		put_prefix(&req, 64);
	test_eq(PARSE(peer, &req, &peer), -EBADMSG, "more prefixes than fit are refused");
	begin_peer(&req);
	kwnl_nl_put(&req, KEYWAY_A_PEER_ORIGIN, origin, sizeof(origin));
	test_eq(PARSE(peer, &req, &peer), -EBADMSG, "an origin too long is refused");
}

static void test_path(void)
{
	struct kwnl_endpoint ep = {.port = 51820, .ifindex = 3};
	struct kwnl_nl_req req;
	struct kwnl_path path;

	memcpy(ep.addr, addr_a, sizeof(addr_a));
	begin(&req, KEYWAY_CMD_PATH_GET, KEYWAY_A_PATH_DEV_ID);
	kwnl_nl_put_u32(&req, KEYWAY_A_PATH_ID, 9);
	kwnl_nl_put(&req, KEYWAY_A_PATH_PEER, addr_a, sizeof(addr_a));
	kwnl_nl_put_endpoint(&req, KEYWAY_A_PATH_REMOTE, &ep);
	kwnl_nl_put_u32(&req, KEYWAY_A_PATH_RTT, 12000);
	test_eq(PARSE(path, &req, &path), 0, "a path is read");
	test_eq(path.remote.port, 51820, "its port, big endian on the way");
	test_mem(path.remote.addr, addr_a, 16, "its remote address");
	test_eq(path.remote.ifindex, 3, "its zone");
	test_ok(path.has_rtt && path.rtt == 12000, "its round-trip time");
	test_ok(!path.has_local, "a local address that is not there");
}

static void test_session(void)
{
	struct kwnl_nl_req req;
	struct kwnl_session_reply reply;
	struct kwnl_session session;

	begin(&req, KEYWAY_CMD_SESSION_GET, KEYWAY_A_SESSION_DEV_ID);
	kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_INDEX, 0xfffffffe);
	kwnl_nl_put_u64(&req, KEYWAY_A_SESSION_RANK, 0x123456789abcdef0);
	kwnl_nl_put_u8(&req, KEYWAY_A_SESSION_SENDING, 1);
	test_eq(PARSE(session, &req, &session), 0, "a session is read");
	test_ok(session.rank == 0x123456789abcdef0, "its rank");
	test_ok(session.sending && !session.has_peer, "it sends, and names no peer");
	begin(&req, KEYWAY_CMD_SESSION_NEW, KEYWAY_A_SESSION_DEV_ID);
	kwnl_nl_put_u32(&req, KEYWAY_A_SESSION_HIGHEST, 4);
	test_eq(PARSE(reservation, &req, &reply), -EBADMSG,
		"a reservation without index is refused");
}

struct heard {
	unsigned int controls, asks, lost;
	struct kwnl_control control;
	uint8_t payload[8];
};

static void on_control(void *arg, const struct kwnl_control *control)
{
	struct heard *heard = arg;

	heard->controls++;
	heard->control = *control;
	memcpy(heard->payload, control->payload,
	       control->payload_len < 8 ? control->payload_len : 8);
}

static void on_ask(void *arg, const struct kwnl_ask *ask)
{
	struct heard *heard = arg;

	heard->asks += ask->reason == KEYWAY_REASON_ACQUIRE;
}

static void on_path(void *arg, const struct kwnl_path *path)
{
	(void)arg;
	(void)path;
}

static void on_lost(void *arg)
{
	struct heard *heard = arg;

	heard->lost++;
}

static const struct kwnl_event_ops ops = {
	.control = on_control,
	.ask = on_ask,
	.path = on_path,
	.lost = on_lost,
};

static void dispatch(struct kwnl_nl_req *req, struct heard *heard)
{
	kwnl_event_dispatch(nlmsg_hdr(req->msg), &ops, heard);
	kwnl_nl_drop(req);
}

static void test_events(void)
{
	const struct kwnl_local local = { .addr = { 0x20, 1 }, .ifindex = 7 };
	struct heard heard = {0};
	struct kwnl_nl_req req;

	begin(&req, KEYWAY_CMD_CONTROL_NTF, KEYWAY_A_CONTROL_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_CONTROL_PAYLOAD, "\1\1message", 9);
	kwnl_nl_put(&req, KEYWAY_A_CONTROL_COOKIED, NULL, 0);
	kwnl_nl_put_local(&req, KEYWAY_A_CONTROL_LOCAL, KEYWAY_A_CONTROL_LOCAL_IFINDEX, &local);
	dispatch(&req, &heard);
	test_eq(heard.controls, 1, "a message is handed on");
	test_eq(heard.control.payload_len, 9, "whole");
	test_mem(heard.payload, "\1\1messag", 8, "as it came");
	test_ok(heard.control.cookied && !heard.control.remote.port,
		"cookied, from nowhere");
	test_ok(!memcmp(heard.control.local.addr, local.addr, sizeof(local.addr)) &&
			heard.control.local.ifindex == 7,
		"and where it came to");

	begin(&req, KEYWAY_CMD_PEER_ASK, KEYWAY_A_PEER_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_PEER_ADDRESS, addr_a, sizeof(addr_a));
	dispatch(&req, &heard);
	test_eq(heard.asks, 0, "an ask without a reason is passed by");
	begin(&req, KEYWAY_CMD_PEER_ASK, KEYWAY_A_PEER_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_PEER_ADDRESS, addr_a, sizeof(addr_a));
	kwnl_nl_put_u32(&req, KEYWAY_A_PEER_REASON, KEYWAY_REASON_ACQUIRE);
	dispatch(&req, &heard);
	test_eq(heard.asks, 1, "an ask is handed on");

	begin(&req, KEYWAY_CMD_PATH_NTF, KEYWAY_A_PATH_DEV_ID);
	dispatch(&req, &heard);
	test_eq(heard.lost, 1, "an event that cannot be read counts as lost");
	begin(&req, 250, 1);
	dispatch(&req, &heard);
	test_eq(heard.lost, 1, "an event of a later kernel does not");
}

static int refusal(struct kwnl_nl *nl, int error, int flags, const char *text, size_t len)
{
	struct nlmsgerr e = {.error = error, .msg.nlmsg_len = sizeof(e.msg)};
	struct kwnl_nl_req req;
	int err;

	kwnl_nl_begin(&req, NLMSG_ERROR, flags, &e, sizeof(e));
	if (text)
		kwnl_nl_put(&req, NLMSGERR_ATTR_MSG, text, len);
	err = kwnl_nl_refusal(nl, nlmsg_hdr(req.msg));
	kwnl_nl_drop(&req);
	return err;
}

static void test_refusals(void)
{
	static const char text[] = "peer: no such key address";
	const int tlvs = NLM_F_ACK_TLVS | NLM_F_CAPPED;
	static struct kwnl_nl nl;

	test_eq(refusal(&nl, 0, 0, NULL, 0), 0, "an acknowledgement is no error");
	test_eq(refusal(&nl, -ENOENT, tlvs, text, sizeof(text)), -ENOENT,
		"a refusal has its errno");
	test_ok(!strcmp(nl.error, text), "and the kernel's sentence");
	refusal(&nl, -ENOENT, NLM_F_ACK_TLVS, text, sizeof(text));
	test_ok(!strcmp(nl.error, text), "also behind an echoed request");
	refusal(&nl, -EPERM, tlvs, text, sizeof(text) - 1);
	test_ok(!!strstr(nl.error, "not permitted"),
		"a sentence without end is not believed");
	test_eq(refusal(&nl, 5, 0, NULL, 0), -EBADMSG, "a positive errno is refused");
}

static void test_wipe(void)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	struct kwnl_nl_req req;
	struct nl_msg *held;
	const char *p;

	begin(&req, KEYWAY_CMD_SESSION_SET, KEYWAY_A_SESSION_DEV_ID);
	kwnl_nl_put(&req, KEYWAY_A_SESSION_RX_KEY, secret, 32);
	held = req.msg;
	nlmsg_get(held);
	p = (const char *)nlmsg_hdr(held);
	test_ok(memmem(p, nlmsg_get_max_size(held), secret, 32) != NULL,
		"a request holds its key");
	kwnl_nl_drop(&req);
	test_ok(memmem(p, nlmsg_get_max_size(held), secret, 32) == NULL,
		"and is wiped before it is freed");
	nlmsg_free(held);
}

int main(void)
{
	test_dev();
	test_dev_refused();
	test_peer();
	test_path();
	test_session();
	test_events();
	test_refusals();
	test_wipe();
	return test_done();
}
