#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A fresh packet that an attacker sends from his own address moves no endpoint and draws no data there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
# the attacker keeps the originals back and sends them as his own
wire_capture "$RUN/cap"
on wire nft -f - <<'NFT'
table ip hold { chain f { type filter hook forward priority 0; iifname "A0" udp dport 51900 drop; }; }
NFT
on hA ping -q -c5 -i 0.2 -W1 10.2.0.2 >/dev/null 2>&1
wire_stop
on wire ip addr add 203.0.113.9/24 dev lo
wire_capture "$RUN/drawn" B0
sent=$(wire_replay "$RUN/cap" --type 8 --source 203.0.113.9:51900)
on wire nft delete table ip hold
check "packets were held back and sent" test "$sent" -ge 5
check "the link still works" until_ok 20 reaches hA 10.2.0.2
on hB ping -q -c5 -i 0.2 -W2 10.1.0.2 >/dev/null
wire_stop
drawn() { tcpdump -nr "$RUN/drawn" "dst host 203.0.113.9 $1" 2>/dev/null | grep -c .; }
is "nothing longer than a challenge went there" "$(drawn 'and udp[4:2] > 60')" 0
check "no more challenges than packets came from there" test "$(drawn '')" -le "$sent"
check "gB's path is where gA is" sh -c "ip netns exec gB keyway path ls | grep -q 192.0.2.1"
