// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	uapi/keyway.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/keyway.h>

/* Common nested types */
const struct nla_policy kw_nl_cookie_secret_policy[KEYWAY_A_COOKIE_SECRET_S1 + 1] = {
	[KEYWAY_A_COOKIE_SECRET_S0] = NLA_POLICY_EXACT_LEN(KEYWAY_MAC1_KEY_SIZE),
	[KEYWAY_A_COOKIE_SECRET_S1] = NLA_POLICY_EXACT_LEN(KEYWAY_MAC1_KEY_SIZE),
};

const struct nla_policy kw_nl_endpoint_policy[KEYWAY_A_ENDPOINT_IFINDEX + 1] = {
	[KEYWAY_A_ENDPOINT_ADDR] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_ENDPOINT_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[KEYWAY_A_ENDPOINT_IFINDEX] = { .type = NLA_U32, },
};

const struct nla_policy kw_nl_mac1_key_policy[KEYWAY_A_MAC1_KEY_KEY + 1] = {
	[KEYWAY_A_MAC1_KEY_ID] = { .type = NLA_U8, },
	[KEYWAY_A_MAC1_KEY_KEY] = NLA_POLICY_EXACT_LEN(KEYWAY_MAC1_KEY_SIZE),
};

const struct nla_policy kw_nl_prefix_policy[KEYWAY_A_PREFIX_LEN + 1] = {
	[KEYWAY_A_PREFIX_ADDR] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* KEYWAY_CMD_DEV_GET - do */
static const struct nla_policy kw_nl_dev_get_policy[KEYWAY_A_DEV_ID + 1] = {
	[KEYWAY_A_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_DEV_NEW - do */
static const struct nla_policy kw_nl_dev_new_policy[KEYWAY_A_DEV_IFNAME + 1] = {
	[KEYWAY_A_DEV_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* KEYWAY_CMD_DEV_SET - do */
static const struct nla_policy kw_nl_dev_set_policy[KEYWAY_A_DEV_MAX_STAGE + 1] = {
	[KEYWAY_A_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_DEV_ADDRESS] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_DEV_MAX_TRAIN] = NLA_POLICY_RANGE(NLA_U16, 1, 64),
	[KEYWAY_A_DEV_MAX_STAGE] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_DEV_DEL - do */
static const struct nla_policy kw_nl_dev_del_policy[KEYWAY_A_DEV_ID + 1] = {
	[KEYWAY_A_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_SOCKET_NEW - do */
static const struct nla_policy kw_nl_socket_new_policy[KEYWAY_A_SOCKET_MARK + 1] = {
	[KEYWAY_A_SOCKET_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SOCKET_FAMILY] = { .type = NLA_U16, },
	[KEYWAY_A_SOCKET_PORT] = { .type = NLA_U16, },
	[KEYWAY_A_SOCKET_BIND_IFINDEX] = { .type = NLA_U32, },
	[KEYWAY_A_SOCKET_MARK] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_SOCKET_GET - do */
static const struct nla_policy kw_nl_socket_get_do_policy[KEYWAY_A_SOCKET_ID + 1] = {
	[KEYWAY_A_SOCKET_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SOCKET_ID] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_SOCKET_GET - dump */
static const struct nla_policy kw_nl_socket_get_dump_policy[KEYWAY_A_SOCKET_DEV_ID + 1] = {
	[KEYWAY_A_SOCKET_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_SOCKET_DEL - do */
static const struct nla_policy kw_nl_socket_del_policy[KEYWAY_A_SOCKET_ID + 1] = {
	[KEYWAY_A_SOCKET_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SOCKET_ID] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_PEER_NEW - do */
static const struct nla_policy kw_nl_peer_new_policy[KEYWAY_A_PEER_KEEPALIVE + 1] = {
	[KEYWAY_A_PEER_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PEER_ADDRESS] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PEER_FINGERPRINT] = NLA_POLICY_EXACT_LEN(KEYWAY_KEY_SIZE),
	[KEYWAY_A_PEER_ORIGIN] = NLA_POLICY_MAX(NLA_BINARY, KEYWAY_ORIGIN_MAX),
	[KEYWAY_A_PEER_PREFIX] = NLA_POLICY_NESTED(kw_nl_prefix_policy),
	[KEYWAY_A_PEER_NO_PREFIXES] = { .type = NLA_FLAG, },
	[KEYWAY_A_PEER_TRANSIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[KEYWAY_A_PEER_KEEPALIVE] = { .type = NLA_U16, },
};

/* KEYWAY_CMD_PEER_SET - do */
static const struct nla_policy kw_nl_peer_set_policy[KEYWAY_A_PEER_KEEPALIVE + 1] = {
	[KEYWAY_A_PEER_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PEER_ADDRESS] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PEER_FINGERPRINT] = NLA_POLICY_EXACT_LEN(KEYWAY_KEY_SIZE),
	[KEYWAY_A_PEER_ORIGIN] = NLA_POLICY_MAX(NLA_BINARY, KEYWAY_ORIGIN_MAX),
	[KEYWAY_A_PEER_PREFIX] = NLA_POLICY_NESTED(kw_nl_prefix_policy),
	[KEYWAY_A_PEER_NO_PREFIXES] = { .type = NLA_FLAG, },
	[KEYWAY_A_PEER_TRANSIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[KEYWAY_A_PEER_KEEPALIVE] = { .type = NLA_U16, },
};

/* KEYWAY_CMD_PEER_GET - do */
static const struct nla_policy kw_nl_peer_get_do_policy[KEYWAY_A_PEER_ADDRESS + 1] = {
	[KEYWAY_A_PEER_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PEER_ADDRESS] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
};

/* KEYWAY_CMD_PEER_GET - dump */
static const struct nla_policy kw_nl_peer_get_dump_policy[KEYWAY_A_PEER_DEV_ID + 1] = {
	[KEYWAY_A_PEER_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_PEER_DEL - do */
static const struct nla_policy kw_nl_peer_del_policy[KEYWAY_A_PEER_ADDRESS + 1] = {
	[KEYWAY_A_PEER_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PEER_ADDRESS] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
};

/* KEYWAY_CMD_SESSION_NEW - do */
static const struct nla_policy kw_nl_session_new_policy[KEYWAY_A_SESSION_PEER + 1] = {
	[KEYWAY_A_SESSION_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
};

/* KEYWAY_CMD_SESSION_SET - do */
static const struct nla_policy kw_nl_session_set_policy[KEYWAY_A_SESSION_LOCAL_IFINDEX + 1] = {
	[KEYWAY_A_SESSION_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_INDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_SESSION_REMOTE_INDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_SUITE] = NLA_POLICY_RANGE(NLA_U16, 1, 2),
	[KEYWAY_A_SESSION_RX_KEY] = NLA_POLICY_EXACT_LEN(KEYWAY_KEY_SIZE),
	[KEYWAY_A_SESSION_TX_KEY] = NLA_POLICY_EXACT_LEN(KEYWAY_KEY_SIZE),
	[KEYWAY_A_SESSION_RX_SALT] = NLA_POLICY_EXACT_LEN(4),
	[KEYWAY_A_SESSION_TX_SALT] = NLA_POLICY_EXACT_LEN(4),
	[KEYWAY_A_SESSION_RANK] = { .type = NLA_U64, },
	[KEYWAY_A_SESSION_SCOPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[KEYWAY_A_SESSION_ROLE] = NLA_POLICY_MAX(NLA_U8, 1),
	[KEYWAY_A_SESSION_REFUSE_AFTER] = NLA_POLICY_RANGE(NLA_U32, 180, 600),
	[KEYWAY_A_SESSION_SOCKET] = { .type = NLA_U32, },
	[KEYWAY_A_SESSION_REMOTE] = NLA_POLICY_NESTED(kw_nl_endpoint_policy),
	[KEYWAY_A_SESSION_LOCAL] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_SESSION_LOCAL_IFINDEX] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_SESSION_GET - do */
static const struct nla_policy kw_nl_session_get_do_policy[KEYWAY_A_SESSION_INDEX + 1] = {
	[KEYWAY_A_SESSION_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_INDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_SESSION_GET - dump */
static const struct nla_policy kw_nl_session_get_dump_policy[KEYWAY_A_SESSION_PEER + 1] = {
	[KEYWAY_A_SESSION_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
};

/* KEYWAY_CMD_SESSION_DEL - do */
static const struct nla_policy kw_nl_session_del_policy[KEYWAY_A_SESSION_INDEX + 1] = {
	[KEYWAY_A_SESSION_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_SESSION_INDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* KEYWAY_CMD_PATH_NEW - do */
static const struct nla_policy kw_nl_path_new_policy[KEYWAY_A_PATH_REMOTE + 1] = {
	[KEYWAY_A_PATH_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PATH_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PATH_SOCKET] = { .type = NLA_U32, },
	[KEYWAY_A_PATH_REMOTE] = NLA_POLICY_NESTED(kw_nl_endpoint_policy),
};

/* KEYWAY_CMD_PATH_GET - do */
static const struct nla_policy kw_nl_path_get_do_policy[KEYWAY_A_PATH_PEER + 1] = {
	[KEYWAY_A_PATH_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PATH_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PATH_ID] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_PATH_GET - dump */
static const struct nla_policy kw_nl_path_get_dump_policy[KEYWAY_A_PATH_PEER + 1] = {
	[KEYWAY_A_PATH_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PATH_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
};

/* KEYWAY_CMD_PATH_SET - do */
static const struct nla_policy kw_nl_path_set_policy[KEYWAY_A_PATH_REMOTE + 1] = {
	[KEYWAY_A_PATH_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PATH_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PATH_ID] = { .type = NLA_U32, },
	[KEYWAY_A_PATH_SOCKET] = { .type = NLA_U32, },
	[KEYWAY_A_PATH_REMOTE] = NLA_POLICY_NESTED(kw_nl_endpoint_policy),
};

/* KEYWAY_CMD_PATH_DEL - do */
static const struct nla_policy kw_nl_path_del_policy[KEYWAY_A_PATH_PEER + 1] = {
	[KEYWAY_A_PATH_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_PATH_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_PATH_ID] = { .type = NLA_U32, },
};

/* KEYWAY_CMD_CONTROL_NEW - do */
static const struct nla_policy kw_nl_control_new_policy[KEYWAY_A_CONTROL_LOCAL_IFINDEX + 1] = {
	[KEYWAY_A_CONTROL_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_CONTROL_SOCKET] = { .type = NLA_U32, },
	[KEYWAY_A_CONTROL_REMOTE] = NLA_POLICY_NESTED(kw_nl_endpoint_policy),
	[KEYWAY_A_CONTROL_LOCAL] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_CONTROL_LOCAL_IFINDEX] = { .type = NLA_U32, },
	[KEYWAY_A_CONTROL_PAYLOAD] = NLA_POLICY_MAX(NLA_BINARY, 1400),
	[KEYWAY_A_CONTROL_INDEX] = { .type = NLA_U32, },
	[KEYWAY_A_CONTROL_ANSWER_KEY] = NLA_POLICY_EXACT_LEN(KEYWAY_MAC1_KEY_SIZE),
	[KEYWAY_A_CONTROL_PEER] = NLA_POLICY_EXACT_LEN(KEYWAY_ADDR_SIZE),
	[KEYWAY_A_CONTROL_FRAME_TYPE] = { .type = NLA_U8, },
};

/* KEYWAY_CMD_CONTROL_SET - do */
static const struct nla_policy kw_nl_control_set_policy[KEYWAY_A_CONTROL_CHANNEL + 1] = {
	[KEYWAY_A_CONTROL_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_CONTROL_CHANNEL] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* KEYWAY_CMD_CONTROL_DEL - do */
static const struct nla_policy kw_nl_control_del_policy[KEYWAY_A_CONTROL_CHANNEL + 1] = {
	[KEYWAY_A_CONTROL_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_CONTROL_CHANNEL] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* KEYWAY_CMD_DOMAIN_SET - do */
static const struct nla_policy kw_nl_domain_set_policy[KEYWAY_A_DOMAIN_COOKIE_SECRET + 1] = {
	[KEYWAY_A_DOMAIN_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[KEYWAY_A_DOMAIN_MAC1_KEY] = NLA_POLICY_NESTED(kw_nl_mac1_key_policy),
	[KEYWAY_A_DOMAIN_COOKIE_SECRET] = NLA_POLICY_NESTED(kw_nl_cookie_secret_policy),
};

/* KEYWAY_CMD_DOMAIN_GET - do */
static const struct nla_policy kw_nl_domain_get_policy[KEYWAY_A_DOMAIN_DEV_ID + 1] = {
	[KEYWAY_A_DOMAIN_DEV_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* Ops table for keyway */
static const struct genl_split_ops kw_nl_ops[] = {
	{
		.cmd		= KEYWAY_CMD_DEV_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_dev_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_dev_get_policy,
		.maxattr	= KEYWAY_A_DEV_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= KEYWAY_CMD_DEV_GET,
		.dumpit	= kw_nl_dev_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KEYWAY_CMD_DEV_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_dev_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_dev_new_policy,
		.maxattr	= KEYWAY_A_DEV_IFNAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_DEV_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_dev_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_dev_set_policy,
		.maxattr	= KEYWAY_A_DEV_MAX_STAGE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_DEV_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_dev_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_dev_del_policy,
		.maxattr	= KEYWAY_A_DEV_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SOCKET_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_socket_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_socket_new_policy,
		.maxattr	= KEYWAY_A_SOCKET_MARK,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SOCKET_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_socket_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_socket_get_do_policy,
		.maxattr	= KEYWAY_A_SOCKET_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SOCKET_GET,
		.dumpit		= kw_nl_socket_get_dumpit,
		.policy		= kw_nl_socket_get_dump_policy,
		.maxattr	= KEYWAY_A_SOCKET_DEV_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KEYWAY_CMD_SOCKET_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_socket_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_socket_del_policy,
		.maxattr	= KEYWAY_A_SOCKET_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PEER_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_peer_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_peer_new_policy,
		.maxattr	= KEYWAY_A_PEER_KEEPALIVE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PEER_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_peer_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_peer_set_policy,
		.maxattr	= KEYWAY_A_PEER_KEEPALIVE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PEER_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_peer_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_peer_get_do_policy,
		.maxattr	= KEYWAY_A_PEER_ADDRESS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PEER_GET,
		.dumpit		= kw_nl_peer_get_dumpit,
		.policy		= kw_nl_peer_get_dump_policy,
		.maxattr	= KEYWAY_A_PEER_DEV_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KEYWAY_CMD_PEER_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_peer_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_peer_del_policy,
		.maxattr	= KEYWAY_A_PEER_ADDRESS,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SESSION_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_session_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_session_new_policy,
		.maxattr	= KEYWAY_A_SESSION_PEER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SESSION_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_session_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_session_set_policy,
		.maxattr	= KEYWAY_A_SESSION_LOCAL_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SESSION_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_session_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_session_get_do_policy,
		.maxattr	= KEYWAY_A_SESSION_INDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_SESSION_GET,
		.dumpit		= kw_nl_session_get_dumpit,
		.policy		= kw_nl_session_get_dump_policy,
		.maxattr	= KEYWAY_A_SESSION_PEER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KEYWAY_CMD_SESSION_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_session_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_session_del_policy,
		.maxattr	= KEYWAY_A_SESSION_INDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PATH_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_path_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_path_new_policy,
		.maxattr	= KEYWAY_A_PATH_REMOTE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PATH_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_path_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_path_get_do_policy,
		.maxattr	= KEYWAY_A_PATH_PEER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PATH_GET,
		.dumpit		= kw_nl_path_get_dumpit,
		.policy		= kw_nl_path_get_dump_policy,
		.maxattr	= KEYWAY_A_PATH_PEER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= KEYWAY_CMD_PATH_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_path_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_path_set_policy,
		.maxattr	= KEYWAY_A_PATH_REMOTE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_PATH_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_path_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_path_del_policy,
		.maxattr	= KEYWAY_A_PATH_PEER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_CONTROL_NEW,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_control_new_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_control_new_policy,
		.maxattr	= KEYWAY_A_CONTROL_LOCAL_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_CONTROL_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_control_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_control_set_policy,
		.maxattr	= KEYWAY_A_CONTROL_CHANNEL,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_CONTROL_DEL,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_control_del_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_control_del_policy,
		.maxattr	= KEYWAY_A_CONTROL_CHANNEL,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_DOMAIN_SET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_domain_set_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_domain_set_policy,
		.maxattr	= KEYWAY_A_DOMAIN_COOKIE_SECRET,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= KEYWAY_CMD_DOMAIN_GET,
		.pre_doit	= kw_family_pre_doit,
		.doit		= kw_nl_domain_get_doit,
		.post_doit	= kw_family_post_doit,
		.policy		= kw_nl_domain_get_policy,
		.maxattr	= KEYWAY_A_DOMAIN_DEV_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group kw_nl_mcgrps[] = {
	[KEYWAY_NLGRP_EVENTS] = { "events", },
};

struct genl_family kw_nl_family __ro_after_init = {
	.name		= KEYWAY_FAMILY_NAME,
	.version	= KEYWAY_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= kw_nl_ops,
	.n_split_ops	= ARRAY_SIZE(kw_nl_ops),
	.mcgrps		= kw_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(kw_nl_mcgrps),
};
