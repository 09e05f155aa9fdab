/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * A device's configuration file as keywayd wants it: [Interface] once, [Peer]
 * repeated. Text in, struct out; the peers go into a trust store. Called by
 * main.c, command.c and node.c.
 */
#ifndef KEYWAYD_CONFIG_H
#define KEYWAYD_CONFIG_H

#include "libdaemon/conf.h"
#include "libkeyway/trust.h"
#include "libkwnl/kwnl.h"

struct failure;

#define CONFIG_PATH 256	      /* a file name, NUL included */
#define CONFIG_DIR 200	      /* a directory, leaving room for names in it */
#define CONFIG_ADDRESSES 16
#define CONFIG_UPLINKS 16
#define CONFIG_PEERS_MAX 4096 /* in one file */
#define CONFIG_FILE_MAX (4u << 20)

struct config {
	/* set */
	char name[KWNL_NAME_SIZE];
	char identity[CONFIG_PATH]; /* PrivateKey: a file, never the key */
	char state[CONFIG_DIR];    /* StateDir */
	char domain[CONFIG_PATH];   /* DomainSecret: a file; "" none */
	char authority[KW_FINGERPRINT_AUTHORITY];
	struct kw_prefix address[CONFIG_ADDRESSES]; /* host bits kept */
	size_t addresses;
	char uplink[CONFIG_UPLINKS][KWNL_NAME_SIZE];
	size_t uplinks;
	uint32_t port; /* 0: the remembered one */
	uint32_t mtu;
	uint32_t keepalive; /* seconds, for peers that set none */
	bool quiet;
	struct kw_trust trust;
	/* state: the [Peer] that is being read */
	struct kw_trust_entry reading;
	bool reading_named;
};

/* Defaults; the device is named after the file unless the file says else. */
struct config *config_create(const char *path);
void config_destroy(struct config *c);
/* Into a fresh config. The error has line and column. */
int KW_MUST config_parse(struct config *c, const char *text, size_t size, struct conf_error *err);

/* Reads and parses a file, whose name starts the sentence in f. NULL and f. */
struct config *config_read(const char *file, struct failure *f);
/* The same, for a live device that is as old says: what can't change is refused. */
struct config *config_read_again(const struct config *old, const char *file, struct failure *f);
/* The key that differs and can't change under a live device; NULL: none. */
const char *config_fixed(const struct config *a, const struct config *b);

#endif
