/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Every window, timeout, rate and depth of the module, with its unit in the
 * name: _MS milliseconds of boot time, _US microseconds, _LEN bytes, none a
 * count. Those that both ends must share are from protocol.md (keys, sessions
 * and DATA); the others bound what one device may cost its host.
 */
#ifndef KW_LIMITS_H
#define KW_LIMITS_H

#define KW_SEC_MS			1000ULL
#define KW_MS_US			1000ULL

/* Reservations */
#define KW_RESERVE_MS			(20 * KW_SEC_MS)
#define KW_RESERVE_PER_PEER		8
#define KW_RESERVE_PER_DEVICE		4096

/* Life of a session, from the moment its keys were set */
#define KW_SESSIONS_PER_PEER		6
#define KW_UNCONFIRMED_MS		(15 * KW_SEC_MS)
#define KW_REKEY_INITIATOR_MS		(120 * KW_SEC_MS)	/* +- a tenth */
#define KW_REKEY_RESPONDER_MS		(150 * KW_SEC_MS)
#define KW_REFUSE_MS			(180 * KW_SEC_MS)
#define KW_REFUSE_MAX_MS		(600 * KW_SEC_MS)
#define KW_GCM_REKEY_LEN		(128ULL << 30)
#define KW_GCM_REFUSE_LEN		(256ULL << 30)
#define KW_OUTRANKED_MAX_MS		(30 * KW_SEC_MS)
#define KW_OUTRANKED_BASE_MS		(5 * KW_SEC_MS)
#define KW_OUTRANKED_RTTS		3
#define KW_SILENT_MS			(10 * KW_SEC_MS)
#define KW_FORK_RECEIVE_MS		(10 * KW_SEC_MS)
#define KW_KEY_PAIRS_REMEMBERED		65536

/* Number spaces and replay windows */
#define KW_REPLAY_BITS			8192
#define KW_WINDOWS_EASY			16	/* above, an idle one goes */
#define KW_WINDOWS_MAX			128
#define KW_WINDOW_IDLE_MS		(60 * KW_SEC_MS)
#define KW_SPACE_GONE_MS		(1 * KW_SEC_MS)
#define KW_SPACES_LIVE			64
#define KW_SPACES_REKEY			768
#define KW_SPACE_STALE_MS		(30 * KW_SEC_MS)

/* Asks for packets that wait */
#define KW_ASKS_PER_S			1024	/* of a device */
#define KW_ASKS_BURST			256
#define KW_ASKS_STRANGERS_PER_S		32	/* for all that are no peers */
#define KW_ASKS_STRANGERS_BURST		64

/* Keepalives, probes, challenges */
#define KW_CONFIRM_STEPS_MS		{ 0, 50, 150, 350, 750, 1550, 3150, 6350 }
#define KW_KEEPALIVE_ANSWERS_PER_S	10	/* with the burst 20 at most */
#define KW_KEEPALIVE_ANSWERS_BURST	10
#define KW_ECHOES_PER_S			64	/* and other answers, per session */
#define KW_PROBE_MS			(1 * KW_SEC_MS)
#define KW_PROBE_TRAFFIC_MS		(30 * KW_SEC_MS)
#define KW_CHALLENGE_MS			(10 * KW_SEC_MS)
#define KW_RTT_UNKNOWN_MS		(1 * KW_SEC_MS)
#define KW_FOLLOW_MS			(1 * KW_SEC_MS)	/* between two local addresses */
#define KW_MOVE_MS			(1 * KW_SEC_MS)	/* between two moves of a peer */
#define KW_FRAMES_PER_S			64	/* towards the daemon, per peer */
#define KW_FRAMES_BURST			32

/* Unauthenticated messages */
#define KW_MAC1_KEYS			8
#define KW_COOKIE_PERIODS		2
#define KW_SOURCE_V4_PER_S		20
#define KW_SOURCE_V4_BURST		40
#define KW_SOURCE_V6_PER_S		20	/* per /64 */
#define KW_SOURCE_V6_BURST		40
#define KW_SOURCE_TAG_PER_S		10
#define KW_SOURCE_TAG_BURST		20
#define KW_SOURCE_SETS			1024	/* power of two */
#define KW_SOURCE_WAYS			4
#define KW_ANSWERS_PER_S		20	/* per reservation, twice */
#define KW_ANSWERS_BURST		40
#define KW_CHANNEL_FRAMES_LEN		(256 * 4096)
#define KW_CHANNEL_UPCALL_LEN		(256 * 4096)
#define KW_CHANNEL_HANDSHAKE_LEN	(64 * 4096)

/* What a user may have by the parameter userns; an administrator has none */
#define KW_USER_DEVICES			16	/* in all his namespaces */
#define KW_USER_PEERS			1024	/* per device */

/* Packets */
#define KW_MTU_MIN			1280
#define KW_TRAIN_MAX			64
#define KW_TRAIN_LEN			65000
#define KW_STAGE_PER_PEER		128
#define KW_STAGE_PER_DEVICE		1024
#define KW_STAGE_MS			(10 * KW_SEC_MS)
#define KW_PREFIXES_PER_PEER		64
#define KW_PATHS_PER_PEER		8

#endif
