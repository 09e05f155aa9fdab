/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * The data-plane wire format: message types, header structs and lengths, and
 * nothing else (protocol.md, messages outside a session and DATA). All fields
 * are big endian but for the MACs, which are SipHash's own little endian.
 * Included by every file that reads or writes a byte of a datagram, and by
 * user space, so it takes its types from uapi.
 */
#ifndef KW_MESSAGE_H
#define KW_MESSAGE_H

#include <linux/types.h>

#define KW_MESSAGE_VERSION	1

enum kw_message_type {
	KW_MESSAGE_INIT = 1,
	KW_MESSAGE_RESP,
	KW_MESSAGE_COOKIE,
	KW_MESSAGE_RETRY,
	KW_MESSAGE_RECORD_REQ,
	KW_MESSAGE_RECORD,
	KW_MESSAGE_REFUSED,	/* reserved for policy boxes */
	KW_MESSAGE_DATA,
	KW_MESSAGE_FORWARD,	/* reserved for relays */
	KW_MESSAGE_TOKEN,	/* reserved for policy boxes */
};

/*
 * What all messages share: the index is the receiver's but in INIT and
 * RECORD-REQ, where it is the sender's. Types 1 to 6 carry the version where
 * DATA and FORWARD carry flags.
 */
struct kw_message_head {
	__u8 type;
	__u8 version;
	__u8 flags;
	__u8 epoch;
	__be32 index;
};

/* Lengths in bytes, the whole UDP payload. */
#define KW_MESSAGE_INIT_MIN	720
#define KW_MESSAGE_MAX		1160
#define KW_MESSAGE_RESP_MIN	96	/* head 12, e 32, payload 28, tag 16, mac1 8 */
#define KW_MESSAGE_COOKIE_LEN	64
#define KW_MESSAGE_RETRY_LEN	80
#define KW_MESSAGE_RECORD_MIN	48	/* head 8, nonce 24, tag 16 */

#define KW_MESSAGE_MAC_LEN	8
#define KW_MESSAGE_MAC1_COVERS	88	/* mac1 covers at most these first bytes */

/* DATA: the header is the AAD; ciphertext and tag follow. */
struct kw_message_data {
	__u8 type;
	__u8 flags;
	__be16 zero;
	__be32 index;
	__be64 x;		/* number space 16, packet number 48 */
};

#define KW_MESSAGE_DATA_LEN	16	/* sizeof(struct kw_message_data) */
#define KW_MESSAGE_TAG_LEN	16
#define KW_MESSAGE_DATA_MIN	32	/* a keepalive */

#define KW_MESSAGE_CONTROL	0x01	/* DATA flags */
#define KW_MESSAGE_LANE		0x02

#define KW_MESSAGE_NUMBER_BITS	48
#define KW_MESSAGE_NUMBER_MAX	((1ULL << KW_MESSAGE_NUMBER_BITS) - 1)
#define KW_MESSAGE_SPACES	1024	/* valid spaces are below */

/* x of a header, host order: its parts, and back. */
static inline __u32 kw_message_space(__u64 x)
{
	return (__u32)(x >> KW_MESSAGE_NUMBER_BITS);
}

static inline __u64 kw_message_number(__u64 x)
{
	return x & KW_MESSAGE_NUMBER_MAX;
}

static inline __u64 kw_message_x(__u32 space, __u64 number)
{
	return ((__u64)space << KW_MESSAGE_NUMBER_BITS) | number;
}

/* One frame of a CONTROL payload; length is the body's. */
struct kw_message_frame {
	__u8 type;
	__u8 flags;
	__be16 length;
};

enum kw_message_frame_type {
	KW_FRAME_PROBE = 1,		/* body 8, more is padding */
	KW_FRAME_ECHO,			/* body 8 */
	KW_FRAME_CHALLENGE,		/* body 8 */
	KW_FRAME_RESPONSE,		/* body 8 */
	KW_FRAME_REPORT,
	KW_FRAME_PATH_LEAVE,		/* body: space 2 */
	KW_FRAME_SPACE_GONE,		/* body: space 2 */
	KW_FRAME_MARKER,
	KW_FRAME_DAEMON = 16,		/* this and above: kind 2, id 4, body */
};

#define KW_FRAME_LEN		4	/* sizeof(struct kw_message_frame) */
#define KW_FRAME_ID_LEN		8
#define KW_FRAME_SPACE_LEN	2
#define KW_FRAME_BODY_MAX	1020	/* for the daemon */

#endif
