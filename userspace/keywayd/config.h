/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A device's configuration file as keywayd wants it: [Interface] once, [Peer]
 * repeated. Text in, struct out; the peers go into a trust store. Called by
 * main at start and at each reload.
 */
#ifndef KEYWAYD_CONFIG_H
#define KEYWAYD_CONFIG_H

#include "libdaemon/conf.h"
#include "libkeyway/trust.h"
#include "pathmgr.h"

#define CONFIG_PATH 256	      /* a file name, NUL included */
#define CONFIG_ADDRESSES 16
#define CONFIG_PEERS_MAX 4096 /* in one file */
#define CONFIG_FILE_MAX (4u << 20)

struct config {
	/* set */
	char name[KWNL_NAME_SIZE];
	char identity[CONFIG_PATH]; /* PrivateKey: a file, never the key */
	char state[CONFIG_PATH];    /* StateDir */
	char domain[CONFIG_PATH];   /* DomainSecret: a file; "" none */
	char authority[KW_FINGERPRINT_AUTHORITY];
	struct kw_prefix address[CONFIG_ADDRESSES]; /* host bits kept */
	size_t addresses;
	char uplink[PATHMGR_UPLINKS][KWNL_NAME_SIZE];
	size_t uplinks;
	uint32_t port; /* 0: the remembered one */
	uint32_t mtu;
	uint32_t keepalive; /* seconds, for peers that set none */
	bool quiet;
	struct kw_trust trust;
};

/* Defaults; room for CONFIG_PEERS_MAX entries is allocated as it is needed. */
struct config *config_create(void);
void config_destroy(struct config *c);
/* Into a fresh config. The error has line and column. */
int KW_MUST config_parse(struct config *c, const char *text, size_t size, struct conf_error *err);
/* Adds the [Peer] sections of a trust file. */
int KW_MUST config_parse_trust(struct config *c, const char *text, size_t size,
			       struct conf_error *err);

#endif
