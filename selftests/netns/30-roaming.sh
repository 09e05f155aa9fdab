#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway's address changes under traffic: the link follows and loses at most a moment, and not more than once a second.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
rate=$(scaled 100 30)
pump_start back hB hA 10.1.0.2 0 "$rate"
pump_start there hA hB 10.2.0.2 0 "$rate"
came() { [ "$(packets_in hA eth0)" -ge "$1" ] && [ "$(packets_in hB eth0)" -ge "$1" ]; }      # AT-LEAST, at both
more() { local a b; a=$(packets_in hA eth0) b=$(packets_in hB eth0); until_ok 30 came $(((a > b ? a : b) + 2 * rate)); }
check "traffic runs" more
gateway_move gA 192.0.2.77
check "traffic runs on" more
pump_stop back there
note < "$RUN/pump.back"
note <<< "moving took $MOVING_MS ms"
most=$((MOVING_MS + $(scaled 2000 10000)))
check "traffic to the moved one goes on within 2 s" test "$(pump_get back gap_ms)" -lt $most
check "traffic from the moved one goes on within 2 s" test "$(pump_get there gap_ms)" -lt $most
check "gB's path is the new address" until_ok 20 sh -c "ip netns exec gB keyway path ls | grep -q 192.0.2.77"

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
check "it follows who hops between two ports" until_ok 30 follows
start=$SECONDS before=$(moves)
pump_start hop hA hB 10.2.0.2 "$(scaled 300 60)" "$(scaled 100 20)"
pump_wait hop
check "once a second at most" test $(($(moves) - before)) -le $((SECONDS - start + 2))
