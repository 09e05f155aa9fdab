/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Kernel objects as JSON, the form that every command prints from and that
 * `monitor` streams. Members are only ever added. Each function makes a new
 * reference and aborts without memory.
 */
#ifndef KEYWAY_FACTS_H
#define KEYWAY_FACTS_H

#include <jansson.h>

#include "libkwnl/kwnl.h"

json_t *facts_device(const struct kwnl_dev *dev);
json_t *facts_socket(const struct kwnl_socket *sock);
json_t *facts_peer(const struct kwnl_peer *peer);
json_t *facts_session(const struct kwnl_session *session);
json_t *facts_path(const struct kwnl_path *path);

/* For kwnl_dump_*: put one at the end of a JSON array. */
int facts_add_device(void *array, const struct kwnl_dev *dev);
int facts_add_socket(void *array, const struct kwnl_socket *sock);
int facts_add_peer(void *array, const struct kwnl_peer *peer);
int facts_add_session(void *array, const struct kwnl_session *session);
int facts_add_path(void *array, const struct kwnl_path *path);

/* What uapi/keyway.yaml calls a number; "unknown" for one of a later kernel. */
const char *facts_reason(uint32_t reason);
const char *facts_drop(uint32_t reason);

#endif
