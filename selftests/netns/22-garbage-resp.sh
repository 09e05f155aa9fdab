#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# Spoiled copies of a RESP and made up COOKIEs, which come first, kill no handshake and are counted.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
# the attacker holds RESP back (type 2, and INITs of gB), spoils it, and sends that first
on wire nft -f - <<'NFT'
table ip hold { chain f { type filter hook forward priority 0; iifname "B0" @th,64,8 { 1, 2 } drop; }; }
NFT
wire_capture "$RUN/resp" B0
for g in gB gA; do gateway_start $g; done
on hA ping -q -c2 -i 0.3 -W1 10.2.0.2 >/dev/null 2>&1
answered() { [ "$(tcpdump -nr "$RUN/resp" 'udp[8] = 2' 2>/dev/null | grep -c .)" -gt 0 ]; }
check "gB answers" until_ok 10 answered
before=$(drops gA rx_reservation) budget=$(drops gA rx_budget)
wire_replay "$RUN/resp" --type 2 --last 1 --spoil 70 --times 20 --cookies 200 > /dev/null
check "the true RESP that follows still makes the session" until_ok 5 reaches hA 10.2.0.2
wire_stop
check "each spoiled one was counted" test $(($(drops gA rx_reservation) - before)) -ge 16 ||
	kw gA device show | sed -n '/dropped/,$p' | note
check "COOKIEs beyond the reservation's budget were, too" test $(($(drops gA rx_budget) - budget)) -ge 100
