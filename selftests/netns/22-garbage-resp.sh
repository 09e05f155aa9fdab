#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Spoiled copies of a RESP and made up COOKIEs, which come first, kill no handshake and are counted.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
wire_hold_resp
before=$(drops gA rx_reservation) budget=$(drops gA rx_budget)
# again if that RESP came too late for its try
spoil() { wire_replay "$RUN/resp" --type 2 --last 1 --spoil 70 --times 20 --cookies 400; until_ok 3 reaches hA 10.2.0.2; }
check "the true RESP that follows still makes the session" until_ok 20 spoil
wire_stop
check "each spoiled one was counted" test $(($(drops gA rx_reservation) - before)) -ge 16 ||
	kw gA device show | sed -n '/dropped/,$p' | note
check "COOKIEs beyond the reservation's budget were, too" test $(($(drops gA rx_budget) - budget)) -ge 20
