/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * All of libkeyway: identity, fingerprints, certificates, record sets, trust
 * store, Noise, and the messages outside a session. Pure: no I/O, clock,
 * threads or globals (but the SHA3 implementation that kw_crypto_init()
 * fetches); it allocates nothing itself and the caller owns all memory.
 * Functions return 0 or a length, or a negative errno.
 */
#ifndef KEYWAY_KEYWAY_H
#define KEYWAY_KEYWAY_H

#include "base64.h"
#include "cert.h"
#include "crypto.h"
#include "dh.h"
#include "fingerprint.h"
#include "identity.h"
#include "keys.h"
#include "line.h"
#include "message.h"
#include "noise.h"
#include "prefix.h"
#include "record.h"
#include "request.h"
#include "trust.h"
#include "trustfile.h"
#include "types.h"
#include "wire.h"

#endif
