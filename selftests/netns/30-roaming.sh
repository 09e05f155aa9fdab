#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (C) 2026 The Keyway authors
# A gateway's address changes under traffic: the link follows and loses at most a moment, also to a place 200 ms away, and not more than once a second.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/traffic.sh"
topo_make; topo_v4_wire; gateways_up
rate=$(scaled 100 30)
pumps() { pump_start still hA hA 127.0.0.1 0 "$rate"; pump_start back hB hA 10.1.0.2 0 "$rate"; pump_start there hA hB 10.2.0.2 0 "$rate"; }
# sets most to the ms a gap may take: what stalls the guest stalls also the pump that crosses no link
pumps_stop() {
	pump_stop back there still; most=$((MOVING_MS + $(scaled 2000 10000) + $(pump_get still gap_ms)))
	(cd "$RUN" && echo "moving took $MOVING_MS ms" && grep got= pump.back pump.there pump.still) | note
}
pumps
came() { [ "$(packets_in hA eth0)" -ge "$1" ] && [ "$(packets_in hB eth0)" -ge "$2" ]; }      # AT-LEAST at hA, at hB
more() { until_ok 30 came $(($(packets_in hA eth0) + rate)) $(($(packets_in hB eth0) + rate)); }
check "traffic runs" more
gateway_move gA 192.0.2.77
check "traffic runs on" more
pumps_stop
check "traffic to the moved one goes on within 2 s" test "$(pump_get back gap_ms)" -lt $most
check "traffic from the moved one goes on within 2 s" test "$(pump_get there gap_ms)" -lt $most
uses() { kw gB path ls -j | jq -e --arg r "$1:51900" '[.paths[] | select(.in_use)][0].remote == $r'; }      # ADDRESS
check "gB's path is the new address" until_ok 20 uses 192.0.2.77

# now to a place that is far
for i in A0 B0; do on wire tc qdisc add dev $i root netem; done    # added under traffic it would lose packets
pumps
check "traffic runs again" more
for i in A0 B0; do on wire tc qdisc change dev $i root netem delay 100ms; done
gateway_move gA 192.0.2.78
check "gB's path is the far address" until_ok 20 uses 192.0.2.78
check "traffic runs on there" more
pumps_stop
for p in back there; do
	check "far: $p: traffic goes on within 2 s" test "$(pump_get $p gap_ms)" -lt $most
	is "far: $p: no packet came twice" "$(pump_get $p copies)" 0
	check "far: $p: all that was lost was lost in one moment" test "$(pump_get $p span)" -lt $((most * rate / 1000))
done
rtt() { [ "$(kw gB path ls -j | jq '[.paths[] | select(.in_use)][0].rtt_us')" -gt 150000 ]; }
check "the far path's round trip is known" until_ok 20 rtt
for i in A0 B0; do on wire tc qdisc del dev $i root; done

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
pump_wait hop; note < "$RUN/pump.hop"
check "once a second at most" test $(($(moves) - before)) -le $((SECONDS - start + 3))     # at once, cut off, told late
