#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# The same RESP from eight senders at once installs one session.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire
for g in gA gB; do gateway_conf $g; done
gateway_trust gA "Endpoint = 198.51.100.1:51900"; gateway_trust gB
on wire nft -f - <<'NFT'
table ip hold { chain f { type filter hook forward priority 0; iifname "B0" @th,64,8 { 1, 2 } drop; }; }
NFT
wire_capture "$RUN/resp" B0
for g in gB gA; do gateway_start $g; done
on hA ping -q -c2 -i 0.3 -W1 10.2.0.2 >/dev/null 2>&1
answered() { [ "$(tcpdump -nr "$RUN/resp" 'udp[8] = 2' 2>/dev/null | grep -c .)" -gt 0 ]; }
check "gB answers" until_ok 10 answered
copies=()
for ((i = 0; i < 8; i++)); do
	ip netns exec wire python3 selftests/netns/replay.py "$RUN/resp" --type 2 --last 1 --times 4 > /dev/null & copies+=($!)
done
wait "${copies[@]}"
check "the session carries traffic" until_ok 4 reaches hA 10.2.0.2
is "gA installed one session" "$(kw gA session ls -j | jq '[.sessions[] | select(.state != "reserved")] | length')" 1
wire_stop
