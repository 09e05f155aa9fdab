// SPDX-License-Identifier: MIT
// Copyright (C) 2026 The Keyway authors
/* links: userspace/libdaemon/conf.c userspace/libdaemon/alloc.c userspace/libdaemon/file.c userspace/keywayd/config.c userspace/keywayd/failure.c */
/*
 * Any text as a device's configuration: it is taken or refused at a line that
 * exists, with a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "keywayd/config.h"
#include "libkeyway/crypto.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (kw_crypto_init())
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *c = config_create("kw0.conf");
	struct conf_error err;
	size_t i, lines = 1;

	for (i = 0; i < size; i++)
		lines += data[i] == '\n';
	if (config_parse(c, (const char *)data, size, &err) &&
	    (!err.line || err.line > lines || !err.column || !*err.text))
		abort();
	config_destroy(c);
	return 0;
}
