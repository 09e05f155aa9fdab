#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway's address changes under traffic: the link follows and loses at most a moment, and not more than once a second.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
n=$(scaled 1000 300) rate=$(scaled 100 30)
pump_start back hB hA 10.1.0.2 "$n" "$rate"
pump_start there hA hB 10.2.0.2 "$n" "$rate"
sleep 2
gateway_move gA 192.0.2.77
pump_wait back; pump_wait there
note < "$RUN/pump.back"
check "traffic to the moved one goes on within 2 s" test "$(pump_get back gap_ms)" -lt "$(scaled 2000 10000)"
check "traffic from the moved one goes on within 2 s" test "$(pump_get there gap_ms)" -lt "$(scaled 2000 10000)"
check "gB's path is the new address" sh -c "ip netns exec gB keyway path ls | grep -q 192.0.2.77"

# a NAT that draws another port for each packet
on wire nft -f - <<'NFT'
table ip hop { chain f { type filter hook forward priority 0;
	iifname "A0" udp sport 51900 udp sport set numgen inc mod 2 map { 0 : 51901, 1 : 51902 }
	iifname "B0" udp dport { 51901, 51902 } udp dport set 51900
}; }
NFT
moves() { grep -c ' roam ' "$RUN/events"; }
follows() { reaches hA 10.2.0.2; [ "$(moves)" -ge 1 ]; }
ip netns exec gB keyway monitor > "$RUN/events" & disown
check "it follows who hops between two ports" until_ok 10 follows
start=$SECONDS before=$(moves)
pump_start hop hA hB 10.2.0.2 "$(scaled 300 60)" "$(scaled 100 20)"
pump_wait hop
check "once a second at most" test $(($(moves) - before)) -le $((SECONDS - start + 2))
