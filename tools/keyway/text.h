/* SPDX-License-Identifier: MIT */
/* Copyright (C) 2026 The Keyway authors */
/*
 * Words of the command line into values and back: addresses, endpoints,
 * numbers, hex. Pure but for interface names in endpoints. Addresses are 16
 * bytes, IPv4 v4-mapped. Parsers return 0 or -EINVAL and write on success only.
 */
#ifndef KEYWAY_TEXT_H
#define KEYWAY_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include "libkwnl/kwnl.h"

#define TEXT_ADDR     46 /* room for any address, NUL included */
#define TEXT_ENDPOINT 72 /* room for any endpoint, NUL included */

int text_parse_addr(const char *text, uint8_t addr[KWNL_ADDR_SIZE]) KW_MUST;

/* "192.0.2.1:51820", "[2001:db8::1]:51820", "[fe80::1%eth0]:51820". */
int text_parse_endpoint(const char *text, struct kwnl_endpoint *ep) KW_MUST;

/* Decimal, without sign or space. */
int text_parse_number(const char *text, uint32_t min, uint32_t max,
		      uint32_t *value) KW_MUST;
int text_parse_yesno(const char *text, bool *value) KW_MUST;

/* Exactly size bytes as 2·size hexadecimal digits. */
int text_parse_hex(const char *text, uint8_t *out, size_t size) KW_MUST;

void text_format_addr(const uint8_t addr[KWNL_ADDR_SIZE], char out[TEXT_ADDR]);
void text_format_endpoint(const struct kwnl_endpoint *ep, char out[TEXT_ENDPOINT]);

#endif
